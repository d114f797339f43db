/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory of a test's own, with files in it, as a system's root for what reads paths below one. */
#ifndef XNS_UNIT_TREE_UNIT_H
#define XNS_UNIT_TREE_UNIT_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char tree_directory[] = "/tmp/xns-test-tree.XXXXXX";
static int tree_root = -1; /* O_PATH */

static inline int tree_enter(void **state)
{
	(void)state;
	memcpy(tree_directory + sizeof(tree_directory) - 7, "XXXXXX", 6);
	if (!mkdtemp(tree_directory))
		return -1;
	tree_root = open(tree_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return tree_root < 0 ? -1 : 0;
}

static inline int tree_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int tree_leave(void **state)
{
	(void)state;
	close(tree_root);
	return nftw(tree_directory, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the directories on the way to a path below the tree, with mode 0755, and gives the whole path. */
static inline const char *tree_path(const char *path)
{
	static char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s/%s", tree_directory, path);
	for (char *at = full + sizeof(tree_directory); *at; at++)
		if (*at == '/') {
			*at = '\0';
			mkdir(full, 0755);
			*at = '/';
		}
	return full;
}

static inline void tree_write(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(tree_path(path), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(tree_path(path), 0600), 0);
}

#endif

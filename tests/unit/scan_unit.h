/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small trees in place of /proc: created below /tmp for each test, and removed after it. */
#ifndef XNS_UNIT_SCAN_UNIT_H
#define XNS_UNIT_SCAN_UNIT_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ns.h"
#include "unit.h"

struct tree {
	char path[64];
	int fd;
};

static inline void put_dir(const struct tree *tree, const char *path)
{
	if (mkdirat(tree->fd, path, 0755) < 0 && errno != EEXIST)
		fail_msg("mkdir %s: %s", path, strerror(errno));
}

static inline void put_link(const struct tree *tree, const char *path, const char *target)
{
	if (symlinkat(target, tree->fd, path) < 0)
		fail_msg("symlink %s: %s", path, strerror(errno));
}

static inline void put_file(const struct tree *tree, const char *path, const char *text, size_t len)
{
	int fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static inline void put_text(const struct tree *tree, const char *path, const char *text)
{
	put_file(tree, path, text, strlen(text));
}

/* A process in the namespaces 100 + kind, but for one of them. */
static inline void put_process(const struct tree *tree, int pid, enum ns_type other, unsigned ino)
{
	char path[64], target[64];

	snprintf(path, sizeof(path), "%d", pid);
	put_dir(tree, path);
	snprintf(path, sizeof(path), "%d/ns", pid);
	put_dir(tree, path);
	for (int k = 0; k < NS_COUNT; k++) {
		snprintf(path, sizeof(path), "%d/ns/%s", pid, ns_types[k].name);
		snprintf(target, sizeof(target), "%s:[%u]", ns_types[k].name,
			 k == (int)other ? ino : 100 + (unsigned)k);
		put_link(tree, path, target);
	}
}

static inline int set_up(void **state)
{
	static struct tree tree;

	strcpy(tree.path, "/tmp/xns-scan.XXXXXX");
	if (!mkdtemp(tree.path))
		return -1;
	tree.fd = open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = &tree;
	return tree.fd < 0 ? -1 : 0;
}

static inline int tear_down(void **state)
{
	struct tree *tree = *state;
	char command_line[128];

	close(tree->fd);
	snprintf(command_line, sizeof(command_line), "rm -rf -- '%s'", tree->path);
	return system(command_line);
}

/* Adds a test to which its tree comes as *state. */
#define ADD_TREE(function)                                                     \
	(unit_add(#function, function, NULL),                                  \
	 unit_tests[unit_n_tests - 1].setup_func = set_up,                     \
	 unit_tests[unit_n_tests - 1].teardown_func = tear_down)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/owners.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/mountinfo.h"
#include "kernel/sys.h"

#ifndef CGROUP_SUPER_MAGIC
#define CGROUP_SUPER_MAGIC 0x27e0eb
#endif

enum { OVERFLOW_UID = 65534 }; /* a user whom our user namespace does not map */

struct owners_tree {
	int fd; /* the root of the hierarchy, as our cgroup namespace has it; -1: it is not mounted */
	dev_t dev;
	struct lookup known; /* by path: its owner, plus 1 */
};

/* Whether a mount shows the hierarchy from its root on. */
static bool has_hierarchy(const struct mount_entry *entry, const char *hierarchy)
{
	char first[64];
	size_t len = strcspn(hierarchy, ",");

	if (strcmp(entry->root, "/") != 0)
		return false;
	if (!*hierarchy)
		return strcmp(entry->type, "cgroup2") == 0;
	if (strcmp(entry->type, "cgroup") != 0 || len >= sizeof(first))
		return false;
	memcpy(first, hierarchy, len);
	first[len] = '\0';
	return mountinfo_has_option(entry->super_options, first);
}

/* The directory must be that of the mount: something else may be mounted over it. */
static int open_root(const struct mount_entry *entry, dev_t *ret_dev)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, entry->point, O_PATH | O_DIRECTORY, 0);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || sys_fstat(fd, &st) < 0 || st.st_dev != entry->dev)
		return -1;
	/* Root has no number in our user namespace, so a user looks the same as root. */
	if (st.st_uid == OVERFLOW_UID)
		return -1;
	if (fs.f_type != CGROUP2_SUPER_MAGIC && fs.f_type != CGROUP_SUPER_MAGIC)
		return -1;
	*ret_dev = st.st_dev;
	return take_fd(&fd);
}

static void find_root(struct owners_tree *tree, const char *hierarchy)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0);
	struct mountinfo info;
	struct mount_entry entry;

	if (fd < 0)
		return;
	mountinfo_begin(fd, &info);
	while (tree->fd < 0 && mountinfo_next(&info, &entry))
		if (has_hierarchy(&entry, hierarchy))
			tree->fd = open_root(&entry, &tree->dev);
	mountinfo_free(&info);
}

struct owners_tree *owners_tree(struct owners *owners, const char *hierarchy)
{
	void **place = lookup_place(&owners->trees, hierarchy, strlen(hierarchy));
	struct owners_tree *tree = place ? *place : NULL;

	if (tree || !place)
		return tree;
	tree = calloc(1, sizeof(*tree));
	if (!tree)
		return NULL;
	tree->fd = -1;
	find_root(tree, hierarchy);
	*place = tree;
	return tree;
}

static uint32_t ask(const struct owners_tree *tree, const char *path, size_t len)
{
	char relative[PATH_MAX];
	struct stat st;

	/* So that the path is one below the root, and the root itself is ".". */
	if (len + 2 > sizeof(relative))
		return WORKLOAD_ANY_OWNER;
	relative[0] = '.';
	memcpy(relative + 1, path, len);
	relative[len + 1] = '\0';
	if (sys_fstatat(tree->fd, relative, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_dev != tree->dev ||
	    !S_ISDIR(st.st_mode))
		return WORKLOAD_ANY_OWNER;
	if (st.st_uid == OVERFLOW_UID || st.st_mode & (S_IWGRP | S_IWOTH))
		return WORKLOAD_MANY_OWNERS;
	return st.st_uid;
}

uint32_t owners_ask(void *arg, const char *path, size_t len)
{
	struct owners_tree *tree = arg;
	void **place;

	if (tree->fd < 0)
		return WORKLOAD_ANY_OWNER;
	place = lookup_place(&tree->known, path, len);
	if (!place)
		return WORKLOAD_ANY_OWNER;
	/* One more, since NULL is what a new place has. */
	if (!*place)
		*place = (void *)((uintptr_t)ask(tree, path, len) + 1);
	return (uint32_t)((uintptr_t)*place - 1);
}

static void free_tree(void *value)
{
	struct owners_tree *tree = value;

	if (!tree)
		return;
	cleanup_close(&tree->fd);
	lookup_free(&tree->known, NULL);
	free(tree);
}

void owners_free(struct owners *owners)
{
	lookup_free(&owners->trees, free_tree);
}

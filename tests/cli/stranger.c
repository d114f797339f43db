/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program in a root directory, and the stranger who prepared that:
 *
 * stranger contained SECRET [TYPE PATH]   prints "contained" if nothing is mounted over the root
 *	directory, the working directory lies under it, and SECRET, a path of the host, is reached
 *	from neither; else what it found. PATH must be a mount of TYPE: proc, tmpfs, binfmt_misc
 * stranger exchange LEFT RIGHT            exchanges the names of both until it is killed
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/kernel.h"

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

static int complain(const char *what, const char *path)
{
	printf("%s: %s\n", what, path);
	return EXIT_FAILURE;
}

/* 0 where the kernel does not report it. */
static uint64_t mount_id(const char *path)
{
	struct {
		uint32_t mask, before[35];
		uint64_t mount_id, after[13];
	} found = { 0 };

	if (syscall(__NR_statx, AT_FDCWD, path, 0, STATX_MNT_ID, &found) < 0 ||
	    !(found.mask & STATX_MNT_ID))
		return 0;
	return found.mount_id;
}

static int check_root(void)
{
	struct stat root, top;

	if (stat("/", &root) < 0 || stat("/..", &top) < 0)
		return complain("cannot be examined", "/..");
	if (root.st_dev != top.st_dev || root.st_ino != top.st_ino ||
	    mount_id("/") != mount_id("/.."))
		return complain("something is mounted over the root", "/..");
	return 0;
}

static int check_directory(void)
{
	char path[PATH_MAX];

	if (syscall(__NR_getcwd, path, sizeof(path)) < 0 || *path != '/')
		return complain("the working directory is elsewhere", path);
	return 0;
}

/* From the root, from the working directory, and through what looks like a /proc there. */
static int check_secret(const char *secret)
{
	static const char *const ways[] = {
		"/..",   "/../../..", "/",           "../../../../../../../../../../..",
		"../..", "./1/root",  "./self/root", "./2/root",
		"root",  "cwd",
	};
	char path[2 * PATH_MAX];

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		snprintf(path, sizeof(path), "%s%s", ways[i], secret);
		if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return complain("the host is reached", path);
	}
	return 0;
}

static int check_type(const char *type, const char *path)
{
	long wanted = strcmp(type, "proc") == 0    ? PROC_SUPER_MAGIC
		      : strcmp(type, "tmpfs") == 0 ? TMPFS_MAGIC
						   : BINFMTFS_MAGIC;
	struct statfs fs;
	int result, tries = 0;

	/*
	 * If other processes rename meanwhile, the kernel repeats a lookup and goes on counting the links, so a
	 * path of more than half of the permitted ones fails now and then (set_nameidata() in fs/namei.c).
	 */
	do
		result = statfs(path, &fs);
	while (result < 0 && errno == ELOOP && ++tries < 100);
	if (result < 0) {
		printf("%s: %s\n", path, strerror(errno));
		return EXIT_FAILURE;
	}
	if (fs.f_type != wanted) {
		printf("%s: a file system of type %#lx\n", path, (unsigned long)fs.f_type);
		return EXIT_FAILURE;
	}
	return 0;
}

static int exchange(const char *left, const char *right)
{
	for (;;)
		if (syscall(__NR_renameat2, AT_FDCWD, left, AT_FDCWD, right, RENAME_EXCHANGE) < 0 &&
		    errno != EBUSY)
			return complain(strerror(errno), left);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "exchange") == 0)
		return exchange(argv[2], argv[3]);
	if ((argc != 3 && argc != 5) || strcmp(argv[1], "contained") != 0)
		return complain("usage", "stranger contained|exchange ...");
	if (check_root() || check_directory() || check_secret(argv[2]))
		return EXIT_FAILURE;
	if (argc == 5 && check_type(argv[3], argv[4]))
		return EXIT_FAILURE;
	puts("contained");
	return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Directories of the fake system, below opendir(3)'s family (linked with --wrap): those files that
 * the test has made right below the path, in that order.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_internal.h"

/* On 32-bit machines, with 64 bits for sizes of files, glibc calls readdir() by another name. */
#if defined(__GLIBC__) && __SIZEOF_LONG__ < 8
#define __real_readdir __real_readdir64
#define __wrap_readdir __wrap_readdir64
#endif

enum { DIRS = 4 };

static struct fake_list {
	int fd; /* 0: not in use */
	size_t next;
	struct dirent entry;
} lists[DIRS];

DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd);
struct dirent *__real_readdir(DIR *list);
struct dirent *__wrap_readdir(DIR *list);
int __real_closedir(DIR *list);
int __wrap_closedir(DIR *list);

static struct fake_list *ours(DIR *list)
{
	for (size_t i = 0; i < DIRS; i++)
		if ((void *)list == &lists[i])
			return &lists[i];
	return NULL;
}

DIR *__wrap_fdopendir(int fd)
{
	long ret;

	if (!fake_fd_path(fd))
		return __real_fdopendir(fd);
	if (!fake_begin("fdopendir", &ret, "%s", fake_fd_text(fd))) {
		errno = (int)-ret;
		return NULL;
	}
	fake_done(0);
	for (size_t i = 0; i < DIRS; i++)
		if (lists[i].fd == 0) {
			lists[i] = (struct fake_list){ .fd = fd };
			return (DIR *)&lists[i];
		}
	fake_fatal("too many directories are open");
}

struct dirent *__wrap_readdir(DIR *list)
{
	struct fake_list *fake = ours(list);
	const char *name;
	long ret;

	if (!fake)
		return __real_readdir(list);
	if (!fake_begin("readdir", &ret, "%s", fake_fd_text(fake->fd))) {
		errno = (int)-ret;
		return NULL;
	}
	fake_done(0);
	name = fake_name_below(fake_fd_path(fake->fd), &fake->next);
	if (!name)
		return NULL;
	snprintf(fake->entry.d_name, sizeof(fake->entry.d_name), "%s", name);
	return &fake->entry;
}

int __wrap_closedir(DIR *list)
{
	struct fake_list *fake = ours(list);
	int fd;

	if (!fake)
		return __real_closedir(list);
	fd = fake->fd;
	fake->fd = 0;
	return close(fd);
}

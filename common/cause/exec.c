/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to execute the program. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "cause/internal.h"
#include "kernel/mount_table.h"
#include "kernel/program.h"
#include "kernel/sys.h"

/* ", in the mount namespace of process 7": the place where a path was looked up, if not here. */
static const char *below(const struct search *search, char *buf, size_t size)
{
	char place[224];

	buf[0] = '\0';
	if (path_place(search->refusal, place, sizeof(place)))
		snprintf(buf, size, ", %s %s", search->refusal->enters ? "in" : "below", place);
	return buf;
}

/* Finds the program's file, even if it may not be executed. */
static bool locate(const struct search *search, char *path, size_t size)
{
	int rc = program_find(search->refusal->path, path, size);

	return rc == 0 || rc == -EACCES;
}

static bool find_missing(struct search *search, struct finding *ret)
{
	const char *name = search->refusal->path, *path = getenv("PATH");
	char root[256], obstacle[FINDING_TEXT / 2], found[PATH_MAX];

	below(search, root, sizeof(root));
	if (!*name) {
		cause_why(ret, "its name is empty");
		return true;
	}
	if (program_find(name, found, sizeof(found)) != -ENOENT)
		return false;
	if (strchr(name, '/')) {
		if (!path_obstacle(name, obstacle, sizeof(obstacle)))
			return false;
		cause_why(ret, "%s%s", obstacle, root);
	} else if (path) {
		cause_why(ret, "it is in none of the directories of PATH: %.*s%s", FINDING_TEXT / 2,
			  *path ? path : "(empty)", root);
		if (*root && search->refusal->enters && !search->refusal->takes_environ)
			cause_remedy(ret,
				     "give its full path, or take the target's PATH with --env");
	} else {
		cause_why(ret, "PATH is not set, and it is neither in /bin nor in /usr/bin%s",
			  root);
	}
	if (search->refusal->no_program)
		cause_remedy(ret, "name a program, such as /bin/sh; without one your shell is run");
	return true;
}

/* The program exists, but the interpreter that its "#!" line or its ELF header names does not. */
static bool find_interpreter(struct search *search, struct finding *ret)
{
	char path[PATH_MAX], interpreter[PATH_MAX], root[256];
	size_t len;
	int rc;

	if (!locate(search, path, sizeof(path)) ||
	    program_interpreter(path, interpreter, sizeof(interpreter)) <= 0)
		return false;
	rc = sys_faccessat(AT_FDCWD, interpreter, X_OK);
	if (rc == 0)
		return false;
	len = strlen(interpreter);
	cause_why(ret, "its interpreter '%.*s' %s%s", FINDING_TEXT / 2, interpreter,
		  rc == -EACCES ? "may not be executed" : "does not exist",
		  below(search, root, sizeof(root)));
	if (len > 0 && interpreter[len - 1] == '\r')
		cause_remedy(ret, "remove the carriage returns at the ends of its lines");
	return true;
}

static bool find_directory(struct search *search, struct finding *ret)
{
	char path[PATH_MAX];
	struct stat st;

	if (!locate(search, path, sizeof(path)) || sys_fstatat(AT_FDCWD, path, &st, 0) < 0 ||
	    S_ISREG(st.st_mode))
		return false;
	cause_why(ret, "'%s' is %s", path,
		  S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
	return true;
}

/* "the file system at /mnt": the mount that the file lies on, according to mountinfo. */
static void name_mount(const struct search *search, int fd, char *buf, size_t size)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	const struct mount_entry *mount = NULL;

	if (fact_mounts(search, &mounts))
		mount = fact_mount_of(search, &mounts, fd);
	if (mount)
		snprintf(buf, size, "the file system at %s", mount->point);
	else
		snprintf(buf, size, "the file system that it lies on");
}

static bool find_noexec(struct search *search, struct finding *ret)
{
	char path[PATH_MAX], mount[256];
	_cleanup_close_ int fd = -1;
	struct statfs fs;

	if (!locate(search, path, sizeof(path)))
		return false;
	fd = sys_openat(AT_FDCWD, path, O_PATH, 0);
	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || !(fs.f_flags & ST_NOEXEC))
		return false;
	name_mount(search, fd, mount, sizeof(mount));
	cause_why(ret, "%s is mounted noexec", mount);
	return true;
}

static bool find_mode(struct search *search, struct finding *ret)
{
	char path[PATH_MAX], interpreter[PATH_MAX], place[224];
	struct stat st;

	if (!locate(search, path, sizeof(path)) || sys_fstatat(AT_FDCWD, path, &st, 0) < 0 ||
	    sys_faccessat(AT_FDCWD, path, X_OK) != -EACCES)
		return false;
	if (st.st_mode & 0111) {
		cause_why(ret,
			  "'%s' may not be executed by uid %u: its mode is %04o, its owner %u:%u",
			  path, (unsigned)sys_geteuid(), st.st_mode & 07777, st.st_uid, st.st_gid);
	} else {
		cause_why(ret, "'%s' is not executable", path);
		/* chmod(1) helps only for a file that looks like a program, and only if the user's
		 * own mount namespace has that path, too. */
		if (program_interpreter(path, interpreter, sizeof(interpreter)) > 0 &&
		    !path_place(search->refusal, place, sizeof(place)))
			cause_command(ret, REMEDY_CHMOD, path);
	}
	return true;
}

static bool find_unsearchable(struct search *search, struct finding *ret)
{
	const char *name = search->refusal->path;
	char path[PATH_MAX], obstacle[FINDING_TEXT / 2], root[256];

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else if (!locate(search, path, sizeof(path)))
		return false;
	if (!path_obstacle(path, obstacle, sizeof(obstacle)))
		return false;
	cause_why(ret, "%s%s", obstacle, below(search, root, sizeof(root)));
	return true;
}

/* After ENOEXEC, glibc's execvp(3) has run the file by a shell; musl's has not. */
static bool find_format(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret,
		  "it is neither a program for this machine nor a script that begins with '#!'");
	return true;
}

static bool find_long_arguments(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret, "arguments and environment are longer than the kernel accepts (together a "
		       "quarter of ulimit -s, each 128 KiB)");
	return true;
}

const struct cause exec_causes[] = {
	{ "not-found", { ENOENT, ENOTDIR }, find_missing },
	{ "path", { ENOTDIR, EACCES }, find_unsearchable },
	{ "not-a-file", { EACCES }, find_directory },
	{ "noexec", { EACCES }, find_noexec },
	{ "not-executable", { EACCES }, find_mode },
	{ "interpreter", { ENOENT, EACCES, ENOTDIR }, find_interpreter },
	{ "format", { ENOEXEC }, find_format },
	{ "too-long", { E2BIG }, find_long_arguments },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

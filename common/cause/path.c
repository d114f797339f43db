/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to look up a path. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cause/internal.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* Describes a path whose last component is a dangling symbolic link. */
static void name_link(const char *path, char *buf, size_t size)
{
	char target[PATH_MAX];

	buf[0] = '\0';
	if (io_read_link(AT_FDCWD, path, target, sizeof(target)) >= 0)
		snprintf(buf, size, "'%s' is a link to '%s', which does not exist", path, target);
}

/* Copies the path up to the first component that cannot be reached to part, and returns the end of
 * that component in path; NULL if all can be reached. */
static const char *first_unreachable(const char *path, char *part, struct stat *st, int *ret_err)
{
	const char *end = path;

	while (*end) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		memcpy(part, path, (size_t)(end - path));
		part[end - path] = '\0';
		*ret_err = -sys_fstatat(AT_FDCWD, part, st, 0);
		if (*ret_err)
			return end;
		/* A component with a slash after it must be a directory. */
		if (*end && !S_ISDIR(st->st_mode)) {
			*ret_err = ENOTDIR;
			return end;
		}
	}
	return NULL;
}

bool path_obstacle(const char *path, char *buf, size_t size)
{
	char part[PATH_MAX];
	struct stat st;
	const char *end;
	int err;

	buf[0] = '\0';
	if (strlen(path) >= sizeof(part))
		return false;
	end = first_unreachable(path, part, &st, &err);
	if (!end)
		return false;
	switch (err) {
	case ENOTDIR:
		snprintf(buf, size, "'%s' is not a directory", part);
		break;
	case ENOENT:
		if (sys_fstatat(AT_FDCWD, part, &st, AT_SYMLINK_NOFOLLOW) == 0)
			name_link(part, buf, size);
		else
			snprintf(buf, size, "'%s' does not exist", part);
		break;
	case EACCES:
		/* EACCES is about the directory that holds the component. */
		part[strlen(part) - strlen(strrchr(part, '/') ? strrchr(part, '/') : part)] = '\0';
		snprintf(buf, size, "'%s' may not be searched by uid %u",
			 *part          ? part
			 : *path == '/' ? "/"
					: ".",
			 (unsigned)sys_geteuid());
		break;
	default:
		break;
	}
	return buf[0] != '\0';
}

bool path_place(const struct refusal *refusal, char *buf, size_t size)
{
	const char *what = refusal->entered.root ? "root directory" : "mount namespace";

	buf[0] = '\0';
	if (refusal->entered.pid)
		snprintf(buf, size, "the %s of process %d", what, (int)refusal->entered.pid);
	else if (refusal->entered.path && refusal->entered.root)
		snprintf(buf, size, "the root directory '%s'", refusal->entered.path);
	else if (refusal->entered.path)
		snprintf(buf, size, "the mount namespace of '%s'", refusal->entered.path);
	else if (refusal->root)
		snprintf(buf, size, "the new root directory '%s'", refusal->root);
	return buf[0] != '\0';
}

/* Explains a path that can be reached, but whose file has the wrong type or may not be searched. */
static bool explain_end(const char *path, int err, struct finding *ret)
{
	struct stat st;

	if (sys_fstatat(AT_FDCWD, path, &st, 0) < 0)
		return false;
	if (err == ENOTDIR && !S_ISDIR(st.st_mode))
		cause_why(ret, "'%s' is a file", path);
	else if (err == EACCES && S_ISDIR(st.st_mode) &&
		 sys_faccessat(AT_FDCWD, path, X_OK) == -EACCES)
		cause_why(ret,
			  "'%s' may not be searched by uid %u: its mode is %04o, its owner %u:%u",
			  path, (unsigned)sys_geteuid(), st.st_mode & 07777, st.st_uid, st.st_gid);
	return ret->why[0] != '\0';
}

bool find_path(struct search *search, struct finding *ret)
{
	const char *path = search->refusal->path;
	char obstacle[FINDING_TEXT / 2], whole[FINDING_TEXT], place[FINDING_TEXT / 2 - 32];

	if (!path_obstacle(path, obstacle, sizeof(obstacle)))
		return explain_end(path, search->refusal->err, ret);
	if (path_place(search->refusal, place, sizeof(place))) {
		cause_why(ret, "%s, as seen from %s", obstacle, place);
		return true;
	}
	/* The error itself says this already. */
	snprintf(whole, sizeof(whole), "'%s' does not exist", path);
	if (strcmp(obstacle, whole) == 0)
		return false;
	cause_why(ret, "%s", obstacle);
	return true;
}

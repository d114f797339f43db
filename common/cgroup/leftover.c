/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "cgroup/file.h"
#include "cgroup/limit.h"
#include "kernel/io.h"
#include "kernel/sys.h"

enum { SEARCH_DEPTH = 12 };

/* Our pid namespace, as in struct cgroup_name. 0 or -errno. */
static int own_pid_ns(uint64_t *ret)
{
	struct stat st;
	int rc = sys_fstatat(AT_FDCWD, "/proc/self/ns/pid", &st, 0);

	if (rc == 0)
		*ret = st.st_ino == ns_types[NS_PID].init_ino ? 0 : st.st_ino;
	return rc;
}

/* The 22nd field of /proc/PID/stat, counted from the end of the name, which may have spaces. */
static int start_time(pid_t pid, uint64_t *ret)
{
	char path[32], text[1024], *field;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	rc = cgroup_read_file(AT_FDCWD, path, text, sizeof(text));
	if (rc < 0)
		return rc;
	field = strrchr(text, ')');
	for (int n = 2; field && n < 22; n++)
		field = strchr(field + 1, ' ');
	if (!field)
		return -EPROTO;
	return parse_digits(field + 1, strcspn(field + 1, " \n"), UINT64_MAX, ret);
}

int cgroup_own_name(char buf[CGROUP_NAME])
{
	struct cgroup_name name = { .pid = sys_getpid() };
	int rc = own_pid_ns(&name.pid_ns);

	if (rc == 0)
		rc = start_time(name.pid, &name.start);
	if (rc == 0)
		cgroup_name_render(&name, buf);
	return rc;
}

/* Whether the process that made it has gone. If that cannot be found out, it has not. */
static bool is_abandoned(const char *name, uint64_t pid_ns)
{
	struct cgroup_name made;
	uint64_t start;
	int rc;

	if (!cgroup_name_parse(name, &made) || made.pid_ns != pid_ns)
		return false;
	rc = start_time(made.pid, &start);
	return rc == -ENOENT || rc == -ESRCH || (rc == 0 && start != made.start);
}

static size_t remove_leftovers(int parent, size_t *ret_removed)
{
	const char *name;
	uint64_t pid_ns = 0;
	size_t left = 0;
	DIR *list;
	int rc = own_pid_ns(&pid_ns);

	if (rc < 0 || io_open_dir(parent, ".", &list) < 0)
		return 0;
	while ((name = io_next_name(list, &rc))) {
		if (!is_abandoned(name, pid_ns))
			continue;
		rc = cgroup_remove(parent, name);
		left += rc < 0 && rc != -ENOENT;
		*ret_removed += rc == 0;
	}
	closedir(list);
	return left;
}

size_t cgroup_remove_leftovers(int parent)
{
	size_t removed = 0;

	return remove_leftovers(parent, &removed);
}

static size_t search(int dir, int depth, size_t *ret_removed)
{
	size_t left = remove_leftovers(dir, ret_removed);
	const char *name;
	DIR *list;
	int rc = 0;

	if (depth == 0 || io_open_dir(dir, ".", &list) < 0)
		return left;
	while ((name = io_next_name(list, &rc))) {
		_cleanup_close_ int below = -1;
		struct stat st;

		if (sys_fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode))
			continue;
		below = sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		if (below >= 0)
			left += search(below, depth - 1, ret_removed);
	}
	closedir(list);
	return left;
}

size_t cgroup_remove_all_leftovers(int top, size_t *ret_removed)
{
	*ret_removed = 0;
	return search(top, SEARCH_DEPTH, ret_removed);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts that exec reads before it changes anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "kernel/user_read.h"
#include "netns/home_record.h"
#include "netns/store.h"
#include "netns/uplinks.h"
#include "output/diag.h"
#include "xnetns/exec.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

int exec_read_user(const struct xnetns *request, struct user *ret, struct diag *diag)
{
	*ret = (struct user){ .uid = 0 };
	return request->user ? user_read(request->user, ret, diag) : 0;
}

/* Warns of a file that /etc lacks: most likely its name is misspelt, and no program opens it. */
static void warn_without_namesake(int etc, const char *dir, const char *name)
{
	struct stat st;

	if (sys_fstatat(etc, name, &st, AT_SYMLINK_NOFOLLOW) == -ENOENT)
		diag_warn("xnetns", "there is no /etc/%s that %s/%s could replace", name, dir, name);
}

/* The files for /etc: for a name of the system those of root, for a user's name the user's. */
static bool etc_of(const struct xnetns *request, const char *name, char *path, size_t size)
{
	char below[sizeof(".config/netns/") + NAME_MAX];

	if (!request->store)
		return (size_t)snprintf(path, size, "/etc/netns/%s", name) < size;
	snprintf(below, sizeof(below), "netns/%s", name);
	if (getenv("XDG_CONFIG_HOME"))
		return home_user_dir("XDG_CONFIG_HOME", below, path, size);
	snprintf(below, sizeof(below), ".config/netns/%s", name);
	return home_user_dir("HOME", below, path, size);
}

/* Sets facts->etc if that directory has files. 0, or -errno with the diagnosis filled. */
static int read_etc(const struct xnetns *request, const char *name, struct exec_facts *facts,
		    struct diag *diag)
{
	_cleanup_close_ int etc = -1;
	char path[sizeof(facts->etc)];
	const char *entry;
	DIR *list = NULL;
	int rc;

	if (!etc_of(request, name, path, sizeof(path)))
		return 0;
	rc = io_open_dir(AT_FDCWD, path, &list);
	if (rc == -ENOENT)
		return 0;
	etc = sys_openat(AT_FDCWD, "/etc", O_PATH | O_DIRECTORY, 0);
	while (rc == 0 && (entry = io_next_name(list, &rc)) != NULL) {
		memcpy(facts->etc, path, sizeof(path));
		warn_without_namesake(etc, path, entry);
	}
	if (list)
		closedir(list);
	return rc < 0 ? diag_set(diag, -rc, "cannot read the directory '%s'", path) : 0;
}

/* Whether an uplink answers queries for names, and no file of the user's names other servers. */
static bool has_resolver(const struct xnetns *request, const char *name, const struct exec_facts *facts)
{
	char path[sizeof(facts->etc) + sizeof("/resolv.conf")];
	_cleanup_close_ int dir = -1;
	struct diag ignored;
	struct stat st;

	dir = uplinks_open(request->store ? &request->store->home : NULL, false, &ignored);
	snprintf(path, sizeof(path), "%s/resolv.conf", facts->etc);
	return uplinks_runs(dir, name) &&
	       (!facts->etc[0] || sys_fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) == -ENOENT);
}

int exec_read_facts(const struct xnetns *request, const char *name, struct exec_facts *ret,
		    struct diag *diag)
{
	bool is_name = xnetns_name_is_valid(name);
	int rc = 0;

	*ret = (struct exec_facts){ .ns = -1 };
	snprintf(ret->path, sizeof(ret->path), "%s%s", is_name ? STORE_DIR "/" : "", name);
	if (is_name && !opt_given(&request->given, OPT_NO_ETC))
		rc = read_etc(request, name, ret, diag);
	if (rc < 0)
		return rc;
	ret->resolver = is_name && !opt_given(&request->given, OPT_NO_ETC) && has_resolver(request, name, ret);
	ret->ns = xnetns_open_ns(name, diag);
	return ret->ns < 0 ? ret->ns : 0;
}

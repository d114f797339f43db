/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/user_read.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/bounded.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/sys.h"

static int no_user(const char *name, struct diag *diag)
{
	diag_set(diag, 0, "there is no user '%s'", name);
	return -ENOENT;
}

/* Another name of uid 0 is most likely a mistake, or a trap in the files of a target. */
static int check_uid(const struct user *user, const char *name, struct diag *diag)
{
	if (user->uid != 0 || strcmp(name, "root") == 0)
		return 0;
	diag_set(diag, 0, "cannot run as '%s': its uid is 0", name);
	diag_hint(diag, "if you want that, say root");
	return -EINVAL;
}

static int read_groups(struct user *user)
{
	int n = 0;

	/* The first call only counts the groups; more may be added before the second. */
	getgrouplist(user->name, user->gid, NULL, &n);
	for (int attempt = 0; attempt < 3 && n > 0; attempt++) {
		gid_t *larger = realloc(user->groups, (size_t)n * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		user->groups = larger;
		if (getgrouplist(user->name, user->gid, user->groups, &n) >= 0) {
			user->n_groups = (size_t)n;
			return 0;
		}
	}
	return -EIO;
}

int user_read(const char *name, struct user *ret, struct diag *diag)
{
	const struct passwd *entry;
	uint32_t uid;
	int rc;

	*ret = (struct user){ .uid = 0 };
	entry = parse_id(name, &uid) == 0 ? getpwuid(uid) : getpwnam(name);
	if (!entry)
		return no_user(name, diag);
	ret->uid = entry->pw_uid;
	ret->gid = entry->pw_gid;
	rc = check_uid(ret, name, diag);
	if (rc < 0)
		return rc;
	ret->name = strdup(entry->pw_name);
	ret->home = strdup(entry->pw_dir);
	rc = ret->name && ret->home ? read_groups(ret) : -ENOMEM;
	return rc < 0 ? diag_set(diag, -rc, "cannot read the groups of '%s'", name) : 0;
}

/* Opens it only if it is a regular file, and again by its descriptor: see inroot_open(). */
static int read_file(int root, const char *path, char **ret_text, struct diag *diag)
{
	_cleanup_close_ int found = inroot_open(root, path, 0), fd = -1;
	struct stat st;
	size_t len;
	int rc = found < 0 ? found : sys_fstat(found, &st);

	if (rc >= 0 && !S_ISREG(st.st_mode))
		rc = -EINVAL;
	if (rc >= 0)
		rc = fd = sys_openat(AT_FDCWD, FD_PATH(found), O_RDONLY | O_NONBLOCK, 0);
	if (rc >= 0)
		rc = bounded_read(fd, BOUNDED_TEXT, ret_text, &len);
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s of the target", path) : 0;
}

int user_read_in(int root, const char *name, struct user *ret, struct diag *diag)
{
	_cleanup_free_ char *passwd = NULL, *group = NULL;
	int rc;

	*ret = (struct user){ .uid = 0 };
	rc = read_file(root, "/etc/passwd", &passwd, diag);
	if (rc == 0)
		rc = read_file(root, "/etc/group", &group, diag);
	if (rc < 0)
		return rc;
	rc = user_find(passwd, name, ret);
	if (rc == -ENOENT)
		return no_user(name, diag);
	if (rc == 0)
		rc = check_uid(ret, name, diag);
	if (rc == -EINVAL)
		return rc;
	if (rc == 0)
		rc = user_find_groups(group, ret);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the user '%s'", name) : 0;
}

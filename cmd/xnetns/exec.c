/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: facts, and the way to the command. */
#include "xnetns/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "apply/apply.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "output/diag.h"
#include "plan/step.h"
#include "xnetns/xnetns.h"

/* ---- facts ---- */

static int read_groups(struct exec_user *user)
{
	user->n_groups = 0;
	/* The first call says how many there are; they may become more until the next. */
	getgrouplist(user->name, user->gid, NULL, &user->n_groups);
	for (int attempt = 0; attempt < 3 && user->n_groups > 0; attempt++) {
		gid_t *larger = realloc(user->groups, (size_t)user->n_groups * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		user->groups = larger;
		if (getgrouplist(user->name, user->gid, user->groups, &user->n_groups) >= 0)
			return 0;
	}
	return -EIO;
}

int exec_read_user(const struct xnetns *request, struct exec_user *ret, struct diag *diag)
{
	const struct passwd *entry;
	uint32_t uid;
	int rc;

	*ret = (struct exec_user){ .given = request->user != NULL };
	if (!request->user)
		return 0;
	entry = parse_id(request->user, &uid) == 0 ? getpwuid(uid) : getpwnam(request->user);
	if (!entry) {
		diag_set(diag, 0, "there is no user '%s'", request->user);
		return -ENOENT;
	}
	ret->uid = entry->pw_uid;
	ret->gid = entry->pw_gid;
	ret->name = strdup(entry->pw_name);
	ret->home = strdup(entry->pw_dir);
	rc = ret->name && ret->home ? read_groups(ret) : -ENOMEM;
	if (rc == 0)
		return 0;
	exec_free_user(ret);
	return diag_set(diag, -rc, "cannot read the groups of '%s'", request->user);
}

void exec_free_user(struct exec_user *user)
{
	free(user->name);
	free(user->home);
	free(user->groups);
	*user = (struct exec_user){ 0 };
}

/* Most likely a misspelt name: nobody will look for the file. It is shown all the same. */
static void warn_without_namesake(int etc, const char *dir, const char *name)
{
	struct stat st;

	if (sys_fstatat(etc, name, &st, AT_SYMLINK_NOFOLLOW) == -ENOENT)
		diag_warn("xnetns", "there is no /etc/%s for %s/%s to take the place of", name, dir,
			  name);
}

/* Whether /etc/netns/NAME has files; then facts->etc says so. */
static int read_etc(const char *name, struct exec_facts *facts, struct diag *diag)
{
	_cleanup_close_ int etc = -1;
	char path[sizeof(facts->etc)];
	const char *entry;
	DIR *list = NULL;
	int rc;

	snprintf(path, sizeof(path), "/etc/netns/%s", name);
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

int exec_read_facts(const struct xnetns *request, const char *name, struct exec_facts *ret,
		    struct diag *diag)
{
	int rc = xnetns_check_name(name, diag);

	*ret = (struct exec_facts){ .ns = -1 };
	if (rc < 0)
		return rc;
	snprintf(ret->path, sizeof(ret->path), STORE_DIR "/%s", name);
	if (!opt_given(&request->given, OPT_NO_ETC))
		rc = read_etc(name, ret, diag);
	if (rc < 0)
		return rc;
	ret->ns = store_open_ns(name, diag);
	return ret->ns < 0 ? ret->ns : 0;
}

/* ---- running ---- */

static int set_environment(const struct exec_user *user)
{
	if (!user->given)
		return 0;
	if (setenv("HOME", user->home, 1) < 0 || setenv("USER", user->name, 1) < 0 ||
	    setenv("LOGNAME", user->name, 1) < 0)
		return -ENOMEM;
	return 0;
}

/* What does not fit a command's own statuses: the environment could not be made. */
static int fail_before(struct diag *diag)
{
	if (diag->status == 0)
		diag->status = STATUS_USAGE;
	return xnetns_fail(diag);
}

int exec_one(const struct xnetns *request, const char *name, const struct exec_user *user,
	     char *const *argv)
{
	struct plan plan = { .n = 0 };
	struct exec_facts facts;
	struct diag diag;
	int wait_status, status, rc = exec_read_facts(request, name, &facts, &diag);

	if (rc < 0)
		return fail_before(&diag);
	facts.user = user;
	exec_plan(request, &facts, argv, &plan);
	if (opt_given(&request->given, OPT_EXPLAIN)) {
		status = applet_explain(&plan, request->explain_json);
	} else {
		fflush(stdout);
		rc = set_environment(user);
		if (rc < 0)
			diag_set(&diag, -rc, "cannot set the environment");
		else
			/* Returns only if it failed. */
			apply("xnetns", applet_fail, &plan, &diag, &wait_status);
		status = fail_before(&diag);
	}
	plan_free(&plan);
	cleanup_close(&facts.ns);
	return status;
}

int xnetns_exec(const struct xnetns *request)
{
	bool all = opt_given(&request->given, OPT_ALL);
	struct exec_user user;
	struct diag diag;
	int status;

	if (!all && request->n_operands == 0)
		diag_usage(&diag, "'exec' needs a name and a command");
	else if (request->n_operands < (all ? 1 : 2))
		diag_usage(&diag, "'exec' needs a command");
	else if (opt_given(&request->given, OPT_JOBS) && !all)
		diag_usage(&diag, "option '--jobs' needs '--all'");
	else if (exec_read_user(request, &user, &diag) == 0) {
		status = all ? exec_all(request, &user, request->operands) :
			       exec_one(request, request->operands[0], &user,
					request->operands + 1);
		exec_free_user(&user);
		return status;
	}
	return xnetns_fail(&diag);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and opens all facts before the first effect, because afterwards the same paths may mean
 * other files in another mount namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/guard.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "cause/cause.h"
#include "ids/environ.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

static int open_dir(const struct xnsenter_facts *facts, const char *path, const char *link,
		    struct diag *diag)
{
	int fd;

	if (!path)
		return target_open_dir(&facts->target, link, diag);
	fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the directory '%s'", path) : fd;
}

static int read_wdns(struct xnsenter_facts *facts, struct diag *diag)
{
	char path[PATH_MAX];
	ssize_t len = io_read_link(facts->target.dir, "cwd", path, sizeof(path));

	if (len < 0)
		return diag_set(diag, (int)-len, "cannot read /proc/%d/cwd",
				(int)facts->target.pid);
	facts->wdns = strdup(path);
	return facts->wdns ? 0 : diag_set(diag, ENOMEM, "cannot remember the directory");
}

/* Programs that are found in our own mount namespace are not the target's to choose. */
static enum environ_choice wanted_variables(const struct xnsenter *request,
					    const struct xnsenter_choice *choice)
{
	bool programs_are_theirs = choice->source[NS_MNT] != FROM_NOWHERE ||
				   opt_given(&request->given, OPT_ROOT);

	return request->all_env ? ENVIRON_ALL : programs_are_theirs ? ENVIRON_SAFE : ENVIRON_DATA;
}

static int read_environ(const struct xnsenter *request, const struct xnsenter_choice *choice,
			struct xnsenter_facts *facts, struct diag *diag)
{
	size_t len;
	int rc = target_read(&facts->target, "environ", &facts->environ_text, &len, diag);

	if (rc < 0)
		return rc;
	facts->environ = environ_split(facts->environ_text, len,
				       wanted_variables(request, choice), environ);
	return facts->environ ? 0 : diag_set(diag, ENOMEM, "cannot remember the environment");
}

static int read_context(struct xnsenter_facts *facts, struct diag *diag)
{
	_cleanup_close_ int fs_dir = sys_openat(AT_FDCWD, "/sys/fs/selinux", O_PATH, 0);
	struct statfs fs;
	size_t len;

	/* Without SELinux there is no context to follow. */
	if (fs_dir < 0 || sys_fstatfs(fs_dir, &fs) < 0 || (unsigned)fs.f_type != SELINUX_MAGIC)
		return 0;
	return target_read(&facts->target, "attr/current", &facts->context, &len, diag);
}

static int read_surroundings(const struct xnsenter *request, const struct xnsenter_choice *choice,
			     struct xnsenter_facts *facts, struct diag *diag)
{
	int rc = 0;

	if (opt_given(&request->given, OPT_ROOT))
		rc = facts->root = open_dir(facts, request->root, "root", diag);
	if (rc >= 0 && opt_given(&request->given, OPT_WD))
		rc = facts->wd = open_dir(facts, request->wd, "cwd", diag);
	if (rc >= 0 && opt_given(&request->given, OPT_WDNS) && !request->wdns)
		rc = read_wdns(facts, diag);
	if (rc >= 0 && opt_given(&request->given, OPT_ENV))
		rc = read_environ(request, choice, facts, diag);
	if (rc >= 0 && opt_given(&request->given, OPT_FOLLOW_CONTEXT))
		rc = read_context(facts, diag);
	if (rc >= 0 && opt_given(&request->given, OPT_JOIN_CGROUP))
		rc = facts->cgroup = target_open_cgroup(&facts->target, diag);
	return rc < 0 ? rc : 0;
}

/* Reads the shell: that of the environment which the program gets, otherwise ours. */
static int read_shell(struct xnsenter_facts *facts, struct diag *diag)
{
	struct caller caller;
	int rc;

	for (char **variable = facts->environ; variable && *variable; variable++)
		if (strncmp(*variable, "SHELL=/", 7) == 0) {
			facts->shell = strdup(*variable + 6);
			return facts->shell ? 0 :
					      diag_set(diag, ENOMEM, "cannot remember the shell");
		}
	rc = caller_read(&caller, CALLER_SHELL, diag);
	facts->shell = caller.shell;
	caller.shell = NULL;
	caller_free(&caller);
	return rc;
}

/* Whether the program may come from the owner of the target's user namespace. */
static bool runs_theirs(const struct opt_set *options)
{
	bool user = opt_given(options, OPT_ALL) || opt_given(options, OPT_NS + NS_USER) ||
		    opt_given(options, OPT_USER_PARENT);

	return !user && (opt_given(options, OPT_NS + NS_MNT) || opt_given(options, OPT_ROOT));
}

static void explain(const struct xnsenter *request, const struct xnsenter_facts *facts,
		    struct diag *diag)
{
	int flags = 0;

	for (int k = 0; k < NS_COUNT; k++)
		if (opt_given(&request->given, OPT_ALL) || opt_given(&request->given, OPT_NS + k))
			flags |= ns_types[k].flag;
	cause_explain_target(&facts->target, flags, runs_theirs(&request->given), diag);
}

/* The message about a name says all that there is to be said about its process. */
static int named_read(const struct xnsenter *request, struct xnsenter_facts *facts,
		      struct diag *diag)
{
	int rc = xnsenter_open_named(request, facts, diag);

	if (rc == 0)
		rc = xnsenter_wait(request, &facts->target, diag);
	/* While this waited, the target may have entered namespaces of others. */
	if (rc == 0)
		rc = xnsenter_check_named(request, facts, diag);
	return rc < 0 ? rc : xnsenter_compare(request, facts, diag);
}

int xnsenter_facts_read(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag)
{
	int rc = 0;

	*facts = (struct xnsenter_facts){
		.target = TARGET_NONE,
		.privileged = sys_geteuid() == 0,
		.has_image = GUARD_HAS_IMAGE,
		.root = -1,
		.wd = -1,
		.cgroup = -1,
		.user_ns = -1,
		.view_root = -1,
		.view_mounts = -1,
	};
	for (int k = 0; k < NS_COUNT; k++)
		facts->fds[k] = -1;
	if (request->pins) {
		rc = xnsenter_open_pins(request, facts, diag);
		if (rc < 0)
			return rc;
	}
	rc = xnsenter_open_named_net(request, facts, diag);
	if (rc < 0)
		return rc;
	if (request->target_name && xnsenter_needs_target(request))
		return named_read(request, facts, diag);
	if (request->pid && xnsenter_needs_target(request))
		rc = target_open(&facts->target, request->pid,
				 request->has_inode ? &request->inode : NULL, diag);
	if (rc == 0 && facts->target.pid) {
		rc = xnsenter_wait(request, &facts->target, diag);
		if (rc < 0)
			return rc;
	}
	if (rc == 0)
		rc = xnsenter_compare(request, facts, diag);
	if (rc < 0)
		explain(request, facts, diag);
	return rc;
}

int xnsenter_facts_open(const struct xnsenter *request, const struct xnsenter_choice *choice,
			struct xnsenter_facts *facts, struct diag *diag)
{
	int rc = xnsenter_open_namespaces(request, choice, facts, diag);

	if (rc == 0)
		rc = xnsenter_hold_user(request, choice, facts, diag);
	if (rc == 0)
		rc = read_surroundings(request, choice, facts, diag);
	if (rc == 0 && !request->program[0])
		rc = read_shell(facts, diag);
	if (rc == 0 && request->run_as)
		rc = xnsenter_user_read(request, choice, facts, diag);
	if (rc == 0 && opt_given(&request->given, OPT_ETC))
		rc = xnsenter_etc_read(request, choice, facts, diag);
	if (rc == 0 && request->view)
		rc = xnsenter_view_read(facts, diag);
	if (rc == 0 && opt_given(&request->given, OPT_LIKE_TARGET))
		rc = xnsenter_like_read(request, choice, facts, diag);
	if (rc == 0 && choice->keeps_ids)
		rc = xnsenter_ids_read(facts, &facts->ids, diag);
	facts->new_keyring = rc == 0 && choice->source[NS_USER] != FROM_NOWHERE &&
			     !opt_given(&request->given, OPT_KEEP_OUTSIDE_IDS) &&
			     xnsenter_is_others_ns(facts);
	if (rc == 0 && request->target_name)
		rc = xnsenter_check_named(request, facts, diag);
	/* If the target still lives, all data read by its PID is its own. */
	if (rc == 0 && facts->target.pid)
		rc = target_check(&facts->target, diag);
	if (rc < 0)
		explain(request, facts, diag);
	return rc;
}

void xnsenter_facts_free(struct xnsenter_facts *facts)
{
	target_close(&facts->target);
	for (int k = 0; k < NS_COUNT; k++)
		cleanup_close(&facts->fds[k]);
	cleanup_close(&facts->user_ns);
	cleanup_close(&facts->root);
	cleanup_close(&facts->wd);
	cleanup_close(&facts->cgroup);
	cleanup_close(&facts->view_root);
	cleanup_close(&facts->view_mounts);
	free(facts->wdns);
	free(facts->environ);
	free(facts->environ_text);
	free(facts->context);
	free(facts->shell);
	entered_ids_free(&facts->ids);
	user_free(&facts->user);
	like_free(&facts->like);
	free(facts->etc);
	free(facts->resolv_conf);
	free(facts->hosts);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that options of xnsenter imply, require and exclude. Pure. */
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "xnsenter/xnsenter.h"

static const struct opt_rule rules[] = {
	{ OPT_ALL, RULE_NEEDS, OPT_TARGET },
	{ OPT_NET_SOCKET, RULE_NEEDS, OPT_TARGET },
	{ OPT_CHILDREN, RULE_NEEDS, OPT_TARGET },
	{ OPT_WAIT, RULE_NEEDS, OPT_TARGET },
	{ OPT_NET_SOCKET, RULE_EXCLUDES, OPT_NS + NS_NET },
	{ OPT_ENV, RULE_NEEDS, OPT_TARGET },
	{ OPT_JOIN_CGROUP, RULE_NEEDS, OPT_TARGET },
	{ OPT_FOLLOW_CONTEXT, RULE_NEEDS, OPT_TARGET },
	{ OPT_KEEP_OUTSIDE_IDS, RULE_IMPLIES, OPT_PRESERVE_CREDENTIALS },
	{ OPT_LIKE_TARGET, RULE_NEEDS, OPT_TARGET },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_SETUID },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_SETGID },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_RUN_AS },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_PRESERVE_CREDENTIALS },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_KEEP_CAPS },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_CAP_DROP },
	{ OPT_LIKE_TARGET, RULE_EXCLUDES, OPT_CAP_ADD },
	{ OPT_VIEW, RULE_NEEDS, OPT_TARGET },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_NS + NS_MNT },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_NS + NS_PID },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_NS + NS_USER },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_USER_PARENT },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_ROOT },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_PINS },
	{ OPT_VIEW, RULE_EXCLUDES, OPT_CHILDREN },
	{ OPT_ETC, RULE_EXCLUDES, OPT_ALL },
	{ OPT_ETC, RULE_EXCLUDES, OPT_NS + NS_MNT },
	{ OPT_ETC, RULE_EXCLUDES, OPT_ROOT },
	{ OPT_ETC, RULE_EXCLUDES, OPT_PINS },
	{ OPT_MOUNT_PROC, RULE_NEEDS, OPT_NS + NS_PID },
	{ OPT_MOUNT_PROC, RULE_EXCLUDES, OPT_ALL },
	{ OPT_MOUNT_PROC, RULE_EXCLUDES, OPT_NS + NS_MNT },
	{ OPT_MOUNT_PROC, RULE_EXCLUDES, OPT_ROOT },
	{ OPT_MOUNT_PROC, RULE_EXCLUDES, OPT_PINS },
	{ OPT_MOUNT_PROC, RULE_EXCLUDES, OPT_NO_FORK },
	{ OPT_PTY, RULE_EXCLUDES, OPT_NO_FORK },
	{ OPT_WD, RULE_EXCLUDES, OPT_WDNS },
	{ OPT_CLEAR_ENV, RULE_EXCLUDES, OPT_ENV },
	{ OPT_RUN_AS, RULE_EXCLUDES, OPT_SETUID },
	{ OPT_RUN_AS, RULE_EXCLUDES, OPT_SETGID },
	{ OPT_RUN_AS, RULE_EXCLUDES, OPT_PRESERVE_CREDENTIALS },
	{ 0 },
};

/* The name of an option that refers to the target because it has no argument; or NULL. */
static const char *target_option(const struct xnsenter *request)
{
	const struct {
		int id;
		bool is_targets;
	} rows[] = {
		{ OPT_ROOT, !request->root },         { OPT_WD, !request->wd },
		{ OPT_WDNS, !request->wdns },         { OPT_SETUID, request->follow_uid },
		{ OPT_SETGID, request->follow_gid },
	};

	for (int k = 0; k < NS_COUNT; k++)
		if (request->choice[k].source == FROM_TARGET)
			return ns_types[k].option;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (opt_given(&request->given, rows[i].id) && rows[i].is_targets)
			return opt_row(xnsenter_options, rows[i].id)->name;
	return NULL;
}

bool xnsenter_needs_target(const struct xnsenter *request)
{
	static const int always[] = { OPT_ALL,      OPT_NET_SOCKET,  OPT_USER_PARENT,
				      OPT_ENV,      OPT_JOIN_CGROUP, OPT_FOLLOW_CONTEXT,
				      OPT_LIKE_TARGET, OPT_VIEW };

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (opt_given(&request->given, always[i]))
			return true;
	return request->has_inode || target_option(request);
}

static bool names_namespace(const struct xnsenter *request)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (request->choice[k].source != FROM_NOWHERE)
			return true;
	return false;
}

static bool asks_for_nothing(const struct xnsenter *request)
{
	static const int alone[] = {
		OPT_ALL,        OPT_NET_SOCKET, OPT_SETUID, OPT_SETGID,      OPT_ROOT,
		OPT_WD,         OPT_WDNS,       OPT_ENV,    OPT_JOIN_CGROUP, OPT_FOLLOW_CONTEXT,
		OPT_USER_PARENT, OPT_CAP_DROP,  OPT_CAP_ADD, OPT_NO_NEW_PRIVS, OPT_CLOSE_FDS,
		OPT_CLEAR_ENV,   OPT_RUN_AS, OPT_LIKE_TARGET, OPT_PINS, OPT_VIEW
	};

	for (size_t i = 0; i < ARRAY_LEN(alone); i++)
		if (opt_given(&request->given, alone[i]))
			return false;
	return !names_namespace(request);
}

/* A process id in the place of the program. */
static void hint_operand(const struct xnsenter *request, struct diag *diag)
{
	const char *operand = request->program ? request->program[0] : NULL;
	pid_t pid;

	if (operand && !request->pid && parse_pid(operand, &pid) == 0)
		diag_hint(diag, "process %d is named by --target %d (-t), before the program", (int)pid,
			  (int)pid);
}

/* --children and --wait concern namespaces of the target. */
static int check_children(const struct xnsenter *request, struct diag *diag)
{
	bool all = opt_given(&request->given, OPT_ALL);

	if (opt_given(&request->given, OPT_CHILDREN) && !all &&
	    request->choice[NS_PID].source != FROM_TARGET &&
	    request->choice[NS_TIME].source != FROM_TARGET)
		return diag_usage(diag, "option '--children' needs '--pid', '--time' or '--all', "
				  "without an argument");
	for (int k = 0; k < NS_COUNT && !all; k++)
		all = request->choice[k].source == FROM_TARGET;
	if (opt_given(&request->given, OPT_WAIT) && !all)
		return diag_usage(diag, "option '--wait' needs '--all', or a namespace of the target "
				  "to enter");
	return 0;
}

/* "rw:DIR"; a directory of that name is ./rw:DIR. */
static void read_view(struct xnsenter *request)
{
	static const char prefix[] = "rw:";

	request->view_writable = request->view && strncmp(request->view, prefix, strlen(prefix)) == 0;
	if (request->view_writable)
		request->view += strlen(prefix);
}

int xnsenter_apply_rules(struct xnsenter *request, struct diag *diag)
{
	int rc = opt_apply_rules(xnsenter_options, rules, &request->given, diag);
	const char *option;

	if (rc == 0)
		rc = rights_check(&request->rights, diag);
	if (rc < 0)
		return rc;
	read_view(request);
	if (request->view && !*request->view)
		return diag_usage(diag, "option '--view': 'rw:' is not a directory");
	if (request->like_word)
		request->like_filters =
			*request->like_word == 's' ? LIKE_FILTERS_COPIED : LIKE_FILTERS_LEFT;
	option = opt_given(&request->given, OPT_TARGET) ? NULL : target_option(request);
	if (option) {
		rc = diag_usage(diag, "option '--%s' needs '--target', or an argument", option);
		hint_operand(request, diag);
		return rc;
	}
	if (asks_for_nothing(request)) {
		rc = diag_usage(diag, "no namespace was asked for");
		hint_operand(request, diag);
		return rc;
	}
	rc = check_children(request, diag);
	if (rc < 0)
		return rc;
	if (opt_given(&request->given, OPT_USER_PARENT) &&
	    !opt_given(&request->given, OPT_TARGET) && !names_namespace(request) && !request->pins)
		return diag_usage(diag,
				  "option '--user-parent' needs '--target', or a namespace to "
				  "enter");
	if (opt_given(&request->given, OPT_NET_SOCKET)) {
		opt_put(&request->given, OPT_NS + NS_NET);
		request->choice[NS_NET].source = FROM_SOCKET;
	}
	if (opt_given(&request->given, OPT_ETC) && !opt_given(&request->given, OPT_NS + NS_NET))
		return diag_usage(diag, "option '--etc' needs '--net' or '--net-socket'");
	return 0;
}

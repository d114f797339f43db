/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules between xunshare's options. Pure. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "xunshare/xunshare.h"

static const struct opt_rule rules[] = {
	{ OPT_FORWARD_SIGNALS, RULE_IMPLIES, OPT_FORK },
	{ OPT_KILL_CHILD, RULE_IMPLIES, OPT_FORK },
	{ OPT_INIT, RULE_IMPLIES, OPT_FORK },
	{ OPT_PTY, RULE_IMPLIES, OPT_FORWARD_SIGNALS },
	{ OPT_PIDFILE, RULE_IMPLIES, OPT_FORK },
	{ OPT_START_FD, RULE_IMPLIES, OPT_FORK },
	{ OPT_STATUS_FD, RULE_IMPLIES, OPT_FORK },
	{ OPT_MEMORY, RULE_IMPLIES, OPT_FORK },
	{ OPT_PIDS_LIMIT, RULE_IMPLIES, OPT_FORK },
	{ OPT_CPUS, RULE_IMPLIES, OPT_FORK },
	{ OPT_LIMIT, RULE_IMPLIES, OPT_FORK },
	{ OPT_CGROUP_PARENT, RULE_IMPLIES, OPT_FORK },
	{ OPT_INIT, RULE_IMPLIES, OPT_NS + NS_PID },
	{ OPT_MOUNT_PROC, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_LOAD_INTERP, RULE_IMPLIES, OPT_MOUNT_BINFMT },
	{ OPT_MOUNT_BINFMT, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_MOUNT_BINFMT, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_PIVOT, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_BIND, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_RO_BIND, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_DEV_BIND, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_TMPFS, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_DEV, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_OVERLAY, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_SYMLINK, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_MAP_USER, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_GROUP, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_ROOT_USER, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_CURRENT_USER, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_AUTO, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_SUBIDS, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_USERS, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_MAP_GROUPS, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_OWNER, RULE_IMPLIES, OPT_NS + NS_USER },
	{ OPT_SETGROUPS, RULE_NEEDS, OPT_NS + NS_USER },
	{ OPT_HOSTNAME, RULE_IMPLIES, OPT_NS + NS_UTS },
	{ OPT_UP, RULE_IMPLIES, OPT_NS + NS_NET },
	{ OPT_PUBLISH, RULE_IMPLIES, OPT_UPLINK },
	{ OPT_HOST_LOOPBACK, RULE_IMPLIES, OPT_UPLINK },
	{ OPT_UPLINK, RULE_IMPLIES, OPT_NS + NS_MNT },
	{ OPT_UPLINK, RULE_IMPLIES, OPT_UP },
	{ OPT_UPLINK, RULE_IMPLIES, OPT_KILL_CHILD },
	{ OPT_MONOTONIC, RULE_NEEDS, OPT_NS + NS_TIME },
	{ OPT_BOOTTIME, RULE_NEEDS, OPT_NS + NS_TIME },
	{ OPT_WHITELIST_ENV, RULE_IMPLIES, OPT_CLEAR_ENV },
	{ OPT_SETUP, RULE_IMPLIES, OPT_FORK },
	{ OPT_DISABLE_USERNS, RULE_NEEDS, OPT_NS + NS_USER },
	{ OPT_RUN_AS, RULE_EXCLUDES, OPT_SETUID },
	{ OPT_RUN_AS, RULE_EXCLUDES, OPT_SETGID },
	{ OPT_DROP, RULE_EXCLUDES, OPT_RUN_AS },
	{ OPT_DROP, RULE_EXCLUDES, OPT_SETUID },
	{ OPT_DROP, RULE_EXCLUDES, OPT_SETGID },
	{ OPT_DROP, RULE_EXCLUDES, OPT_KEEP_CAPS },
	{ OPT_DROP, RULE_EXCLUDES, OPT_OWNER },
	{ OPT_EXPLAIN, RULE_EXCLUDES, OPT_CHECK },
	{ 0 },
};

/* The name of a given option that requests the map of a single group. */
static const char *single_group_option(const struct xunshare *request)
{
	if (opt_given(&request->given, OPT_MAP_GROUP))
		return "map-group";
	return opt_given(&request->given, OPT_MAP_ROOT_USER) ? "map-root-user" : "map-current-user";
}

int xunshare_apply_rules(struct xunshare *request, struct diag *diag)
{
	int rc;

	/* The default mount point of binfmt_misc is in /proc, so that must be a new proc, too. */
	if ((opt_given(&request->given, OPT_MOUNT_BINFMT) ||
	     opt_given(&request->given, OPT_LOAD_INTERP)) &&
	    !request->binfmt_dir)
		opt_put(&request->given, OPT_MOUNT_PROC);
	if (mounts_want_lock(request))
		opt_put(&request->given, OPT_FORK);
	rc = opt_apply_rules(xunshare_options, rules, &request->given, diag);
	if (rc == 0)
		rc = rights_check(&request->rights, diag);
	if (rc == 0)
		rc = xunshare_prepare_uplink(request, diag);
	if (rc < 0)
		return rc;
	/* With --owner the map is written with privileges, which needs no "deny". */
	if (request->groups.single != SINGLE_NONE && request->groups.n == 0 && request->setgroups &&
	    strcmp(request->setgroups, "allow") == 0 &&
	    !opt_given(&request->given, OPT_OWNER)) {
		diag_usage(diag, "options '--setgroups=allow' and '--%s' exclude each other",
			   single_group_option(request));
		diag_hint(diag,
			  "leave out --setgroups=allow: the kernel accepts the map of a single "
			  "group only if setgroups is denied");
		return -EINVAL;
	}
	/* pivot_root(2) fails if the parent mount of either root is shared. */
	if (opt_given(&request->given, OPT_PIVOT) && request->propagation &&
	    strcmp(request->propagation, "shared") == 0)
		return diag_usage(diag, "options '--pivot' and '--propagation=shared' exclude each "
				  "other");
	rc = mounts_apply_rules(request, diag);
	if (rc < 0)
		return rc;
	if (opt_given(&request->given, OPT_DROP) && !opt_given(&request->given, OPT_NS + NS_USER)) {
		diag_usage(diag, "option '--drop' needs '--user': there is no other user namespace "
				 "to have rights over");
		diag_hint(diag, "use -S and -G to run the program as another user");
		return -EINVAL;
	}
	if (request->pin_set && !xunshare_flags(request))
		return diag_usage(diag, "option '--pins' needs a namespace to create");
	if (request->pin_set && opt_given(&request->given, OPT_NS + NS_PID))
		opt_put(&request->given, OPT_FORK);
	if (request->pins[NS_PID] && !opt_given(&request->given, OPT_FORK))
		return diag_usage(diag, "option '--pid=%s' needs '--fork': a pid namespace can be "
				  "pinned once it has a process", request->pins[NS_PID]);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of all applets. They share one numbering, so that an id means the same in each of
 * them. The tables give the ids their names.
 */
#ifndef XNS_OPTIONS_H
#define XNS_OPTIONS_H

#include "base/ns.h"
#include "opt/opt.h"

/* In alphabetical order. An id has the same long name in every table. */
enum option_id {
	/* The options --mount to --time have the ids OPT_NS + enum ns_type. */
	OPT_NS = 1,
	OPT_ADDRESS = OPT_NS + NS_COUNT,
	OPT_ALL,
	OPT_BATCH,
	OPT_BIND,
	OPT_BOOTTIME,
	OPT_CAP_ADD,
	OPT_CAP_DROP,
	OPT_CHECK,
	OPT_CLEAR_ENV,
	OPT_CLOSE_FDS,
	OPT_COLOR,
	OPT_COMPARE,
	OPT_COMPAT,
	OPT_COMPLETE,
	OPT_DEEP,
	OPT_DETAILS,
	OPT_DEV,
	OPT_DEV_BIND,
	OPT_DISABLE_USERNS,
	OPT_DOT,
	OPT_DROP,
	OPT_DRY_RUN,
	OPT_ENV,
	OPT_EXISTS_OK,
	OPT_EXPLAIN,
	OPT_FILTER,
	OPT_FOLLOW_CONTEXT,
	OPT_FORCE,
	OPT_FORK,
	OPT_FORWARD_SIGNALS,
	OPT_HELP,
	OPT_HOSTNAME,
	OPT_INIT,
	OPT_INSTALL,
	OPT_JOBS,
	OPT_JOIN_CGROUP,
	OPT_JSON,
	OPT_KEEP_CAPS,
	OPT_KEEP_OUTSIDE_IDS,
	OPT_KILL,
	OPT_KILL_CHILD,
	OPT_LIST,
	OPT_LIST_APPLETS, /* xns --list; OPT_LIST is a way to show namespaces */
	OPT_LIST_COLUMNS,
	OPT_LOAD_INTERP,
	OPT_MAP_AUTO,
	OPT_MAP_CURRENT_USER,
	OPT_MAP_GROUP,
	OPT_MAP_GROUPS,
	OPT_MAP_ROOT_USER,
	OPT_MAP_SUBIDS,
	OPT_MAP_USER,
	OPT_MAP_USERS,
	OPT_MONOTONIC,
	OPT_MOUNT_BINFMT,
	OPT_MOUNT_PROC,
	OPT_MTU,
	OPT_NAMES,
	OPT_NET_SOCKET,
	OPT_NETNS,
	OPT_NO_ETC,
	OPT_NO_FDS,
	OPT_NO_FORK,
	OPT_NO_NEW_PRIVS,
	OPT_NO_SYSFS,
	OPT_NOHEADINGS,
	OPT_NOTRUNCATE,
	OPT_NOWRAP,
	OPT_OUTPUT,
	OPT_OUTPUT_ALL,
	OPT_OVERLAY,
	OPT_OWNER,
	OPT_PERSISTENT,
	OPT_PIDFILE,
	OPT_PIVOT,
	OPT_PRESERVE_CREDENTIALS,
	OPT_PRETTY,
	OPT_PROPAGATION,
	OPT_PTY,
	OPT_RAW,
	OPT_RO_BIND,
	OPT_ROOT,
	OPT_RUN_AS,
	OPT_SCAN,
	OPT_SECCOMP,
	OPT_SETGID,
	OPT_SETGROUPS,
	OPT_SETUID,
	OPT_START_FD,
	OPT_STATUS_FD,
	OPT_SETUP,
	OPT_STRICT,
	OPT_SYMLINK,
	OPT_TARGET,
	OPT_TASK,
	OPT_TMPFS,
	OPT_TREE,
	OPT_TYPE,
	OPT_UNSEEN,
	OPT_UP,
	OPT_USER_NAME, /* xnetns exec --user NAME; in other applets --user is OPT_NS + NS_USER */
	OPT_USER_PARENT,
	OPT_VERBOSE,
	OPT_VERSION,
	OPT_WAIT,
	OPT_WD,
	OPT_WDNS,
	OPT_WHITELIST_ENV,
	OPT_COUNT,
};
_Static_assert((int)OPT_COUNT <= OPT_ID_MAX, "an opt_set has a bit for each option");

extern const struct opt doctor_options[];
extern const struct opt xnetns_options[];
extern const struct opt xnsenter_options[];
extern const struct opt xnsls_options[];
extern const struct opt xunshare_options[];

#endif

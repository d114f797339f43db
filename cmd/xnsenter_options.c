/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter's option table and the rules between its options. */
#include "xnsenter.h"

#define NS_METAVAR "FILE|:NSID"

const struct opt xnsenter_options[] = {
	{ .help = "Namespaces" },
	{ ENTER_TARGET, 't', "target", ARG_REQUIRED, VALUE_PID, "PID[:INODE]",
	  "the process whose namespaces are entered; INODE is that of its pidfd" },
	{ ENTER_ALL, 'a', "all", ARG_NONE, VALUE_NONE, NULL,
	  "enter all namespaces of the target" },
	{ ENTER_NS + NS_MNT, 'm', "mount", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a mount namespace" },
	{ ENTER_NS + NS_UTS, 'u', "uts", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a UTS namespace (host name)" },
	{ ENTER_NS + NS_IPC, 'i', "ipc", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter an IPC namespace" },
	{ ENTER_NS + NS_NET, 'n', "net", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a network namespace" },
	{ ENTER_NS + NS_PID, 'p', "pid", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a pid namespace" },
	{ ENTER_NS + NS_USER, 'U', "user", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a user namespace" },
	{ ENTER_NS + NS_CGROUP, 'C', "cgroup", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a cgroup namespace" },
	{ ENTER_NS + NS_TIME, 'T', "time", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a time namespace; each of these is the target's, that of FILE, or the one with "
	  "the id NSID" },
	{ ENTER_NET_SOCKET, 'N', "net-socket", ARG_REQUIRED, VALUE_TEXT, "FD",
	  "enter the network namespace of the target's socket FD" },
	{ ENTER_USER_PARENT, 0, "user-parent", ARG_NONE, VALUE_NONE, NULL,
	  "enter the user namespace that owns the first one entered; with --user its parent" },

	{ .help = "Users and groups" },
	{ ENTER_SETUID, 'S', "setuid", ARG_REQUIRED, VALUE_USER, "UID|follow",
	  "run as this user, or as the target's" },
	{ ENTER_SETGID, 'G', "setgid", ARG_REQUIRED, VALUE_GROUP, "GID|follow",
	  "run as this group, or as the target's" },
	{ ENTER_PRESERVE, 0, "preserve-credentials", ARG_NONE, VALUE_NONE, NULL,
	  "leave ids and groups alone; entering a user namespace makes both 0 otherwise" },
	{ ENTER_KEEP_CAPS, 0, "keep-caps", ARG_NONE, VALUE_NONE, NULL,
	  "keep the capabilities that entering a user namespace gave" },

	{ .help = "Surroundings" },
	{ ENTER_ROOT, 'r', "root", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "run with the target's root directory, or with DIR" },
	{ ENTER_WD, 'w', "wd", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "run in the target's working directory, or in DIR" },
	{ ENTER_WDNS, 'W', "wdns", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "the same, looked up inside the namespaces" },
	{ ENTER_ENV, 'e', "env", ARG_OPTIONAL_LONG, VALUE_WORDS, "all",
	  "take the target's environment, without what steers the loader; all: with it" },
	{ ENTER_JOIN_CGROUP, 'c', "join-cgroup", ARG_NONE, VALUE_NONE, NULL,
	  "move into the target's cgroup" },
	{ ENTER_FOLLOW_CONTEXT, 'Z', "follow-context", ARG_NONE, VALUE_NONE, NULL,
	  "run with the target's SELinux context" },
	{ ENTER_NO_FORK, 'F', "no-fork", ARG_NONE, VALUE_NONE, NULL,
	  "do not fork when a pid namespace is entered" },

	{ ENTER_PTY, 0, "pty", ARG_NONE, VALUE_NONE, NULL,
	  "give the program a terminal of its own, proxied to ours" },

	{ .help = "Information" },
	{ ENTER_EXPLAIN, 0, "explain", ARG_OPTIONAL, VALUE_WORDS, "json",
	  "print what would be done, step by step, and do nothing" },
	{ ENTER_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help" },
	{ ENTER_VERSION, 'V', "version", ARG_NONE, VALUE_NONE, NULL, "print the version" },
	{ 0 },
};

const struct opt_rule xnsenter_rules[] = {
	{ ENTER_ALL, RULE_NEEDS, ENTER_TARGET },
	{ ENTER_NET_SOCKET, RULE_NEEDS, ENTER_TARGET },
	{ ENTER_NET_SOCKET, RULE_EXCLUDES, ENTER_NS + NS_NET },
	{ ENTER_ENV, RULE_NEEDS, ENTER_TARGET },
	{ ENTER_JOIN_CGROUP, RULE_NEEDS, ENTER_TARGET },
	{ ENTER_FOLLOW_CONTEXT, RULE_NEEDS, ENTER_TARGET },
	{ ENTER_PTY, RULE_EXCLUDES, ENTER_NO_FORK },
	{ ENTER_WD, RULE_EXCLUDES, ENTER_WDNS },
	{ 0 },
};

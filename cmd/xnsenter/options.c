/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option table of xnsenter. */
#include "xnsenter/xnsenter.h"

#define NS_METAVAR "FILE|:NSID"

const struct opt xnsenter_options[] = {
	{ .help = "Namespaces" },
	{ OPT_TARGET, 't', "target", ARG_REQUIRED, VALUE_PID, "PID[:INODE]|NAME",
	  "the target process; INODE is that of its pidfd; NAME is unit:UNIT, container:NAME, "
	  "machine:NAME or cgroup:PATH", SINCE_OLDEST },
	{ OPT_ALL, 'a', "all", ARG_NONE, VALUE_NONE, NULL,
	  "enter all namespaces of the target", SINCE_OLDEST },
	{ OPT_NS + NS_MNT, 'm', "mount", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a mount namespace", SINCE_OLDEST },
	{ OPT_NS + NS_UTS, 'u', "uts", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a UTS namespace (host name)", SINCE_OLDEST },
	{ OPT_NS + NS_IPC, 'i', "ipc", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter an IPC namespace", SINCE_OLDEST },
	{ OPT_NS + NS_NET, 'n', "net", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a network namespace", SINCE_OLDEST },
	{ OPT_NS + NS_PID, 'p', "pid", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a pid namespace", SINCE_OLDEST },
	{ OPT_NS + NS_USER, 'U', "user", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a user namespace", SINCE_OLDEST },
	{ OPT_NS + NS_CGROUP, 'C', "cgroup", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a cgroup namespace", SINCE_OLDEST },
	{ OPT_NS + NS_TIME, 'T', "time", ARG_OPTIONAL, VALUE_FILE, NS_METAVAR,
	  "enter a time namespace (offsets of clocks)", SINCE_OLDEST },
	{ OPT_NET_SOCKET, 'N', "net-socket", ARG_REQUIRED, VALUE_TEXT, "FD",
	  "enter the network namespace of target socket FD", SINCE_NEWEST },
	{ OPT_USER_PARENT, 0, "user-parent", ARG_NONE, VALUE_NONE, NULL,
	  "enter the owner of the first namespace that is entered; with --user: the parent user "
	  "namespace", SINCE_NEWEST },

	{ .help = "Users and groups" },
	{ OPT_SETUID, 'S', "setuid", ARG_REQUIRED, VALUE_USER, "UID|follow",
	  "run as this user; follow: as the target's user", SINCE_OLDEST },
	{ OPT_SETGID, 'G', "setgid", ARG_REQUIRED, VALUE_GROUP, "GID|follow",
	  "run as this group; follow: as the target's group", SINCE_OLDEST },
	{ OPT_PRESERVE_CREDENTIALS, 0, "preserve-credentials", ARG_NONE, VALUE_NONE, NULL,
	  "keep ids and groups; default: a user namespace is entered with ids 0 and without "
	  "groups", SINCE_OLDEST },
	{ OPT_KEEP_OUTSIDE_IDS, 0, "keep-outside-ids", ARG_NONE, VALUE_NONE, NULL,
	  "keep even ids that the user namespace does not map; only if you trust all processes in "
	  "it" },
	{ OPT_KEEP_CAPS, 0, "keep-caps", ARG_NONE, VALUE_NONE, NULL,
	  "keep the capabilities of the user namespace", SINCE_NEWEST },

	{ .help = "Environment of the program" },
	{ OPT_ROOT, 'r', "root", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "run with the target's root directory, or with DIR", SINCE_OLDEST },
	{ OPT_WD, 'w', "wd", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "run in the target's working directory, or in DIR", SINCE_OLDEST },
	{ OPT_WDNS, 'W', "wdns", ARG_OPTIONAL, VALUE_DIR, "DIR",
	  "like --wd, but resolve the path inside", SINCE_OLDEST },
	{ OPT_ENV, 'e', "env", ARG_OPTIONAL_LONG, VALUE_WORDS, "all",
	  "use the target's environment, without LD_* and similar variables; all: with them",
	  SINCE_NEWEST },
	{ OPT_JOIN_CGROUP, 'c', "join-cgroup", ARG_NONE, VALUE_NONE, NULL,
	  "move into the target's cgroup", SINCE_NEWEST },
	{ OPT_FOLLOW_CONTEXT, 'Z', "follow-context", ARG_NONE, VALUE_NONE, NULL,
	  "run with the target's SELinux context", SINCE_OLDEST },
	{ OPT_NO_FORK, 'F', "no-fork", ARG_NONE, VALUE_NONE, NULL,
	  "do not fork when a pid namespace is entered", SINCE_OLDEST },

	{ OPT_PTY, 0, "pty", ARG_NONE, VALUE_NONE, NULL,
	  "run the program in a new pseudoterminal" },

	{ .help = "Information" },
	{ OPT_EXPLAIN, 0, "explain", ARG_OPTIONAL, VALUE_WORDS, "json",
	  "print the steps, and perform none of them" },
	{ OPT_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help", SINCE_OLDEST },
	{ OPT_VERSION, 'V', "version", ARG_NONE, VALUE_NONE, NULL, "print the version",
	  SINCE_OLDEST },
	{ 0 },
};

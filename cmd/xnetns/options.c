/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option table of xnetns. */
#include <stddef.h>

#include "xnetns/xnetns.h"

const struct opt xnetns_options[] = {
	{ OPT_JSON, 'j', "json", ARG_NONE, VALUE_NONE, NULL, "print JSON", SINCE_OLDEST },
	{ OPT_PRETTY, 'p', "pretty", ARG_NONE, VALUE_NONE, NULL, "with --json: print indented lines",
	  SINCE_OLDEST },
	{ OPT_NETNS, 'n', "netns", ARG_REQUIRED, VALUE_NETNS, "NAME",
	  "run the xnetns command inside this namespace", SINCE_OLDEST },
	{ OPT_ALL, 'a', "all", ARG_NONE, VALUE_NONE, NULL, "delete, exec: use all names",
	  SINCE_OLDEST },
	{ OPT_BATCH, 'b', "batch", ARG_REQUIRED, VALUE_FILE, "FILE",
	  "read commands from FILE, one per line; -: standard input", SINCE_OLDEST,
	  INTO(struct xnetns, batch) },
	{ OPT_DETAILS, 'd', "details", ARG_NONE, VALUE_NONE, NULL,
	  "print without a terminal what else is printed on one only", SINCE_OLDEST },
	{ OPT_FORCE, 'f', "force", ARG_NONE, VALUE_NONE, NULL,
	  "with --batch: continue after a command that failed", SINCE_OLDEST },

	{ .help = "add" },
	{ OPT_UP, 0, "up", ARG_NONE, VALUE_NONE, NULL, "bring the loopback device up" },
	{ OPT_EXISTS_OK, 0, "exists-ok", ARG_NONE, VALUE_NONE, NULL,
	  "do not fail if the name already exists" },

	{ .help = "connect" },
	{ OPT_ADDRESS, 0, "address", ARG_REQUIRED, VALUE_TEXT, "CIDR,CIDR",
	  "give the two ends these addresses; may be repeated" },
	{ OPT_NAMES, 0, "names", ARG_REQUIRED, VALUE_TEXT, "NAME,NAME",
	  "call the two ends so (default: as the namespace at the other end)" },
	{ OPT_MTU, 0, "mtu", ARG_REQUIRED, VALUE_TEXT, "BYTES", "the largest packet" },

	{ .help = "delete" },
	{ OPT_KILL, 0, "kill", ARG_OPTIONAL, VALUE_SIGNAL, "SIGNAL",
	  "first send SIGNAL (default: TERM) to its processes" },
	{ OPT_WAIT, 0, "wait", ARG_REQUIRED, VALUE_TEXT, "SECONDS",
	  "with --kill: wait this long for them (default: 10)" },

	{ .help = "exec" },
	{ OPT_RUN_AS, 0, "run-as", ARG_REQUIRED, VALUE_USER, "NAME",
	  "run as this user, with the user's groups and HOME",
	  INTO(struct xnetns, user) },
	{ OPT_USER_NAME, 0, "user", ARG_REQUIRED, VALUE_USER, "NAME", "another name of --run-as",
	  INTO(struct xnetns, user) },
	{ OPT_NO_SYSFS, 0, "no-sysfs", ARG_NONE, VALUE_NONE, NULL,
	  "do not mount a sysfs of the namespace at /sys" },
	{ OPT_NO_ETC, 0, "no-etc", ARG_NONE, VALUE_NONE, NULL,
	  "do not show the files of /etc/netns/NAME in /etc" },
	{ OPT_JOBS, 0, "jobs", ARG_REQUIRED, VALUE_TEXT, "NUMBER",
	  "with --all: run this many at a time (default: 1)" },

	{ .help = "gc" },
	{ OPT_DRY_RUN, 0, "dry-run", ARG_NONE, VALUE_NONE, NULL,
	  "print what would be removed, and remove nothing" },
	{ OPT_UNSEEN, 0, "unseen", ARG_NONE, VALUE_NONE, NULL,
	  "remove these names, even if another mount namespace may have them mounted" },

	{ .help = "uplink" },
	{ OPT_PUBLISH, 0, "publish", ARG_REQUIRED, VALUE_TEXT, "[ADDR:]PORT[:PORT][/udp]",
	  "let this port lead to the port inside; may be repeated" },
	{ OPT_HOST_LOOPBACK, 0, "host-loopback", ARG_NONE, VALUE_NONE, NULL,
	  "let programs reach what listens on the loopback here" },
	{ OPT_OFF, 0, "off", ARG_NONE, VALUE_NONE, NULL, "end the uplink" },

	{ .help = "add, attach, connect, delete, disconnect, exec, gc, set, uplink" },
	{ OPT_EXPLAIN, 0, "explain", ARG_OPTIONAL, VALUE_WORDS, "json",
	  "print the steps, and perform none of them" },

	{ .help = "Ordinary users" },
	{ OPT_USER_STORE, 0, "user-store", ARG_NONE, VALUE_NONE, NULL,
	  "use your own names, also if the system has the same" },
	{ OPT_SYSTEM, 0, "system", ARG_NONE, VALUE_NONE, NULL, "use the system's names only" },

	{ .help = "Information" },
	{ OPT_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help", SINCE_OLDEST },
	{ OPT_VERSION, 'V', "version", ARG_NONE, VALUE_NONE, NULL, "print the version",
	  SINCE_OLDEST },
	{ 0 },
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that the tests of opt.h have in common. */
#ifndef XNS_UNIT_OPT_UNIT_H
#define XNS_UNIT_OPT_UNIT_H

#include "diag_unit.h"
#include "opt/opt.h"
#include "unit.h"

enum {
	ID_MOUNT = 1,
	ID_NET,
	ID_USER,
	ID_FORK,
	ID_KILL_CHILD,
	ID_MAP_USER,
	ID_MAP_USERS,
	ID_SETUID,
	ID_TIME,
	ID_MONOTONIC,
	ID_OLD,
	ID_HELP,
	ID_LAST = OPT_ID_MAX - 1,
};

static const struct opt table[] = {
	{ .help = "Namespaces" },
	{ ID_MOUNT, 'm', "mount", ARG_OPTIONAL_LONG, VALUE_FILE, "FILE",
	  "create a mount namespace, and pin it at FILE" },
	{ ID_NET, 'n', "net", ARG_OPTIONAL, VALUE_FILE, "FILE", "enter a network namespace" },
	{ ID_USER, 'U', "user", ARG_NONE, VALUE_NONE, NULL, "create a user namespace" },
	{ ID_TIME, 'T', "time", ARG_NONE, VALUE_NONE, NULL, "create a time namespace" },
	{ .help = "The program" },
	{ ID_FORK, 'f', "fork", ARG_NONE, VALUE_NONE, NULL, "run the program in a child" },
	{ ID_KILL_CHILD, 0, "kill-child", ARG_OPTIONAL, VALUE_SIGNAL, "SIGNAL",
	  "send SIGNAL to the child when xunshare dies; the default is KILL; implies --fork" },
	{ ID_MAP_USER, 0, "map-user", ARG_REQUIRED, VALUE_USER, "UID|NAME", "map one user id" },
	{ ID_MAP_USERS, 0, "map-users", ARG_REQUIRED, VALUE_TEXT,
	  "INNER:OUTER:COUNT|auto|subids|all", "map blocks of user ids" },
	{ ID_SETUID, 'S', "setuid", ARG_REQUIRED, VALUE_USER, "UID", "set the user id" },
	{ ID_MONOTONIC, 0, "monotonic", ARG_REQUIRED, VALUE_TEXT, NULL, "clock\noffset" },
	{ ID_OLD, 0, "old", ARG_NONE, VALUE_NONE, NULL, NULL },
	{ ID_LAST, 'z', "last", ARG_NONE, VALUE_NONE, NULL, "the highest id" },
	{ ID_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "show this" },
	{ 0 },
};

#endif

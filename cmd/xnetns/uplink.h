/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uplink: connects a named network to the network of the caller. A process of ours keeps it. */
#ifndef XNS_XNETNS_UPLINK_H
#define XNS_XNETNS_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "uplink/pasta.h"

struct diag;
struct home;

/* One uplink. */
struct uplink_job {
	const char *name;          /* borrowed */
	const struct uplink *wants; /* borrowed */
	struct home *home;         /* the user's, or NULL for the system's (borrowed) */
	char **command;            /* of pasta, see pasta_command() (owned) */
	char *ports;               /* as in its record (owned) */
	int ns;                    /* the network namespace (owned) */
	int lock;                  /* the directory of records, locked; the keeper has it until it is ready (borrowed) */
	bool after_kill;           /* the pasta of a keeper that was killed may still be ending */
	uint64_t ino;              /* its inode number */
};

/* cmd/xnetns/uplink_keeper.c: starts the process that keeps the uplink. 0 when it is ready, or -errno diagnosed. */
int uplink_keeper_start(const struct uplink_job *job, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor: the changes of an ordinary user's names, seen by their records. */
#ifndef XNS_XNETNS_OWN_H
#define XNS_XNETNS_OWN_H

#include <stddef.h>
#include <stdint.h>

struct diag;

/* Empty if all zero but the descriptor. */
struct own {
	struct own_name *list; /* owned */
	size_t n, room;
	int anchor; /* owned: a pidfd, readable when the anchor has ended; or -1 */
};

#define OWN_NONE { .anchor = -1 }

/* event: "add", "delete", "changed" or "stale". */
typedef void own_report(const char *event, const char *name, void *arg);

/*
 * Has inotify report the next change of the records, and compares them with those of the last call; report
 * may be NULL. 0, or -errno with the diagnosis filled.
 */
int own_look(struct own *own, int inotify, own_report *report, void *arg, struct diag *diag);

void own_free(struct own *own);

#endif

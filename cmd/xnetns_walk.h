/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through all names with their nsids. Fast: a host may have thousands. */
#ifndef XNS_XNETNS_WALK_H
#define XNS_XNETNS_WALK_H

#include <stdbool.h>
#include <stdint.h>

struct diag;

/* nsid is NETNSID_NONE where this network namespace has no id for the name's. */
typedef void walk_seen(const char *name, bool stale, int32_t nsid, void *arg);

/*
 * Calls seen for each namespace and each stale name, in the order of the directory; other files are
 * passed over. No directory is no names. -errno with the diagnosis filled.
 */
int walk_names(walk_seen *seen, void *arg, struct diag *diag);

#endif

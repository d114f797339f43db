/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through all names with their nsids. Fast: a host may have thousands. */
#ifndef XNS_XNETNS_WALK_H
#define XNS_XNETNS_WALK_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct sought;

/* nsid is NETNSID_NONE where this network namespace has no id for the name's. */
typedef void walk_seen(const struct sought *sought, int32_t nsid, void *arg);

/*
 * Calls seen for each name, in the order of the directory; other files are passed over.
 * unmounted: also for those that are not mounted here, of which it has to be found out whether
 * they are mounted elsewhere. No directory is no names. -errno with the diagnosis filled.
 */
int walk_names(bool unmounted, walk_seen *seen, void *arg, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through all names with their nsids. Fast: a host may have thousands. */
#ifndef XNS_NETNS_VISIT_H
#define XNS_NETNS_VISIT_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct sought;

/* nsid is NETNSID_NONE where this network namespace has no id for the name's. */
typedef void name_visitor(const struct sought *sought, int32_t nsid, void *arg);

/*
 * Calls seen for each name, in the order of the directory; other files are passed over.
 * unmounted: also for those that are not mounted here, of which it has to be found out whether
 * they are mounted elsewhere. No directory is no names. -errno with the diagnosis filled.
 */
int visit_names(bool unmounted, name_visitor *seen, void *arg, struct diag *diag);

#endif

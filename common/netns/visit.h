/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visits all names with their nsids, fast enough for thousands. */
#ifndef XNS_NETNS_VISIT_H
#define XNS_NETNS_VISIT_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct sought;

/* Receives one name. nsid is NETNSID_NONE if our network namespace has assigned it no id. */
typedef void name_visitor(const struct sought *sought, int32_t nsid, void *arg);

/*
 * Calls seen() for each name that is mounted here, in the order of the directory. If unmounted is
 * set, searches other mount namespaces, and calls it for the other names too. A missing directory
 * has no names. 0, or -errno with the diagnosis filled.
 */
int visit_names(bool unmounted, name_visitor *seen, void *arg, struct diag *diag);

#endif

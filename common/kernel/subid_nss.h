/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids from elsewhere than the files, from a directory service for example: libsubid, a
 * part of shadow, asks whom nsswitch.conf(5) names, as newuidmap(1) and newgidmap(1) do.
 */
#ifndef XNS_SUBID_NSS_H
#define XNS_SUBID_NSS_H

#include <stdbool.h>

struct diag;
struct subid_list;

/*
 * Adds the ranges of the user called name, of user or group ids, to the list. source is for
 * messages: libsubid reads nsswitch.conf(5) itself, takes the files if it cannot load that source,
 * and says so on standard error. 0 or -errno with the diagnosis filled.
 */
int subid_nss_read(const char *source, const char *name, bool gid, struct subid_list *list,
		   struct diag *diag);

#endif

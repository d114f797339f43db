/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids that are not in the files but, for example, in a directory service: libsubid, a
 * part of shadow, asks the source in nsswitch.conf(5), as newuidmap(1) and newgidmap(1) do.
 */
#ifndef XNS_SUBID_NSS_H
#define XNS_SUBID_NSS_H

#include <stdbool.h>

struct diag;
struct subid_list;

/*
 * Adds the ranges of user or group ids of the user called name to the list. source is only for
 * messages: libsubid reads nsswitch.conf(5) itself; if it cannot load that source, it reports this
 * on standard error and reads the files. 0 or -errno with the diagnosis filled.
 */
int subid_nss_read(const char *source, const char *name, bool gid, struct subid_list *list,
		   struct diag *diag);

#endif

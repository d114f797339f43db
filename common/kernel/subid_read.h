/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the files of subordinate ids, which base/subid.h parses. */
#ifndef XNS_SUBID_READ_H
#define XNS_SUBID_READ_H

#include <sys/types.h>

#include "base/subid.h"

/*
 * Reads all of path ("/etc/subuid", "/etc/subgid") and adds the user's ranges to ret. A missing
 * file counts as empty. 0 or -errno of open(2) or read(2).
 */
int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret);

/* Reads the source named in path ("/etc/nsswitch.conf"). 0 or -errno, ret untouched. */
int subid_read_source(const char *path, char ret[static SUBID_SOURCE]);

#endif

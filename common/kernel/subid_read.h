/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the files of subordinate ids. base/subid.h understands what is in them. */
#ifndef XNS_SUBID_READ_H
#define XNS_SUBID_READ_H

#include <sys/types.h>

#include "base/subid.h"

/*
 * The ranges from path ("/etc/subuid", "/etc/subgid"), read whole. A missing file is an empty list.
 * 0 or -errno of open(2) or read(2).
 */
int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret);

/* The source that the file at path ("/etc/nsswitch.conf") names. 0 or -errno, ret untouched. */
int subid_read_source(const char *path, char ret[static SUBID_SOURCE]);

#endif

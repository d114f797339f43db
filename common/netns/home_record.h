/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files about a user's home. */
#ifndef XNS_NETNS_HOME_RECORD_H
#define XNS_NETNS_HOME_RECORD_H

#include <stdbool.h>
#include <inttypes.h>
#include <stddef.h>

struct diag;
struct home;
struct home_name;

/* The files in the directory of a home. */
#define HOME_RECORD "anchor"
#define HOME_NAMES "names"
#define HOME_NEW "new"
#define HOME_UPLINKS "uplink" /* a directory (netns/uplinks.h) */

/* Version, process and namespace of each kind of record. */
#define ANCHOR_FORMAT "xns-anchor %u pid %d start %" PRIu64 " user %" PRIu64 "\n"
#define NAME_FORMAT "xns-network %u net %" PRIu64 " pid %d start %" PRIu64 "\n"

enum { RECORD_VERSION = 1, RECORD_TEXT = 128 };

/*
 * Writes "$VARIABLE/BELOW" if the directory belongs to the effective user, nobody else may write to
 * it, and our real and effective ids agree.
 */
bool home_user_dir(const char *variable, const char *below, char *buf, size_t size);

/*
 * Reads the record of the anchor. 0, also if there is none; -EPROTO with the diagnosis filled if
 * another version wrote it.
 */
int home_read_anchor(struct home *home, struct diag *diag);

/*
 * Writes a record: a file in the directory dir, made in top first, so that readers see all of it or
 * none. 0 or -errno.
 */
int home_write_record(int top, int dir, const char *name, const char *text);

/* Reads the record of a name from the open directory of names. Returns false if it is none. */
bool home_read_name(const struct home *home, int names, const char *name, struct home_name *ret);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --mounted: which mount namespaces have something mounted. */
#ifndef XNS_XNSLS_MOUNTED_H
#define XNS_XNSLS_MOUNTED_H

#include <stdbool.h>
#include <stddef.h>

struct cell;
struct diag;
struct json;
struct listing;
struct ns_node;
struct row;

/* Reads the mounts of every mount namespace. Call it after the scan. 0 or -errno with the diagnosis filled. */
int listing_read_mounted(struct listing *listing, struct diag *diag);

/* Whether it is mounted there; true of every namespace without --mounted. */
bool listing_has_mounted(const struct listing *listing, const struct ns_node *node);

void fill_mounted(const struct listing *listing, const struct row *row, struct cell *ret);
void json_mounted(const struct listing *listing, const struct row *row, const char *key,
		  struct json *json);

/* Reports which other mount namespaces keep it mounted, with a remedy, or that none has it mounted. */
void report_mounted(const struct listing *listing);

/* In how many mount namespaces it is mounted more often than the column shows. */
size_t listing_cut_mounted(const struct listing *listing);

#endif

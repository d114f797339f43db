/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns MAPS, LISTEN and LINKS. */
#ifndef XNS_XNSLS_COLUMNS_NETWORK_H
#define XNS_XNSLS_COLUMNS_NETWORK_H

struct cell;
struct json;
struct listing;
struct row;

/* Reads the networks in the rows; if LINKS is asked for, all, because the other end may be in any. 0 or -ENOMEM. */
int listing_read_networks(struct listing *listing, unsigned needs);

void fill_maps(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_listen(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_links(const struct listing *listing, const struct row *row, struct cell *ret);

void json_listen(const struct listing *listing, const struct row *row, const char *key,
		 struct json *json);
void json_links(const struct listing *listing, const struct row *row, const char *key,
		struct json *json);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids: subuid(5), subgid(5). A line "OWNER:START:COUNT" belongs to a user if OWNER is
 * the name or the uid of the user in decimal ("1000", not "01000", which newuidmap(1) rejects too).
 * If nsswitch.conf(5) names another source than the files, kernel/subid_nss.h asks that source.
 */
#ifndef XNS_SUBID_H
#define XNS_SUBID_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct subid_range {
	uint32_t start;
	uint32_t count;
};

/* All ranges of one user in the order of the file. All zero is empty. Owns its array. */
struct subid_list {
	struct subid_range *ranges;
	size_t n, room;
	uint32_t end; /* after the ranges of all users: from here on no id is in use */
};

/* The longest source that libsubid accepts, and its terminator. */
#define SUBID_SOURCE 51

/* "'sss' (subid: in /etc/nsswitch.conf)" */
#define SUBID_PLACE (SUBID_SOURCE + sizeof("'' (subid: in /etc/nsswitch.conf)"))

/* "100000-165535" */
#define SUBID_TEXT sizeof("4294967294-4294967294")

void subid_free(struct subid_list *list);

/*
 * Parses text, the contents of such a file, for the ranges of this user. If name is NULL, only numeric
 * lines match. Skips lines that are malformed, empty or out of range (count 0, or an id above
 * 4294967294). Replaces ret, or leaves it unchanged on failure. Pure. 0 or -ENOMEM.
 */
int subid_parse(const char *text, size_t len, const char *name, uid_t uid, struct subid_list *ret);

/* Adds a range; skips one that is empty or has an id above 4294967294. Pure. 0 or -ENOMEM. */
int subid_add(struct subid_list *list, uint64_t start, uint64_t count);

/*
 * Finds the source of subordinate ids in text, the contents of nsswitch.conf(5), as libsubid does:
 * the first word after "subid:" in the first line that has one. ret is empty if there is none, or
 * if the source is the files. Pure.
 */
void subid_find_source(const char *text, size_t len, char ret[static SUBID_SOURCE]);

/* The place of ids of a kind ("uid", "gid"), for messages: a file or the source. Returns buf. */
const char *subid_place(const char *source, const char *kind, char buf[static SUBID_PLACE]);

/*
 * Writes a range that an administrator can grant, for usermod(8): 65536 ids that no user has in
 * this file, since users with common ids are not isolated from each other. "FIRST-LAST" if none are
 * left. Returns buf.
 */
const char *subid_unused(const struct subid_list *list, char buf[static SUBID_TEXT]);

/* "u4294967294:x:4294967294:4294967294::/:/bin/sh" */
#define SUBID_LINE 64

/*
 * For a user without a name, lines to be added: of /etc/passwd, which newuidmap(1) wants, and of
 * /etc/subuid or /etc/subgid with such a range. Both call the user "uUID". They return buf.
 */
const char *subid_passwd_line(uint32_t uid, uint32_t gid, char buf[static SUBID_LINE]);
const char *subid_unused_line(const struct subid_list *list, uint32_t uid,
			      char buf[static SUBID_LINE]);

#endif

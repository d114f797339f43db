/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids: subuid(5), subgid(5). A line "OWNER:START:COUNT" belongs to a user if OWNER is
 * exactly the user's name or exactly the user's uid in plain decimal ("1000"; not "01000", which
 * newuidmap(1) would not take either). Where nsswitch.conf(5) names another source than the
 * files, kernel/subid_nss.h asks that one.
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
	uint32_t end; /* behind the ranges of all users: from here on the ids are nobody's */
};

/* The longest source, as libsubid has it, and its terminator. */
#define SUBID_SOURCE 51

/* "'sss' (subid: in /etc/nsswitch.conf)" */
#define SUBID_PLACE (SUBID_SOURCE + sizeof("'' (subid: in /etc/nsswitch.conf)"))

/* "100000-165535" */
#define SUBID_TEXT sizeof("4294967294-4294967294")

void subid_free(struct subid_list *list);

/*
 * Pure: the ranges of this user in text, the contents of such a file. name may be NULL: then only
 * numeric lines match. Lines that are malformed, empty or out of range (start or end above
 * 4294967294, count 0) are no ranges and are skipped. ret is overwritten, and untouched on
 * failure. 0 or -ENOMEM.
 */
int subid_parse(const char *text, size_t len, const char *name, uid_t uid, struct subid_list *ret);

/*
 * Pure: adds the range, but not one that is empty or goes beyond 4294967294, which is skipped here
 * as in a file. 0 or -ENOMEM.
 */
int subid_add(struct subid_list *list, uint64_t start, uint64_t count);

/*
 * Pure: the source of subordinate ids that text, the contents of nsswitch.conf(5), names, as
 * libsubid understands it: the first word of the first line that has one behind "subid:". ret is
 * empty where these are the files, which is so without such a line too.
 */
void subid_find_source(const char *text, size_t len, char ret[static SUBID_SOURCE]);

/* Where ids of kind ("uid", "gid") are, for messages: a file or the source. Returns buf. */
const char *subid_place(const char *source, const char *kind, char buf[static SUBID_PLACE]);

/*
 * What an administrator can grant: as usermod(8) takes it, 65536 ids that no user has in this file,
 * as those who have the same ids are not kept apart. "FIRST-LAST" where none are left. Returns buf.
 */
const char *subid_unused(const struct subid_list *list, char buf[static SUBID_TEXT]);

#endif

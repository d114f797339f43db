/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids: subuid(5), subgid(5). A line "OWNER:START:COUNT" belongs to a user if OWNER is
 * exactly the user's name or exactly the user's uid in plain decimal ("1000"; not "01000", which
 * newuidmap(1) would not take either).
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
	size_t n;
	uint32_t end; /* behind the ranges of all users: from here on the ids are nobody's */
};

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
 * What an administrator can grant: as usermod(8) takes it, 65536 ids that no user has in this file,
 * as those who have the same ids are not kept apart. "FIRST-LAST" where none are left. Returns buf.
 */
const char *subid_unused(const struct subid_list *list, char buf[static SUBID_TEXT]);

/*
 * The ranges from path ("/etc/subuid", "/etc/subgid"), read whole. A missing file is an empty list.
 * 0 or -errno of open(2) or read(2).
 */
int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret);

#endif

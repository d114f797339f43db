/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces that still exist after their names were removed, and their holders. */
#ifndef XNS_XNETNS_HOLDERS_H
#define XNS_XNETNS_HOLDERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct noted {
	const char *name; /* borrowed */
	ino_t ino;
	uint64_t id; /* 0: before Linux 6.18 */
};

struct holders {
	struct noted *list; /* owned */
	size_t n, room;
};

/* Records the namespace of a name that is about to be removed; ignores other files. */
void holders_note(struct holders *holders, int dir, const char *name);

/* Removes the record, because the name could not be removed. */
void holders_forget(struct holders *holders, const char *name);

/* Warns of each namespace that still exists and names its holders. */
void holders_report(struct holders *holders);

void holders_free(struct holders *holders);

#endif

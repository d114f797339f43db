/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces that live on without their names, and what keeps them alive. */
#ifndef XNS_XNETNS_HOLDERS_H
#define XNS_XNETNS_HOLDERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct noted {
	const char *name; /* borrowed */
	ino_t ino;
	uint64_t id; /* 0: this kernel has none */
};

struct holders {
	struct noted *list; /* owned */
	size_t n, room;
};

/* Remembers the namespace of a name that is about to be removed; ignores other files. */
void holders_note(struct holders *holders, int dir, const char *name);

/* The name has stayed after all. */
void holders_forget(struct holders *holders, const char *name);

/* Warns of those that are still there, and says what holds them. Releases the list. */
void holders_report(struct holders *holders);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out which namespaces this process may create here, and why it may not create the others. */
#ifndef XNS_CAUSE_CHECK_H
#define XNS_CAUSE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ns.h"
#include "cause/cause.h"

struct map_request;

enum check_answer { CHECK_NO, CHECK_WITH_USER, CHECK_YES };

struct check_row {
	const char *name;
	char own_name[32]; /* of a row that is no type, for name */
	bool asked; /* the user asked for it, so the exit status depends on it */
	enum check_answer answer;
	bool needs_user;        /* refused alone, but not together with a user namespace */
	struct finding finding; /* set unless the answer is CHECK_YES, and if uid 0 cannot be mapped */
};

enum { CHECK_MORE = 20, CHECK_ROWS = NS_COUNT + 2 + CHECK_MORE };

/*
 * A row for each type; with the user namespace also for block maps of users and of groups. CHECK_MORE
 * rows are for the caller.
 */
struct check_table {
	struct check_row rows[CHECK_ROWS];
	size_t n;
};

/* Whether the caller must be mapped to uid 0 in a user namespace. */
enum check_map {
	CHECK_MAP_TRIED, /* no options: a missing CAP_SETFCAP is reported, but is no refusal */
	CHECK_MAP_NONE,
	CHECK_MAP_NEEDED,
};

/* The namespaces and maps that the caller wants to create. */
struct check_request {
	int flags; /* CLONE_NEW*; 0: all types */
	enum check_map map;
	const struct map_request *users, *groups; /* without blocks: all subordinate ids */
};

/* Fills the table for the types in the request. */
void check_all(const struct check_request *request, struct check_table *table);

/*
 * Fills the row for one type: tries it alone, then with a user namespace; the answer is
 * CHECK_WITH_USER only if with_user is set. proc is from proc_open_root(), or -1. The row's only
 * pointer is the name, which is static.
 */
void check_type(struct check_row *row, enum ns_type type, bool with_user, enum check_map map,
		int proc);

/* A row for each part of the kernel that mount options, filters and pins require. */
enum check_mounts_row {
	CHECK_MOUNT, /* of all mount options */
	CHECK_READ_ONLY,
	CHECK_OVERLAY,
	CHECK_OVERLAY_MEMORY,
	CHECK_SECCOMP,
	CHECK_PINS, /* files and sets */
	CHECK_MOUNTS,
};

/* Fills these rows, all but asked. A user namespace counts as granted, if one can be created. */
void check_mounts(struct check_row rows[CHECK_MOUNTS], int proc);

#endif

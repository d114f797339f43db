/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare --check: which namespaces this caller may create here, and why not. */
#ifndef XNS_XUNSHARE_CHECK_H
#define XNS_XUNSHARE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ns.h"
#include "cause/cause.h"

struct xunshare;

enum check_answer { CHECK_NO, CHECK_WITH_USER, CHECK_YES };

struct check_row {
	const char *name;
	bool asked; /* the exit status depends on it */
	enum check_answer answer;
	bool needs_user;        /* refused alone, but not together with a user namespace */
	struct finding finding; /* where the answer is not CHECK_YES */
};

enum { CHECK_ROWS = NS_COUNT + 2 };

/* A row for each type, and, with the user namespace, one for blocks of users and one of groups. */
struct check_table {
	struct check_row rows[CHECK_ROWS];
	size_t n;
};

/* Fills the table for the types that the request asks for; all where it asks for none. */
void xunshare_check_all(const struct xunshare *request, struct check_table *table);

/*
 * One type, alone and together with a user namespace, which only counts if with_user is set. proc
 * is from proc_open_root(), or -1. The row has no pointers but the name, which is the table's own.
 */
void xunshare_check_type(struct check_row *row, enum ns_kind kind, bool with_user, int proc);

/*
 * Tries each type asked for, all when none is, in a child, and prints a line each: type, yes or no,
 * the reason, the remedy; then whether block maps would work. As JSON where the request says so.
 * Returns the exit status: 0 only if all that was asked for is possible.
 */
int xunshare_check(const struct xunshare *request);

#endif

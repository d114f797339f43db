/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter expressions: USER != "root" and NPROCS > 1. Pure: the caller provides names and values.
 *
 *	or:      and { ("||" | "or") and }
 *	and:     not { ("&&" | "and") not }
 *	not:     ("!" | "not") not | "(" or ")" | value [ operator value ]
 *	value:   NAME | NUMBER[K|M|G|T|P|E[iB|B]] | "string" | 'string' | true | false
 *	operator: == != < <= > >= (eq ne lt le gt ge), =~ !~ with an extended regular expression
 *
 * A text that is compared with a number is converted; if it is none, only "!=" is true. For a missing
 * value only "!=" and "!~" are true. A value alone is true unless it is missing, 0 or empty.
 *
 * A set compares as any of its members does, whole or by its first word; "!=" and "!~" are the opposites of
 * "==" and "=~".
 */
#ifndef XNS_XNSLS_FILTER_H
#define XNS_XNSLS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct filter;

struct filter_value {
	enum { FILTER_MISSING, FILTER_NUMBER, FILTER_TEXT, FILTER_SET } kind;
	uint64_t number;
	const char *text; /* of a set: its members, one per line */
};

/* The number of a name of len bytes, or -1. */
typedef int filter_name(const char *name, size_t len);

/* Returns the value of the name with this number. Its text is valid until the next call. */
typedef void filter_lookup(void *state, int name, struct filter_value *ret);

/*
 * Parses an expression. Release ret with filter_free(). 0; -EINVAL with the diagnosis filled, and the
 * position of the fault in text, in bytes, in *ret_at; or -ENOMEM.
 */
int filter_parse(const char *text, filter_name *name, struct filter **ret, size_t *ret_at,
		 struct diag *diag);

/* Calls take(state, name) for each name in the expression. */
void filter_names(const struct filter *filter, void (*take)(void *state, int name), void *state);

bool filter_match(const struct filter *filter, filter_lookup *lookup, void *state);

void filter_free(struct filter *filter);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --watch: what comes and goes in a listing. */
#ifndef XNS_XNSLS_WATCH_H
#define XNS_XNSLS_WATCH_H

#include <stdbool.h>

struct diag;
struct filter;
struct listing;
struct xnsls;

/* Makes the rows of an empty listing, whose scan->proc the caller closes; filter may be NULL. 0 or -errno with the diagnosis filled. */
typedef int watch_look(struct listing *listing, const struct filter *filter, struct diag *diag);

/*
 * Looks again and again, and prints a line for each row that was not there before or is not there any more, until
 * SIGINT, SIGTERM, or until nobody reads the output. *ret_complete: nothing was left out. 0 or -errno with the
 * diagnosis filled.
 */
int watch(const struct xnsls *request, watch_look *look, const struct filter *filter, bool *ret_complete,
	  struct diag *diag);

#endif

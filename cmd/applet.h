/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The applets, as main.c and the installation know them, and what they share above common/. */
#ifndef XNS_APPLET_H
#define XNS_APPLET_H

#include <stdbool.h>
#include <stddef.h>

#include "complete.h"

struct diag;
struct plan;

struct applet {
	const char *name;
	const char *drop_in; /* the tool that it replaces, where that is one name; or NULL */
	const char *purpose; /* one line for the list */
	int (*main)(int argc, char **argv);
	const struct opt *options;
	complete_operand *operand;
	complete_offers *offers; /* NULL: every option fits everywhere */
};

/* The applet of this name, or that replaces the tool of this name; or NULL. */
const struct applet *applet_find(const struct applet *applets, size_t n, const char *name);

/* argv[0] is the applet's own name, whatever it was called by. Return the exit status. */
int xnsls_main(int argc, char **argv);
int xnetns_main(int argc, char **argv);
int xunshare_main(int argc, char **argv);
int xnsenter_main(int argc, char **argv);

/*
 * How applets end. Each returns the exit status for main(); name is the applet's, for messages.
 */

/* Prints the diagnosis. */
int applet_fail(const char *name, const struct diag *diag);

/* After writing to standard output with the result rc, 0 or -errno. */
int applet_written(const char *name, int rc);

/* --version */
int applet_version(const char *name);

/* --explain: prints the plan. */
int applet_explain(const char *name, const struct plan *plan, bool json);

/*
 * Carries the plan out. Returns only where a step failed; a process that has waited for the program
 * ends as that did. The diagnosis is the caller's, as two thousand bytes of stack are best had
 * once.
 */
int applet_apply(const char *name, const struct plan *plan, struct diag *diag);

#endif

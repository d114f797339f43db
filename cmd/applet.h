/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The applets for main.c, install.c and the completions; and how applets print and end. */
#ifndef XNS_APPLET_H
#define XNS_APPLET_H

#include <stdbool.h>
#include <stddef.h>

#include "completion.h"

struct diag;
struct plan;

struct applet {
	const char *name;
	const char *drop_in; /* the tool that it replaces, if that is one program; or NULL */
	const char *purpose; /* one line for the list */
	int (*main)(int argc, char **argv); /* returns the exit status */
	const struct opt *options;
	complete_operand *operand;
	complete_offers *offers; /* NULL: every option fits everywhere */
	complete_values *values; /* NULL: it has no values of its own */
};

/* The applet of this name, or that replaces the tool of this name; or NULL. */
const struct applet *applet_find(const struct applet *applets, size_t n, const char *name);

/* argv[0] is applet_name(). Return the exit status. */
int xnsls_main(int argc, char **argv);
int xnetns_main(int argc, char **argv);
int xunshare_main(int argc, char **argv);
int xnsenter_main(int argc, char **argv);
int doctor_main(int argc, char **argv);

complete_operand doctor_operand, xnetns_operand, xnsls_operand;
complete_offers xnetns_offers;
complete_values xnetns_values, xnsls_values;

/*
 * The name that the user called, "xunshare" or "unshare": all messages begin with it, also those of
 * children and of the helper. Before applet_called() it is "xns".
 */
const char *applet_name(void);

/* Whether that is the name of the tool that the applet replaces: then it behaves as the tool does. */
bool applet_is_drop_in(void);

/* For main(), which alone decides the name. name lives as long as the process. */
void applet_called(const char *name, bool drop_in);

/*
 * For applets that only look and print, before they look. Makes sure that there are enough
 * descriptors for a whole report, and that a limit on the size of files fails the write (EFBIG)
 * rather than kills us (SIGXFSZ). A program that is executed would inherit both. 0, or -errno with
 * the diagnosis filled.
 */
int applet_begin_report(struct diag *diag);

/*
 * How applets end. Each returns the exit status for main().
 */

/* Prints the diagnosis. */
int applet_fail(const struct diag *diag);

/* After writing to standard output with the result rc, 0 or -errno. */
int applet_written(int rc);

/* --help: see opt_help(), whose name is applet_name(). */
int applet_help(const struct opt *table, const char *synopsis, const char *purpose,
		const char *tail);

/* --version: of xns; under an old name, the release of the tool that it is compatible with. */
int applet_version(void);

/* --explain: prints the plan. */
int applet_explain(const struct plan *plan, bool json);

/*
 * Carries the plan out. Returns only if a step failed, after printing why; a process that has waited
 * for the program ends as the program did.
 */
int applet_apply(const struct plan *plan);

#endif

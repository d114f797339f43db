/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The type of applets, and the functions by which applets print and end. */
#ifndef XNS_APPLET_H
#define XNS_APPLET_H

#include <stdbool.h>
#include <stddef.h>

#include "completion.h"

struct diag;
struct plan;

struct applet {
	const char *name;
	const char *drop_in;                /* the name of the program that it replaces, or NULL */
	const char *purpose;                /* one line for the list */
	int (*main)(int argc, char **argv); /* returns the exit status */
	const struct opt *options;
	complete_operand *operand;
	complete_offers *offers; /* NULL: every option fits everywhere */
	complete_values *values; /* NULL: it has no values of its own */
};

/* Finds an applet by its name, or by the name of the program that it replaces; NULL if none. */
const struct applet *applet_find(const struct applet *applets, size_t n, const char *name);

/* Run an applet; argv[0] is applet_name(). Return the exit status. */
int xnsls_main(int argc, char **argv);
int xnetns_main(int argc, char **argv);
int xunshare_main(int argc, char **argv);
int xnsenter_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int anchor_main(int argc, char **argv); /* not for users: xnetns starts it */

complete_operand doctor_operand, xnetns_operand, xnsls_operand;
complete_offers xnetns_offers;
complete_values xnetns_values, xnsls_values;

/*
 * The name by which the user called the applet, "xunshare" or "unshare"; "xns" before
 * applet_called(). All messages begin with it, also those of children and of the helper.
 */
const char *applet_name(void);

/* Whether the user called it by the replaced program's name, so that it behaves like that. */
bool applet_is_drop_in(void);

/* Sets the name. Only main.c calls this. name must live as long as the process. */
void applet_called(const char *name, bool drop_in);

/*
 * Prepares an applet that only reads and prints. Raises RLIMIT_NOFILE if it is too low for a
 * complete report, and ignores SIGXFSZ, so that a write beyond RLIMIT_FSIZE fails with EFBIG. Not
 * for applets that execute a program, which would inherit both. 0, or -errno with the diagnosis
 * filled.
 */
int applet_begin_report(struct diag *diag);

/* Each of the following functions returns the exit status for main(). */

/* Prints the diagnosis. */
int applet_fail(const struct diag *diag);

/* Ends after a write to standard output; prints the error if its result rc is -errno. */
int applet_written(int rc);

/* --help: prints the help text by opt_help(), with applet_name() as the name. */
int applet_help(const struct opt *table, const char *synopsis, const char *purpose,
		const char *tail);

/* --version: prints xns's version, or under an old name the release that it is compatible with. */
int applet_version(void);

/* --explain: prints the plan. */
int applet_explain(const struct plan *plan, bool json);

/*
 * Carries the plan out. Returns only if a step failed, after it has printed the diagnosis. A
 * process that waited for the program ends with the program's exit status or signal.
 */
int applet_apply(const struct plan *plan);

#endif

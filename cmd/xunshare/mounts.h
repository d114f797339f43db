/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount options of a command line, from their arguments to steps of the plan. */
#ifndef XNS_XUNSHARE_MOUNTS_H
#define XNS_XUNSHARE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct opt_parser;
struct plan;
struct xunshare;

/* One option. Strings point into fields or argv, unless owned. */
struct mount_option {
	int id;             /* OPT_BIND and so on */
	const char *given;  /* the argument as it was written, for messages */
	char *fields;       /* the argument, cut at its colons (owned) */
	const char *source; /* SRC, LOWER, or TEXT; NULL if the option has none */
	const char *upper, *work;
	char *target;       /* absolute and without "//" and "/./"; NULL: the source's path (owned) */
	char size[24];      /* of --tmpfs: bytes or a percentage, or "" */
};

struct mount_options {
	struct mount_option *list; /* owned */
	size_t n, room;
	bool bare; /* the last of them has no DST, and the first operand follows it */
	char *cwd; /* the caller's working directory, or NULL; a fact (owned) */
};

/* --- mounts_parse.c ---------------------------------------------------------------------------- */

/* Takes the option that opt_next() returned. 0 or -errno; 1 if it is no mount option. */
int mounts_take(const struct opt_parser *parser, int id, struct mount_options *mounts,
		struct diag *diag);
void mounts_release(struct mount_options *mounts);

/* Renders the option as it was given: "--bind /a:/b". */
const char *mounts_text(const struct mount_option *mount, char *buf, size_t size);

/* The destination. */
const char *mounts_target(const struct mount_option *mount);

/* The path without "//", "/./" and a "/" at its end; NULL without memory. */
char *mounts_clean_path(const char *path);

/* --- mounts_rules.c ---------------------------------------------------------------------------- */

/* The rules that need no fact. 0 or -EINVAL with the diagnosis filled. */
int mounts_apply_rules(struct xunshare *request, struct diag *diag);
/* Refuses a mount that would hide an earlier one, once all destinations are known. */
int mounts_check_order(const struct xunshare *request, struct diag *diag);
/* Whether a work directory has to be locked, for which the helper stays. */
bool mounts_want_lock(const struct xunshare *request);
/* Whether the first mount becomes the root. */
bool mounts_has_root(const struct xunshare *request);

/* --- mounts_facts.c ---------------------------------------------------------------------------- */

/* Finds the destinations that are those of their sources, and the working directory. 0, or -errno
 * with the diagnosis filled. */
int mounts_facts(struct xunshare *request, struct diag *diag);

/* --- mounts_plan.c ----------------------------------------------------------------------------- */

/* Adds all steps from the first mount to the working directory. proc and binfmt: where these are to
 * be mounted; interpreter: to be registered there; NULL: not. */
void mounts_add_steps(const struct xunshare *request, const char *proc, const char *binfmt,
		      const char *interpreter, struct plan *plan);

#endif

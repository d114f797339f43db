/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of xnsls as a struct. */
#ifndef XNS_XNSLS_H
#define XNS_XNSLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inventory/scan.h"
#include "opt/opt.h"
#include "options.h"
#include "output/table.h"

struct diag;
struct target;

/* The relation between the rows of a tree. */
enum relation {
	RELATION_NONE, /* a list */
	RELATION_PROCESS,
	RELATION_PARENT,
	RELATION_OWNER,
};

struct xnsls {
	struct opt_set given;
	enum relation relation;
	enum color_mode color;
	enum scan_way scan;
	unsigned types;      /* the types of --type: bits 1 << enum ns_type; 0: all */
	pid_t task;          /* --task, or 0 */
	const char *task_name; /* it is a name, and task is still to be found; or NULL */
	bool has_ns;         /* NAMESPACE was given */
	uint64_t ns;         /* its inode number, or 0 as long as it is unknown */
	uint64_t ns_id;      /* its 64-bit id, where that was given, or 0 */
	const char *ns_file; /* a file of it; then ns and ns_type are read later */
	enum ns_type ns_type; /* its type, or NS_NONE if only the number was given */
	const char *columns; /* the argument of --output, or NULL */
	const char *filter;
	uint64_t watch_ms;   /* of --watch: the time between two looks */
	const char *mounted; /* the argument of --mounted, or NULL */
	pid_t *compare; /* the processes of --compare */
	const char **compare_names; /* those of them that are names; NULL for the others */
	size_t n_compare;
	struct target *named; /* the processes of names, open for as long as their PIDs are used */
	size_t n_named;
};

/* Release with named_close() and xnsls_free(), also after a failure. 0 or -errno with the diagnosis filled. */
int xnsls_parse(int argc, char **argv, struct xnsls *ret, struct diag *diag);

/* Fills the diagnosis for an operand that is no namespace. -EINVAL. */
int xnsls_bad_namespace(const char *text, struct diag *diag);

/*
 * Adds what options imply, then checks the rules between them. Pure. 0 or -EINVAL with the
 * diagnosis filled.
 */
int xnsls_apply_rules(struct xnsls *request, struct diag *diag);

/* Whether a row is a process, or several, and not a namespace: with --groups or --processes. */
bool xnsls_lists_processes(const struct xnsls *request);

void xnsls_free(struct xnsls *request);

#endif

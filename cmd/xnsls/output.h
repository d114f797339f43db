/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a listing to standard output. Each function returns 0 or -errno with the diagnosis filled. */
#ifndef XNS_XNSLS_OUTPUT_H
#define XNS_XNSLS_OUTPUT_H

#include <stdio.h>

struct diag;
struct listing;
struct row;
struct xnsls;

/* Writes the rows in the requested format: table, tree, raw or JSON. */
int output_listing(const struct listing *listing, struct diag *diag);

/* Writes the graph of --dot. */
int output_dot(const struct listing *listing, struct diag *diag);

/*
 * Writes a row in one line, without what precedes it and without the newline: words, with --raw its cells, each
 * after a blank, or with --json ",KEY:VALUE...}".
 */
void output_line(const struct listing *listing, const struct row *row, FILE *out);

/* Writes the list of --list-columns. */
int output_columns(const struct xnsls *request, struct diag *diag);

/* Fills the diagnosis if rc, the result of a write to standard output, is negative. Returns rc. */
int output_result(int rc, struct diag *diag);

/* Flushes standard output. */
int output_flush(struct diag *diag);

/* Writes a cell for --raw: spaces, backslashes and control characters become \xNN. */
void output_raw_text(const char *text);

#endif

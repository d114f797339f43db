/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a listing to standard output. Each returns 0 or -errno with the diagnosis filled. */
#ifndef XNS_XNSLS_OUTPUT_H
#define XNS_XNSLS_OUTPUT_H

struct diag;
struct listing;
struct xnsls;

/* The rows, as the request wants them: table, tree, raw or JSON. */
int output_listing(const struct listing *listing, struct diag *diag);

/* --dot */
int output_dot(const struct listing *listing, struct diag *diag);

/* --list-columns */
int output_columns(const struct xnsls *request, struct diag *diag);

/* Fills the diagnosis of a failed write to standard output, -errno; passes 0 on. */
int output_result(int rc, struct diag *diag);

/* Flushes standard output. */
int output_flush(struct diag *diag);

/* Writes a cell for --raw: no blank, no control character, and no doubt about what stands there. */
void output_raw_text(const char *text);

#endif

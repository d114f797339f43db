/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the rows of a listing, before its filter. */
#ifndef XNS_XNSLS_ROWS_H
#define XNS_XNSLS_ROWS_H

struct diag;
struct listing;

/* Makes the rows from the scanned model. 0 or -errno with the diagnosis filled. */
int rows_make(struct listing *listing, struct diag *diag);

#endif

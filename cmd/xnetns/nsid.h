/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nsids on the command line, and the kernel's refusals of them. */
#ifndef XNS_XNETNS_NSID_H
#define XNS_XNETNS_NSID_H

#include <stdint.h>

struct diag;

/* Reads the nsid that follows the word what; text may be NULL. -EINVAL with the diagnosis filled. */
int nsid_parse(const char *what, const char *text, int32_t *ret, struct diag *diag);

/* Fills the diagnosis with what was refused, in the kernel's own words if it has some. Returns rc. */
int nsid_refused(int rc, const char *words, const char *what, struct diag *diag);

#endif

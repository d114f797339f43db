/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses nsids, and reports the kernel's refusals of them. */
#ifndef XNS_XNETNS_NSID_H
#define XNS_XNETNS_NSID_H

#include <stdint.h>

struct diag;

/*
 * Parses the nsid after the keyword what; text may be NULL. 0, or -EINVAL with the diagnosis
 * filled.
 */
int nsid_parse(const char *what, const char *text, int32_t *ret, struct diag *diag);

/*
 * Fills the diagnosis for a refused request what, with the kernel's own words if not empty. Returns
 * rc.
 */
int nsid_refused(int rc, const char *words, const char *what, struct diag *diag);

#endif

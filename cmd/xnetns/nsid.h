/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses nsids, and reports the kernel's refusals of them. */
#ifndef XNS_XNETNS_NSID_H
#define XNS_XNETNS_NSID_H

#include <stdint.h>

struct diag;

/*
 * A number from 0 up, as iproute2 reads it: 0x10 and 020 are 16 as well, and white space and a plus sign
 * may precede it. 0, or -EINVAL with *ret untouched.
 */
int number_parse(const char *text, int32_t *ret);

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

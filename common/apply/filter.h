/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads the seccomp filter of the program. */
#ifndef XNS_FILTER_H
#define XNS_FILTER_H

struct apply;

/* Loads the filter that the check of STEP_SECCOMP has read, or those of the target. 0 or -errno. */
int filter_load(const struct apply *apply);

#endif

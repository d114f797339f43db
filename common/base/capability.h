/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of capabilities, and sets of them as masks with a bit for each. */
#ifndef XNS_CAPABILITY_H
#define XNS_CAPABILITY_H

#include <stddef.h>
#include <stdint.h>

/* Also those that a newer kernel has; none has more than 64. */
#define CAPABILITIES_ALL UINT64_MAX

/* "CAP_SYS_ADMIN"; "a capability" for a number that has no name here. Static storage. */
const char *capability_name(unsigned capability);

/*
 * Parses names that commas separate, in upper or lower case, with or without "CAP_", or "all". 0,
 * or -EINVAL with *ret untouched.
 */
int capability_parse(const char *text, uint64_t *ret);

/*
 * Renders the set: "", "CAP_KILL, CAP_SYS_ADMIN", "all" or, if that is shorter, "all but CAP_KILL".
 */
void capability_render(uint64_t set, char *buf, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of subordinate ids, compared with a text. */
#ifndef XNS_UNIT_SUBID_UNIT_H
#define XNS_UNIT_SUBID_UNIT_H

#include <stdio.h>

#include "base/subid.h"
#include "unit.h"

/* "100000:65536 200000:1" */
static inline void assert_list(const struct subid_list *list, const char *expected)
{
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < list->n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u:%u", i ? " " : "",
					 list->ranges[i].start, list->ranges[i].count);
	assert_string_equal(text, expected);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of the tests of cmd/xnsls/filter.c. */
#ifndef XNS_FILTER_UNIT_H
#define XNS_FILTER_UNIT_H

#include "unit.h"

#include <string.h>
#include <strings.h>

#include "xnsls/filter.h"

/* The row to which all expressions are applied. */
static const struct {
	const char *name;
	struct filter_value value;
} names[] = {
	{ "NS", { FILTER_NUMBER, 4026531833, NULL } },
	{ "NPROCS", { FILTER_NUMBER, 12, NULL } },
	{ "ZERO", { FILTER_NUMBER, 0, NULL } },
	{ "TYPE", { FILTER_TEXT, 0, "net" } },
	{ "USER", { FILTER_TEXT, 0, "root" } },
	{ "EMPTY", { FILTER_TEXT, 0, "" } },
	{ "NETNSID", { FILTER_TEXT, 0, "7" } },
	{ "PNS", { FILTER_MISSING, 0, NULL } },
	{ "SET", { FILTER_SET, 0, "22\n8080\nveth0 > eth0@4026532001" } },
	{ "COMMAND", { FILTER_TEXT, 0, "a \"b\" \\c\nd" } },
};

static int find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == len && strncasecmp(names[i].name, name, len) == 0)
			return (int)i;
	return -1;
}

#endif

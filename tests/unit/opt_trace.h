/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line, parsed by the table of opt_unit.h, as one line of text. */
#ifndef XNS_UNIT_OPT_TRACE_H
#define XNS_UNIT_OPT_TRACE_H

#include <stdio.h>

#include "opt_unit.h"

/* "mount=a -fork | operands": what came out, short options marked by one dash. */
static inline int trace(int argc, char **argv, char *buf, size_t size, struct diag *diag)
{
	struct opt_parser parser;
	size_t used = 0;
	int id;

	buf[0] = '\0';
	opt_begin(&parser, table, argc, argv);
	while ((id = opt_next(&parser, diag)) > 0) {
		assert_int_equal(parser.row->id, id);
		used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s ",
					 parser.by_letter ? "-" : "", parser.row->name,
					 parser.arg ? "=" : "", parser.arg ? parser.arg : "");
	}
	used += (size_t)snprintf(buf + used, size - used, "|");
	for (int i = parser.first_operand; id == 0 && i < argc; i++)
		used += (size_t)snprintf(buf + used, size - used, " %s", argv[i]);
	return id;
}

#endif

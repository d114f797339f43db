/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help: prints the usage of each command. */
#include <stdio.h>

#include "xnetns/xnetns.h"

/* As in iproute2, to standard error, with an exit status of failure. */
int xnetns_help(const struct xnetns *request)
{
	fflush(stdout);
	fputs("Usage:\n", stderr);
	for (const struct xnetns_command *c = request->commands; c->name; c++)
		if (c->purpose)
			fprintf(stderr, " xnetns %s%s%s\n", c->name, c->operands ? " " : "",
				c->operands ? c->operands : "");
	fputs("'xnetns --help' prints the options.\n", stderr);
	return STATUS_USAGE;
}

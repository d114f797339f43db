/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output of all commands, as lines or JSON, and their exit status. */
#include <limits.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "kernel/io.h"
#include "xnetns/xnetns.h"

int xnetns_fail(const struct diag *diag)
{
	/* Prints pending output before the message. */
	fflush(stdout);
	return applet_fail(diag);
}

int xnetns_written(int status)
{
	int rc = io_flush(stdout);

	return rc < 0 ? applet_written(rc) : status;
}

bool xnetns_is_detailed(const struct xnetns *request, int fd)
{
	return opt_given(&request->given, OPT_DETAILS) || isatty(fd);
}

int xnetns_output_lost(int rc, const char *what, struct diag *diag)
{
	__fpurge(stdout);
	clearerr(stdout);
	return diag_set(diag, -rc, "%s", what);
}

struct results results_begin(const struct xnetns *request)
{
	struct results results = {
		.as_json = opt_given(&request->given, OPT_JSON),
		.json = { .out = stdout, .compact = !opt_given(&request->given, OPT_PRETTY) },
	};

	if (results.as_json)
		json_open(&results.json, NULL, '[');
	return results;
}

/* Does not call json_end(), which flushes: xnetns_written() flushes and reports a failure. */
void results_end(struct results *results)
{
	if (!results->as_json)
		return;
	json_close(&results->json, ']');
	putchar('\n');
}

void xnetns_print_name(const char *before, const char *name, const char *after)
{
	char safe[4 * (NAME_MAX + 1)];

	escape_text(name, strlen(name), safe, sizeof(safe));
	printf("%s%s%s", before, safe, after);
}

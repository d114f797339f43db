/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnetns: named network namespaces. Finds the command and runs it. */
#include <limits.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "xnetns/xnetns.h"

enum { COMMAND_WIDTH = 31 }; /* "list-id [target-nsid N] [nsid N]", less the blank */

static const char synopsis[] = "[OPTION...] [COMMAND [OPTION...] [ARGUMENT...]]\n"
			       "[-force] -batch FILE";
static const char purpose[] = "Manage named network namespaces.";

int xnetns_fail(const struct diag *diag)
{
	/* What was printed before stays before the message. */
	fflush(stdout);
	return applet_fail(diag);
}

int xnetns_written(int status)
{
	int rc = io_flush(stdout);

	return rc < 0 ? applet_written(rc) : status;
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

/* Not json_end(), which flushes: xnetns_written() does, and learns why that fails. */
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

/* The commands' part of the help, made from their table. */
static char *commands_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("Commands:\n", out);
	for (const struct xnetns_command *c = xnetns_commands; c->name; c++)
		if (c->purpose)
			fprintf(out, " %s %-*s  %s\n", c->name, COMMAND_WIDTH - (int)strlen(c->name),
				c->operands ? c->operands : "", c->purpose);
	fputs("Commands may be cut short. Without one, the names are listed.\n", out);
	return fclose(out) == 0 ? text : NULL;
}

static int print_help(void)
{
	_cleanup_free_ char *text = commands_text();

	return applet_help(xnetns_options, synopsis, purpose, text);
}

/* As iproute2 has it: on standard error, with a status that says failure. */
int xnetns_help(const struct xnetns *request)
{
	(void)request;
	fflush(stdout);
	fputs("Usage:\n", stderr);
	for (const struct xnetns_command *c = xnetns_commands; c->name; c++)
		if (c->purpose)
			fprintf(stderr, " xnetns %s%s%s\n", c->name, c->operands ? " " : "",
				c->operands ? c->operands : "");
	fputs("'xnetns --help' tells the options.\n", stderr);
	return STATUS_USAGE;
}

static int run(const struct xnetns *global, int argc, char **argv, bool in_child)
{
	static char list[] = "list";
	char *nothing[] = { list, NULL };
	const struct xnetns_command *command;
	struct xnetns request = *global;
	struct diag diag;

	if (argc == 0) {
		argc = 1;
		argv = nothing;
	}
	if (xnetns_parse_command(&request, argc, argv, &command, &diag) < 0)
		return xnetns_fail(&diag);
	if (opt_given(&request.given, OPT_HELP))
		return print_help();
	if (opt_given(&request.given, OPT_VERSION))
		return applet_version();
	return in_child && command->leaves ? xnetns_run_child(&request, command->run) :
					     command->run(&request);
}

int xnetns_command_line(const struct xnetns *global, int argc, char **argv, bool in_child)
{
	return xnetns_written(run(global, argc, argv, in_child));
}

/* -n NAME */
static int enter(const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = store_open_ns(name, diag);
	int rc;

	if (fd < 0)
		return fd;
	rc = sys_setns(fd, ns_types[NS_NET].flag);
	return rc < 0 ? diag_set(diag, -rc, "cannot enter the network namespace '%s'", name) : 0;
}

int xnetns_main(int argc, char **argv)
{
	struct xnetns global;
	struct diag diag;
	int first, status, rc = xnetns_parse_global(&global, argc, argv, &first, &diag);

	if (rc == 0 && opt_given(&global.given, OPT_HELP)) {
		status = print_help();
	} else if (rc == 0 && opt_given(&global.given, OPT_VERSION)) {
		status = applet_version();
	} else {
		if (rc == 0 && global.netns)
			rc = enter(global.netns, &diag);
		if (rc < 0) {
			diag.status = STATUS_USAGE;
			status = xnetns_fail(&diag);
		} else if (global.batch) {
			status = xnetns_run_batch(&global);
		} else {
			status = xnetns_command_line(&global, argc - first, argv + first, false);
		}
	}
	free(global.text);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line of xnsls to a request: parses and checks every argument. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "base/text.h"
#include "inventory/scan.h"
#include "opt/arg.h"
#include "workload/spec.h"
#include "xnsls/xnsls.h"

static int take_type(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	enum ns_type type = ns_by_name(parser->arg);
	char wanted[128] = "";

	if (type != NS_NONE) {
		request->types |= 1u << type;
		return 0;
	}
	for (int k = 0; k < NS_COUNT; k++)
		text_join(wanted, sizeof(wanted), k < NS_COUNT - 1 ? ", " : " or ", "%s%s",
			  k == 0 ? "a type: " : "", ns_types[k].name);
	return arg_bad(parser, wanted, diag);
}

static int take_tree(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	static const char *const words[] = { "process", "parent", "owner", NULL };
	static const enum relation relations[] = { RELATION_PROCESS, RELATION_PARENT,
						   RELATION_OWNER };
	int word = parser->arg ? parse_word(parser->arg, words) : 2;

	if (word < 0)
		return arg_bad(parser, "process, parent or owner", diag);
	request->relation = relations[word];
	return 0;
}

static int take_scan(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	static const char *const words[] = { "auto", "bpf", "proc", NULL };
	static const enum scan_way ways[] = { SCAN_AUTO, SCAN_BPF, SCAN_PROC };
	int word = parse_word(parser->arg, words);

	if (word < 0)
		return arg_bad(parser, "auto, bpf or proc", diag);
	request->scan = ways[word];
	return 0;
}

static int take_color(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	static const enum color_mode modes[] = { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
	int word = parser->arg ? parse_word(parser->arg, words) : 1;

	if (word < 0)
		return arg_bad(parser, "auto, always or never", diag);
	request->color = modes[word];
	return 0;
}

static int check_name(const char *text, struct diag *diag)
{
	struct spec ignored;

	return spec_parse(text, 0, &ignored, diag);
}

/* As lsns(8) reads it: white space and a plus sign may precede the number. */
static int take_task(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	const char *text = parser->arg + strspn(parser->arg, " \t\n\v\f\r");
	int rc;

	request->task_name = NULL;
	if (spec_is(parser->arg)) {
		request->task_name = parser->arg;
		return check_name(parser->arg, diag);
	}
	rc = parse_pid(text + (*text == '+'), &request->task);
	if (rc < 0) {
		rc = arg_bad(parser, "a process id", diag);
		arg_hint_pid(parser->arg, diag);
	}
	return rc;
}

static int bad_process(const char *text, struct diag *diag)
{
	int rc = diag_usage(diag, "'%s' is not a process id", text);

	arg_hint_pid(text, diag);
	return rc;
}

static int take_watch(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	enum { SECOND_MS = 1000, LEAST_MS = 10 };
	int rc;

	request->watch_ms = SECOND_MS;
	rc = arg_duration(parser, &request->watch_ms, diag);
	return rc == 0 && request->watch_ms < LEAST_MS ?
		       arg_bad(parser, "a number of seconds from 0.01", diag) : rc;
}

static int take_option(const struct opt_parser *parser, int id, struct xnsls *request,
		       struct diag *diag)
{
	switch (id) {
	case OPT_TYPE:
		return take_type(parser, request, diag);
	case OPT_TASK:
		return take_task(parser, request, diag);
	case OPT_FILTER: /* an empty one keeps every row */
		request->filter = *parser->arg ? parser->arg : NULL;
		return 0;
	case OPT_TREE:
		return take_tree(parser, request, diag);
	case OPT_COLOR:
		return take_color(parser, request, diag);
	case OPT_WATCH:
		return take_watch(parser, request, diag);
	case OPT_SCAN:
		return take_scan(parser, request, diag);
	default:
		return arg_store(parser, request, diag);
	}
}

int xnsls_bad_namespace(const char *text, struct diag *diag)
{
	return diag_usage(diag, "'%s' is neither the inode number nor the path of a namespace", text);
}

/* "net:[4026531833]", the text of a link in /proc, and ":4711", an id, are numbers too; all else is a file. */
static int take_namespace(struct xnsls *request, const char *text, struct diag *diag)
{
	size_t len = strlen(text);

	request->has_ns = true;
	request->ns_type = scan_parse_link(text, len, &request->ns);
	if (request->ns_type != NS_NONE || parse_digits(text, len, UINT64_MAX, &request->ns) == 0)
		return request->ns > 0 ? 0 : xnsls_bad_namespace(text, diag);
	if (*text == ':' && parse_u64(text + 1, UINT64_MAX, &request->ns_id) == 0)
		return 0;
	request->ns_file = text;
	return *text ? 0 : xnsls_bad_namespace(text, diag);
}

/* These select namespaces, but one is already selected. */
static const int not_with_namespace[] = { OPT_TASK, OPT_DOT, OPT_MOUNTED, OPT_WATCH };

static int take_processes(struct xnsls *request, char *const *operands, size_t n, struct diag *diag)
{
	request->compare = calloc(n, sizeof(*request->compare));
	request->compare_names = calloc(n, sizeof(*request->compare_names));
	if (!request->compare || !request->compare_names)
		return diag_set(diag, ENOMEM, "cannot remember the processes");
	for (; request->n_compare < n; request->n_compare++) {
		const char *text = operands[request->n_compare];

		if (spec_is(text)) {
			request->compare_names[request->n_compare] = text;
			if (check_name(text, diag) < 0)
				return -EINVAL;
		} else if (parse_pid(text, &request->compare[request->n_compare]) < 0) {
			return bad_process(text, diag);
		}
	}
	return 0;
}

static int take_operands(struct xnsls *request, char *const *operands, size_t n,
			 struct diag *diag)
{
	if (!opt_given(&request->given, OPT_COMPARE)) {
		if (n > 1)
			return diag_usage(diag, "unexpected argument '%s'", operands[1]);
		if (n == 0)
			return 0;
		for (size_t i = 0; i < ARRAY_LEN(not_with_namespace); i++)
			if (opt_given(&request->given, not_with_namespace[i]))
				return diag_usage(diag, "option '--%s' and an operand NAMESPACE "
							"exclude each other",
						  opt_row(xnsls_options, not_with_namespace[i])->name);
		return take_namespace(request, operands[0], diag);
	}
	if (n < 2)
		return diag_usage(diag, "option '--compare' needs two or more processes PID...");
	return take_processes(request, operands, n, diag);
}

/* Options and operands in any order. Returns the number of operands, or -errno. */
static int read_all(struct opt_parser *parser, struct xnsls *request, const char **operands,
		    struct diag *diag)
{
	int n = 0, id, rc = 0;

	do {
		while (rc == 0 && (id = opt_next(parser, diag)) != 0) {
			if (id < 0)
				return id;
			opt_put(&request->given, id);
			/* As in every applet, the rest of the command line is ignored. */
			if (id == OPT_HELP || id == OPT_VERSION)
				return 0;
			rc = take_option(parser, id, request, diag);
		}
	} while (rc == 0 && (operands[n] = opt_operand(parser)) && ++n);
	return rc < 0 ? rc : n;
}

int xnsls_parse(int argc, char **argv, struct xnsls *ret, struct diag *diag)
{
	_cleanup_free_ const char **operands = calloc((size_t)argc + 1, sizeof(*operands));
	struct opt_parser parser;
	int rc;

	*ret = (struct xnsls){ .relation = RELATION_NONE };
	if (!operands)
		return diag_set(diag, ENOMEM, "cannot read the command line");
	opt_begin(&parser, xnsls_options, argc, argv);
	rc = read_all(&parser, ret, operands, diag);
	if (rc < 0 || opt_given(&ret->given, OPT_HELP) || opt_given(&ret->given, OPT_VERSION))
		return rc < 0 ? rc : 0;
	/* With all columns lsns(8) draws a tree only if it was asked for, or of the processes of an operand. */
	if (!opt_given(&ret->given, OPT_TREE) && !opt_given(&ret->given, OPT_LIST) &&
	    (!opt_given(&ret->given, OPT_OUTPUT_ALL) || rc > 0) && !opt_given(&ret->given, OPT_WATCH))
		ret->relation = RELATION_PROCESS;
	if (xnsls_apply_rules(ret, diag) < 0)
		return -EINVAL;
	if (ret->mounted)
		ret->types = 1u << NS_MNT;
	return take_operands(ret, (char *const *)operands, (size_t)rc, diag);
}

void xnsls_free(struct xnsls *request)
{
	free(request->compare);
	free(request->compare_names);
}

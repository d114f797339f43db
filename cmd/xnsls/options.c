/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls's option table, the rules between its options, and how they are read. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "inventory/scan.h"
#include "opt/arg.h"
#include "xnsls/xnsls.h"

const struct opt xnsls_options[] = {
	{ .help = "What is listed" },
	{ OPT_TYPE, 't', "type", ARG_REQUIRED, VALUE_NS_TYPE, "TYPE",
	  "only namespaces of this type: mnt, net, ipc, user, pid, uts, cgroup or time; repeatable",
	  SINCE_OLDEST },
	{ OPT_TASK, 'p', "task", ARG_REQUIRED, VALUE_PID, "PID",
	  "only the namespaces of this process", SINCE_OLDEST },
	{ OPT_PERSISTENT, 'P', "persistent", ARG_NONE, VALUE_NONE, NULL,
	  "only namespaces without processes", SINCE_NEWEST },
	{ OPT_FILTER, 'Q', "filter", ARG_REQUIRED, VALUE_TEXT, "EXPR",
	  "only what fits, such as 'USER != \"root\" and NPROCS > 1'", SINCE_NEWEST },
	{ OPT_NO_FDS, 0, "no-fds", ARG_NONE, VALUE_NONE, NULL,
	  "do not look for namespaces held by open files and sockets alone: faster" },
	{ OPT_DEEP, 0, "deep", ARG_NONE, VALUE_NONE, NULL,
	  "look at threads and into all mount namespaces too" },

	{ OPT_SCAN, 0, "scan", ARG_REQUIRED, VALUE_WORDS, "auto|bpf|proc",
	  "how processes are found: by BPF, which is fast, or in /proc; auto, the default, takes what "
	  "can be had" },

	{ .help = "How it is shown" },
	{ OPT_JSON, 'J', "json", ARG_NONE, VALUE_NONE, NULL, "as JSON", SINCE_OLDEST },
	{ OPT_RAW, 'r', "raw", ARG_NONE, VALUE_NONE, NULL,
	  "one line each, columns parted by one blank", SINCE_OLDEST },
	{ OPT_LIST, 'l', "list", ARG_NONE, VALUE_NONE, NULL, "as a list", SINCE_OLDEST },
	{ OPT_TREE, 'T', "tree", ARG_OPTIONAL, VALUE_WORDS, "process|parent|owner",
	  "as a tree by this relation, owner by default; without -T, -l and -r by process",
	  SINCE_OLDEST },
	{ OPT_DOT, 0, "dot", ARG_NONE, VALUE_NONE, NULL,
	  "as a graph for Graphviz, by owner and parent" },
	{ OPT_COMPARE, 0, "compare", ARG_NONE, VALUE_NONE, NULL,
	  "compare the namespaces of the processes PID...; exit status 3 if they differ" },
	{ OPT_OUTPUT, 'o', "output", ARG_REQUIRED, VALUE_COLUMN, "LIST",
	  "these columns; +LIST adds to the default ones", SINCE_OLDEST },
	{ OPT_OUTPUT_ALL, 0, "output-all", ARG_NONE, VALUE_NONE, NULL, "all columns",
	  SINCE_OLDEST },
	{ OPT_NOHEADINGS, 'n', "noheadings", ARG_NONE, VALUE_NONE, NULL, "no headings",
	  SINCE_OLDEST },
	{ OPT_NOTRUNCATE, 'u', "notruncate", ARG_NONE, VALUE_NONE, NULL,
	  "do not cut lines to the width of the terminal", SINCE_OLDEST },
	{ OPT_NOWRAP, 'W', "nowrap", ARG_NONE, VALUE_NONE, NULL,
	  "one line each, also with several mount points", SINCE_OLDEST },
	{ OPT_COLOR, 0, "color", ARG_OPTIONAL, VALUE_WORDS, "auto|always|never",
	  "use colour; auto, the default: on a terminal, unless NO_COLOR is set" },

	{ .help = "Information" },
	{ OPT_LIST_COLUMNS, 'H', "list-columns", ARG_NONE, VALUE_NONE, NULL,
	  "list the columns; with --json or --raw for programs", SINCE_NEWEST },
	{ OPT_STRICT, 0, "strict", ARG_NONE, VALUE_NONE, NULL,
	  "exit status 1 if anything could not be read" },
	{ OPT_VERBOSE, 0, "verbose", ARG_NONE, VALUE_NONE, NULL,
	  "say what could not be read, also where standard error is no terminal" },
	{ OPT_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help", SINCE_OLDEST },
	{ OPT_VERSION, 'V', "version", ARG_NONE, VALUE_NONE, NULL, "print the version",
	  SINCE_OLDEST },
	{ 0 },
};

static const struct opt_rule rules[] = {
	{ OPT_JSON, RULE_EXCLUDES, OPT_RAW },
	{ OPT_LIST, RULE_EXCLUDES, OPT_TREE },
	{ OPT_RAW, RULE_IMPLIES, OPT_NOWRAP },
	{ OPT_PERSISTENT, RULE_EXCLUDES, OPT_TASK },
	{ OPT_OUTPUT, RULE_EXCLUDES, OPT_OUTPUT_ALL },
	{ OPT_DOT, RULE_EXCLUDES, OPT_JSON },
	{ OPT_DOT, RULE_EXCLUDES, OPT_RAW },
	{ OPT_DOT, RULE_EXCLUDES, OPT_LIST },
	{ OPT_DOT, RULE_EXCLUDES, OPT_TREE },
	{ OPT_DOT, RULE_EXCLUDES, OPT_OUTPUT },
	{ OPT_DOT, RULE_EXCLUDES, OPT_OUTPUT_ALL },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_DOT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_LIST },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_TREE },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_OUTPUT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_OUTPUT_ALL },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_TASK },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_PERSISTENT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_FILTER },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_NO_FDS },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_DEEP },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_SCAN },
	{ 0 },
};

static int take_type(const struct opt_parser *parser, struct xnsls *request, struct diag *diag)
{
	enum ns_kind kind = ns_by_name(parser->arg);

	if (kind == NS_NONE)
		return arg_bad(parser, "a type (mnt, net, ipc, user, pid, uts, cgroup or time)", diag);
	request->kinds |= 1u << kind;
	return 0;
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

static int take_option(const struct opt_parser *parser, int id, struct xnsls *request,
		       struct diag *diag)
{
	switch (id) {
	case OPT_TYPE:
		return take_type(parser, request, diag);
	case OPT_TASK:
		return parse_pid(parser->arg, &request->task) < 0 ?
			       arg_bad(parser, "a process id", diag) : 0;
	case OPT_FILTER:
		request->filter = parser->arg;
		return 0;
	case OPT_TREE:
		return take_tree(parser, request, diag);
	case OPT_COLOR:
		return take_color(parser, request, diag);
	case OPT_SCAN:
		return take_scan(parser, request, diag);
	case OPT_OUTPUT:
		return arg_text(parser, "a list of columns", &request->columns, diag);
	default:
		return 0;
	}
}

/* "net:[4026531833]", as the links in /proc read, is taken too; what has a slash is a file. */
static int take_namespace(struct xnsls *request, const char *text, struct diag *diag)
{
	size_t len = strlen(text);

	if (strchr(text, '/')) {
		request->ns_file = text;
		return 0;
	}
	request->ns_kind = scan_parse_link(text, len, &request->ns);
	if (request->ns_kind == NS_NONE &&
	    (parse_digits(text, len, UINT64_MAX, &request->ns) < 0 || request->ns == 0))
		return diag_usage(diag, "'%s' is neither the inode number nor the path of a namespace",
				  text);
	return 0;
}

/* These leave nothing to choose where one namespace is asked for. */
static const int not_with_namespace[] = { OPT_TASK, OPT_PERSISTENT, OPT_DOT };

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
	request->compare = calloc(n, sizeof(*request->compare));
	if (!request->compare)
		return diag_set(diag, ENOMEM, "cannot remember the processes");
	for (; request->n_compare < n; request->n_compare++)
		if (parse_pid(operands[request->n_compare], &request->compare[request->n_compare]) < 0)
			return diag_usage(diag, "'%s' is not a process id",
					  operands[request->n_compare]);
	return 0;
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
			/* As everywhere: what stands behind --help is not looked at. */
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
	if (!opt_given(&ret->given, OPT_TREE) && !opt_given(&ret->given, OPT_LIST) &&
	    !opt_given(&ret->given, OPT_RAW))
		ret->relation = RELATION_PROCESS;
	if (opt_apply_rules(xnsls_options, rules, &ret->given, diag) < 0)
		return -EINVAL;
	return take_operands(ret, (char *const *)operands, (size_t)rc, diag);
}

void xnsls_free(struct xnsls *request)
{
	free(request->compare);
}

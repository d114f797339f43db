/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line of xnetns to a request. Pure, except that it allocates option tables. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "xnetns/xnetns.h"

enum { JOBS_MAX = 1024, WAIT_MAX = 24 * 60 * 60 };

bool xnetns_name_is_valid(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

int xnetns_check_name(const char *name, struct diag *diag)
{
	if (xnetns_name_is_valid(name))
		return 0;
	diag_set(diag, 0, "invalid name '%s': 1 to 255 bytes without '/', and not '.' or '..'",
		 name);
	diag->status = STATUS_USAGE;
	return -EINVAL;
}

static int take_number(const struct opt_parser *parser, uint64_t min, uint64_t max,
		       const char *allowed, uint64_t *ret, struct diag *diag)
{
	uint64_t value;

	if (parse_u64(parser->arg, max, &value) < 0 || value < min)
		return arg_bad(parser, allowed, diag);
	*ret = value;
	return 0;
}

static int take_parsed(const struct opt_parser *parser,
		       int (*parse)(const char *, struct connect_options *), const char *allowed,
		       struct xnetns *request, struct diag *diag)
{
	return parse(parser->arg, &request->connect) < 0 ? arg_bad(parser, allowed, diag) : 0;
}

static int take_port(const struct opt_parser *parser, struct uplink *uplink, struct diag *diag)
{
	int rc = uplink_add_port(uplink, parser->arg);

	if (rc == -EINVAL)
		return arg_bad(parser, UPLINK_PORT, diag);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the ports") : 0;
}

static int take_option(const struct opt_parser *parser, int id, struct xnetns *request,
		       struct diag *diag)
{
	switch (id) {
	case OPT_NETNS:
		request->netns = parser->arg;
		return 0;
	case OPT_KILL:
		return arg_optional_signal(parser, &request->kill_signal, diag);
	case OPT_WAIT:
		return take_number(parser, 0, WAIT_MAX, "a number of seconds, at most 86400",
				   &request->wait, diag);
	case OPT_JOBS:
		return take_number(parser, 1, JOBS_MAX, "a number from 1 to 1024", &request->jobs,
				   diag);
	case OPT_ADDRESS:
		return take_parsed(parser, connect_parse_addresses,
				   "two addresses with prefixes, of one family, separated by a "
				   "comma (at most 16 times)",
				   request, diag);
	case OPT_MTU:
		return take_parsed(parser, connect_parse_mtu, "a number from 68 to 65535", request,
				   diag);
	case OPT_NAMES:
		return take_parsed(parser, connect_parse_names,
				   "two names of interfaces, separated by a comma", request, diag);
	case OPT_PUBLISH:
		return take_port(parser, &request->uplink, diag);
	case OPT_HOST_LOOPBACK:
		request->uplink.host_loopback = true;
		return 0;
	case OPT_EXPLAIN:
		return arg_format(parser, &request->explain_json, diag);
	default:
		return arg_store(parser, request, diag);
	}
}

/* Parses options up to the first operand: global ones, or those of a command. */
static int parse_options(struct xnetns *request, bool of_command, int argc, char **argv,
			 int *ret_operand, struct diag *diag)
{
	struct opt_parser parser;
	int id, rc = 0;

	opt_begin(&parser, xnetns_options, argc, argv);
	while (rc == 0 && (id = opt_next(&parser, diag)) != 0) {
		if (id < 0) {
			if (of_command)
				diag_hint(diag, "write '--' before a name that begins with '-'");
			rc = id;
			break;
		}
		opt_put(&request->given, id);
		rc = take_option(&parser, id, request, diag);
		if (id == OPT_HELP || id == OPT_VERSION)
			break;
	}
	*ret_operand = parser.first_operand;
	if (rc < 0)
		diag->status = STATUS_USAGE;
	return rc;
}

/* The first row whose name begins with these letters, or NULL; opt_next() reports ambiguity. */
static const struct opt *find_long(const char *name)
{
	size_t len = strcspn(name, "=");
	const struct opt *found = opt_find_long(xnetns_options, name, len);

	if (found)
		return found;
	for (const struct opt *row = xnetns_options; !opt_is_end(row); row++)
		if (row->name && strncmp(row->name, name, len) == 0)
			return row;
	return NULL;
}

/*
 * iproute2 accepts long options with one dash ("-all", "-net foo"). Adds the second dash in a copy
 * of argv; *ret_text holds its new strings. The caller frees both; each may be NULL.
 */
static char **double_dashes(int argc, char **argv, char **ret_text)
{
	char **copy = calloc((size_t)argc + 1, sizeof(*copy)), *text;
	size_t room = 1;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]) + 2;
	text = *ret_text = malloc(room);
	if (!copy || !text) {
		free(copy);
		return NULL;
	}
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	for (int i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		const char *name = argv[i] + 1 + (argv[i][1] == '-');
		const struct opt *row = find_long(name);

		if (strcmp(argv[i], "--") == 0)
			break;
		if (argv[i][1] != '-' && argv[i][2] && row) {
			copy[i] = text;
			*text++ = '-';
			memcpy(text, argv[i], strlen(argv[i]) + 1);
			text += strlen(argv[i]) + 1;
		}
		/* The next word is the option's argument, even if it begins with a dash. */
		if (row && row->arg == ARG_REQUIRED && !strchr(name, '='))
			i++;
	}
	return copy;
}

int xnetns_parse_global(struct xnetns *request, int argc, char **argv, int *ret_operand,
			struct diag *diag)
{
	char **copy;
	int rc;

	*request = (struct xnetns){ .kill_signal = SIGTERM, .wait = WAIT_DEFAULT, .jobs = 1 };
	copy = double_dashes(argc, argv, &request->text);
	if (!copy)
		return diag_set(diag, ENOMEM, "cannot read the command line");
	rc = parse_options(request, false, argc, copy, ret_operand, diag);
	free(copy);
	if (rc == 0 && request->batch && *ret_operand < argc) {
		rc = diag_usage(diag, "'%s' and option '--batch' exclude each other",
				argv[*ret_operand]);
		diag->status = STATUS_USAGE;
	}
	return rc;
}

const struct xnetns_command *xnetns_find_command(const struct xnetns_command *commands,
						 const char *word)
{
	for (const struct xnetns_command *c = commands; *word && c->name; c++)
		if (strncmp(c->name, word, strlen(word)) == 0)
			return c;
	return NULL;
}

bool xnetns_takes(const struct xnetns_command *command, int option, bool global)
{
	switch (option) {
	case OPT_HELP:
	case OPT_VERSION:
	case OPT_JSON:
	case OPT_PRETTY:
	case OPT_USER_STORE:
	case OPT_SYSTEM:
		return true;
	case OPT_ALL: /* ip(8) has it before any command, where most ignore it */
	case OPT_NETNS:
	case OPT_BATCH:
	case OPT_FORCE:
	case OPT_DETAILS:
		if (global)
			return true;
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(command->options); i++)
		if (command->options[i] == option)
			return true;
	return false;
}

/*
 * The options between and after the operands, unless "--" precedes these. Removes them from argv, so
 * that the operands follow each other.
 */
static int parse_following(struct xnetns *request, char **operands, int *n, struct diag *diag)
{
	for (int i = 0; i < *n && strcmp(operands[i - 1], "--") != 0; i++) {
		int next, rc;

		/* The operand stands where getopt_long(3) expects the name of the program. */
		rc = parse_options(request, true, *n - i, operands + i, &next, diag);
		if (rc < 0)
			return rc;
		memmove(operands + i + 1, operands + i + next,
			(size_t)(*n - i - next) * sizeof(*operands));
		*n -= next - 1;
		operands[*n] = NULL;
	}
	return 0;
}

/* Refuses options that the command does not take; global: the options before the command. */
static int check_options(const struct opt_set *given, const struct xnetns_command *command,
			 bool global, struct diag *diag)
{
	for (const struct opt *row = xnetns_options; !opt_is_end(row); row++) {
		if (!row->name || !opt_given(given, row->id) ||
		    xnetns_takes(command, row->id, global))
			continue;
		if (xnetns_takes(command, row->id, true))
			diag_usage(diag, "option '--%s' goes before the command", row->name);
		else
			diag_usage(diag, "'%s' takes no option '--%s'", command->name, row->name);
		diag->status = STATUS_USAGE;
		return -EINVAL;
	}
	return 0;
}

static int parse_command_options(struct xnetns *request, int argc, char **argv,
				 const struct xnetns_command *command, struct diag *diag)
{
	const struct opt_set before = request->given;
	int first, rc;

	request->given = (struct opt_set){ 0 };
	rc = parse_options(request, true, argc, argv, &first, diag);
	request->operands = argv + first;
	request->n_operands = argc - first;
	if (rc == 0 && command->flags & OPTIONS_FOLLOW)
		rc = parse_following(request, request->operands, &request->n_operands, diag);
	if (rc == 0)
		rc = check_options(&request->given, command, false, diag);
	if (rc == 0)
		rc = check_options(&before, command, true, diag);
	for (size_t i = 0; i < ARRAY_LEN(before.bits); i++)
		request->given.bits[i] |= before.bits[i];
	return rc;
}

int xnetns_parse_command(struct xnetns *request, const struct xnetns_command *commands, int argc,
			 char **argv, const struct xnetns_command **ret, struct diag *diag)
{
	const struct xnetns_command *command = xnetns_find_command(commands, argv[0]);
	int rc;

	if (!command) {
		diag_set(diag, 0, "Command '%s' is unknown, try 'xnetns help'", argv[0]);
		diag->status = STATUS_USAGE;
		return -EINVAL;
	}
	*ret = command;
	rc = parse_command_options(request, argc, argv, command, diag);
	if (rc < 0)
		return rc;
	/* "exec --all COMMAND" has no name. */
	if (!opt_given(&request->given, OPT_ALL))
		xnetns_drop_marks(request, command->n_names);
	if (request->n_operands < command->min) {
		diag_usage(diag, "'%s' needs %s", command->name, command->operands);
		return -EINVAL;
	}
	if (command->max >= 0 && request->n_operands > command->max)
		return diag_usage(diag, "unexpected argument '%s'",
				  request->operands[command->max]);
	return 0;
}

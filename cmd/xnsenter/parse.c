/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line of xnsenter to a request: parses and checks every argument. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/diag.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "workload/spec.h"
#include "xnsenter/xnsenter.h"

static int bad_target(const struct opt_parser *parser, struct diag *diag)
{
	int rc = arg_bad(parser, "a process id, or PID:INODE", diag);

	arg_hint_pid(parser->arg, diag);
	return rc;
}

static int take_target(const struct opt_parser *parser, struct xnsenter *request,
		       struct diag *diag)
{
	size_t len = strcspn(parser->arg, ":@");
	uint64_t pid;

	if (request->target_name)
		return diag_usage(diag, "option '--target' was given twice: '%s' and '%s'",
				  request->target_name, parser->arg);
	if (request->pid)
		return diag_usage(diag, "option '--target' was given twice: %d and '%s'",
				  (int)request->pid, parser->arg);
	if (spec_is(parser->arg)) {
		struct spec ignored;

		request->target_name = parser->arg;
		return spec_parse(parser->arg, 0, &ignored, diag);
	}
	request->has_inode = parser->arg[len] != '\0';
	if (parse_digits(parser->arg, len, UINT64_MAX, &pid) == 0 && pid > INT32_MAX)
		request->no_pid = pid;
	if (parse_digits(parser->arg, len, INT32_MAX, &pid) < 0 || pid == 0 ||
	    (request->has_inode &&
	     parse_u64(parser->arg + len + 1, UINT64_MAX, &request->inode) < 0))
		return bad_target(parser, diag);
	request->pid = (pid_t)pid;
	return 0;
}

/* Parses FILE or :NSID. A file whose name begins with a colon is written ./:NAME. */
static int take_ns(const struct opt_parser *parser, struct ns_choice *choice, struct diag *diag)
{
	/* As nsenter(1) has it: a file that was named before stays. */
	if (!parser->arg) {
		if (choice->source == FROM_NOWHERE)
			choice->source = FROM_TARGET;
		return 0;
	}
	if (!*parser->arg)
		return arg_bad(parser, "a file", diag);
	choice->source = *parser->arg == ':' ? FROM_ID : FROM_FILE;
	choice->path = parser->arg;
	if (choice->source == FROM_ID && parse_u64(parser->arg + 1, UINT64_MAX, &choice->id) < 0)
		return arg_bad(parser, "a namespace id; a file of that name is ./:NAME", diag);
	return 0;
}

static int take_socket(const struct opt_parser *parser, struct xnsenter *request,
		       struct diag *diag)
{
	uint64_t fd;

	if (parse_u64(parser->arg, INT_MAX, &fd) < 0)
		return arg_bad(parser, "the number of a descriptor", diag);
	request->socket = (int)fd;
	return 0;
}

static bool is_follow(const struct opt_parser *parser)
{
	return strcmp(parser->arg, "follow") == 0;
}

/* Once given without an argument, it is the target's, wherever that stands: as with nsenter(1). */
static int take_directory(const struct opt_parser *parser, int id, const char **dir,
			  struct xnsenter *request, struct diag *diag)
{
	bool is_targets = opt_given(&request->given, id) && !*dir;
	int rc = arg_store(parser, request, diag);

	if (is_targets)
		*dir = NULL;
	return rc;
}

static int take_option(const struct opt_parser *parser, int id, struct xnsenter *request,
		       struct diag *diag)
{
	switch (id) {
	case OPT_TARGET:
		return take_target(parser, request, diag);
	case OPT_NET_SOCKET:
		return take_socket(parser, request, diag);
	/* Once given, "follow" counts, also before another id: as with nsenter(1). */
	case OPT_SETUID:
		request->follow_uid |= is_follow(parser);
		return is_follow(parser) ? 0 : arg_user(parser, &request->uid, diag);
	case OPT_SETGID:
		request->follow_gid |= is_follow(parser);
		return is_follow(parser) ? 0 : arg_group(parser, &request->gid, diag);
	case OPT_ROOT:
		return take_directory(parser, id, &request->root, request, diag);
	case OPT_WD:
		return take_directory(parser, id, &request->wd, request, diag);
	case OPT_CAP_ADD:
		return arg_capabilities(parser, &request->rights.add, NULL, diag);
	case OPT_CAP_DROP:
		return arg_capabilities(parser, &request->rights.drop, &request->rights.drop_all,
					diag);
	case OPT_ENV:
		return arg_flag(parser, "all", &request->all_env, diag);
	case OPT_WAIT:
		request->wait_ms = UINT64_MAX;
		return arg_duration(parser, &request->wait_ms, diag);
	case OPT_EXPLAIN:
		return arg_format(parser, &request->json, diag);
	default:
		if (id >= OPT_NS && id < OPT_NS + NS_COUNT)
			return take_ns(parser, &request->choice[id - OPT_NS], diag);
		return arg_store(parser, request, diag);
	}
}

int xnsenter_parse(int argc, char **argv, struct xnsenter *request, struct diag *diag)
{
	struct opt_parser parser;
	int id = 0, rc = 0;

	memset(request, 0, sizeof(*request));
	opt_begin(&parser, xnsenter_options, argc, argv);
	while (rc == 0 && (id = opt_next(&parser, diag)) > 0) {
		rc = take_option(&parser, id, request, diag);
		opt_put(&request->given, id);
		if (id == OPT_HELP || id == OPT_VERSION)
			break;
	}
	request->argv = argv;
	request->program = argv + parser.first_operand;
	return rc < 0 ? rc : id < 0 ? id : 0;
}

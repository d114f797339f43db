/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads xunshare's command line into a request, and checks every argument. */
#include <errno.h>
#include <limits.h>
#include <linux/utsname.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "xunshare/xunshare.h"

static int add_block(struct map_request *request, struct block block, struct diag *diag)
{
	struct block *grown =
		array_reserve(request->blocks, request->n + 1, &request->room, sizeof(*grown));

	if (!grown)
		return diag_set(diag, ENOMEM, "cannot remember the id maps");
	request->blocks = grown;
	request->blocks[request->n++] = block;
	return 0;
}

static int take_block(const struct opt_parser *parser, struct map_request *request,
		      struct diag *diag)
{
	static const char *const words[] = { "auto", "subids", "all", NULL };
	static const enum block_source sources[] = { BLOCK_AUTO, BLOCK_SUBIDS, BLOCK_ALL };
	struct block block = { .source = BLOCK_EXTENT };
	int word = parse_word(parser->arg, words);

	if (word >= 0)
		block.source = sources[word];
	else if (idmap_parse_extent(parser->arg, &block.extent) < 0)
		return arg_bad(parser, "INNER:OUTER:COUNT with ids up to 4294967294, "
				 "auto, subids or all", diag);
	return add_block(request, block, diag);
}

static int take_owner(const struct opt_parser *parser, struct xunshare *request, struct diag *diag)
{
	const char *colon = strchr(parser->arg, ':');
	uint64_t uid;

	if (!colon || parse_digits(parser->arg, (size_t)(colon - parser->arg), ID_MAX, &uid) < 0 ||
	    parse_id(colon + 1, &request->owner_gid) < 0)
		return arg_bad(parser, "UID:GID with ids from 0 to 4294967294", diag);
	request->owner_uid = (uint32_t)uid;
	return 0;
}

static int take_hostname(const struct opt_parser *parser, struct xunshare *request,
			 struct diag *diag)
{
	size_t len = strlen(parser->arg);

	if (len == 0 || len > __NEW_UTS_LEN)
		return arg_bad(parser, "a host name of 1 to 64 bytes", diag);
	request->hostname = parser->arg;
	return 0;
}

/* The line's first character is its separator (Documentation/admin-guide/binfmt-misc.rst). */
static int take_interpreter(const struct opt_parser *parser, struct xunshare *request,
			    struct diag *diag)
{
	int separators = 0;

	for (const char *c = parser->arg; *c; c++)
		separators += *c == *parser->arg;
	if (separators != 7)
		return arg_bad(parser, "a line :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS",
				 diag);
	request->interpreter = parser->arg;
	return 0;
}

static int take_pin(const struct opt_parser *parser, struct xunshare *request, int kind,
		    struct diag *diag)
{
	if (parser->arg && !*parser->arg)
		return arg_bad(parser, "a file", diag);
	if (parser->arg)
		request->pins[kind] = parser->arg;
	return 0;
}

/* The program keeps 0 to 2. */
static int take_fd_number(const struct opt_parser *parser, int *ret, struct diag *diag)
{
	uint64_t value;

	if (parse_u64(parser->arg, INT_MAX, &value) < 0 || value <= STDERR_FILENO)
		return arg_bad(parser, "the number of a descriptor from 3 on", diag);
	*ret = (int)value;
	return 0;
}

/* Takes an option about ids or maps. 0 or -errno; 1 if it is another option. */
static int take_id_option(const struct opt_parser *parser, int id, struct xunshare *request,
			  struct diag *diag)
{
	const struct block automatic = { .source = BLOCK_AUTO };
	const struct block subids = { .source = BLOCK_SUBIDS };
	int rc;

	switch (id) {
	case OPT_MAP_USER:
		request->users.single = SINGLE_ID;
		return arg_user(parser, &request->users.id, diag);
	case OPT_MAP_GROUP:
		request->groups.single = SINGLE_ID;
		return arg_group(parser, &request->groups.id, diag);
	case OPT_MAP_ROOT_USER:
		request->users.single = request->groups.single = SINGLE_ID;
		request->users.id = request->groups.id = 0;
		return 0;
	case OPT_MAP_CURRENT_USER:
		request->users.single = request->groups.single = SINGLE_CURRENT;
		return 0;
	case OPT_MAP_AUTO:
		rc = add_block(&request->users, automatic, diag);
		return rc < 0 ? rc : add_block(&request->groups, automatic, diag);
	case OPT_MAP_SUBIDS:
		rc = add_block(&request->users, subids, diag);
		return rc < 0 ? rc : add_block(&request->groups, subids, diag);
	case OPT_MAP_USERS:
		return take_block(parser, &request->users, diag);
	case OPT_MAP_GROUPS:
		return take_block(parser, &request->groups, diag);
	case OPT_OWNER:
		return take_owner(parser, request, diag);
	default:
		return 1;
	}
}

/* Appends the names to the list; a repeated option adds to it. */
static int take_names(const struct opt_parser *parser, char **list, struct diag *diag)
{
	size_t used = *list ? strlen(*list) : 0, size = used + strlen(parser->arg) + 2, room = used;
	char *grown;

	if (strchr(parser->arg, '='))
		return arg_bad(parser, "a list of names, separated by commas", diag);
	grown = array_reserve(*list, size, &room, 1);
	if (!grown)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	snprintf(grown + used, size - used, "%s%s", used ? "," : "", parser->arg);
	*list = grown;
	return 0;
}

static int take_setup(const struct opt_parser *parser, struct xunshare *request, struct diag *diag)
{
	if (request->n_setups == SETUPS_MAX)
		return diag_usage(diag, "option '--setup' may be given %d times at most", SETUPS_MAX);
	return arg_text(parser, "a command", &request->setups[request->n_setups++], diag);
}

/* Takes an option about the program's rights. 0 or -errno; 1 if it is another option. */
static int take_right(const struct opt_parser *parser, int id, struct xunshare *request,
		      struct diag *diag)
{
	switch (id) {
	case OPT_CAP_ADD:
		return arg_capabilities(parser, &request->rights.add, NULL, diag);
	case OPT_CAP_DROP:
		return arg_capabilities(parser, &request->rights.drop, &request->rights.drop_all,
					diag);
	case OPT_SETUP:
		return take_setup(parser, request, diag);
	default:
		return 1;
	}
}

static int take_option(const struct opt_parser *parser, int id, struct xunshare *request,
		       struct diag *diag)
{
	int rc = take_id_option(parser, id, request, diag);

	if (rc > 0)
		rc = take_right(parser, id, request, diag);
	if (rc > 0)
		rc = mounts_take(parser, id, &request->mounts, diag);
	if (rc > 0)
		rc = limits_take(parser, id, &request->limits, diag);
	if (rc > 0)
		rc = xunshare_take_uplink(parser, id, request, diag);
	if (rc <= 0)
		return rc;
	switch (id) {
	case OPT_KILL_CHILD:
		request->kill_signal = SIGKILL;
		return arg_optional_signal(parser, &request->kill_signal, diag);
	case OPT_LOAD_INTERP:
		return take_interpreter(parser, request, diag);
	case OPT_HOSTNAME:
		return take_hostname(parser, request, diag);
	case OPT_START_FD:
		return take_fd_number(parser, &request->start_fd, diag);
	case OPT_STATUS_FD:
		return take_fd_number(parser, &request->status_fd, diag);
	case OPT_WHITELIST_ENV:
		return take_names(parser, &request->keep_env, diag);
	case OPT_EXPLAIN:
	case OPT_CHECK:
		return arg_format(parser, &request->json, diag);
	default:
		if (id >= OPT_NS && id < OPT_NS + NS_COUNT)
			return take_pin(parser, request, id - OPT_NS, diag);
		return arg_store(parser, request, diag);
	}
}

int xunshare_parse(int argc, char **argv, struct xunshare *request, struct diag *diag)
{
	struct opt_parser parser;
	int id = 0, rc = 0;

	memset(request, 0, sizeof(*request));
	opt_begin(&parser, xunshare_options, argc, argv);
	while (rc == 0 && (id = opt_next(&parser, diag)) > 0) {
		opt_put(&request->given, id);
		rc = take_option(&parser, id, request, diag);
		/* As in every applet, --help and --version ignore the rest of the command line. */
		if (id == OPT_HELP || id == OPT_VERSION)
			break;
	}
	request->program = argv + parser.first_operand;
	request->mounts.bare = request->mounts.bare && !parser.ended;
	return rc < 0 ? rc : id < 0 ? id : 0;
}

void xunshare_free(struct xunshare *request)
{
	free(request->users.blocks);
	free(request->groups.blocks);
	free(request->limits.scope);
	free(request->keep_env);
	mounts_release(&request->mounts);
	uplink_free(&request->uplink);
}

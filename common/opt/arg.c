/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opt/arg.h"

#include <inttypes.h>
#include <string.h>

#include "base/capability.h"
#include "base/diag.h"
#include "base/parse.h"
#include "kernel/caller.h"
#include "opt/opt.h"

int arg_bad(const struct opt_parser *parser, const char *allowed, struct diag *diag)
{
	if (parser->by_letter)
		return diag_usage(diag, "option '-%c': '%s' is not %s", parser->row->letter,
				  parser->arg, allowed);
	return diag_usage(diag, "option '--%s': '%s' is not %s", parser->row->name, parser->arg,
			  allowed);
}

int arg_word(const struct opt_parser *parser, const char *const *words, const char *allowed,
	     const char **ret, struct diag *diag)
{
	if (parse_word(parser->arg, words) < 0)
		return arg_bad(parser, allowed, diag);
	*ret = parser->arg;
	return 0;
}

int arg_user(const struct opt_parser *parser, uint32_t *ret, struct diag *diag)
{
	if (caller_user_id(parser->arg, ret) < 0)
		return arg_bad(parser, "a user name or an id from 0 to 4294967294", diag);
	return 0;
}

int arg_group(const struct opt_parser *parser, uint32_t *ret, struct diag *diag)
{
	if (caller_group_id(parser->arg, ret) < 0)
		return arg_bad(parser, "a group name or an id from 0 to 4294967294", diag);
	return 0;
}

int arg_seconds(const struct opt_parser *parser, int64_t *ret, struct diag *diag)
{
	if (parse_i64(parser->arg, ret) < 0)
		return arg_bad(parser, "a whole number of seconds", diag);
	return 0;
}

int arg_text(const struct opt_parser *parser, const char *what, const char **ret,
	     struct diag *diag)
{
	if (!*parser->arg)
		return arg_bad(parser, what, diag);
	*ret = parser->arg;
	return 0;
}

int arg_optional_text(const struct opt_parser *parser, const char *what, const char **ret,
		      struct diag *diag)
{
	*ret = NULL;
	return parser->arg ? arg_text(parser, what, ret, diag) : 0;
}

int arg_optional_signal(const struct opt_parser *parser, int *ret, struct diag *diag)
{
	if (parser->arg && parse_signal(parser->arg, ret) < 0)
		return arg_bad(parser, "a signal's name or number", diag);
	return 0;
}

int arg_capabilities(const struct opt_parser *parser, uint64_t *ret, bool *ret_all,
		     struct diag *diag)
{
	uint64_t set;

	if (capability_parse(parser->arg, &set) < 0 || (set == CAPABILITIES_ALL && !ret_all))
		return arg_bad(parser,
			       ret_all ? "all, or a list of capabilities" :
					 "a list of capabilities",
			       diag);
	if (set == CAPABILITIES_ALL)
		*ret_all = true;
	else
		*ret |= set;
	return 0;
}

int arg_flag(const struct opt_parser *parser, const char *word, bool *ret, struct diag *diag)
{
	if (parser->arg && strcmp(parser->arg, word) != 0)
		return arg_bad(parser, word, diag);
	*ret = parser->arg != NULL;
	return 0;
}

int arg_format(const struct opt_parser *parser, bool *ret_json, struct diag *diag)
{
	return arg_flag(parser, "json", ret_json, diag);
}

void arg_hint_pid(const char *text, struct diag *diag)
{
	static const char digits[] = "0123456789", blanks[] = " \t\n";
	size_t len = strspn(text, digits), blank = strspn(text + len, blanks);
	uint64_t number;

	if (!text[strspn(text, blanks)])
		diag_hint(diag, "nothing was found: is the process, or the container, running?");
	else if (len && blank && strspn(text + len + blank, digits))
		diag_hint(diag, "these are several process ids: choose one");
	else if (parse_u64(text, UINT64_MAX, &number) == 0 && number == 0)
		diag_hint(diag, "a container that is not running has the process id 0: start it");
	else if (parse_u64(text, UINT64_MAX, &number) == 0 && number > INT32_MAX)
		diag_hint(diag,
			  "it is greater than any process id; the processes of a namespace with "
			  "that inode number: xnsls %" PRIu64, number);
}

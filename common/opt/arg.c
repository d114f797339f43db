/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opt/arg.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

/* "allow|deny", the words of a row, as a sentence has them: "allow or deny". */
static void list_words(const char *words, char *buf, size_t size)
{
	size_t used = 0;

	for (; *words && used + sizeof(" or ") < size; words++) {
		const char *glue = strchr(words + 1, '|') ? ", " : " or ";

		if (*words != '|')
			buf[used++] = *words;
		else
			used += (size_t)snprintf(buf + used, size - used, "%s", glue);
	}
	buf[used] = '\0';
}

static bool is_among(const char *words, const char *arg)
{
	size_t len = strlen(arg), n;

	for (; (n = strcspn(words, "|")) != len || memcmp(words, arg, n) != 0; words += n + 1)
		if (!words[n])
			return false;
	return true;
}

static int store_text(const struct opt_parser *parser, const char **member, struct diag *diag)
{
	static const char *const wanted[] = {
		[VALUE_TEXT] = "a text",
		[VALUE_FILE] = "a file",
		[VALUE_DIR] = "a directory",
		[VALUE_USER] = "a user",
		[VALUE_COLUMN] = "a list of columns",
	};
	const struct opt *row = parser->row;
	char words[128];

	*member = NULL;
	if (!parser->arg)
		return 0;
	if (row->value != VALUE_WORDS)
		return arg_text(parser, wanted[row->value], member, diag);
	if (is_among(row->metavar, parser->arg)) {
		*member = parser->arg;
		return 0;
	}
	list_words(row->metavar, words, sizeof(words));
	return arg_bad(parser, words, diag);
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

int arg_store(const struct opt_parser *parser, void *request, struct diag *diag)
{
	const struct opt *row = parser->row;
	void *member = (char *)request + row->into;

	if (row->arg == ARG_NONE)
		return 0;
	if (!row->into)
		abort();
	if (row->form != FORM_TEXT && !parser->arg)
		return 0;
	switch (row->form) {
	case FORM_ID:
		return row->value == VALUE_GROUP ? arg_group(parser, member, diag) :
						   arg_user(parser, member, diag);
	case FORM_NUMBER:
		return parse_i64(parser->arg, member) < 0 ? arg_bad(parser, "a whole number", diag) : 0;
	default:
		return store_text(parser, member, diag);
	}
}

int arg_duration(const struct opt_parser *parser, uint64_t *ret, struct diag *diag)
{
	enum { DAY = 86400, MILLI = 3 };

	if (parser->arg && parse_decimal(parser->arg, MILLI, DAY, ret) < 0)
		return arg_bad(parser, "a number of seconds such as 0.5, at most 86400", diag);
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

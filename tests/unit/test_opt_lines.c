/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines: a row for each, with the options that come out or the message. */
#include <errno.h>
#include <string.h>

#include "opt_trace.h"

enum { WORDS_MAX = 16 };

/* Cuts at blanks; "''" is an empty word. */
static int split(char *line, char **argv)
{
	int argc = 0;

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	argv[argc] = NULL;
	return argc;
}

struct line_row {
	const char *name;
	const char *line;
	const char *trace;   /* or */
	const char *message;
	const char *hint;
};

static const struct line_row line_rows[] = {
	{ "line: nothing", "x", "|", NULL, NULL },
	{ "line: long", "x --fork", "fork |", NULL, NULL },
	{ "line: letter", "x -f", "-fork |", NULL, NULL },
	{ "line: letters together", "x -fUT", "-fork -user -time |", NULL, NULL },
	{ "line: the highest id", "x -z --last", "-last last |", NULL, NULL },
	{ "line: a row without help", "x --old", "old |", NULL, NULL },
	{ "line: the same twice", "x -f --fork", "-fork fork |", NULL, NULL },
	{ "line: operands", "x a b", "| a b", NULL, NULL },
	{ "line: the first operand ends the options", "x -f sh -c --foo", "-fork | sh -c --foo",
	  NULL, NULL },
	{ "line: two dashes end the options", "x -f -- --foo", "-fork | --foo", NULL, NULL },
	{ "line: two dashes alone", "x --", "|", NULL, NULL },
	{ "line: only the first two dashes", "x -- -- a", "| -- a", NULL, NULL },
	{ "line: one dash is an operand", "x - -f", "| - -f", NULL, NULL },
	{ "line: an empty operand", "x '' -f", "|  -f", NULL, NULL },
	{ "line: required, long, apart", "x --setuid 5 a", "setuid=5 | a", NULL, NULL },
	{ "line: required, long, attached", "x --setuid=5 a", "setuid=5 | a", NULL, NULL },
	{ "line: required, letter, apart", "x -S 5 a", "-setuid=5 | a", NULL, NULL },
	{ "line: required, letter, attached", "x -S5 a", "-setuid=5 | a", NULL, NULL },
	{ "line: required, letter, '=' is part of it", "x -S=5", "-setuid==5 |", NULL, NULL },
	{ "line: required, after letters", "x -fS5", "-fork -setuid=5 |", NULL, NULL },
	{ "line: required, looks like an option", "x -S -f", "-setuid=-f |", NULL, NULL },
	{ "line: required, two dashes", "x -S --", "-setuid=-- |", NULL, NULL },
	{ "line: required, empty", "x --setuid= -S ''", "setuid= -setuid= |", NULL, NULL },
	{ "line: required, holds '='", "x --map-user=a=b", "map-user=a=b |", NULL, NULL },
	{ "line: optional, long, left out", "x --net a", "net | a", NULL, NULL },
	{ "line: optional, long, given", "x --net=a b", "net=a | b", NULL, NULL },
	{ "line: optional, long, empty", "x --net= b", "net= | b", NULL, NULL },
	{ "line: optional, letter, left out", "x -n a", "-net | a", NULL, NULL },
	{ "line: optional, letter, attached", "x -na b", "-net=a | b", NULL, NULL },
	{ "line: optional, letter, '=' is skipped", "x -n=a b", "-net=a | b", NULL, NULL },
	{ "line: optional, letter, one '=' is skipped", "x -n==a", "-net==a |", NULL, NULL },
	{ "line: optional, letter, '=' and nothing", "x -n= b", "-net= | b", NULL, NULL },
	{ "line: optional, letter, eats letters", "x -nf", "-net=f |", NULL, NULL },
	{ "line: optional, after letters", "x -fn=a", "-fork -net=a |", NULL, NULL },
	{ "line: long only, given", "x --mount=a", "mount=a |", NULL, NULL },
	{ "line: long only, left out", "x --mount a", "mount | a", NULL, NULL },
	{ "line: long only, letter takes none", "x -m a", "-mount | a", NULL, NULL },
	{ "line: long only, then letters", "x -mf", "-mount -fork |", NULL, NULL },
	{ "line: no argument kept from the one before", "x --net=a -f --net", "net=a -fork net |",
	  NULL, NULL },
	{ "line: cut short", "x --fo", "fork |", NULL, NULL },
	{ "line: cut short, with an argument", "x --se=5", "setuid=5 |", NULL, NULL },
	{ "line: a whole name that begins another", "x --map-user 5", "map-user=5 |", NULL, NULL },
	{ "line: unknown long", "x --foo", NULL, "unknown option '--foo'", NULL },
	{ "line: unknown long with an argument", "x --foo=bar", NULL, "unknown option '--foo'",
	  NULL },
	{ "line: unknown, a name and more", "x --forks", NULL, "unknown option '--forks'", NULL },
	{ "line: unknown, other case", "x --Fork", NULL, "unknown option '--Fork'", NULL },
	{ "line: unknown long without a name", "x --=x", NULL, "unknown option '--=x'", NULL },
	{ "line: three dashes", "x ---fork", NULL, "unknown option '---fork'", NULL },
	{ "line: long name with one dash", "x -xork", NULL, "unknown option '-x'", NULL },
	{ "line: unknown letter", "x -q", NULL, "unknown option '-q'", NULL },
	{ "line: unknown among letters", "x -fqU", NULL, "unknown option '-q'", NULL },
	{ "line: unknown letter, question mark", "x -?", NULL, "unknown option '-?'", NULL },
	{ "line: unknown letter, colon", "x -:", NULL, "unknown option '-:'", NULL },
	{ "line: unknown letter, plus", "x -+", NULL, "unknown option '-+'", NULL },
	{ "line: unknown letter, tilde", "x -~", NULL, "unknown option '-~'", NULL },
	{ "line: unknown letter, W", "x -W foo", NULL, "unknown option '-W'", NULL },
	{ "line: unknown letter, dash among letters", "x -f-", NULL, "unknown option '--'", NULL },
	{ "line: unknown letter, '='", "x -=", NULL, "unknown option '-='", NULL },
	{ "line: unknown, a character of two bytes", "x -f\xc3\xa9", NULL,
	  "unknown option in '-f\xc3\xa9'", NULL },
	{ "line: unknown, a control", "x -\x1b", NULL, "unknown option in '-\\x1b'", NULL },
	{ "line: unknown after valid ones", "x -f --net=a --foo b", NULL,
	  "unknown option '--foo'", NULL },
	{ "line: ambiguous, two", "x --map-u", NULL,
	  "ambiguous option '--map-u' (could be '--map-user' or '--map-users')", NULL },
	{ "line: ambiguous, with an argument", "x --map-u=5", NULL,
	  "ambiguous option '--map-u' (could be '--map-user' or '--map-users')", NULL },
	{ "line: ambiguous, four", "x --m", NULL,
	  "ambiguous option '--m' (could be '--mount', '--map-user', '--map-users' or "
	  "'--monotonic')",
	  NULL },
	{ "line: argument missing, long", "x --setuid", NULL,
	  "option '--setuid' needs an argument UID", NULL },
	{ "line: argument missing, cut short", "x --setu", NULL,
	  "option '--setuid' needs an argument UID", NULL },
	{ "line: argument missing, letter", "x -S", NULL, "option '-S' needs an argument UID",
	  NULL },
	{ "line: argument missing, after letters", "x -fS", NULL,
	  "option '-S' needs an argument UID", NULL },
	{ "line: argument missing, has no name", "x --monotonic", NULL,
	  "option '--monotonic' needs an argument", NULL },
	{ "line: takes no argument", "x --fork=x", NULL,
	  "option '--fork' takes no argument ('--fork=x')", NULL },
	{ "line: takes no empty argument either", "x --fork=", NULL,
	  "option '--fork' takes no argument ('--fork=')", NULL },
	{ "line: takes no argument, cut short", "x --for=x", NULL,
	  "option '--fork' takes no argument ('--for=x')", NULL },
	{ "line: letter takes no argument", "x -f=x", NULL,
	  "option '-f' takes no argument ('-f=x')", NULL },
	{ "line: letter takes none, the long form does", "x -m=x", NULL,
	  "option '-m' takes no argument ('-m=x')", "use the long form: --mount=x" },
	{ "line: the same after letters", "x -fm=x", NULL,
	  "option '-m' takes no argument ('-fm=x')", "use the long form: --mount=x" },
};

static void line(void **state)
{
	const struct line_row *row = *state;
	char words[256], out[512], *argv[WORDS_MAX];
	struct diag diag = { 0 };
	int argc, rc;

	snprintf(words, sizeof(words), "%s", row->line);
	argc = split(words, argv);
	rc = trace(argc, argv, out, sizeof(out), &diag);
	assert_message(&diag, row->message ? row->message : "");
	assert_string_equal(diag.hint, row->hint ? row->hint : "");
	assert_int_equal(rc, row->message ? -EINVAL : 0);
	assert_int_equal(diag.usage, row->message != NULL);
	if (row->trace)
		assert_string_equal(out, row->trace);
}

int main(void)
{
	UNIT_ADD_ROWS(line, line_rows);
	return unit_run("opt_lines");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option tables. One table per applet gives getopt_long(3) its options, --help its text, the
 * completions their words and the rules their rows, so that they cannot disagree.
 */
#ifndef XNS_OPT_H
#define XNS_OPT_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;

enum opt_arg {
	ARG_NONE,
	ARG_REQUIRED,
	ARG_OPTIONAL,      /* --name=X, and attached to the letter: -nX or -n=X */
	ARG_OPTIONAL_LONG, /* --name=X; the letter takes none */
};

/* The kind of an argument, for the completions. */
enum opt_value {
	VALUE_NONE,
	VALUE_TEXT,
	VALUE_FILE,
	VALUE_DIR,
	VALUE_USER,
	VALUE_GROUP,
	VALUE_PID,
	VALUE_SIGNAL,
	VALUE_NS_TYPE,
	VALUE_COLUMN,
	VALUE_NETNS,
	VALUE_COMMAND, /* a program; what follows is its own command line */
	VALUE_WORDS,   /* one of the words in metavar: "allow|deny" */
};

/*
 * The release of the replaced tool that brought the option (tests/compat/references). The parser
 * looks for an abbreviation among the oldest options first, so that a new option cannot change the
 * meaning of an old command line. A greater value is found first; a row without this column is an
 * option of ours.
 */
enum opt_since {
	SINCE_OURS,
	SINCE_NEWEST, /* the newest reference has it, the oldest does not */
	SINCE_OLDEST, /* the oldest reference has it */
};

/*
 * One row. A row without a name is a heading: help is its text, to which the help adds a colon. A
 * row without help is accepted and not shown. A table ends with all zero.
 */
struct opt {
	int id; /* 1 to OPT_ID_MAX - 1, see cmd/options.h */
	char letter;
	const char *name;
	enum opt_arg arg;
	enum opt_value value;
	const char *metavar; /* "FILE" */
	const char *help;
	enum opt_since since;
};

enum { OPT_ID_MAX = 128 };

/* Whether this row is the end of the table. */
static inline bool opt_is_end(const struct opt *row)
{
	return !row->name && !row->help;
}

/* The ids that were given or implied. */
struct opt_set {
	uint64_t bits[OPT_ID_MAX / 64];
};

/* Whether the option was given, or implied by one that was (opt_apply_rules()). */
bool opt_given(const struct opt_set *given, int id);

void opt_put(struct opt_set *given, int id);

enum opt_relation {
	RULE_IMPLIES,  /* a given means b given */
	RULE_NEEDS,    /* a is an error without b */
	RULE_EXCLUDES, /* a and b together are an error */
};

/* A table of rules ends with all zero. */
struct opt_rule {
	int a;
	enum opt_relation relation;
	int b;
};

/*
 * Adds the implied options until no rule adds another, then checks the other rules in their order. 0,
 * or -EINVAL with a diagnosis that names both options, and the option that implied them.
 */
int opt_apply_rules(const struct opt *table, const struct opt_rule *rules, struct opt_set *set,
		    struct diag *diag);

/*
 * A command line that is being read. Initialise it with opt_begin(); there is nothing to release.
 * The letters for getopt_long(3) are a member and not allocated: most command lines need a heap for
 * nothing else, and a heap costs three system calls.
 */
struct opt_parser {
	const struct opt *table;
	char **argv;
	int argc;
	struct option long_options[2]; /* only the long name that comes next, and the end */
	char short_options[3 * OPT_ID_MAX + 3];
	const struct opt *row; /* the row of the last option */
	const char *arg;       /* its argument, or NULL; points into argv */
	bool by_letter;        /* it was given by its letter */
	int first_operand;     /* after the end: index of the first operand in argv */
	bool ended;            /* by "--" */
};

/*
 * Options end at the first operand. argv[0] is the applet's name. A table has fewer than OPT_ID_MAX
 * options. getopt_long(3) has one state a process, so there is one parser at a time.
 */
void opt_begin(struct opt_parser *parser, const struct opt *table, int argc, char **argv);

/*
 * The next option's id, 0 at the end, or -EINVAL with a diagnosis that quotes the argument. A long
 * name may be abbreviated: see opt_find_long().
 */
int opt_next(struct opt_parser *parser, struct diag *diag);

/*
 * For applets that allow options after operands: after the end of opt_next(), takes the operand that
 * ended it, so that opt_next() continues after that operand. NULL: there are no more operands.
 */
const char *opt_operand(struct opt_parser *parser);

/*
 * The row of a long name or of an abbreviation; NULL if no option or several options fit. As in
 * getopt_long(3), a complete name wins, and rows with one id are one option. Of the names that an
 * abbreviation fits, only those of the earliest release count (enum opt_since).
 */
const struct opt *opt_find_long(const struct opt *table, const char *name, size_t len);

/* The row with this id; it must exist. */
const struct opt *opt_row(const struct opt *table, int id);

/*
 * Prints the help text: the synopsis, each of whose lines gets the name in front, the purpose, the
 * table and the tail (may be NULL) to standard output, within 80 columns; lines of the tail that begin
 * with a space stay as they are. 0 or -errno of the write.
 */
int opt_help(const struct opt *table, const char *name, const char *synopsis, const char *purpose,
	     const char *tail);

#endif

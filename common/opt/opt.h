/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option tables. Parser, --help, completions and rules all use the applet's one table, so that they
 * cannot disagree.
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
	ARG_OPTIONAL,      /* --name=X, or attached to the letter: -nX or -n=X */
	ARG_OPTIONAL_LONG, /* --name=X only; the letter takes no argument */
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
	VALUE_COMMAND, /* a program; the words after it are its own command line */
	VALUE_WORDS,   /* one of the words in metavar: "allow|deny" */
};

/*
 * The release of the replaced tool that introduced the option (tests/compat/references). An
 * abbreviation is looked up among the oldest options first, those with the greatest value, so that
 * a new option cannot change the meaning of an old command line. The default, 0, is for our own
 * options.
 */
enum opt_since {
	SINCE_OURS,
	SINCE_NEWEST, /* the newest reference has it, the oldest does not */
	SINCE_OLDEST, /* the oldest reference has it */
};

/*
 * A row of the table, which ends with a row of zeros. A row without a name is a heading, whose text
 * is in help, without the colon. An option without help is accepted, but --help does not show it.
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
	unsigned short into; /* INTO(), or 0: the applet's parser takes the argument */
	unsigned char form;  /* enum opt_form, from INTO() */
};

/* How arg_store() reads an argument. */
enum opt_form {
	FORM_TEXT,   /* const char *: a text, a file, one of the row's words */
	FORM_ID,     /* uint32_t: the id or name of a user or group */
	FORM_NUMBER, /* int64_t: a whole number */
};

/* The member of the applet's request that arg_store() sets; its type decides the form. */
#define INTO(request, member)                                                                  \
	.into = offsetof(request, member),                                                     \
	.form = _Generic(((request *)0)->member, const char *: FORM_TEXT, uint32_t: FORM_ID,   \
			 int64_t: FORM_NUMBER)

enum { OPT_ID_MAX = 192 };

/* Whether this row is the end of the table. */
static inline bool opt_is_end(const struct opt *row)
{
	return !row->name && !row->help;
}

/* The set of the options that were given or implied. */
struct opt_set {
	uint64_t bits[OPT_ID_MAX / 64];
};

/* Whether the option was given, or implied by another (opt_apply_rules()). */
bool opt_given(const struct opt_set *given, int id);

/* Adds the option to the set. */
void opt_put(struct opt_set *given, int id);

/* Removes the option from the set. */
void opt_remove(struct opt_set *given, int id);

enum opt_relation {
	RULE_IMPLIES,  /* a adds b */
	RULE_NEEDS,    /* a without b is an error */
	RULE_EXCLUDES, /* a with b is an error */
};

/* A table of rules ends with a row of zeros. */
struct opt_rule {
	int a;
	enum opt_relation relation;
	int b;
};

/*
 * Adds all implied options, then checks the other rules in their order. 0, or -EINVAL with a
 * diagnosis that names both options, and the options that implied them.
 */
int opt_apply_rules(const struct opt *table, const struct opt_rule *rules, struct opt_set *set,
		    struct diag *diag);

/*
 * The state of a parser. Initialise it with opt_begin(); there is nothing to release. short_options
 * is not allocated, because most command lines need no heap, which costs three system calls.
 */
struct opt_parser {
	const struct opt *table;
	char **argv;
	int argc;
	struct option long_options[2]; /* the long name that comes next, and the end */
	char short_options[3 * OPT_ID_MAX + 3];
	const struct opt *row; /* the row of the last option */
	const char *arg;       /* its argument, or NULL; points into argv */
	bool by_letter;        /* the last option was given by its letter */
	int first_operand;     /* after opt_next() returned 0: index of the first operand in argv */
	bool ended;            /* "--" has ended the options */
};

/*
 * Begins to parse argv, whose first element is the applet's name. The first operand ends the
 * options. A table has fewer than OPT_ID_MAX options. Only one parser can be used at a time,
 * because getopt_long(3) keeps its state in global variables.
 */
void opt_begin(struct opt_parser *parser, const struct opt *table, int argc, char **argv);

/*
 * Returns the next option's id, 0 at the end, or -EINVAL with a diagnosis that quotes the argument.
 * A long name may be abbreviated: see opt_find_long().
 */
int opt_next(struct opt_parser *parser, struct diag *diag);

/*
 * For applets that allow options after operands: after opt_next() returned 0, returns the operand
 * at which it ended, and lets opt_next() continue after that. NULL if there are no more operands.
 */
const char *opt_operand(struct opt_parser *parser);

/*
 * Finds the row of a long name or of an abbreviation; NULL if none or several match. As in
 * getopt_long(3), a complete name wins, and rows with the same id are one option. Of the names that
 * match an abbreviation, only those of the earliest release count (enum opt_since).
 */
const struct opt *opt_find_long(const struct opt *table, const char *name, size_t len);

/* Finds the row with this id. Aborts if there is none. */
const struct opt *opt_row(const struct opt *table, int id);

/*
 * Prints the help text to standard output, wrapped at 80 columns: synopsis, purpose, table and tail
 * (may be NULL). Each line of the synopsis gets the name in front. A line of the tail that begins
 * with a space is not wrapped. 0 or -errno of the write.
 */
int opt_help(const struct opt *table, const char *name, const char *synopsis, const char *purpose,
	     const char *tail);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between applets and the completions of shells. */
#ifndef XNS_COMPLETION_H
#define XNS_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "opt/opt.h"

struct applet;

/*
 * A command line up to the word that is completed, as complete_parse() reads it. The caller owns the
 * words.
 */
struct completion {
	char *const *words; /* words[0] is the name of the applet, words[n - 1] is completed */
	int n;
	struct opt_set given;
	const char *operand;   /* the first one before the last word, or NULL */
	int n_operands;        /* before the last word */
	const struct opt *row; /* the option whose argument is completed, or NULL */
	bool option;           /* an option is completed */
	size_t prefix;         /* bytes of the last word before the part that is completed */
	int program;           /* index of the word that names a program, or 0 */
};

/*
 * Returns the kind of value that the applet takes as its next operand. An applet with its own
 * candidates returns VALUE_NONE, and prints them with complete_word() if print is set.
 */
typedef enum opt_value complete_operand(const struct completion *completion, bool print);

/* Whether this option is possible with the words so far. */
typedef bool complete_offers(const struct completion *completion, const struct opt *row);

/* Prints values of this kind with complete_word(). False: the applet has none of its own. */
typedef bool complete_values(const struct completion *completion, enum opt_value value);

/* For applets whose first operand is a program. */
complete_operand complete_program;

/* Prints a candidate if it begins with the word to be completed. help may be NULL. */
void complete_word(const struct completion *completion, const char *word, const char *help);

/*
 * xns --complete WORD...: prints the candidates for the last word. The first line is their kind,
 * "words", "files N", "directories N" or "command N"; N is the number of bytes before the name of
 * the file, or the index of the word with the program. A line for each candidate follows, with a
 * tab and a description. own is xns itself. 0 or -errno of the write.
 */
int complete(const struct applet *applets, size_t n_applets, const struct applet *own, int n,
	     char *const *words);

#endif

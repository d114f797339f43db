/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between the applets and the completions for shells. */
#ifndef XNS_COMPLETION_H
#define XNS_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "opt/opt.h"

struct applet;

/* The command line up to the word to be completed. The caller owns the words. */
struct completion {
	char *const *words; /* words[0] is the name of the applet, words[n - 1] is completed */
	int n;
	struct opt_set given;
	const char *operand;   /* the first operand before the last word, or NULL */
	int n_operands;        /* number of operands before the last word */
	const struct opt *row; /* the option whose argument is completed, or NULL */
	bool option;           /* the word to be completed is an option */
	size_t prefix;         /* bytes of the last word before the part that is completed */
	int program;           /* index of the word that names a program, or 0 */
};

/*
 * Returns the kind of value that the applet takes as its next operand. An applet with its own
 * candidates returns VALUE_NONE, and prints them with complete_word() if print is set.
 */
typedef enum opt_value complete_operand(const struct completion *completion, bool print);

/* Whether the applet accepts this option after the words so far. */
typedef bool complete_offers(const struct completion *completion, const struct opt *row);

/* Prints values of this kind with complete_word(). False if the applet has none of its own. */
typedef bool complete_values(const struct completion *completion, enum opt_value value);

/* Used by applets whose first operand is a program. */
complete_operand complete_program;

/* Prints a candidate if it begins with the word to be completed. help may be NULL. */
void complete_word(const struct completion *completion, const char *word, const char *help);

/*
 * xns --complete WORD...: prints the candidates for the last word. The first line is their kind:
 * "words", "files N" or "directories N", with N bytes before the file's name, or "command N", with
 * the index of the program's word. Then each line has a candidate, a tab and a description. own
 * describes the command line of xns itself. 0 or -errno of the write.
 */
int complete(const struct applet *applets, size_t n_applets, const struct applet *own, int n,
	     char *const *words);

#endif

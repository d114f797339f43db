/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an applet tells the completions of the shells about its command line. */
#ifndef XNS_COMPLETION_H
#define XNS_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "opt/opt.h"

struct applet;

/*
 * A command line cut behind the word to be completed, read as the applet would read it. Made by
 * complete_parse(); the words stay the caller's.
 */
struct completion {
	char *const *words; /* words[0] is the applet's name, words[n - 1] is to be completed */
	int n;
	struct opt_set given;
	const char *operand;   /* the first one before the last word, or NULL */
	int n_operands;        /* before the last word */
	const struct opt *row; /* the option whose argument is to be completed, or NULL */
	bool option;           /* an option is to be completed */
	size_t prefix;         /* bytes of the last word before the part that is completed */
	int program;           /* index of the word that is a program's name, or 0 */
};

/*
 * What an applet takes as its next operand. A word list of its own is printed with complete_word()
 * if print is set, and VALUE_NONE returned.
 */
typedef enum opt_value complete_operand(const struct completion *completion, bool print);

/* Whether this option fits what was given so far. */
typedef bool complete_offers(const struct completion *completion, const struct opt *row);

/*
 * Prints the values of this kind with complete_word(), if only this applet knows them, and returns
 * true.
 */
typedef bool complete_values(const struct completion *completion, enum opt_value value);

/* For applets whose first operand is a program. */
complete_operand complete_program;

/* Prints a candidate if it begins with what is there of the word. help may be NULL. */
void complete_word(const struct completion *completion, const char *word, const char *help);

/*
 * xns --complete WORD...: prints what the shell is to offer for the last word. The first line tells
 * the kind: "words", "files N", "directories N" or "command N"; N is the number of bytes in front
 * of the file's name, or the index of the program's name. Then a line for each candidate, with a
 * tab and a description behind it. own is for xns itself. 0 or -errno of the write.
 */
int complete(const struct applet *applets, size_t n_applets, const struct applet *own, int n,
	     char *const *words);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each function reads the argument of the option that opt_next() returned, and checks it. It
 * returns 0, or -EINVAL with a diagnosis that quotes the argument and names the allowed values;
 * then *ret is unchanged. Strings point into argv.
 */
#ifndef XNS_ARG_H
#define XNS_ARG_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct opt_parser;

/* "option '--NAME': 'ARGUMENT' is not ALLOWED". Always -EINVAL. */
int arg_bad(const struct opt_parser *parser, const char *allowed, struct diag *diag);

/*
 * Sets the member of *request that the option's row names with INTO(), and aborts if the row names
 * none. The type of the member decides: enum opt_form. Of texts, accepts one of the row's words
 * (VALUE_WORDS), or any but an empty one. Without an argument a text becomes NULL, so that the last
 * of several options counts, and the others are unchanged. Does nothing for an option that takes no
 * argument.
 */
int arg_store(const struct opt_parser *parser, void *request, struct diag *diag);

/* Accepts the id or name of a user or group. */
int arg_user(const struct opt_parser *parser, uint32_t *ret, struct diag *diag);
int arg_group(const struct opt_parser *parser, uint32_t *ret, struct diag *diag);

/* Accepts a number of seconds such as 0.5, up to a day, in milliseconds; without an argument, *ret is unchanged. */
int arg_duration(const struct opt_parser *parser, uint64_t *ret, struct diag *diag);

/* Accepts any text but an empty one; what names it in the diagnosis: "a directory". */
int arg_text(const struct opt_parser *parser, const char *what, const char **ret,
	     struct diag *diag);

/* Accepts a signal's name or number; without an argument, *ret is unchanged. */
int arg_optional_signal(const struct opt_parser *parser, int *ret, struct diag *diag);

/* Adds a hint to the diagnosis of a text that should have been the id of a process. */
void arg_hint_pid(const char *text, struct diag *diag);
/*
 * Accepts names of capabilities that commas separate, or "all" if ret_all is not NULL; adds them to
 * the set *ret, or sets *ret_all.
 */
int arg_capabilities(const struct opt_parser *parser, uint64_t *ret, bool *ret_all,
		     struct diag *diag);

/* Accepts only this word, or no argument; *ret is whether the word was given. */
int arg_flag(const struct opt_parser *parser, const char *word, bool *ret, struct diag *diag);

/* Accepts only "json", or no argument. */
int arg_format(const struct opt_parser *parser, bool *ret_json, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the argument of an option that opt_next() returned: into a checked value, or into one
 * line that quotes it and says what is allowed. All return 0 or -EINVAL with the diagnosis filled;
 * on failure the output is untouched. Strings stay in argv.
 */
#ifndef XNS_ARG_H
#define XNS_ARG_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct opt_parser;

/* "option '--NAME': 'ARGUMENT' is not ALLOWED". Always -EINVAL. */
int arg_bad(const struct opt_parser *parser, const char *allowed, struct diag *diag);

/* One of the NULL-terminated words; allowed lists them in prose. */
int arg_word(const struct opt_parser *parser, const char *const *words, const char *allowed,
	     const char **ret, struct diag *diag);

/* A user's or group's id or name. */
int arg_user(const struct opt_parser *parser, uint32_t *ret, struct diag *diag);
int arg_group(const struct opt_parser *parser, uint32_t *ret, struct diag *diag);

/* A whole, signed number of seconds. */
int arg_seconds(const struct opt_parser *parser, int64_t *ret, struct diag *diag);

/* Any text but an empty one; what is the noun for it: "a directory". */
int arg_text(const struct opt_parser *parser, const char *what, const char **ret,
	     struct diag *diag);

/* The same, or NULL without an argument, so that the last of several options counts. */
int arg_optional_text(const struct opt_parser *parser, const char *what, const char **ret,
		      struct diag *diag);

/* A signal's name or number; without an argument, the output is untouched. */
int arg_optional_signal(const struct opt_parser *parser, int *ret, struct diag *diag);

/* No argument, or this one word; *ret says whether it was given. */
int arg_flag(const struct opt_parser *parser, const char *word, bool *ret, struct diag *diag);

/* No argument, or "json" for programs. */
int arg_format(const struct opt_parser *parser, bool *ret_json, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tokens of a filter expression. Pure. */
#ifndef XNS_XNSLS_FILTER_LEX_H
#define XNS_XNSLS_FILTER_LEX_H

#include <stddef.h>
#include <stdint.h>

#include "xnsls/filter_internal.h"

struct diag;

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,  /* ( */
	TOKEN_CLOSE, /* ) */
	TOKEN_OP,    /* op */
	TOKEN_NAME,
	TOKEN_NUMBER, /* number */
	TOKEN_TEXT,   /* a string */
};

struct token {
	enum token_kind kind;
	enum filter_op op;
	uint64_t number;
	size_t at, len; /* position in the expression, including quotation marks */
};

/*
 * Reads the next token, from text[from] on. 0, or -EINVAL with the diagnosis filled, and ret->at at the
 * fault.
 */
int filter_lex(const char *text, size_t from, struct token *ret, struct diag *diag);

/* The contents of a TOKEN_TEXT, with \" \' \\ unescaped. The caller frees it. NULL without memory. */
char *filter_unquote(const char *text, const struct token *token);

#endif

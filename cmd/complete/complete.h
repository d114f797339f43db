/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of command lines, made from the option tables. The scripts for shells in
 * packaging/completions run xns --complete.
 */
#ifndef XNS_COMPLETE_H
#define XNS_COMPLETE_H

#include "completion.h"

/* Parses an unfinished command line. operand() finds a program with its own arguments. Pure. */
void complete_parse(const struct opt *table, complete_operand *operand, char *const *words, int n,
		    struct completion *ret);

#endif

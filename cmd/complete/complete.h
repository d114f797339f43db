/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may stand next on a command line, for the completions of the shells. It follows from the
 * option tables; the scripts in packaging/completions only ask, so they cannot disagree with them.
 */
#ifndef XNS_COMPLETE_H
#define XNS_COMPLETE_H

#include "completion.h"

/* Pure. The operand function says where a program with its own command line begins. */
void complete_parse(const struct opt *table, complete_operand *operand, char *const *words, int n,
		    struct completion *ret);

#endif

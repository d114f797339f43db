/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values that an argument can have on this host. */
#ifndef XNS_COMPLETE_VALUES_H
#define XNS_COMPLETE_VALUES_H

#include "completion.h"

/* Prints the candidates for a value of this kind. metavar is the option's, or NULL. */
void complete_value(const struct completion *completion, const struct applet *applet,
		    enum opt_value value, const char *metavar);

#endif

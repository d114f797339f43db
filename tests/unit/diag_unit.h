/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A diagnosis, compared with what is printed of it. */
#ifndef XNS_UNIT_DIAG_UNIT_H
#define XNS_UNIT_DIAG_UNIT_H

#include "base/diag.h"
#include "unit.h"

static inline void assert_message(const struct diag *diag, const char *expected)
{
	char text[2 * DIAG_TEXT];

	diag_render(diag, text, sizeof(text));
	assert_string_equal(text, expected);
}

#endif

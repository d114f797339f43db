/* SPDX-License-Identifier: GPL-2.0-or-later */
/* common/kernel/caps.h and the search for causes on the fake system, for the tests of apply. */
#include "kernel/caps.h"

#include <errno.h>

#include "base/diag.h"
#include "cause/cause.h"
#include "fake_internal.h"
#include "plan/step.h"

int caps_load(const char **ret_text)
{
	*ret_text = "no such library";
	PLAIN(0, "caps_load", "%s", "");
}

int caps_make_ambient(void)
{
	PLAIN(0, "caps_make_ambient", "%s", "");
}

/* The search has tests of its own; here it matters when it begins, and for which step. */
void cause_explain(const struct refusal *refusal, int proc, struct diag *diag)
{
	(void)proc;
	diag_hint(diag, "the hint for %s", step_name(refusal->operation));
	fake_note("hint");
}

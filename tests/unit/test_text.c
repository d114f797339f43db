/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include "unit.h"

static void words_are_separated(void **state)
{
	char buf[16] = "";

	(void)state;
	assert_true(text_join(buf, sizeof(buf), ", ", "%s", "a"));
	assert_string_equal(buf, "a");
	assert_true(text_join(buf, sizeof(buf), ", ", "%s (%d)", "b", 2));
	assert_string_equal(buf, "a, b (2)");
}

/* Seven characters and the NUL. */
static void last_that_fits(void **state)
{
	char buf[8] = "abc";

	(void)state;
	assert_true(text_join(buf, sizeof(buf), ", ", "%d", 12));
	assert_string_equal(buf, "abc, 12");
	assert_true(text_join(buf, sizeof(buf), "", "%s", ""));
	assert_string_equal(buf, "abc, 12");
}

/* Whether the word, all of it or the separator already is too long. */
static void what_does_not_fit_leaves_no_trace(void **state)
{
	char buf[8] = "abc";

	(void)state;
	assert_false(text_join(buf, sizeof(buf), ", ", "%d", 123));
	assert_string_equal(buf, "abc");
	assert_false(text_join(buf, sizeof(buf), ", or ", "%s", ""));
	assert_string_equal(buf, "abc");
	assert_true(text_join(buf, sizeof(buf), ", ", "%d", 12));
	assert_false(text_join(buf, sizeof(buf), ", ", "%d", 3));
	assert_string_equal(buf, "abc, 12");
	buf[0] = '\0';
	assert_false(text_join(buf, sizeof(buf), ", ", "%s", "12345678"));
	assert_string_equal(buf, "");
}

int main(void)
{
	UNIT_ADD(words_are_separated);
	UNIT_ADD(last_that_fits);
	UNIT_ADD(what_does_not_fit_leaves_no_trace);
	return unit_run("text");
}

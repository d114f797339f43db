/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remedies that are commands: whose programs they run, and that a shell reads names as they are. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/remedy.h"
#include "unit.h"

/* ---- every row ---- */

struct remedy {
	enum remedy_who who;
	enum remedy_programs programs;
	const char *words;
};

/* Every macro of base/remedy.h that begins with REMEDY_, as the preprocessor lists them (local.mk). */
static const struct remedy rows[] = {
#include "../tests/unit/remedy_rows.inc"
};
_Static_assert(ARRAY_LEN(rows) > 20, "the list was made");

/* Options by which nsenter(1) gets to the programs of others. */
static bool enters_mounts(const char *words)
{
	static const char *const commands[] = { "nsenter ", "chroot ", "docker exec",
					     "machinectl shell" };

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strstr(words, commands[i]))
			return true;
	return false;
}

static bool names_root(const char *words)
{
	return strstr(words, "as root") != NULL;
}

/* Why a remedy must not be printed; NULL: it may. */
static const char *fault(const struct remedy *remedy)
{
	if (remedy->programs == RUNS_THEIRS)
		return "it runs programs of others";
	if (enters_mounts(remedy->words))
		return "it gets to the programs of others, whatever its column says";
	if (remedy->programs == RUNS_NOTHING && remedy->who != BY_READER)
		return "it runs nothing, and wants root for that";
	if (remedy->who == BY_READER && names_root(remedy->words))
		return "its column does not name root, its words do";
	/* A conversion within quotation marks would be quoted twice, and thereby not at all. */
	for (const char *at = remedy->words; (at = strstr(at, "%s")); at++)
		if (at > remedy->words && strchr("'\"`", at[-1]))
			return "a name stands within quotation marks";
	return NULL;
}

static void all_rows_may_be_pasted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (fault(&rows[i]))
			fail_msg("'%s': %s", rows[i].words, fault(&rows[i]));
}

static void a_bad_row_is_refused(void **state)
{
	static const struct remedy bad[] = {
		{ BY_ROOT, RUNS_THEIRS, "as root: umount %s" },
		{ BY_ROOT, RUNS_OURS, "as root: xnsenter -t %d -m umount %s" },
		{ BY_ROOT, RUNS_NOTHING, "end process %d" },
		{ BY_READER, RUNS_OURS, "as root: umount %s" },
		{ BY_ROOT, RUNS_OURS, "as root: umount '%s'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_non_null(fault(&bad[i]));
}

/* ---- rendering ---- */

struct word {
	const char *name, *word, *rendered;
};

static const struct word words[] = {
	{ "plain", "a.b_c-d+e@f:g", "a.b_c-d+e@f:g" },
	{ "a path", "/run/netns/blue", "/run/netns/blue" },
	{ "empty", "", "''" },
	{ "a space", "a b", "'a b'" },
	{ "a quotation mark", "it's", "'it'\\''s'" },
	{ "only that", "'", "''\\'''" },
	{ "a command", "x;id", "'x;id'" },
	{ "a substitution", "$(id)", "'$(id)'" },
	{ "back quotes", "`id`", "'`id`'" },
	{ "a line", "a\nid", "'a\nid'" },
	{ "a tilde", "~root", "'~root'" },
	{ "a pattern", "*", "'*'" },
	{ "an assignment", "PATH=x", "'PATH=x'" },
	{ "letters of others", "\xc3\xa9", "'\xc3\xa9'" },
};

static void renders(void **state)
{
	const struct word *row = *state;
	char text[128], expected[128];

	snprintf(expected, sizeof(expected), "umount %s", row->rendered);
	assert_int_equal(remedy_render(text, sizeof(text), REMEDY_UNMOUNT, row->word),
			 strlen(expected));
	assert_string_equal(text, expected);
}

static void numbers(void **state)
{
	char text[256];

	(void)state;
	remedy_render(text, sizeof(text), REMEDY_END_MEMBERS, 12, "a b", (size_t)3, 4026532000ULL);
	assert_string_equal(
		text, "end process 12 ('a b') and 3 more: the mount is in their mount namespace "
		      "(to see them: xnsls 4026532000)");
	remedy_render(text, sizeof(text), REMEDY_SET_LIMIT, "max_net_namespaces", -5LL);
	assert_string_equal(text, "as root: sysctl user.max_net_namespaces=-5");
	remedy_render(text, sizeof(text), BY_READER, RUNS_NOTHING, "%u and %d", 4294967295u, -1);
	assert_string_equal(text, "4294967295 and -1");
}

/* "umount /a" where "/a/b" was meant. */
static void half_a_command_is_none(void **state)
{
	char text[12];

	(void)state;
	assert_int_equal(remedy_render(text, sizeof(text), REMEDY_UNMOUNT, "/abc"), 11);
	assert_string_equal(text, "umount /abc");
	assert_int_equal(remedy_render(text, sizeof(text), REMEDY_UNMOUNT, "/abcd"), 0);
	assert_string_equal(text, "");
	assert_int_equal(remedy_render(text, sizeof(text), BY_ROOT, RUNS_THEIRS, "%s", "x"), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	UNIT_ADD(all_rows_may_be_pasted);
	UNIT_ADD(a_bad_row_is_refused);
	UNIT_ADD_ROWS(renders, words);
	UNIT_ADD(numbers);
	UNIT_ADD(half_a_command_is_none);
	return unit_run("remedy");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps in words and as system calls, and plans as lists. */
#include "plan/step.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/kernel.h"
#include "step_wordings.h"
#include "unit.h"

static void says(void **state)
{
	const struct wording *row = *state;
	char text[1024];

	step_describe(&row->step, text, sizeof(text));
	assert_string_equal(text, row->words);
	step_call(&row->step, text, sizeof(text));
	assert_string_equal(text, row->call);
}

/* The tables of step.c have no hole, and this one has them all. */
static void every_kind_is_told(void **state)
{
	(void)state;
	for (int kind = 0; kind < STEP_KINDS; kind++) {
		bool here = false;

		assert_non_null(step_name((enum step_kind)kind));
		for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
			here |= (int)wordings[i].step.kind == kind;
		if (!here)
			fail_msg("no case for %s", step_name((enum step_kind)kind));
	}
}

static bool has_member(enum step_kind kind, const char *name, size_t len)
{
	for (size_t i = 0; i < step_n_members; i++)
		if (step_members[i].kind == kind && strlen(step_members[i].name) == len &&
		    memcmp(step_members[i].name, name, len) == 0)
			return true;
	return false;
}

/* {this|that:TEXT*TEXT}: each is a member of the kind, and each text has its star. */
static void check_template(enum step_kind kind, const char *template)
{
	for (const char *open = strchr(template, '{'); open; open = strchr(open, '{')) {
		size_t len = strcspn(++open, "|:}");

		while (has_member(kind, open, len) && open[len] != '}') {
			const char *end = open + strcspn(open, "|}");

			if (open[len] == ':' && !memchr(open, '*', (size_t)(end - open)))
				fail_msg("%s: no star in '%s'", step_name(kind), template);
			if (*end != '|')
				break;
			open = end + 1;
			len = strcspn(open, "|:}");
		}
		if (!has_member(kind, open, len))
			fail_msg("%s: no member '%.*s'", step_name(kind), (int)len, open);
	}
}

/* Rows of plan/steps.def: texts whose {words} are members, and a member's name is unique. */
static void every_word_is_a_member(void **state)
{
#define CALLS(...) { __VA_ARGS__ }
#define STEP(KIND, id, name, words, calls, ...) { STEP_##KIND, words, calls },
	static const struct {
		enum step_kind kind;
		const char *words;
		struct {
			const char *usual, *inside, *helper, *program;
		} calls;
	} rows[] = {
#include "plan/steps.def"
	};
#undef CALLS

	(void)state;
	assert_int_equal(ARRAY_LEN(rows), STEP_KINDS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const texts[] = { rows[i].words, rows[i].calls.usual,
					      rows[i].calls.inside, rows[i].calls.helper,
					      rows[i].calls.program };

		assert_true(*rows[i].words && *rows[i].calls.usual);
		for (size_t t = 0; t < ARRAY_LEN(texts); t++)
			check_template(rows[i].kind, texts[t] ? texts[t] : "");
	}
	for (size_t i = 1; i < step_n_members; i++) {
		assert_in_range(step_members[i].kind, step_members[i - 1].kind, STEP_KINDS - 1);
		assert_true(step_members[i].name[0]);
	}
}

/* Whether a path lies in another root follows from the steps before. */
static void paths_lie_in_the_root_that_was_entered(void **state)
{
	static const struct {
		struct step before;
		bool inside;
	} rows[] = {
		{ { .kind = STEP_CHROOT }, true },
		{ { .kind = STEP_PIVOT }, true },
		{ { .kind = STEP_ROOT_FD }, true },
		{ { .kind = STEP_ENTER, .enter.flags = CLONE_NEWUTS | CLONE_NEWNS }, true },
		{ { .kind = STEP_ENTER, .enter.flags = CLONE_NEWUTS }, false },
		{ { .kind = STEP_SETNS, .setns.ns = NS_MNT }, true },
		{ { .kind = STEP_SETNS, .setns.ns = NS_NET }, false },
		{ { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWNS }, false },
	};
	static const enum step_kind kinds[] = { STEP_MOUNT, STEP_BINFMT_REGISTER, STEP_CHDIR };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			struct plan plan = { .n = 0 };

			assert_false(plan_add(&plan, kinds[k])->inside);
			*plan_add(&plan, rows[i].before.kind) = rows[i].before;
			assert_int_equal(plan_add(&plan, kinds[k])->inside, rows[i].inside);
			assert_false(plan_add(&plan, STEP_EXEC)->inside);
			plan_free(&plan);
		}
}

static void an_error_names_paths_in_quotes_and_no_options(void **state)
{
	const struct step bind = { .kind = STEP_BIND, .bind = { "/b", "a b", "read-only", 0 } };
	const struct step link = { .kind = STEP_SYMLINK, .symlink = { "/l", "t" } };
	const struct step fs = { .kind = STEP_NEW_FS, .new_fs = { "/p", "proc" } };
	char text[80];

	(void)state;
	assert_string_equal(step_operation(&bind, text, sizeof(text)), "bind 'a b' at '/b'");
	assert_string_equal(step_operation(&link, text, 80), "make '/l' a symbolic link to t");
	assert_string_equal(step_operation(&fs, text, sizeof(text)), "mount proc at '/p'");
}

/* In every size: as much text as fits, terminated, and no byte after it is changed. */
static void fits_into_any_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
		for (size_t size = 1; size < 80; size++) {
			char text[81];

			memset(text, '#', sizeof(text));
			step_describe(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
			step_call(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
			step_operation(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
		}
}

int main(void)
{
	UNIT_ADD_ROWS(says, wordings);
	UNIT_ADD(every_kind_is_told);
	UNIT_ADD(every_word_is_a_member);
	UNIT_ADD(paths_lie_in_the_root_that_was_entered);
	UNIT_ADD(an_error_names_paths_in_quotes_and_no_options);
	UNIT_ADD(fits_into_any_room);
	return unit_run("step");
}

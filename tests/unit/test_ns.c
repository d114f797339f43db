/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the namespace types, and what is looked up in it. */
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "base/ns.h"
#include "options.h"

struct type_row {
	const char *name;
	enum ns_type type;
	const char *proc_name;
	const char *option;
	char letter;
	int flag;
	unsigned pidfd_ioctl;
	const char *for_children;
};

/* Users and scripts rely on these (namespaces(7), unshare(1)), and the kernel's headers define them. */
static const struct type_row type_rows[] = {
	{ "type: mount", NS_MNT, "mnt", "mount", 'm', CLONE_NEWNS, 3, NULL },
	{ "type: uts", NS_UTS, "uts", "uts", 'u', CLONE_NEWUTS, 10, NULL },
	{ "type: ipc", NS_IPC, "ipc", "ipc", 'i', CLONE_NEWIPC, 2, NULL },
	{ "type: net", NS_NET, "net", "net", 'n', CLONE_NEWNET, 4, NULL },
	{ "type: pid", NS_PID, "pid", "pid", 'p', CLONE_NEWPID, 5, "pid_for_children" },
	{ "type: user", NS_USER, "user", "user", 'U', CLONE_NEWUSER, 9, NULL },
	{ "type: cgroup", NS_CGROUP, "cgroup", "cgroup", 'C', CLONE_NEWCGROUP, 1, NULL },
	{ "type: time", NS_TIME, "time", "time", 'T', CLONE_NEWTIME, 7, "time_for_children" },
};

static void type(void **state)
{
	const struct type_row *row = *state;
	const struct ns_type_info *ns = &ns_types[row->type];

	assert_string_equal(ns->name, row->proc_name);
	assert_string_equal(ns->option, row->option);
	assert_int_equal(ns->letter, row->letter);
	assert_int_equal(ns->flag, row->flag);
	assert_int_equal(ns->pidfd_ioctl, row->pidfd_ioctl);
	if (row->for_children)
		assert_string_equal(ns->for_children, row->for_children);
	else
		assert_null(ns->for_children);
	assert_int_equal(ns_by_name(row->proc_name), row->type);
	assert_int_equal(ns_by_flag(row->flag), row->type);
}

static void every_type_has_a_row_above(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_LEN(type_rows), NS_COUNT);
}

/* The option of each type: its name, its letter, and a help text that begins with the verb. */
static void check_options(const struct opt *options, const char *verb)
{
	for (int k = 0; k < NS_COUNT; k++) {
		const struct ns_type_info *ns = &ns_types[k];
		const struct opt *row = options;
		char help[64];

		while (!opt_is_end(row) && (!row->name || strcmp(row->name, ns->option) != 0))
			row++;
		if (opt_is_end(row))
			fail_msg("no option --%s", ns->option);
		assert_int_equal(row->letter, ns->letter);
		snprintf(help, sizeof(help), "%s %s %s namespace", verb, ns->article, ns->label);
		if (strncmp(row->help, help, strlen(help)) != 0)
			fail_msg("--%s: '%s' does not begin with '%s'", ns->option, row->help, help);
	}
}

static void every_type_has_its_options(void **state)
{
	(void)state;
	check_options(xunshare_options, "create");
	check_options(xnsenter_options, "enter");
}

static void the_path_of_every_type_fits(void **state)
{
	char buf[NS_PATH_SIZE], whole[64];

	(void)state;
	for (int k = 0; k < NS_COUNT; k++) {
		const char *const files[] = { ns_types[k].name, ns_types[k].for_children };

		for (size_t i = 0; i < ARRAY_LEN(files) && files[i]; i++) {
			snprintf(whole, sizeof(whole), "%d/ns/%s", INT_MIN, files[i]);
			assert_string_equal(ns_path(INT_MIN, files[i], buf), whole);
		}
	}
}

static void every_row_is_filled(void **state)
{
	(void)state;
	for (int k = 0; k < NS_COUNT; k++) {
		const struct ns_type_info *ns = &ns_types[k];
		char sysctl[64];

		assert_non_null(ns->label);
		assert_non_null(ns->since);
		snprintf(sysctl, sizeof(sysctl), "max_%s_namespaces", ns->name);
		assert_string_equal(ns->sysctl, sysctl);
		assert_true(ns->init_ino >= 4026531832u && ns->init_ino <= 4026531839u);
	}
}

static void no_two_rows_share_anything(void **state)
{
	(void)state;
	for (int a = 0; a < NS_COUNT; a++)
		for (int b = 0; b < a; b++) {
			assert_string_not_equal(ns_types[a].name, ns_types[b].name);
			assert_string_not_equal(ns_types[a].option, ns_types[b].option);
			assert_string_not_equal(ns_types[a].label, ns_types[b].label);
			assert_int_not_equal(ns_types[a].letter, ns_types[b].letter);
			assert_int_equal(ns_types[a].flag & ns_types[b].flag, 0);
			assert_int_not_equal(ns_types[a].init_ino, ns_types[b].init_ino);
			assert_int_not_equal(ns_types[a].pidfd_ioctl, ns_types[b].pidfd_ioctl);
		}
}

static void only_mount_cannot_be_configured_out(void **state)
{
	(void)state;
	for (int k = 0; k < NS_COUNT; k++)
		assert_int_equal(ns_types[k].config == NULL, k == NS_MNT);
}

static void the_article_fits_the_label(void **state)
{
	(void)state;
	/* "an IPC namespace"; "a UTS", "a user": spoken with a consonant. */
	for (int k = 0; k < NS_COUNT; k++)
		assert_string_equal(ns_types[k].article, k == NS_IPC ? "an" : "a");
}

static void unknown_names_are_none(void **state)
{
	static const char *const names[] = { "",     "mount", "MNT",
					     "mn",   "mntx",  " mnt",
					     "mnt ", "mnt\n", "pid_for_children" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(ns_by_name(names[i]), NS_NONE);
}

static void unknown_flags_are_none(void **state)
{
	static const int flags[] = { 0, 1, CLONE_VM, CLONE_NEWNS | CLONE_NEWUSER, -1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		assert_int_equal(ns_by_flag(flags[i]), NS_NONE);
}

struct text_row {
	const char *name;
	int flags;
	const char *labels;
	const char *flag_names;
};

static const struct text_row text_rows[] = {
	{ "text: no type", 0, "", "" },
	{ "text: one type", CLONE_NEWUSER, "user", "CLONE_NEWUSER" },
	{ "text: mount's flag bears another name", CLONE_NEWNS, "mount", "CLONE_NEWNS" },
	{ "text: in table order", CLONE_NEWUSER | CLONE_NEWNS, "mount, user",
	  "CLONE_NEWNS|CLONE_NEWUSER" },
	{ "text: other flags are left out", CLONE_VM | CLONE_NEWNET, "network", "CLONE_NEWNET" },
	{ "text: all types",
	  CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUSER |
		  CLONE_NEWCGROUP | CLONE_NEWTIME,
	  "mount, UTS, IPC, network, pid, user, cgroup, time",
	  "CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWPID|CLONE_NEWUSER|"
	  "CLONE_NEWCGROUP|CLONE_NEWTIME" },
};

static void text(void **state)
{
	const struct text_row *row = *state;
	char buf[256];

	memset(buf, 'x', sizeof(buf));
	ns_labels(row->flags, buf, sizeof(buf));
	assert_string_equal(buf, row->labels);
	memset(buf, 'x', sizeof(buf));
	ns_flag_names(row->flags, buf, sizeof(buf));
	assert_string_equal(buf, row->flag_names);
}

/* Whether every word of a list is one of another's. */
static bool has_all_words(const char *all, char *some, const char *separator)
{
	for (char *word = strtok(some, separator); word; word = strtok(NULL, separator)) {
		const char *found = strstr(all, word);

		if (!found || !strchr(separator, found[strlen(word)]))
			return false;
	}
	return true;
}

/* There are whole words in it, as many as have room. */
static void text_fits_into_every_size(void **state)
{
	const struct text_row *all = &text_rows[ARRAY_LEN(text_rows) - 1];

	(void)state;
	for (size_t size = 1; size < 160; size++) {
		char buf[161];

		memset(buf, 'x', sizeof(buf));
		ns_labels(all->flags, buf, size);
		assert_int_equal(buf[size], 'x');
		assert_true(size <= strlen(all->labels) || strcmp(buf, all->labels) == 0);
		assert_true(has_all_words(all->labels, buf, ", "));
		ns_flag_names(all->flags, buf, size);
		assert_int_equal(buf[size], 'x');
		assert_true(size <= strlen(all->flag_names) || strcmp(buf, all->flag_names) == 0);
		assert_true(has_all_words(all->flag_names, buf, "|"));
	}
}

int main(void)
{
	UNIT_ADD_ROWS(type, type_rows);
	UNIT_ADD(every_type_has_a_row_above);
	UNIT_ADD(every_type_has_its_options);
	UNIT_ADD(the_path_of_every_type_fits);
	UNIT_ADD(every_row_is_filled);
	UNIT_ADD(no_two_rows_share_anything);
	UNIT_ADD(only_mount_cannot_be_configured_out);
	UNIT_ADD(the_article_fits_the_label);
	UNIT_ADD(unknown_names_are_none);
	UNIT_ADD(unknown_flags_are_none);
	UNIT_ADD_ROWS(text, text_rows);
	UNIT_ADD(text_fits_into_every_size);
	return unit_run("ns");
}

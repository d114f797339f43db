/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the directory of names is mounted, from mountinfo; and how mounts lie on one another. */
#include "unit.h"

#include <string.h>

#include "kernel/mount_table.h"
#include "netns/store.h"

#define RUN "30 1 0:30 / /run rw shared:2 - tmpfs t rw\n"
#define FIRST "40 30 0:30 /netns /run/netns rw shared:9 - tmpfs t rw\n"

struct row {
	const char *name;
	const char *text;
	unsigned stacked, redundant;
	bool shared, own_group;
};

static const struct row rows[] = {
	{ "not mounted", RUN, 0, 0, false, false },
	{ "as it should be", RUN FIRST, 1, 0, true, true },
	{ "private", RUN "40 30 0:30 /netns /run/netns rw - tmpfs t rw\n", 1, 0, false, false },
	{ "in the group of /run", RUN "40 30 0:30 /netns /run/netns rw shared:2 - tmpfs t rw\n", 1, 0,
	  true, false },
	{ "on itself, empty", RUN FIRST "41 40 0:30 /netns /run/netns rw shared:9 - tmpfs t rw\n", 2,
	  1, true, false },
	{ "on itself twice, the upper first in the list",
	  RUN "42 41 0:30 /netns /run/netns rw - tmpfs t rw\n"
	      "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n" FIRST, 3, 2, false, false },
	{ "both have the names",
	  RUN FIRST "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "50 40 0:4 net:[7] /run/netns/a rw - nsfs n rw\n"
		    "51 41 0:4 net:[7] /run/netns/a rw - nsfs n rw\n", 2, 1, false, false },
	{ "the lower has more",
	  RUN FIRST "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "50 40 0:4 net:[7] /run/netns/a rw - nsfs n rw\n", 2, 1, false, false },
	{ "the upper has more",
	  RUN FIRST "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "51 41 0:4 net:[7] /run/netns/a rw - nsfs n rw\n", 2, 0, false, false },
	{ "the same name, another namespace",
	  RUN FIRST "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "50 40 0:4 net:[8] /run/netns/a rw - nsfs n rw\n"
		    "51 41 0:4 net:[7] /run/netns/a rw - nsfs n rw\n", 2, 0, false, false },
	{ "a needed layer keeps those below it",
	  RUN FIRST "41 40 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "42 41 0:30 /netns /run/netns rw - tmpfs t rw\n"
		    "51 42 0:4 net:[7] /run/netns/a rw - nsfs n rw\n", 3, 0, false, false },
	{ "another file system over it",
	  RUN FIRST "41 40 0:31 / /run/netns rw - tmpfs t rw\n", 2, 0, false, false },
	{ "hidden by a mount over /run", RUN FIRST "60 30 0:60 / /run rw shared:3 - tmpfs t rw\n", 0, 0,
	  false, false },
	{ "hidden by one, and made again in it",
	  RUN FIRST "60 30 0:60 / /run rw shared:3 - tmpfs t rw\n"
		    "61 60 0:60 /netns /run/netns rw - tmpfs t rw\n", 1, 0, false, false },
	{ "the first mount is its own parent",
	  "1 1 0:2 / / rw - rootfs r rw\n" RUN FIRST, 1, 0, true, true },
	{ "names like it are others", RUN "40 30 0:30 /x /run/netns2 rw - tmpfs t rw\n", 0, 0, false,
	  false },
};

static void read_table(const char *text, struct mount_table *ret)
{
	struct mountinfo info;

	assert_int_equal(mountinfo_from_text(text, strlen(text), &info), 0);
	assert_int_equal(mount_table_take(&info, NULL, ret), 0);
}

static void examine(void **state)
{
	const struct row *row = *state;
	struct mounts_state found;
	struct mount_table table;

	read_table(row->text, &table);
	mounts_examine(&table, mount_table_top(&table, "/run/netns"), "/run/netns", &found);
	assert_int_equal(found.stacked, row->stacked);
	assert_int_equal(found.redundant, row->redundant);
	assert_int_equal(found.shared, row->shared);
	assert_int_equal(found.own_group, row->own_group);
	mount_table_free(&table);
}

static void finds_by_id_and_the_topmost(void **state)
{
	struct mount_table table;

	(void)state;
	read_table(RUN FIRST "7 40 0:30 /netns /run/netns rw - tmpfs t rw\n", &table);
	assert_int_equal(table.n, 3);
	assert_string_equal(mount_table_by_id(&table, 30)->point, "/run");
	assert_null(mount_table_by_id(&table, 31));
	assert_int_equal(mount_table_top(&table, "/run/netns")->id, 7);
	assert_int_equal(mount_table_top(&table, "/run")->id, 30);
	assert_null(mount_table_top(&table, "/"));
	mount_table_free(&table);
	assert_null(mount_table_top(&table, "/run"));
}

int main(void)
{
	UNIT_ADD_ROWS(examine, rows);
	UNIT_ADD(finds_by_id_and_the_topmost);
	return unit_run("xnetns_mounts");
}

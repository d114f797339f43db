/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of mounts: which of them it keeps, and how many. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "kernel/mount_table.h"

static void a_table_for_a_path_lacks_what_lies_aside(void **state)
{
	struct mount_table table;
	struct mountinfo info;
	static const char text[] = "1 0 0:1 / / rw - tmpfs x rw\n"
				   "2 1 0:1 / /run rw - tmpfs x rw\n"
				   "3 1 0:1 / /srv rw - tmpfs x rw\n"
				   "4 2 0:1 / /run/netns rw - tmpfs x rw\n"
				   "5 4 0:1 / /run/netns/a rw - tmpfs x rw\n"
				   "6 2 0:1 / /run/netns2 rw - tmpfs x rw\n";

	(void)state;
	assert_int_equal(mountinfo_from_text(text, strlen(text), &info), 0);
	assert_int_equal(mount_table_take(&info, "/run/netns", &table), 0);
	assert_int_equal(table.n, 4);
	for (int id = 1; id <= 6; id++)
		assert_int_equal(!mount_table_by_id(&table, id), id == 3 || id == 6);
	mount_table_free(&table);
}

static void a_table_has_a_limit(void **state)
{
	char path[8192];
	struct mount_entry entry = { .root = "/", .point = path, .options = "", .type = "" };
	struct mount_table table = { 0 };
	int rc = 0;

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	while (rc == 0 && table.n < 9000)
		rc = mount_table_add(&table, &entry);
	assert_int_equal(rc, -EFBIG);
	assert_in_range(table.n, 8000, 8192);
	mount_table_free(&table);
}

int main(void)
{
	UNIT_ADD(a_table_for_a_path_lacks_what_lies_aside);
	UNIT_ADD(a_table_has_a_limit);
	return unit_run("mount_table");
}

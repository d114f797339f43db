/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts as the kernel lists them: the fields, the escapes, lines that are none. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file_unit.h"
#include "kernel/mount_table.h"
#include "memory.h"

struct row {
	const char *name;
	const char *line;
	const char *expected; /* NULL: no mount */
};

#define HEAD "36 35 98:0 / /mnt rw "
#define TAIL "- ext4 /dev/sda1 rw,errors=continue"
#define ALL(optional) "36 35 98:0 [/] [/mnt] [rw] " optional " [ext4] [/dev/sda1] " \
		      "[rw,errors=continue]"

static const struct row rows[] = {
	{ "plain", HEAD TAIL, ALL("0 0 0") },
	{ "shared", HEAD "shared:7 " TAIL, ALL("7 0 0") },
	{ "slave", HEAD "master:8 " TAIL, ALL("0 8 0") },
	{ "shared and slave", HEAD "shared:7 master:8 " TAIL, ALL("7 8 0") },
	{ "slave, with the nearest dominant group", HEAD "master:8 propagate_from:2 " TAIL,
	  ALL("0 8 0") },
	{ "unbindable", HEAD "unbindable " TAIL, ALL("0 0 1") },
	{ "an optional field of a later kernel", HEAD "shared:7 colour:red " TAIL, ALL("7 0 0") },
	{ "a namespace", "9 1 0:4 net:[4026531833] /run/netns/a rw - nsfs nsfs rw",
	  "9 1 0:4 [net:[4026531833]] [/run/netns/a] [rw] 0 0 0 [nsfs] [nsfs] [rw]" },
	{ "a subtype", "9 1 0:4 / /m rw - fuse.sshfs me@host: rw",
	  "9 1 0:4 [/] [/m] [rw] 0 0 0 [fuse.sshfs] [me@host:] [rw]" },
	{ "an empty source", "9 1 0:4 / /m rw - tmpfs  rw",
	  "9 1 0:4 [/] [/m] [rw] 0 0 0 [tmpfs] [] [rw]" },
	{ "empty options of the file system", "9 1 0:4 / /m rw - tmpfs tmpfs ",
	  "9 1 0:4 [/] [/m] [rw] 0 0 0 [tmpfs] [tmpfs] []" },
	{ "escapes", "9 1 0:4 /a\\040b /\\011\\012\\134\\043 rw - tmpfs x\\040y rw",
	  "9 1 0:4 [/a b] [/\t\n\\#] [rw] 0 0 0 [tmpfs] [x y] [rw]" },
	{ "an escaped backslash before digits", "9 1 0:4 / /\\134040 rw - tmpfs x rw",
	  "9 1 0:4 [/] [/\\040] [rw] 0 0 0 [tmpfs] [x] [rw]" },
	{ "the greatest escape", "9 1 0:4 / /\\377 rw - tmpfs x rw",
	  "9 1 0:4 [/] [/\xff] [rw] 0 0 0 [tmpfs] [x] [rw]" },
	{ "backslashes that escape nothing", "9 1 0:4 / /\\x\\4\\400\\08a\\ rw - tmpfs x\\ rw",
	  "9 1 0:4 [/] [/\\x\\4\\400\\08a\\] [rw] 0 0 0 [tmpfs] [x\\] [rw]" },
	{ "a mount point that was deleted", "9 1 0:4 /d//deleted /m//deleted rw - tmpfs x rw",
	  "9 1 0:4 [/d//deleted] [/m//deleted] [rw] 0 0 0 [tmpfs] [x] [rw]" },
	{ "a mount point \"-\"", "9 1 0:4 - - - - tmpfs x rw",
	  "9 1 0:4 [-] [-] [-] 0 0 0 [tmpfs] [x] [rw]" },
	{ "the greatest numbers", "2147483647 2147483647 4095:1048575 / /m rw - tmpfs x rw",
	  "2147483647 2147483647 4095:1048575 [/] [/m] [rw] 0 0 0 [tmpfs] [x] [rw]" },
	{ "more fields than today", HEAD TAIL " new", ALL("0 0 0") },
	{ "no number", "a 35 98:0 / /mnt rw " TAIL, NULL },
	{ "a negative number", "-1 35 98:0 / /mnt rw " TAIL, NULL },
	{ "a number that is too large", "2147483648 35 98:0 / /mnt rw " TAIL, NULL },
	{ "a device without a colon", "36 35 98 / /mnt rw " TAIL, NULL },
	{ "a device without a minor number", "36 35 98: / /mnt rw " TAIL, NULL },
	{ "a group without a number", HEAD "shared: " TAIL, NULL },
	{ "a group that is no number", HEAD "master:x " TAIL, NULL },
	{ "no end of the optional fields", HEAD "shared:7 ext4 /dev/sda1 rw", NULL },
	{ "nothing after the optional fields", HEAD "-", NULL },
	{ "cut after the type", HEAD "- ext4", NULL },
	{ "cut after the source", HEAD "- ext4 /dev/sda1", NULL },
	{ "cut after the mount point", "36 35 98:0 / /mnt", NULL },
	{ "cut after the number", "36", NULL },
	{ "an empty line", "", NULL },
	{ "a blank", " ", NULL },
};

static void render(const struct mount_entry *entry, char *buf, size_t size)
{
	snprintf(buf, size, "%d %d %u:%u [%s] [%s] [%s] %d %d %d [%s] [%s] [%s]", entry->id,
		 entry->parent, major(entry->dev), minor(entry->dev), entry->root, entry->point,
		 entry->options, entry->shared, entry->master, entry->unbindable, entry->type,
		 entry->source, entry->super_options);
}

static struct mountinfo from(const char *text)
{
	struct mountinfo info;

	assert_int_equal(mountinfo_from_text(text, strlen(text), &info), 0);
	return info;
}

/* Each row stands between two good lines, which must stay whole. */
static void line(void **state)
{
	const struct row *row = *state;
	struct mountinfo info;
	struct mount_entry entry;
	char text[512], got[512];

	snprintf(text, sizeof(text), "1 1 0:1 / / rw - rootfs rootfs rw\n%s\n"
		 "2 1 0:2 / /last rw - proc proc rw\n", row->line);
	info = from(text);
	assert_true(mountinfo_next(&info, &entry));
	assert_string_equal(entry.point, "/");
	if (row->expected) {
		assert_true(mountinfo_next(&info, &entry));
		render(&entry, got, sizeof(got));
		assert_string_equal(got, row->expected);
	}
	/* An empty line does not end the list. */
	assert_true(mountinfo_next(&info, &entry));
	assert_string_equal(entry.point, "/last");
	assert_false(mountinfo_next(&info, &entry));
	assert_false(mountinfo_next(&info, &entry));
	mountinfo_free(&info);
}

static void the_last_line_needs_no_newline(void **state)
{
	struct mountinfo info = from("1 1 0:1 / /a rw - tmpfs x rw");
	struct mount_entry entry;

	(void)state;
	assert_true(mountinfo_next(&info, &entry));
	assert_string_equal(entry.super_options, "rw");
	assert_false(mountinfo_next(&info, &entry));
	mountinfo_free(&info);
}

static void an_empty_text_has_no_mounts(void **state)
{
	struct mountinfo info = from("");
	struct mount_entry entry;

	(void)state;
	assert_false(mountinfo_next(&info, &entry));
	mountinfo_free(&info);
	assert_false(mountinfo_next(&info, &entry));
}

static void read_takes_files_of_every_size_around_a_buffer(void **state)
{
	static const char head[] = "1 1 0:1 / /", tail[] = " rw - tmpfs x rw";
	char text[8400];

	(void)state;
	for (size_t size = 8180; size <= 8200; size++) {
		struct mountinfo info;
		struct mount_entry entry;
		int fd;

		memset(text, 'a', size);
		memcpy(text, head, strlen(head));
		memcpy(text + size - strlen(tail), tail, strlen(tail));
		fd = file_with(text, size);
		mountinfo_begin(fd, &info);
		assert_true(mountinfo_next(&info, &entry));
		assert_int_equal(strlen(entry.point), size - strlen(head) - strlen(tail) + 1);
		assert_false(mountinfo_next(&info, &entry));
		assert_int_equal(info.rc, 0);
		mountinfo_free(&info);
		close(fd);
	}
}

/* One line of this size, and a good one after it. */
static void read_long_line(size_t size, bool fits)
{
	static const char head[] = "1 1 0:1 / / rw - overlay overlay rw,lowerdir=",
			  next[] = "\n2 1 0:1 / /next rw - tmpfs x rw\n";
	char *text = malloc(size + sizeof(next));
	struct mountinfo info;
	struct mount_entry entry;
	int fd;

	assert_non_null(text);
	memset(text, 'l', size);
	memcpy(text, head, strlen(head));
	memcpy(text + size, next, sizeof(next));
	fd = file_with(text, size + strlen(next));
	free(text);
	mountinfo_begin(fd, &info);
	assert_int_equal(mountinfo_next(&info, &entry), fits);
	if (fits) {
		assert_int_equal(strlen(entry.super_options),
				 size - strlen(head) + strlen("rw,lowerdir="));
		assert_true(mountinfo_next(&info, &entry));
		assert_string_equal(entry.point, "/next");
	}
	assert_false(mountinfo_next(&info, &entry));
	assert_int_equal(info.rc, fits ? 0 : -EFBIG);
	mountinfo_free(&info);
	close(fd);
}

static void read_takes_a_line_of_a_megabyte(void **state)
{
	(void)state;
	read_long_line(BOUNDED_LINE, true);
	read_long_line(BOUNDED_LINE + 1, false);
	read_long_line((size_t)3 * BOUNDED_LINE, false);
}

static void read_takes_an_empty_file(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct mountinfo info;
	struct mount_entry entry;

	(void)state;
	mountinfo_begin(fd, &info);
	assert_false(mountinfo_next(&info, &entry));
	assert_int_equal(info.rc, 0);
	mountinfo_free(&info);
	close(fd);
}

static void read_of_a_directory_fails(void **state)
{
	int fd = open("/", O_RDONLY | O_CLOEXEC);
	struct mountinfo info;
	struct mount_entry entry;
	struct mount_table table;

	(void)state;
	mountinfo_begin(fd, &info);
	assert_false(mountinfo_next(&info, &entry));
	assert_int_equal(info.rc, -EISDIR);
	assert_int_equal(mount_table_take(&info, NULL, &table), -EISDIR);
	close(fd);
}

static void read_of_our_own_finds_proc(void **state)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mountinfo info;
	struct mount_entry entry;
	bool found = false;

	(void)state;
	mountinfo_begin(fd, &info);
	while (mountinfo_next(&info, &entry))
		if (strcmp(entry.type, "proc") == 0 && strcmp(entry.root, "/") == 0)
			found = true;
	assert_true(found);
	assert_int_equal(info.rc, 0);
	mountinfo_free(&info);
	close(fd);
}

/* 2,000 lines of 8 KB. */
static void read_keeps_one_line_at_a_time(void **state)
{
	FILE *file = tmpfile();
	struct mountinfo info;
	struct mount_entry entry;
	int n = 0;

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 2000; i++)
		assert_true(fprintf(file, "%d 1 0:1 / /%08000d rw - tmpfs x rw\n", i, i) > 0);
	assert_int_equal(fflush(file), 0);
	mountinfo_begin(fileno(file), &info);
	for (; mountinfo_next(&info, &entry); n++)
		assert_int_equal(entry.id, n);
	assert_int_equal(n, 2000);
	assert_in_range(info.lines.room, 1, 64 * 1024);
	mountinfo_free(&info);
	fclose(file);
}

static void a_table_takes_what_is_left(void **state)
{
	char text[100 * 64] = "";
	struct mount_table table = { .n = 7 };
	struct mount_entry entry;
	struct mountinfo info;

	(void)state;
	for (int i = 0; i < 100; i++)
		snprintf(text + strlen(text), 64, "%d 1 0:1 /r /m%d rw - tmpfs x rw\n", i, i);
	info = from(text);
	assert_true(mountinfo_next(&info, &entry));
	assert_int_equal(mount_table_take(&info, NULL, &table), 0);
	assert_int_equal(table.n, 99);
	assert_string_equal(table.entries[0].root, "/r");
	assert_string_equal(table.entries[0].point, "/m1");
	assert_string_equal(table.entries[0].options, "rw");
	assert_string_equal(table.entries[98].point, "/m99");
	assert_string_equal(table.entries[98].type, "tmpfs");
	mount_table_free(&table);
	info = from("");
	assert_int_equal(mount_table_take(&info, NULL, &table), 0);
	assert_int_equal(table.n, 0);
	mount_table_free(&table);
}

static void lack_of_memory_is_told(void **state)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mount_entry entry;
	struct mountinfo info;
	struct mount_table table;

	(void)state;
	mountinfo_begin(fd, &info);
	memory_left = 0;
	assert_false(mountinfo_next(&info, &entry));
	assert_int_equal(info.rc, -ENOMEM);
	assert_int_equal(mountinfo_from_text("a", 1, &info), -ENOMEM);
	for (int left = 0; left < 2; left++) {
		memory_left = -1;
		info = from("1 1 0:1 / / rw - tmpfs x rw");
		memory_left = left;
		assert_int_equal(mount_table_take(&info, NULL, &table), -ENOMEM);
		assert_null(table.entries);
	}
	memory_left = -1;
	close(fd);
}

struct option_row {
	const char *name;
	const char *options, *word;
	bool has;
};

static const struct option_row option_rows[] = {
	{ "option: alone", "ro", "ro", true },
	{ "option: first", "ro,nosuid", "ro", true },
	{ "option: last", "rw,nosuid", "nosuid", true },
	{ "option: in the middle", "rw,nosuid,nodev", "nosuid", true },
	{ "option: a beginning of another", "ro,nosuid", "nosu", false },
	{ "option: the end of another", "rw,errors=ro", "ro", false },
	{ "option: longer than all", "ro", "ronly", false },
	{ "option: none", "", "ro", false },
};

static void option(void **state)
{
	const struct option_row *row = *state;

	assert_int_equal(mountinfo_has_option(row->options, row->word), row->has);
}

int main(void)
{
	UNIT_ADD_ROWS(line, rows);
	UNIT_ADD_ROWS(option, option_rows);
	UNIT_ADD(the_last_line_needs_no_newline);
	UNIT_ADD(an_empty_text_has_no_mounts);
	UNIT_ADD(read_takes_files_of_every_size_around_a_buffer);
	UNIT_ADD(read_takes_a_line_of_a_megabyte);
	UNIT_ADD(read_takes_an_empty_file);
	UNIT_ADD(read_of_a_directory_fails);
	UNIT_ADD(read_of_our_own_finds_proc);
	UNIT_ADD(read_keeps_one_line_at_a_time);
	UNIT_ADD(a_table_takes_what_is_left);
	UNIT_ADD(lack_of_memory_is_told);
	return unit_run("mountinfo");
}

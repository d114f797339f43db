/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mount namespaces that have something mounted, in mountinfo files and trees in place of /proc. */
#include <sys/sysmacros.h>

#include "scan_unit.h"

#include "base/diag.h"
#include "inventory/model.h"
#include "inventory/mounted.h"
#include "inventory/scan.h"
#include "kernel/mountinfo.h"

/* ---- one mountinfo ---- */

struct take_row {
	const char *name;
	const char *root, *place; /* of the device 8:1 */
	const char *text;
	const char *points; /* with a space after each */
};

#define ROOT "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"

static const struct take_row take_rows[] = {
	{ "a device: each part of it", NULL, NULL,
	  ROOT "30 20 8:1 /srv /mnt rw - ext4 none rw\n31 20 8:2 / /x rw - ext4 none rw\n",
	  "/ /mnt " },
	{ "a root: not another part", "/srv", NULL,
	  ROOT "30 20 8:1 /srv /mnt rw - ext4 none rw\n31 20 8:1 /srv2 /x rw - ext4 none rw\n",
	  "/mnt " },
	{ "a root: of another device", "/srv", NULL, "30 20 8:2 /srv /mnt rw - ext4 none rw\n",
	  "" },
	{ "the text does not count", "/srv", NULL, "30 20 0:9 /srv /srv rw - ext4 /dev/sda1 rw\n",
	  "" },
	{ "a blank in the path", "/a b", NULL, "30 20 8:1 /a\\040b /c\\040d rw - ext4 none rw\n",
	  "/c d " },
	{ "twice", "/", NULL, ROOT "30 20 8:1 / /mnt rw - ext4 none rw\n", "/ /mnt " },
	{ "a place", NULL, "/mnt", ROOT "30 20 0:9 / /mnt rw - tmpfs none rw\n", "/mnt " },
	{ "a place, by another path", NULL, "/srv/www",
	  "20 1 0:1 / / rw - tmpfs none rw\n21 20 8:1 /srv /data rw - ext4 none rw\n"
	  "30 21 0:9 / /data/www rw - tmpfs none rw\n31 20 0:9 / /srv/www rw - tmpfs none rw\n",
	  "/data/www " },
	{ "a place, the child first", NULL, "/mnt", "30 20 0:9 / /mnt rw - tmpfs none rw\n" ROOT,
	  "/mnt " },
	{ "a place, its parents in any order", NULL, "/mnt",
	  "22 20 8:1 / /b rw - ext4 none rw\n21 20 8:1 / /a rw - ext4 none rw\n" ROOT
	  "30 20 0:9 / /mnt rw - tmpfs none rw\n31 22 0:9 / /b/mnt rw - tmpfs none rw\n",
	  "/mnt /b/mnt " },
	{ "a place: not what lies in it, beside it or above it", NULL, "/mnt/x",
	  ROOT "30 20 0:9 / /mnt rw - tmpfs none rw\n31 20 0:9 / /mnt/xy rw - tmpfs none rw\n"
	       "32 20 0:9 / /mnt/x/y rw - tmpfs none rw\n",
	  "" },
	{ "a place: of another file system", NULL, "/mnt",
	  "20 1 8:2 / / rw - ext4 none rw\n30 20 0:9 / /mnt rw - tmpfs none rw\n", "" },
	{ "a place that is the root of its mount", NULL, "/srv",
	  "20 1 0:1 / / rw - tmpfs none rw\n21 20 8:1 /srv /data rw - ext4 none rw\n"
	  "30 21 0:9 / /data rw - tmpfs none rw\n",
	  "/data " },
	{ "a place whose mount shows a part with a like name", NULL, "/srv2/a",
	  "21 20 8:1 /srv /data rw - ext4 none rw\n30 21 0:9 / /data2/a rw - tmpfs none rw\n", "" },
	{ "the root", NULL, "/",
	  "20 20 8:1 / / rw - ext4 none rw\n30 20 0:9 / / rw - tmpfs none rw\n", "/ " },
	{ "malformed lines", "/", NULL, "x\n" ROOT "30 20 8:1\n", "/ " },
	{ "nothing", "/", NULL, "", "" },
};

static int mountinfo_of(const char *text)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fflush(file), 0);
	fd = dup(fileno(file));
	fclose(file);
	assert_true(fd >= 0);
	return fd;
}

static void takes(void **state)
{
	const struct take_row *row = *state;
	struct mounted_wanted wanted = { .dev = makedev(8, 1),
					 .root = (char *)row->root,
					 .place = (char *)row->place };
	struct mounted_at at = { .n = 0 };
	char points[256] = "";
	int fd = mountinfo_of(row->text);

	assert_int_equal(mounted_take(fd, &wanted, &at), 0);
	close(fd);
	for (size_t i = 0; i < at.n; i++) {
		strcat(points, at.points[i]);
		strcat(points, " ");
	}
	assert_string_equal(points, row->points);
	assert_false(at.is_cut);
	mounted_at_free(&at);
}

static void no_more_points_than_the_limit(void **state)
{
	const struct mounted_wanted wanted = { .dev = makedev(8, 1) };
	struct mounted_at at = { .n = 0 };
	char text[8192] = "";
	int fd;

	(void)state;
	for (int i = 0; i <= MOUNTED_MAX; i++)
		strcat(text, "30 20 8:1 / /mnt rw - ext4 none rw\n");
	fd = mountinfo_of(text);
	assert_int_equal(mounted_take(fd, &wanted, &at), 0);
	close(fd);
	assert_int_equal(at.n, MOUNTED_MAX);
	assert_true(at.is_cut);
	mounted_at_free(&at);
}

static void nothing_stays_after_a_failure(void **state)
{
	const struct mounted_wanted wanted = { .dev = makedev(8, 1) };
	struct mounted_at at = { .n = 0 };
	char *text = malloc((2 << 20) + 64);
	int fd;

	(void)state;
	assert_non_null(text);
	strcpy(text, ROOT);
	memset(text + strlen(ROOT), 'x', 2 << 20);
	text[strlen(ROOT) + (2 << 20)] = '\0';
	fd = mountinfo_of(text);
	assert_int_equal(mounted_take(fd, &wanted, &at), -EFBIG);
	close(fd);
	assert_int_equal(at.n, 0);
	free(text);
	mounted_at_free(&at);
}

/* ---- every mount namespace ---- */

static const char with[] = ROOT, without[] = "20 1 8:2 / / rw - ext4 none rw\n";

static size_t read_tree(const struct tree *tree, uint64_t ino, size_t *ret_unreadable)
{
	struct scan request = { .proc = tree->fd, .types = 1u << NS_MNT, .way = SCAN_PROC };
	struct mounted_wanted wanted = { .dev = makedev(8, 1) };
	struct model model = { .n_nodes = 0 };
	struct mounted mounted;
	struct diag diag;
	uint32_t index;
	size_t n;

	assert_int_equal(scan(&request, &model, &diag), 0);
	assert_int_equal(mounted_read(&request, &model, &wanted, &mounted), 0);
	index = model_find(&model, NS_MNT, ino);
	assert_true(index != MODEL_NONE);
	n = mounted.list[index].n;
	*ret_unreadable = request.unreadable_mounts;
	mounted_free(&mounted);
	model_free(&model);
	return n;
}

static void the_first_that_can_be_read(void **state)
{
	const struct tree *tree = *state;
	size_t unreadable;

	put_process(tree, 5, NS_MNT, 700);
	put_process(tree, 6, NS_MNT, 700);
	put_process(tree, 7, NS_MNT, 701);
	put_dir(tree, "5/mountinfo"); /* EISDIR */
	put_text(tree, "6/mountinfo", with);
	put_text(tree, "7/mountinfo", without);
	assert_int_equal(read_tree(tree, 700, &unreadable), 1);
	assert_int_equal(unreadable, 0);
	assert_int_equal(read_tree(tree, 701, &unreadable), 0);
}

static void unreadable_ones_are_counted(void **state)
{
	const struct tree *tree = *state;
	size_t unreadable;

	put_process(tree, 5, NS_MNT, 700);
	put_process(tree, 6, NS_MNT, 701);
	put_dir(tree, "5/mountinfo");
	put_text(tree, "6/mountinfo", with);
	assert_int_equal(read_tree(tree, 700, &unreadable), 0);
	assert_int_equal(unreadable, 1);
}

/* Its links show another mount namespace than the scan found: another process has its PID. */
static void a_process_that_has_left_is_not_believed(void **state)
{
	const struct tree *tree = *state;
	struct scan request = { .proc = tree->fd, .types = 1u << NS_MNT, .way = SCAN_PROC };
	const struct mounted_wanted wanted = { .dev = makedev(8, 1) };
	struct model model = { .n_nodes = 0 };
	struct mounted mounted;
	struct diag diag;

	put_process(tree, 5, NS_MNT, 700);
	put_text(tree, "5/mountinfo", with);
	assert_int_equal(scan(&request, &model, &diag), 0);
	assert_int_equal(unlinkat(tree->fd, "5/ns/mnt", 0), 0);
	put_link(tree, "5/ns/mnt", "mnt:[701]");
	assert_int_equal(mounted_read(&request, &model, &wanted, &mounted), 0);
	assert_int_equal(mounted.list[model_find(&model, NS_MNT, 700)].n, 0);
	assert_int_equal(request.unreadable_mounts, 0);
	mounted_free(&mounted);
	model_free(&model);
}

/* A process without the file has ended. */
static void processes_that_have_ended_are_not(void **state)
{
	const struct tree *tree = *state;
	size_t unreadable;

	put_process(tree, 5, NS_MNT, 700);
	assert_int_equal(read_tree(tree, 700, &unreadable), 0);
	assert_int_equal(unreadable, 0);
}

static void our_own_is_read_by_self(void **state)
{
	const struct tree *tree = *state;
	size_t unreadable;

	put_process(tree, 5, NS_MNT, 700);
	put_dir(tree, "5/mountinfo");
	put_dir(tree, "self");
	put_dir(tree, "self/ns");
	put_link(tree, "self/ns/mnt", "mnt:[700]");
	put_text(tree, "self/mountinfo", with);
	assert_int_equal(read_tree(tree, 700, &unreadable), 1);
	assert_int_equal(unreadable, 0);
}

int main(void)
{
	UNIT_ADD_ROWS(takes, take_rows);
	UNIT_ADD(no_more_points_than_the_limit);
	UNIT_ADD(nothing_stays_after_a_failure);
	ADD_TREE(the_first_that_can_be_read);
	ADD_TREE(unreadable_ones_are_counted);
	ADD_TREE(a_process_that_has_left_is_not_believed);
	ADD_TREE(processes_that_have_ended_are_not);
	ADD_TREE(our_own_is_read_by_self);
	return unit_run("mounted");
}

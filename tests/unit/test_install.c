/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links under the applets' names, in a directory of our own. */
#include "install.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "unit.h"

static const struct applet applets[] = {
	{ .name = "one", .drop_in = "old-one" },
	{ .name = "two" },
};
static const char *const names[] = { "one", "two", "old-one" };

static char dir[] = "install-test-XXXXXX";

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", dir, name);
}

static bool is_there(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	path_of(name, path, sizeof(path));
	return lstat(path, &st) == 0;
}

static bool leads_here(const char *name)
{
	char path[PATH_MAX];
	struct stat self, st;

	path_of(name, path, sizeof(path));
	return stat("/proc/self/exe", &self) == 0 && stat(path, &st) == 0 &&
	       st.st_dev == self.st_dev && st.st_ino == self.st_ino;
}

static void clear(void)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		path_of(names[i], path, sizeof(path));
		unlink(path);
	}
}

static void link_to(const char *target, const char *name)
{
	char path[PATH_MAX];

	path_of(name, path, sizeof(path));
	assert_int_equal(symlink(target, path), 0);
}

static int install(bool compat, struct diag *diag)
{
	return install_links(dir, applets, ARRAY_LEN(applets), compat, diag);
}

static void links_are_made(void **state)
{
	struct diag diag;

	(void)state;
	clear();
	assert_int_equal(install(false, &diag), 0);
	assert_true(leads_here("one"));
	assert_true(leads_here("two"));
	assert_false(is_there("old-one"));
}

static void old_names_are_made_on_demand(void **state)
{
	struct diag diag;

	(void)state;
	clear();
	assert_int_equal(install(true, &diag), 0);
	assert_true(leads_here("old-one"));
}

static void links_of_ours_stay(void **state)
{
	struct diag diag;

	(void)state;
	clear();
	assert_int_equal(install(false, &diag), 0);
	assert_int_equal(install(true, &diag), 0);
	assert_true(leads_here("one"));
	assert_true(leads_here("old-one"));
}

/* Of all the names, the last one checked is taken: then none is made. */
static void foreign_file_is_an_error_before_anything(void **state)
{
	char path[PATH_MAX];
	struct diag diag;
	int fd;

	(void)state;
	clear();
	path_of("two", path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(install(true, &diag), -EEXIST);
	assert_non_null(strstr(diag.what, "/two"));
	assert_false(is_there("one"));
	assert_false(is_there("old-one"));
}

static void foreign_links_are_errors(void **state)
{
	static const char *const targets[] = { "/", "nowhere", "two" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		struct diag diag;

		clear();
		link_to(targets[i], "two");
		/* A link to itself is a loop; any other is somebody else's. */
		assert_int_equal(install(false, &diag), i == 2 ? -ELOOP : -EEXIST);
		assert_false(is_there("one"));
	}
}

static void directory_that_is_none(void **state)
{
	struct diag diag;

	(void)state;
	assert_int_equal(install_links("no-such-directory", applets, 1, false, &diag), -ENOENT);
	assert_string_equal(diag.what, "cannot open the directory 'no-such-directory'");
	assert_int_equal(install_links("/proc/self/exe", applets, 1, false, &diag), -ENOTDIR);
}

int main(void)
{
	int failures;

	if (!mkdtemp(dir)) {
		printf("Bail out! no directory of our own\n");
		return 1;
	}
	UNIT_ADD(links_are_made);
	UNIT_ADD(old_names_are_made_on_demand);
	UNIT_ADD(links_of_ours_stay);
	UNIT_ADD(foreign_file_is_an_error_before_anything);
	UNIT_ADD(foreign_links_are_errors);
	UNIT_ADD(directory_that_is_none);
	failures = unit_run("install");
	clear();
	rmdir(dir);
	return failures;
}

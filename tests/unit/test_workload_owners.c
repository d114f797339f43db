/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners of cgroups' directories: the right tree, and nobody's word for what cannot be seen. */
#include <errno.h>
#include <sys/vfs.h>

#include "base/kernel.h"
#include "kernel/sys.h"
#include "tree_unit.h"
#include "workload/owners.h"

/* The files of a system with cgroups: mountinfo is a file of the tree, and mounts are its directories. */
static long magic = CGROUP2_SUPER_MAGIC;
static dev_t dev;
static uid_t top_owner;

int __real_sys_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	if (strcmp(path, "/proc/self/mountinfo") == 0)
		return __real_sys_openat(tree_root, "mountinfo", flags, mode);
	if (strncmp(path, "/cg", 3) == 0)
		return __real_sys_openat(tree_root, path + 1, flags, mode);
	return __real_sys_openat(dir, path, flags, mode);
}

int __wrap_sys_fstatfs(int fd, struct statfs *ret);
int __wrap_sys_fstatfs(int fd, struct statfs *ret)
{
	(void)fd;
	*ret = (struct statfs){ .f_type = (__typeof__(ret->f_type))magic };
	return 0;
}

int __real_sys_fstat(int fd, struct stat *ret);
int __wrap_sys_fstat(int fd, struct stat *ret);
int __wrap_sys_fstat(int fd, struct stat *ret)
{
	int rc = __real_sys_fstat(fd, ret);

	ret->st_uid = top_owner;
	ret->st_dev = dev;
	return rc;
}

/* The owner is the number in the name of a directory; "w" makes it writable for others. */
static int n_asked;

int __real_sys_fstatat(int dir, const char *path, struct stat *ret, int flags);
int __wrap_sys_fstatat(int dir, const char *path, struct stat *ret, int flags);
int __wrap_sys_fstatat(int dir, const char *path, struct stat *ret, int flags)
{
	const char *name = strrchr(path, '/');
	int rc = __real_sys_fstatat(dir, path, ret, flags);

	n_asked++;
	ret->st_uid = name ? (uid_t)strtoul(name + 1, NULL, 10) : 0;
	ret->st_dev = strstr(path, "mounted") ? dev + 1 : dev;
	if (strchr(path, 'w'))
		ret->st_mode |= S_IWGRP;
	return rc;
}

static const char mounts[] =
	"1 1 0:50 / / rw - tmpfs none rw\n"
	"2 1 0:60 /sub /cg/part rw - cgroup cgroup rw,name=systemd\n"
	"3 1 0:60 / /cg/covered rw - cgroup cgroup rw,name=systemd\n"
	"4 1 0:61 / /cg/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
	"5 1 0:61 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
	"6 1 0:61 / /cg/two rw - cgroup2 cgroup2 rw\n";

static int enter(void **state)
{
	static const char *const paths[] = { "cg/part/x", "cg/covered/x", "cg/systemd/0/1000/x",
					     "cg/systemd/65534/x", "cg/systemd/0w/x",
					     "cg/systemd/mounted/x", "cg/cpu/7/x", "cg/two/8/x" };
	int rc = tree_enter(state);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		tree_write(paths[i], "", 0);
	tree_write("mountinfo", mounts, strlen(mounts));
	magic = CGROUP2_SUPER_MAGIC;
	dev = (dev_t)61;
	top_owner = 0;
	n_asked = 0;
	return rc;
}

static uint32_t ask(struct owners *owners, const char *hierarchy, const char *path)
{
	struct owners_tree *tree = owners_tree(owners, hierarchy);

	assert_non_null(tree);
	return owners_ask(tree, path, strlen(path));
}

static void each_hierarchy_has_its_tree(void **state)
{
	struct owners owners = { .trees = { .n = 0 } };

	(void)state;
	assert_int_equal(ask(&owners, "name=systemd", ""), 0);
	assert_int_equal(ask(&owners, "name=systemd", "/0"), 0);
	assert_int_equal(ask(&owners, "name=systemd", "/0/1000"), 1000);
	assert_int_equal(ask(&owners, "cpu,cpuacct", "/7"), 7);
	assert_int_equal(ask(&owners, "", "/8"), 8);
	assert_int_equal(ask(&owners, "", "/7"), WORKLOAD_ANY_OWNER);
	assert_int_equal(ask(&owners, "memory", "/7"), WORKLOAD_ANY_OWNER);
	assert_int_equal(ask(&owners, "name=other", ""), WORKLOAD_ANY_OWNER);
	owners_free(&owners);
}

static void a_directory_is_asked_once(void **state)
{
	struct owners owners = { .trees = { .n = 0 } };

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(ask(&owners, "name=systemd", "/0/1000"), 1000);
		assert_int_equal(ask(&owners, "name=systemd", "/0"), 0);
	}
	assert_int_equal(n_asked, 2);
	owners_free(&owners);
}

static void what_is_not_root_nor_one_users(void **state)
{
	struct owners owners = { .trees = { .n = 0 } };

	(void)state;
	assert_int_equal(ask(&owners, "name=systemd", "/65534"), WORKLOAD_MANY_OWNERS);
	assert_int_equal(ask(&owners, "name=systemd", "/0w"), WORKLOAD_MANY_OWNERS);
	assert_int_equal(ask(&owners, "name=systemd", "/mounted"), WORKLOAD_ANY_OWNER);
	assert_int_equal(ask(&owners, "name=systemd", "/none"), WORKLOAD_ANY_OWNER);
	assert_int_equal(ask(&owners, "name=systemd", "/0/1000/x"), WORKLOAD_ANY_OWNER);
	owners_free(&owners);
}

static void a_path_that_is_too_long(void **state)
{
	struct owners owners = { .trees = { .n = 0 } };
	char path[PATH_MAX + 10];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(ask(&owners, "name=systemd", path), WORKLOAD_ANY_OWNER);
	owners_free(&owners);
}

/* Something else over the mount point, or in a user namespace that does not map root. */
static void a_tree_that_cannot_be_used(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct owners owners = { .trees = { .n = 0 } };

		magic = i == 0 ? 0 : CGROUP2_SUPER_MAGIC;
		top_owner = i == 1 ? 65534 : 0;
		dev = i == 2 ? 62 : 61;
		assert_int_equal(ask(&owners, "name=systemd", ""), WORKLOAD_ANY_OWNER);
		assert_int_equal(n_asked, 0);
		owners_free(&owners);
	}
	(void)state;
}

static void no_mountinfo(void **state)
{
	struct owners owners = { .trees = { .n = 0 } };

	(void)state;
	assert_int_equal(unlink(tree_path("mountinfo")), 0);
	assert_int_equal(ask(&owners, "", "/8"), WORKLOAD_ANY_OWNER);
	owners_free(&owners);
}

#define ADD(function)                                                                           \
	unit_tests[unit_n_tests++] = (struct CMUnitTest)                                        \
		cmocka_unit_test_setup_teardown(function, enter, tree_leave)

int main(void)
{
	ADD(each_hierarchy_has_its_tree);
	ADD(a_directory_is_asked_once);
	ADD(what_is_not_root_nor_one_users);
	ADD(a_path_that_is_too_long);
	ADD(a_tree_that_cannot_be_used);
	ADD(no_mountinfo);
	return unit_run("workload_owners");
}

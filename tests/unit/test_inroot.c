/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths inside a root, on a small tree: where each leads, and that openat2(2) with RESOLVE_IN_ROOT
 * finds the same if nothing is mounted over the root. Then every call fails in turn.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/kernel.h"
#include "kernel/inroot.h"
#include "kernel/sys.h"

static char work[64];
static int root = -1, outside = -1;

/* ---- calls that fail ---- */

static struct {
	unsigned calls, fails; /* fails: counted from 1, 0 for none */
	int err;
} faults;

static bool is_to_fail(void)
{
	return ++faults.calls == faults.fails;
}

int __real_sys_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode);
int __real_sys_fstat(int fd, struct stat *ret);
int __wrap_sys_fstat(int fd, struct stat *ret);
int __real_sys_fstatfs(int fd, struct statfs *ret);
int __wrap_sys_fstatfs(int fd, struct statfs *ret);
ssize_t __real_sys_readlinkat(int dir, const char *path, char *buf, size_t size);
ssize_t __wrap_sys_readlinkat(int dir, const char *path, char *buf, size_t size);
ssize_t __real_sys_getcwd(char *buf, size_t size);
ssize_t __wrap_sys_getcwd(char *buf, size_t size);

int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	return is_to_fail() ? -faults.err : __real_sys_openat(dir, path, flags, mode);
}

int __wrap_sys_fstat(int fd, struct stat *ret)
{
	return is_to_fail() ? -faults.err : __real_sys_fstat(fd, ret);
}

int __wrap_sys_fstatfs(int fd, struct statfs *ret)
{
	return is_to_fail() ? -faults.err : __real_sys_fstatfs(fd, ret);
}

ssize_t __wrap_sys_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	return is_to_fail() ? -faults.err : __real_sys_readlinkat(dir, path, buf, size);
}

ssize_t __wrap_sys_getcwd(char *buf, size_t size)
{
	return is_to_fail() ? -faults.err : __real_sys_getcwd(buf, size);
}

/* ---- the tree ---- */

static const struct {
	const char *name, *text;
} links[] = {
	{ "up", ".." },
	{ "dot", "." },
	{ "top", "/" },
	{ "above", "/../../.." },
	{ "outside", "../outside" },
	{ "outside-absolute", "/../outside" },
	{ "a/outside", "../../../outside" },
	{ "relative", "a/b" },
	{ "absolute", "/a/b" },
	{ "with-slash", "a/b/" },
	{ "back", "a/../a/b" },
	{ "a/to-top", "b/../.." },
	{ "a/b/far", "../../relative/c" },
	{ "dangling", "none/b" },
	{ "circle", "circle" },
	{ "round", "round-again" },
	{ "round-again", "a/../round" },
	{ "to-file", "file" },
	{ "chain-0", "a" },
};

static int make_tree(void **state)
{
	char name[32], text[32];

	(void)state;
	snprintf(work, sizeof(work), "/tmp/xns-test-inroot.XXXXXX");
	if (!mkdtemp(work) || chdir(work) < 0 || mkdir("root", 0755) < 0 ||
	    mkdir("outside", 0755) < 0 || mkdir("root/a", 0755) < 0 ||
	    mkdir("root/a/b", 0755) < 0 || mkdir("root/a/b/c", 0755) < 0 ||
	    mkfifo("root/fifo", 0600) < 0)
		return -1;
	root = open("root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	outside = open("outside", O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(openat(root, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		if (symlinkat(links[i].text, root, links[i].name) < 0)
			return -1;
	for (int i = 1; i <= 40; i++) {
		snprintf(name, sizeof(name), "chain-%d", i);
		snprintf(text, sizeof(text), "chain-%d", i - 1);
		if (symlinkat(text, root, name) < 0)
			return -1;
	}
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int remove_tree(void **state)
{
	(void)state;
	close(root);
	close(outside);
	return chdir("/") < 0 ? -1 : nftw(work, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- where paths lead ---- */

struct place {
	const char *path;
	const char *found; /* without a link in it; NULL: it is refused */
	int err;
};

static const struct place places[] = {
	{ "a", "a", 0 },
	{ "/a", "a", 0 },
	{ "//a///b", "a/b", 0 },
	{ "a/", "a", 0 },
	{ "a/.", "a", 0 },
	{ "./a/./b/.", "a/b", 0 },
	{ "a/b/..", "a", 0 },
	{ "a/b/../../a", "a", 0 },
	{ "/", ".", 0 },
	{ ".", ".", 0 },
	{ "..", ".", 0 },
	{ "/..", ".", 0 },
	{ "../../..", ".", 0 },
	{ "../../../a", "a", 0 },
	{ "a/../..", ".", 0 },
	{ "a/../../outside", NULL, ELOOP }, /* the link of that name, which leads to itself */
	{ "up", ".", 0 },
	{ "dot", ".", 0 },
	{ "top", ".", 0 },
	{ "above", ".", 0 },
	{ "above/a", "a", 0 },
	{ "outside-absolute", NULL, ELOOP },
	{ "a/outside", NULL, ELOOP },
	{ "relative", "a/b", 0 },
	{ "relative/..", "a", 0 },
	{ "absolute", "a/b", 0 },
	{ "absolute/c", "a/b/c", 0 },
	{ "with-slash", "a/b", 0 },
	{ "with-slash/c", "a/b/c", 0 },
	{ "back", "a/b", 0 },
	{ "a/to-top", ".", 0 },
	{ "a/to-top/a", "a", 0 },
	{ "a/b/far", "a/b/c", 0 },
	{ "top/up/top/relative/../b/far", "a/b/c", 0 },
	{ "chain-39", "a", 0 },
	{ "chain-40", NULL, ELOOP },
	{ "chain-20/../chain-18", "a", 0 },
	{ "chain-20/../chain-19", NULL, ELOOP },
	{ "circle", NULL, ELOOP },
	{ "round/a", NULL, ELOOP },
	{ "dangling", NULL, ENOENT },
	{ "none", NULL, ENOENT },
	{ "none/..", NULL, ENOENT },
	{ "a/none/b", NULL, ENOENT },
	{ "", NULL, ENOENT },
	{ "file", NULL, ENOTDIR },
	{ "to-file", NULL, ENOTDIR },
	{ "file/..", NULL, ENOTDIR },
	{ "file/.", NULL, ENOTDIR },
	{ "file/a", NULL, ENOTDIR },
	{ "to-file/", NULL, ENOTDIR },
	{ "fifo", NULL, ENOTDIR },
	{ "fifo/a", NULL, ENOTDIR },
};

/*
 * If a file is renamed or a mount made anywhere meanwhile, the kernel gives up at ".." (EAGAIN, openat2(2)), or
 * repeats its walk and counts the links of both (ELOOP). Nothing here is renamed, so asking again is right.
 */
static int ask_kernel(int dir, const char *path, unsigned flags, bool is_there)
{
	const struct kernel_open_how how = {
		.flags = O_PATH | O_CLOEXEC | flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -EAGAIN;

	for (int tries = 0; tries < 10000 && (fd == -EAGAIN || (is_there && fd == -ELOOP)); tries++)
		fd = sys_openat2(dir, path, &how);
	return fd;
}

static void leads_there(void **state)
{
	const struct place *row = *state;
	_cleanup_close_ int fd = inroot_open(root, row->path, O_DIRECTORY);
	_cleanup_close_ int kernels = ask_kernel(root, row->path, O_DIRECTORY, row->found);

	if (!row->found) {
		assert_int_equal(fd, -row->err);
		assert_true(kernels == -row->err || kernels == -ENOSYS);
		return;
	}
	assert_true(fd >= 0);
	assert_int_equal(inroot_is_same_file(fd, root), strcmp(row->found, ".") == 0);
	{
		_cleanup_close_ int wanted = openat(root, row->found, O_PATH | O_CLOEXEC);

		assert_int_equal(inroot_is_same_place(fd, wanted), 1);
		assert_true(kernels == -ENOSYS || inroot_is_same_place(fd, kernels) == 1);
	}
	assert_int_equal(inroot_is_same_file(fd, outside), 0);
}

static void files_are_opened_too(void **state)
{
	static const char *const paths[] = { "file", "to-file", "/a/../to-file", "fifo" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		_cleanup_close_ int fd = inroot_open(root, paths[i], 0);
		_cleanup_close_ int wanted = openat(root, paths[i], O_PATH | O_CLOEXEC);

		/* The absolute link is not there for openat(2), which has another root. */
		assert_true(fd >= 0);
		assert_true(*paths[i] == '/' || inroot_is_same_place(fd, wanted) == 1);
	}
}

static void length_has_limits(void **state)
{
	char path[PATH_MAX + 1], name[NAME_MAX + 2], text[PATH_MAX];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(inroot_open(root, path, 0), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	close(inroot_open(root, path, 0));
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(inroot_open(root, name, 0), -ENAMETOOLONG);
	name[NAME_MAX] = '\0';
	assert_int_equal(inroot_open(root, name, 0), -ENOENT);
	/* A link's text, and what follows it in the path, which together are too long. */
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 2 ? '/' : '.';
	text[sizeof(text) - 2] = '.';
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(symlinkat(text, root, "long"), 0);
	close(inroot_open(root, "long", O_DIRECTORY));
	assert_int_equal(inroot_open(root, "long/a", O_DIRECTORY), -ENAMETOOLONG);
	assert_int_equal(unlinkat(root, "long", 0), 0);
}

static void magic_links_are_not_followed(void **state)
{
	static const char *const magic[] = {
		"self/cwd", "self/root", "self/root/tmp", "self/exe", "self/fd/0", "self/ns/mnt",
		"self/task/../cwd", "thread-self/root",
	};
	static const char *const ordinary[] = { "self", "thread-self", "mounts", "net", "self/fd" };
	_cleanup_close_ int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(magic); i++) {
		assert_int_equal(inroot_open(proc, magic[i], 0), -EXDEV);
		assert_true(ask_kernel(proc, magic[i], 0, false) < 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(ordinary); i++) {
		_cleanup_close_ int fd = inroot_open(proc, ordinary[i], 0);
		_cleanup_close_ int wanted = openat(proc, ordinary[i], O_PATH | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(inroot_is_same_place(fd, wanted), 1);
	}
}

static void relative_paths_begin_where_we_are(void **state)
{
	static const char *const paths[] = { "b", "./b/../b", "..", "../../root/a/b", "/tmp" };
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/root/a", work);
	assert_int_equal(chdir(path), 0);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		_cleanup_close_ int fd = inroot_open_own(paths[i], O_DIRECTORY);
		_cleanup_close_ int wanted = open(paths[i], O_PATH | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(inroot_is_same_place(fd, wanted), 1);
	}
	assert_int_equal(inroot_open_own("", 0), -ENOENT);
	memset(path, '/', sizeof(path));
	path[0] = 'b';
	path[PATH_MAX - 2] = '\0';
	assert_int_equal(inroot_open_own(path, 0), -ENAMETOOLONG);
	assert_int_equal(chdir(work), 0);
}

static void directory_that_is_gone_has_no_paths(void **state)
{
	(void)state;
	assert_int_equal(mkdir("gone", 0700), 0);
	assert_int_equal(chdir("gone"), 0);
	assert_int_equal(rmdir("../gone"), 0);
	assert_int_equal(inroot_open_own("a", 0), -ENOENT);
	assert_int_equal(chdir(work), 0);
}

/* ---- every call fails ---- */

static unsigned n_open(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EPERM, ENOENT, EMFILE, ENOMEM, EACCES };
	unsigned before = n_open(), n;

	(void)state;
	faults.calls = faults.fails = 0;
	close(inroot_open_own("root/a/../a/b/far", O_DIRECTORY));
	n = faults.calls;
	assert_in_range(n, 20, 200);
	for (unsigned i = 1; i <= n; i++)
		for (size_t e = 0; e < ARRAY_LEN(errnos); e++) {
			faults.calls = 0;
			faults.fails = i;
			faults.err = errnos[e];
			assert_int_equal(inroot_open_own("root/a/../a/b/far", O_DIRECTORY),
					 -errnos[e]);
			assert_int_equal(n_open(), before);
		}
	faults.fails = 0;
}

static void refusals_leave_nothing_open(void **state)
{
	unsigned before = n_open();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (!places[i].found)
			assert_true(inroot_open(root, places[i].path, O_DIRECTORY) < 0);
	assert_int_equal(n_open(), before);
}

int main(void)
{
	UNIT_ADD_ROWS(leads_there, places);
	UNIT_ADD(files_are_opened_too);
	UNIT_ADD(length_has_limits);
	UNIT_ADD(magic_links_are_not_followed);
	UNIT_ADD(relative_paths_begin_where_we_are);
	UNIT_ADD(directory_that_is_gone_has_no_paths);
	UNIT_ADD(every_call_fails);
	UNIT_ADD(refusals_leave_nothing_open);
	return _cmocka_run_group_tests("inroot", unit_tests, unit_n_tests, make_tree, remove_tree);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "cgroup/file.h"
#include "cgroup/leftover.h"
#include "kernel/bounded.h"
#include "kernel/io.h"
#include "kernel/sys.h"

enum {
	DESCENDANTS_MAX = 1024,
	END_STEP_MS = 100,
	END_STEPS = 100,
	TEXT = 4096,
};

void cgroup_init(struct cgroup_tree *tree)
{
	*tree = (struct cgroup_tree){ .parent = -1, .top = -1, .limit = -1, .program = -1,
				      .memory = -1, .pids = -1 };
}

void cgroup_release(struct cgroup_tree *tree)
{
	cleanup_close(&tree->parent);
	cleanup_close(&tree->top);
	cleanup_close(&tree->limit);
	cleanup_close(&tree->program);
	cleanup_close(&tree->memory);
	cleanup_close(&tree->pids);
}

/* --- making ------------------------------------------------------------------------------------ */

static int make_one(int dir, const char *name, int *ret)
{
	int rc = sys_mkdirat(dir, name, 0755);

	if (rc < 0)
		return rc;
	rc = sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (rc < 0) {
		sys_unlinkat(dir, name, AT_REMOVEDIR);
		return rc;
	}
	*ret = rc;
	return 0;
}

static int switch_controller(int dir, char sign, const char *name)
{
	char text[LIMIT_CONTROLLER + 1];

	snprintf(text, sizeof(text), "%c%s", sign, name);
	return cgroup_write_file(dir, "cgroup.subtree_control", text);
}

/* Another run may disable a controller between our look and our write: then it is enabled again. */
static int enable(struct cgroup_tree *tree, const char *name)
{
	int rc = -ENOENT;

	for (int attempt = 0; attempt < 3 && rc == -ENOENT; attempt++) {
		bool there = cgroup_lists(tree->parent, "cgroup.subtree_control", name);

		rc = there ? 0 : switch_controller(tree->parent, '+', name);
		if (rc == 0 && !there && attempt == 0)
			snprintf(tree->enabled[tree->n_enabled++], LIMIT_CONTROLLER, "%s", name);
		if (rc == 0)
			rc = switch_controller(tree->top, '+', name);
	}
	return rc;
}

/*
 * A cgroup that enables controllers for those below may have no processes (cgroup-v2.rst, "No
 * Internal Process").
 */
static int move_us(struct cgroup_tree *tree, const pid_t *movers, size_t n)
{
	int rc = sys_mkdirat(tree->top, "wait", 0755);

	tree->has_wait = rc == 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = cgroup_write_pid(tree->top, "wait/cgroup.procs", movers[i]);
	return rc;
}

static int bound(const struct cgroup_tree *tree)
{
	char text[16];
	int rc;

	snprintf(text, sizeof(text), "%d", CGROUP_DEPTH_MAX);
	rc = cgroup_write_file(tree->top, "cgroup.max.depth", text);
	snprintf(text, sizeof(text), "%d", DESCENDANTS_MAX);
	return rc < 0 ? rc : cgroup_write_file(tree->top, "cgroup.max.descendants", text);
}

static int open_parent(struct cgroup_tree *tree, const char *path)
{
	struct statfs fs;
	int rc;

	tree->parent = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
	rc = tree->parent < 0 ? tree->parent : sys_fstatfs(tree->parent, &fs);
	return rc == 0 && fs.f_type != CGROUP2_SUPER_MAGIC ? -EINVAL : rc;
}

int cgroup_make(struct cgroup_tree *tree, const char *parent, const char *name,
		const pid_t *movers, size_t n_movers, char controllers[][LIMIT_CONTROLLER],
		struct diag *diag)
{
	int rc = open_parent(tree, parent);

	if (rc == 0) {
		cgroup_remove_leftovers(tree->parent);
		snprintf(tree->name, sizeof(tree->name), "%s", name);
		rc = make_one(tree->parent, name, &tree->top);
	}
	if (rc == 0)
		rc = bound(tree);
	if (rc == 0 && n_movers)
		rc = move_us(tree, movers, n_movers);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot make the cgroup '%s/%s'", parent, name);
	for (size_t i = 0; controllers[i][0]; i++) {
		rc = enable(tree, controllers[i]);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot enable the controller %s in '%s'",
					controllers[i], parent);
	}
	rc = make_one(tree->top, "limit", &tree->limit);
	if (rc == 0)
		rc = make_one(tree->limit, "program", &tree->program);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot make the cgroup '%s/%s/limit/program'", parent,
				name);
	/* -1 without the controller. */
	tree->memory = sys_openat(tree->limit, "memory.events.local", O_RDONLY, 0);
	tree->pids = sys_openat(tree->limit, "pids.events", O_RDONLY, 0);
	return 0;
}

int cgroup_set(struct cgroup_tree *tree, const char *file, const char *value, struct diag *diag)
{
	char text[TEXT];
	int rc = cgroup_write_file(tree->limit, file, value);

	if (rc == -ENOENT) {
		diag_set(diag, 0, "cannot limit %s: the kernel's controller has no such file", file);
		return rc;
	}
	if (rc == 0)
		rc = cgroup_read_file(tree->limit, file, text, sizeof(text));
	if (rc < 0)
		return diag_set(diag, -rc, "cannot set the limit %s to '%s'", file, value);
	if (limit_holds(value, text))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	diag_set(diag, 0, "cannot set the limit %s to '%s': the kernel has taken '%s'", file, value,
		 text);
	return -ERANGE;
}

int cgroup_confine(struct cgroup_tree *tree, pid_t pid, struct diag *diag)
{
	int rc = cgroup_write_pid(tree->program, "cgroup.procs", pid);

	return rc < 0 ? diag_set(diag, -rc, "cannot move the program into its cgroup") : 0;
}

/* --- the end ----------------------------------------------------------------------------------- */

/* Calls visit() with each directory at and below dir. */
static void each_below(int dir, int depth, void (*visit)(int dir))
{
	DIR *list;
	const char *name;
	int rc = 0;

	visit(dir);
	if (depth == 0 || io_open_dir(dir, ".", &list) < 0)
		return;
	while ((name = io_next_name(list, &rc))) {
		_cleanup_close_ int below =
			sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

		if (below >= 0)
			each_below(below, depth - 1, visit);
	}
	closedir(list);
}

static void kill_members(int dir)
{
	_cleanup_lines_ struct bounded_lines lines = {
		.fd = sys_openat(dir, "cgroup.procs", O_RDONLY, 0)
	};
	_cleanup_close_ int fd = lines.fd;
	char *line;
	pid_t pid;

	while (fd >= 0 && bounded_next_line(&lines, &line) > 0)
		if (parse_pid(line, &pid) == 0)
			sys_kill(pid, SIGKILL);
}

/*
 * Before Linux 5.14 there is no cgroup.kill. A frozen process cannot fork, and dies by SIGKILL
 * (cgroup-v2.rst).
 */
static void kill_all(const struct cgroup_tree *tree)
{
	if (cgroup_write_file(tree->limit, "cgroup.kill", "1") == 0)
		return;
	cgroup_write_file(tree->limit, "cgroup.freeze", "1");
	each_below(tree->limit, CGROUP_DEPTH_MAX, kill_members);
	cgroup_write_file(tree->limit, "cgroup.freeze", "0");
}

static void wait_until_empty(const struct cgroup_tree *tree)
{
	_cleanup_close_ int events = sys_openat(tree->limit, "cgroup.events", O_RDONLY, 0);
	struct pollfd changed = { .fd = events, .events = POLLPRI };
	char text[256];

	for (int i = 0; events >= 0 && i < END_STEPS; i++) {
		ssize_t n = sys_pread(events, text, sizeof(text) - 1, 0);

		if (n < 0)
			return;
		text[n] = '\0';
		if (strstr(text, "populated 0"))
			return;
		/* poll(2) returns at once for each change since the last read. */
		sys_poll(&changed, 1, END_STEP_MS);
	}
}

static uint64_t count(int fd, const char *word)
{
	char text[512];
	ssize_t n = fd < 0 ? fd : sys_pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return 0;
	text[n] = '\0';
	return limit_count(text, word);
}

/* Only after disable(), for the reason of move_us(); the root of the tree may have both. */
static void move_us_back(struct cgroup_tree *tree)
{
	_cleanup_lines_ struct bounded_lines lines = { .fd = -1 };
	_cleanup_close_ int fd = sys_openat(tree->top, "wait/cgroup.procs", O_RDONLY, 0);
	char *line;
	pid_t pid;

	lines.fd = fd;
	while (fd >= 0 && bounded_next_line(&lines, &line) > 0)
		if (parse_pid(line, &pid) == 0)
			cgroup_write_pid(tree->parent, "cgroup.procs", pid);
}

static void disable(struct cgroup_tree *tree)
{
	for (size_t i = 0; i < tree->n_enabled; i++) {
		switch_controller(tree->top, '-', tree->enabled[i]);
		/* EBUSY if another run below the same parent uses the controller, which then stays enabled. */
		switch_controller(tree->parent, '-', tree->enabled[i]);
	}
}

void cgroup_end(struct cgroup_tree *tree, bool started, struct cgroup_toll *ret)
{
	*ret = (struct cgroup_toll){ .killed = 0 };
	if (tree->limit >= 0) {
		if (!started)
			wait_until_empty(tree);
		kill_all(tree);
		wait_until_empty(tree);
		/* Kills for want of memory on the whole machine count in oom_kill, but not in oom
		 * (cgroup-v2.rst, memory.events). */
		if (count(tree->memory, "oom"))
			ret->killed = count(tree->memory, "oom_kill");
		ret->refused = count(tree->pids, "max");
		cgroup_remove(tree->top, "limit");
	}
	if (tree->top >= 0) {
		disable(tree);
		if (tree->has_wait)
			move_us_back(tree);
		cgroup_remove(tree->parent, tree->name);
	}
	cgroup_release(tree);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place of a cgroup, as a table of facts; and limits and names as texts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cgroup/limit.h"
#include "cgroup/place.h"
#include "unit.h"

#define MOUNTED .mounted = true, .mount = "/c"
#define DELEGATED .is_cgroup2 = true, .writable = true, .delegated = true
#define NO "cannot make a cgroup for the limits: "

static const struct place_case {
	const char *name;
	struct cgroup_facts facts;
	int rc;
	enum cgroup_where where;
	const char *what, *hint; /* the beginning */
} places[] = {
	{ "nothing is mounted", { .uid = 0 }, -ENOENT, 0, NO "no cgroup2 is mounted",
	  "as root: mount -t cgroup2 none /sys/fs/cgroup" },
	{ "version 1 only", { .v1 = true }, -EOPNOTSUPP, 0,
	  NO "this system has only cgroup version 1", "boot with systemd.unified_cgroup_hierarchy=1" },
	{ "read-only, as in a container", { MOUNTED, .read_only = true }, -EROFS, 0,
	  NO "/c is mounted read-only", "set the limits outside" },
	{ "the user's choice comes first",
	  { MOUNTED, .is_given = true, .given = { .path = "/c/a", DELEGATED },
	    .own = { DELEGATED }, .systemd = true, .can_scope = true }, 0, CGROUP_GIVEN, NULL, NULL },
	{ "a choice that is not there",
	  { MOUNTED, .is_given = true, .given = { .path = "/c/a", .err = ENOENT } }, -ENOENT, 0,
	  "option '--cgroup-parent': cannot open '/c/a'", "" },
	{ "a choice that is no cgroup",
	  { MOUNTED, .is_given = true, .given = { .path = "/tmp", .writable = true } }, -EINVAL, 0,
	  "option '--cgroup-parent': '/tmp' is no cgroup of version 2", "" },
	{ "below a directory of another user",
	  { MOUNTED, .is_given = true, .given = { .path = "/c/a", DELEGATED, .foreign = true } },
	  -EPERM, 0, "option '--cgroup-parent': '/c/a' is below a directory of another user",
	  "choose a cgroup that belongs to root" },
	{ "a choice of others",
	  { MOUNTED, .uid = 7, .is_given = true, .given = { .path = "/c/a", .is_cgroup2 = true } },
	  -EACCES, 0, "option '--cgroup-parent': cannot make a cgroup in '/c/a'",
	  "as root: chown 7 /c/a /c/a/cgroup.procs /c/a/cgroup.subtree_control" },
	{ "no way there for a process",
	  { MOUNTED, .is_given = true, .given = { .path = "/c/a", DELEGATED, .apart = true } },
	  -EACCES, 0, "option '--cgroup-parent': the kernel lets you move no process into '/c/a'",
	  "you may not write cgroup.procs" },
	{ "our own, delegated, with us alone", { MOUNTED, .own = { DELEGATED }, .systemd = true,
						 .can_scope = true }, 0, CGROUP_OWN, NULL, NULL },
	{ "our own, delegated, with others", { MOUNTED, .own = { DELEGATED, .others = 1 },
					       .systemd = true, .can_scope = true },
	  0, CGROUP_SCOPE, NULL, NULL },
	{ "a unit that is not delegated", { MOUNTED, .own = { .is_cgroup2 = true, .writable = true },
					    .systemd = true, .can_scope = true },
	  0, CGROUP_SCOPE, NULL, NULL },
	{ "a scope that systemd did not delegate is not asked for again",
	  { MOUNTED, .own = { .path = "/c/x.scope" }, .systemd = true, .can_scope = true,
	    .has_run = true, .in_scope = true, .unit = "x.scope" },
	  -EPERM, 0, NO "/c/x.scope is not delegated to you, although systemd was asked for that", "" },
	{ "a service without systemd-run",
	  { MOUNTED, .own = { .path = "/c/a.service" }, .systemd = true, .unit = "a.service" },
	  -EPERM, 0, NO "/c/a.service is not delegated to you, and " SYSTEMD_RUN_PATH " is not there",
	  "as root: mkdir -p /etc/systemd/system/a.service.d; printf '[Service]\\nDelegate=yes\\n' "
	  ">/etc/systemd/system/a.service.d/delegate.conf; systemctl daemon-reload" },
	{ "a user without a manager",
	  { MOUNTED, .uid = 7, .own = { .path = "/c/s.scope" }, .systemd = true, .has_run = true,
	    .unit = "s.scope" },
	  -EPERM, 0, NO "/c/s.scope is not delegated to you, and no systemd of yours runs",
	  "log in by ssh or at a terminal" },
	{ "root of the tree without systemd",
	  { MOUNTED, .own = { .is_cgroup2 = true, .writable = true, .is_tree_root = true,
			      .others = 80 } }, 0, CGROUP_ROOT, NULL, NULL },
	{ "the root of the tree is not a user's",
	  { MOUNTED, .uid = 7, .own = { .path = "/c", .is_tree_root = true, .others = 80 } },
	  -EPERM, 0, NO "/c is not delegated to you", "as root: make a cgroup, give it to the user" },
	{ "the root that a container sees",
	  { MOUNTED, .own = { .path = "/c", DELEGATED, .others = 1 } }, -EBUSY, 0,
	  NO "/c has 1 more process, and a cgroup with processes can limit no others",
	  "make a cgroup for it" },
	{ "no right in a container", { MOUNTED, .own = { .path = "/c", .others = 3 } }, -EPERM, 0,
	  NO "/c is not delegated to you", "" },
	{ "our own cannot be examined", { MOUNTED, .own = { .err = EACCES } }, -EACCES, 0,
	  NO "cannot examine the one that we are in", "" },
};

static bool begins(const char *text, const char *begin)
{
	return !begin || strncmp(text, begin, strlen(begin)) == 0;
}

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const struct place_case *row = &places[i];
		enum cgroup_where where = 0;
		struct diag diag = { .err = 0 };
		int rc = cgroup_choose(&row->facts, &where, &diag);

		if (rc != row->rc || (rc == 0 && where != row->where) || !begins(diag.what, row->what) ||
		    !begins(diag.hint, row->hint))
			fail_msg("%s: %d, place %d, '%s', '%s'", row->name, rc, (int)where, diag.what,
				 diag.hint);
		assert_true(rc < 0 || (cgroup_chosen(&row->facts, where) == NULL) ==
					      (where == CGROUP_SCOPE));
	}
}

static const struct controller_case {
	const char *name;
	enum cgroup_where where;
	struct cgroup_dir parent;
	struct controller controller;
	int rc;
	const char *what, *hint;
} controllers[] = {
	{ "enabled", CGROUP_GIVEN, { .others = 3 }, { .available = true, .enabled = true }, 0, NULL, NULL },
	{ "can be enabled", CGROUP_GIVEN, { .others = 0 }, { .available = true }, 0, NULL, NULL },
	{ "in the way of processes", CGROUP_GIVEN, { .path = "/c/a", .others = 3 }, { .available = true },
	  -EBUSY, "cannot limit by memory below /c/a: it has processes", "make a cgroup without" },
	{ "but not at the root of the tree", CGROUP_GIVEN, { .others = 3, .is_tree_root = true },
	  { .available = true }, 0, NULL, NULL },
	{ "of version 1", CGROUP_ROOT, { .path = "/c" }, { .v1 = "/v/memory", .above = "/c" }, -EOPNOTSUPP,
	  "cannot limit by memory: its controller belongs to cgroup version 1, mounted at /v/memory",
	  "boot with cgroup_no_v1=memory" },
	{ "not enabled above", CGROUP_OWN, { .path = "/c/a/b" }, { .above = "/c/a" }, -ENOENT,
	  "cannot limit by memory: /c/a does not enable its controller",
	  "as root: echo +memory >/c/a/cgroup.subtree_control" },
	{ "not in this kernel", CGROUP_OWN, { .path = "/c/a/b" }, { .name = "" }, -ENOENT,
	  "cannot limit by memory: this kernel has no such controller", "see /proc/cgroups" },
};

static void test_controllers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(controllers); i++) {
		const struct controller_case *row = &controllers[i];
		struct controller controller = row->controller;
		struct diag diag = { .err = 0 };
		int rc;

		strcpy(controller.name, "memory");
		rc = cgroup_check_controller(&row->parent, row->where, &controller, &diag);
		if (rc != row->rc || !begins(diag.what, row->what) || !begins(diag.hint, row->hint))
			fail_msg("%s: %d, '%s', '%s'", row->name, rc, diag.what, diag.hint);
	}
}

static void test_units(void **state)
{
	static const char *const rows[][2] = {
		{ "/", "" }, { "/system.slice/ssh.service", "ssh.service" },
		{ "/user.slice/user-1.slice/user@1.service/app.slice/run-r1.scope", "run-r1.scope" },
		{ "/user.slice/user-1.slice/session-3.scope/x", "session-3.scope" }, { "/.scope", "" },
	};
	char unit[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cgroup_unit(rows[i][0], unit, sizeof(unit));
		assert_string_equal(unit, rows[i][1]);
	}
}

static void test_read_back(void **state)
{
	static const struct {
		const char *value, *text;
		bool holds;
	} rows[] = {
		{ "52428800", "52428800\n", true }, { "52428801", "52428800\n", true },
		{ "52428800", "max\n", false }, { "50M", "52428800\n", true },
		{ "52428800", "52432896\n", false }, { "52428800", "52428799\n", false },
		{ "5", "5\n", true }, { "5", "4\n", false }, { "5", "15\n", false }, { "0", "0\n", true },
		{ "150000 100000", "150000 100000\n", true }, { "150000 100000", "max 100000\n", false },
		{ "50", "default 50\n", true }, { "8:0 50", "default 100\n8:0 50\n", true },
		{ "max", "max\n", true }, { "max", "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (limit_holds(rows[i].value, rows[i].text) != rows[i].holds)
			fail_msg("'%s' in '%s'", rows[i].value, rows[i].text);
}

static void test_texts(void **state)
{
	static const char events[] = "low 0\nhigh 0\nmax 35\noom 2\noom_kill 1\noom_group_kill 7\n";
	char text[64];

	(void)state;
	assert_int_equal(limit_count(events, "oom"), 2);
	assert_int_equal(limit_count(events, "oom_kill"), 1);
	assert_int_equal(limit_count(events, "absent"), 0);
	assert_int_equal(limit_count("", "max"), 0);
	limit_show_size(209715200, text, sizeof(text));
	assert_string_equal(text, "200 MiB");
	limit_show_size(1000, text, sizeof(text));
	assert_string_equal(text, "1000 bytes");
	limit_show_size(1536 << 10, text, sizeof(text));
	assert_string_equal(text, "1536 KiB");
	assert_true(limit_controller("hugetlb.2MB.max", text));
	assert_string_equal(text, "hugetlb");
	assert_false(limit_controller("max", text));
	assert_false(limit_controller(".max", text));
}

static void test_names(void **state)
{
	static const char *const others[] = { "xns-", "xns-1", "xns-1-", "xns--2", "xns-0-2", "xns-1-2-",
					      "xns-1-2-3-4", "xns-1-2x", "yns-1-2", "xns-4294967297-1" };
	const struct cgroup_name names[] = { { .pid = 1, .start = 2 },
					     { .pid = 4194304, .start = UINT64_MAX, .pid_ns = 4026531999 } };
	struct cgroup_name got;
	char text[CGROUP_NAME];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		cgroup_name_render(&names[i], text);
		assert_true(cgroup_name_parse(text, &got));
		assert_int_equal(got.pid, names[i].pid);
		assert_true(got.start == names[i].start && got.pid_ns == names[i].pid_ns);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (cgroup_name_parse(others[i], &got))
			fail_msg("%s", others[i]);
}

int main(void)
{
	UNIT_ADD(test_places);
	UNIT_ADD(test_controllers);
	UNIT_ADD(test_units);
	UNIT_ADD(test_read_back);
	UNIT_ADD(test_texts);
	UNIT_ADD(test_names);
	return unit_run("cgroup");
}

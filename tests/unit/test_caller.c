/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the caller: those asked for and no others, with the databases replaced by one user. */
#include "kernel/caller.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "fake_sys.h"
#include "unit.h"

/* The only user, 1000, and group, 2000, that there are; looked up so many times. */
static struct passwd *alice;
static unsigned lookups;

struct passwd *__wrap_getpwuid(uid_t uid);
struct passwd *__wrap_getpwnam(const char *name);
struct group *__wrap_getgrnam(const char *name);

struct passwd *__wrap_getpwuid(uid_t uid)
{
	lookups++;
	return alice && uid == 1000 ? alice : NULL;
}

struct passwd *__wrap_getpwnam(const char *name)
{
	lookups++;
	return alice && strcmp(name, "alice") == 0 ? alice : NULL;
}

struct group *__wrap_getgrnam(const char *name)
{
	static struct group staff = { .gr_gid = 2000 };

	lookups++;
	return strcmp(name, "staff") == 0 ? &staff : NULL;
}

static void begin(void)
{
	static struct passwd entry = { .pw_name = (char *)"alice", .pw_uid = 1000 };

	fake_reset();
	entry.pw_shell = (char *)"/bin/fish";
	alice = &entry;
	lookups = 0;
	unsetenv("SHELL");
}

static void nothing_is_asked_without_need(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	fake_returns("geteuid", 0, 5);
	fake_returns("getegid", 0, 6);
	assert_int_equal(caller_read(&caller, 0, &diag), 0);
	assert_int_equal(caller.uid, 5);
	assert_int_equal(caller.gid, 6);
	assert_int_equal(caller.real_uid, 1000);
	assert_null(caller.name);
	assert_null(caller.shell);
	fake_assert_trace("geteuid()\ngetegid()\ngetuid()\n");
	assert_int_equal(lookups, 0);
	caller_free(&caller);
}

struct shell {
	const char *name, *variable, *database, *expected;
};

static const struct shell shells[] = {
	{ "shell of the environment", "/bin/zsh", "/bin/fish", "/bin/zsh" },
	{ "shell of the database", NULL, "/bin/fish", "/bin/fish" },
	{ "shell where the variable is empty", "", "/bin/fish", "/bin/fish" },
	{ "shell where the database has an empty one", NULL, "", "/bin/sh" },
	{ "shell where the database has none", NULL, NULL, "/bin/sh" },
};

static void shell_is_found(void **state)
{
	const struct shell *row = *state;
	struct caller caller;
	struct diag diag;

	begin();
	if (row->variable)
		setenv("SHELL", row->variable, 1);
	alice->pw_shell = (char *)(uintptr_t)row->database;
	assert_int_equal(caller_read(&caller, CALLER_SHELL, &diag), 0);
	assert_string_equal(caller.shell, row->expected);
	caller_free(&caller);
}

static void shell_of_nobody(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	alice = NULL;
	assert_int_equal(caller_read(&caller, CALLER_SHELL, &diag), 0);
	assert_string_equal(caller.shell, "/bin/sh");
	caller_free(&caller);
}

static void subordinate_ids(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	fake_file("/etc/subuid", "bob:1:2\nalice:100000:65536\n1000:300000:5\n");
	fake_file("/etc/subgid", "alice:200000:65536\n");
	assert_int_equal(caller_read(&caller, CALLER_SUBUIDS | CALLER_SUBGIDS, &diag), 0);
	assert_string_equal(caller.name, "alice");
	assert_int_equal(lookups, 1);
	assert_int_equal(caller.subuids.n, 2);
	assert_int_equal(caller.subuids.ranges[0].start, 100000);
	assert_int_equal(caller.subuids.ranges[1].start, 300000);
	assert_int_equal(caller.subgids.n, 1);
	assert_int_equal(caller.subgids.ranges[0].start, 200000);
	caller_free(&caller);
	fake_assert_closed();
}

static void subordinate_ids_of_a_nameless_uid(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	alice = NULL;
	fake_file("/etc/subuid", "alice:100000:65536\n1000:300000:5\n");
	assert_int_equal(caller_read(&caller, CALLER_SUBUIDS, &diag), 0);
	assert_null(caller.name);
	assert_int_equal(caller.subuids.n, 1);
	assert_int_equal(caller.subuids.ranges[0].start, 300000);
	caller_free(&caller);
}

static void subordinate_ids_that_cannot_be_read(void **state)
{
	static const struct {
		unsigned fact;
		unsigned nth;
		const char *message;
	} rows[] = {
		{ CALLER_SUBUIDS, 1, "cannot read /etc/nsswitch.conf" },
		{ CALLER_SUBUIDS, 2, "cannot read /etc/subuid" },
		{ CALLER_SUBGIDS, 2, "cannot read /etc/subgid" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct caller caller;
		struct diag diag;

		begin();
		fake_returns("openat", rows[i].nth, -EACCES);
		assert_int_equal(caller_read(&caller, rows[i].fact, &diag), -EACCES);
		assert_string_equal(diag.what, rows[i].message);
		assert_int_equal(diag.err, EACCES);
		caller_free(&caller);
	}
}

static void maps_of_here(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	fake_file("/proc/4242/uid_map", "         0       1000          1\n"
					"         1     100000      65535\n");
	assert_int_equal(caller_read(&caller, CALLER_UID_MAP | CALLER_GID_MAP, &diag), 0);
	assert_int_equal(caller.uid_map.n, 2);
	assert_int_equal(caller.uid_map.extents[1].outer, 100000);
	assert_int_equal(caller.gid_map.n, 1);
	assert_int_equal(caller.gid_map.extents[0].count, 4294967295U);
	caller_free(&caller);
	fake_assert_closed();
	begin();
	assert_int_equal(caller_read(&caller, CALLER_GID_MAP, &diag), 0);
	assert_int_equal(caller.uid_map.n, 0);
	assert_null(fake_find("uid_map"));
	caller_free(&caller);
}

static void maps_that_cannot_be_read(void **state)
{
	struct caller caller;
	struct diag diag;

	(void)state;
	begin();
	fake_returns("openat", 1, -ENOENT);
	assert_int_equal(caller_read(&caller, CALLER_UID_MAP, &diag), -ENOENT);
	assert_string_equal(diag.what, "cannot open /proc");
	begin();
	fake_remove("/proc/self");
	assert_int_equal(caller_read(&caller, CALLER_UID_MAP, &diag), -ENOENT);
	assert_string_equal(diag.what, "/proc does not show this process");
	begin();
	fake_remove("/proc/4242/uid_map");
	assert_int_equal(caller_read(&caller, CALLER_UID_MAP | CALLER_GID_MAP, &diag), -ENOENT);
	assert_string_equal(diag.what, "cannot read /proc/self/uid_map");
	begin();
	fake_file("/proc/4242/gid_map", "nonsense\n");
	assert_int_equal(caller_read(&caller, CALLER_GID_MAP, &diag), -EINVAL);
	assert_string_equal(diag.what, "cannot read /proc/self/gid_map");
	caller_free(&caller);
	fake_assert_closed();
}

/* --- names and numbers ------------------------------------------------------------------------- */

struct id {
	const char *name, *text;
	int rc;
	uint32_t user, group;
};

static const struct id ids[] = {
	{ "id: a number", "7", 0, 7, 7 },
	{ "id: the largest", "4294967294", 0, 4294967294U, 4294967294U },
	{ "id: none", "4294967295", -ERANGE, 99, 99 },
	{ "id: empty", "", -EINVAL, 99, 99 },
	{ "id: unknown", "mallory", -EINVAL, 99, 99 },
	{ "id: a sign", "-1", -EINVAL, 99, 99 },
};

static void id_is_read(void **state)
{
	const struct id *row = *state;
	uint32_t user = 99, group = 99;

	begin();
	assert_int_equal(caller_user_id(row->text, &user), row->rc);
	assert_int_equal(caller_group_id(row->text, &group), row->rc);
	assert_int_equal(user, row->user);
	assert_int_equal(group, row->group);
	/* Digits are never looked up, even if they are too large. */
	assert_int_equal(lookups > 0, row->rc == -EINVAL && *row->text);
}

static void names_are_looked_up(void **state)
{
	uint32_t id = 99;

	(void)state;
	begin();
	assert_int_equal(caller_user_id("alice", &id), 0);
	assert_int_equal(id, 1000);
	assert_int_equal(caller_group_id("staff", &id), 0);
	assert_int_equal(id, 2000);
	assert_int_equal(caller_user_id("staff", &id), -EINVAL);
	assert_int_equal(caller_group_id("alice", &id), -EINVAL);
	assert_int_equal(id, 2000);
}

int main(void)
{
	UNIT_ADD(nothing_is_asked_without_need);
	UNIT_ADD_ROWS(shell_is_found, shells);
	UNIT_ADD(shell_of_nobody);
	UNIT_ADD(subordinate_ids);
	UNIT_ADD(subordinate_ids_of_a_nameless_uid);
	UNIT_ADD(subordinate_ids_that_cannot_be_read);
	UNIT_ADD(maps_of_here);
	UNIT_ADD(maps_that_cannot_be_read);
	UNIT_ADD_ROWS(id_is_read, ids);
	UNIT_ADD(names_are_looked_up);
	return unit_run("caller");
}

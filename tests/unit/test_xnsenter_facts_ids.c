/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids and maps that xnsenter reads before the program may keep ids of outside. */
#include <errno.h>

#include "xnsenter_facts_unit.h"

/* The maps as process PID shows them; the user namespace of uid 5. */
static void put_maps(const char *pid)
{
	static const uid_t owner = 5;
	static const char *const names[] = { "uid_map", "gid_map", "setgroups" };
	static const char *const texts[] = { "0 1000 1\n", "0 5 1\n", "deny\n" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%s/%s", pid, names[i]);
		fake_file(path, texts[i]);
	}
	fake_file("/proc/4242/status", "Name:\ta\nUid:\t1000\t1001\t1002\t1001\nGid:\t5\t6\t7\t6\n"
				       "FDSize:\t64\nGroups:\t8 9 \nNStgid:\t1\n");
	fake_ns("/proc/77/ns/user");
	fake_ns("/proc/4242/ns/user");
	fake_input("ioctl NS_GET_OWNER_UID", &owner, sizeof(owner));
}

static void assert_ids(void)
{
	const struct entered_ids *ids = &run.facts.ids;

	assert_true(ids->is_examined && ids->denies_setgroups);
	assert_false(ids->is_own || ids->is_privileged);
	assert_int_equal(ids->owner, 5);
	assert_true(idmap_has_outer(&ids->uid_map, 1000));
	assert_true(idmap_has_outer(&ids->gid_map, 5));
	for (uint32_t i = 0; i < ENTERED_IDS; i++) {
		assert_int_equal(ids->uids[i], 1000 + i);
		assert_int_equal(ids->gids[i], 5 + i);
	}
	assert_int_equal(ids->n_groups, 2);
	assert_int_equal(ids->groups[0], 8);
	assert_int_equal(ids->groups[1], 9);
}

static void ids_that_would_be_kept(void **state)
{
	static const pid_t visitor = 99;
	static const int refused = -EPERM, broken = -ENOMEM;

	(void)state;
	begin();
	put_maps("77");
	assert_read("-t 77 -U --preserve-credentials true");
	assert_ids();
	end();
	begin();
	put_maps("77");
	assert_read("-t 77 -U true");
	assert_false(run.facts.ids.is_examined);
	end();
	begin();
	put_maps("77");
	fake_returns("openat", 2, -EMFILE);
	assert_refused("-t 77 -U --preserve-credentials true", EMFILE,
		       "cannot open the user namespace of process 77: Too many open files", "");
	begin();
	put_maps("77");
	assert_read("-t 77 -U --keep-outside-ids true");
	assert_false(run.facts.ids.is_examined);
	end();
	/* No member is known: a child visits the namespace. */
	begin();
	fake_dir("/proc/99");
	put_maps("99");
	fake_input("pipe1 read", &visitor, sizeof(visitor));
	fake_returns("ioctl", 1, CLONE_NEWUSER);
	assert_read("--user=/run/ns --preserve-credentials true");
	assert_ids();
	end();
	begin();
	put_maps("99");
	fake_input("pipe1 read", &refused, sizeof(refused));
	fake_returns("ioctl", 1, CLONE_NEWUSER);
	assert_read("--user=/run/ns --preserve-credentials true");
	assert_false(run.facts.ids.is_examined);
	end();
	begin();
	put_maps("99");
	fake_input("pipe1 read", &broken, sizeof(broken));
	fake_returns("ioctl", 1, CLONE_NEWUSER);
	assert_refused("--user=/run/ns --preserve-credentials true", ENOMEM,
		       "cannot look into the user namespace: Cannot allocate memory", "");
	/* A process inside has stopped the child. */
	begin();
	put_maps("99");
	fake_returns("ioctl", 1, CLONE_NEWUSER);
	assert_refused("--user=/run/ns --preserve-credentials true", ETIMEDOUT,
		       "cannot look into the user namespace: Connection timed out", "");
}

static void visit(void *arg)
{
	read_facts(arg);
}

/* Whoever has CAP_SYS_PTRACE in the namespace could act with the ids that the visitor keeps. */
static void visitor_cannot_be_traced(void **state)
{
	static char command[] = "--user=/run/ns --preserve-credentials true";
	const char *hidden;

	(void)state;
	begin();
	put_maps("99");
	fake_returns("ioctl", 1, CLONE_NEWUSER);
	fake_returns("fork", 1, 0);
	fake_input("pipe2 read", "", 1);
	assert_int_equal(fake_run(visit, command), FAKE_EXITED);
	hidden = strstr(fake_trace(), "prctl(PR_SET_DUMPABLE, 0)");
	assert_non_null(hidden);
	assert_non_null(strstr(hidden, "setns("));
}

static void own_namespace_is_not_examined(void **state)
{
	(void)state;
	begin();
	put_maps("77");
	fake_ns("/proc/77/ns/user")->ino = fake_ns("/proc/4242/ns/user")->ino;
	assert_read("-t 77 -U --preserve-credentials true");
	assert_false(run.facts.ids.is_examined);
	end();
}

/* Row by row: who enters, who owns the user namespace, and whether the keys stay outside. */
static void keys_stay_outside_of_others_namespaces(void **state)
{
	static const struct {
		const char *command;
		uid_t euid, owner;
		bool stay;
	} rows[] = {
		{ "-t 77 -U true", 1000, 1000, false },
		{ "-t 77 -U true", 1000, 100000, true },
		{ "-U/run/ns true", 1000, 1000, false },
		{ "-U/run/ns true", 1000, 7, true },
		{ "-t 77 -U true", 0, 0, true },
		{ "-t 77 -U --keep-outside-ids true", 0, 1000, false },
		{ "-t 77 -m -u true", 0, 1000, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin();
		fake_ns("/proc/77/ns/user");
		fake_returns("geteuid", 0, (long)rows[i].euid);
		fake_input("ioctl NS_GET_OWNER_UID", &rows[i].owner, sizeof(rows[i].owner));
		if (strstr(rows[i].command, "/run/ns"))
			fake_returns("ioctl", 1, CLONE_NEWUSER);
		assert_read(rows[i].command);
		assert_int_equal(run.facts.new_keyring, rows[i].stay);
		end();
	}
	/* A namespace that cannot be asked counts as another's. */
	begin();
	assert_read("-t 77 -U true");
	assert_true(run.facts.new_keyring);
	end();
}

int main(void)
{
	UNIT_ADD(ids_that_would_be_kept);
	UNIT_ADD(visitor_cannot_be_traced);
	UNIT_ADD(own_namespace_is_not_examined);
	UNIT_ADD(keys_stay_outside_of_others_namespaces);
	return unit_run("xnsenter_facts_ids");
}

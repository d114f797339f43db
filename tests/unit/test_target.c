/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process to enter: held by a descriptor, never mistaken for another one of the same number. */
#include "target_unit.h"

#include <errno.h>

#include "base/kernel.h"

static void is_held_by_both(void **state)
{
	struct target target;

	(void)state;
	begin();
	open_target(&target);
	fake_assert_trace("openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
			  "fstatfs(</proc>)\nfstat(</proc>)\n"
			  "readlinkat(</proc>, \"self\")\ngetpid()\n"
			  "pidfd_open(77, 0)\n"
			  "openat2(</proc>, \"77\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
			  "poll(<pidfd 77>, 0)\nclose(</proc>)\n");
	assert_int_equal(target.pid, 77);
	target_close(&target);
	assert_int_equal(target.dir, -1);
	fake_assert_closed();
}

static void there_is_no_process(void **state)
{
	struct target target = TARGET_NONE;
	struct diag diag;

	(void)state;
	begin();
	fake_returns("pidfd_open", 1, -ESRCH);
	assert_int_equal(target_open(&target, 77, NULL, &diag), -ESRCH);
	assert_message(&diag, "there is no process 77");
	begin();
	fake_remove("/proc/77");
	fake_input("pidfd 77", "x", 1);
	assert_int_equal(target_open(&target, 77, NULL, &diag), -ESRCH);
	assert_message(&diag, "there is no process 77");
	fake_assert_closed();
	begin();
	fake_link("/proc/self", "5");
	fake_remove("/proc/77");
	assert_int_equal(target_open(&target, 77, NULL, &diag), -ESRCH);
	assert_string_equal(diag.hint, FOREIGN_PROC "; " "mount one of your own: mount -t proc proc /proc");
	fake_assert_closed();
}

/* hidepid=4: its pidfd can be had, its directory cannot. */
static void is_hidden(void **state)
{
	struct target target = TARGET_NONE;
	struct diag diag;

	(void)state;
	begin();
	fake_remove("/proc/77");
	assert_int_equal(target_open(&target, 77, NULL, &diag), -EACCES);
	assert_message(&diag, "cannot open /proc/77: Permission denied");
	assert_string_equal(diag.hint, "this /proc hides the processes of others (hidepid, see proc(5)); "
				       "run it as the user of process 77, or as root");
	fake_assert_closed();
}

static void cannot_be_opened(void **state)
{
	struct target target = TARGET_NONE;
	struct diag diag;

	(void)state;
	begin();
	fake_returns("openat", 1, -EACCES);
	assert_int_equal(target_open(&target, 77, NULL, &diag), -EACCES);
	begin();
	fake_returns("openat2", 1, -EMFILE);
	assert_int_equal(target_open(&target, 77, NULL, &diag), -EMFILE);
	assert_message(&diag, "cannot open /proc/77: Too many open files");
	fake_assert_closed();
}

static void thread_is_asked_for_as_one(void **state)
{
	static const int errnos[] = { EINVAL, ENOENT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errnos); i++) {
		struct target target;

		begin();
		fake_returns("pidfd_open", 1, -errnos[i]);
		open_target(&target);
		assert_int_equal(fake_count("pidfd_open"), 2);
		assert_true(target.pidfd >= 0);
		target_close(&target);
	}
}

/* Before Linux 5.3, under seccomp, and where /proc numbers processes otherwise than we do. */
static void goes_without_a_pidfd(void **state)
{
	struct target target;

	(void)state;
	begin();
	fake_returns("pidfd_open", 0, -ENOSYS);
	open_target(&target);
	assert_int_equal(target.pidfd, -1);
	target_close(&target);
	begin();
	fake_link("/proc/self", "5");
	open_target(&target);
	assert_int_equal(fake_count("pidfd_open"), 0);
	assert_true(target.foreign_proc);
	target_close(&target);
	begin();
	fake_returns("readlinkat", 1, -ENOENT);
	open_target(&target);
	assert_int_equal(fake_count("pidfd_open"), 0);
	target_close(&target);
	fake_assert_closed();
}

static void inode_must_be_the_one(void **state)
{
	struct target target = TARGET_NONE;
	uint64_t inode = 500;
	struct diag diag;

	(void)state;
	begin();
	fake_file("pidfd 77", "")->ino = 500;
	assert_int_equal(target_open(&target, 77, &inode, &diag), 0);
	target_close(&target);
	inode = 501;
	assert_int_equal(target_open(&target, 77, &inode, &diag), -ESRCH);
	assert_message(&diag,
		       "process 77 has the inode number 500, not 501: it is another one");
	begin();
	fake_returns("pidfd_open", 0, -ENOSYS);
	assert_int_equal(target_open(&target, 77, &inode, &diag), -ENOSYS);
	fake_assert_closed();
}

static void ended_while_it_was_opened(void **state)
{
	struct target target = TARGET_NONE;
	struct diag diag;

	(void)state;
	begin();
	fake_input("pidfd 77", "x", 1);
	assert_int_equal(target_open(&target, 77, NULL, &diag), -ESRCH);
	assert_message(&diag, "process 77 has ended");
	assert_string_equal(diag.hint, "");
	assert_int_equal(target.dir, -1);
	fake_assert_closed();
}

struct life {
	const char *name, *stat;
	bool lives, zombie;
};

static const struct life lives[] = {
	{ "sleeping", "77 (x) S 1\n", true, false },
	{ "running, with a name that misleads", "77 (a) Z) R 1\n", true, false },
	{ "zombie", "77 (x) Z 1\n", false, true },
	{ "dead", "77 (x) X 1\n", false, false },
	{ "dead, as it was written once", "77 (x) x 1\n", false, false },
	{ "nonsense", "77", false, false },
	{ "nothing", "", false, false },
	{ "cut off", "77 (x)", false, false },
};

static void state_tells_without_a_pidfd(void **state)
{
	const struct life *row = *state;
	struct target target = TARGET_NONE;
	struct diag diag;

	begin();
	fake_returns("pidfd_open", 0, -ENOSYS);
	fake_file("/proc/77/stat", row->stat);
	assert_int_equal(target_open(&target, 77, NULL, &diag), row->lives ? 0 : -ESRCH);
	if (!row->lives)
		assert_int_equal(*diag.hint != '\0', row->zombie);
	target_close(&target);
	fake_assert_closed();
}

static void ids_are_the_directorys(void **state)
{
	struct target target;
	uid_t uid = 99;
	gid_t gid = 99;

	(void)state;
	begin();
	open_target(&target);
	assert_int_equal(target_ids(&target, &uid, &gid), 0);
	assert_int_equal(uid, 0);
	/* Of a process that has gone it would belong to root. */
	uid = 99;
	fake_input("pidfd 77", "x", 1);
	assert_int_equal(target_ids(&target, &uid, &gid), -ESRCH);
	assert_int_equal(uid, 99);
	fake_returns("fstat", 0, -EIO);
	assert_int_equal(target_ids(&target, &uid, &gid), -EIO);
	target_close(&target);
}

int main(void)
{
	UNIT_ADD(is_held_by_both);
	UNIT_ADD(there_is_no_process);
	UNIT_ADD(is_hidden);
	UNIT_ADD(cannot_be_opened);
	UNIT_ADD(thread_is_asked_for_as_one);
	UNIT_ADD(goes_without_a_pidfd);
	UNIT_ADD(inode_must_be_the_one);
	UNIT_ADD(ended_while_it_was_opened);
	UNIT_ADD_ROWS(state_tells_without_a_pidfd, lives);
	UNIT_ADD(ids_are_the_directorys);
	return unit_run("target");
}

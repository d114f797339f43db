/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a name to a process, in a /proc of files: whom a name means, and whom it must not. */
#include <errno.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/ns.h"
#include "kernel/cgroup_line.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"
#include "tree_unit.h"
#include "workload/find.h"
#include "workload/owners.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define LONG "/long" /* write_cgroup() makes a long one of it */
#define U1000 "/user.slice/user-1000.slice/user@1000.service"

struct process {
	pid_t pid;
	const char *cgroup;
	unsigned start;
	const char *nspid; /* behind its PID */
	uint32_t uid;
	/* Its mount and user namespace: "ours"; "roots": another of our user namespace; "u1000": of a user
	 * namespace that user 1000 made. */
	const char *ns;
	enum { STAYS, ENDS, IS_REUSED, MOVES, SINKS } fate; /* when it is opened */
};

static const struct process population[] = {
	{ 1, "/init.scope", 1, "", 0, "ours", STAYS },
	/* a unit: the process with the lowest PID is not the oldest, and one is in a cgroup below */
	{ 20, "/system.slice/ssh.service", 900, "", 0, "ours", STAYS },
	{ 30, "/system.slice/ssh.service", 300, "", 0, "ours", STAYS },
	{ 10, "/system.slice/ssh.service/below", 100, "", 0, "ours", STAYS },
	{ 40, "/system.slice/deep.service/a", 500, "", 0, "ours", STAYS },
	{ 41, "/system.slice/deep.service/b", 400, "", 0, "ours", STAYS },
	/* a user's job is the oldest in root's unit */
	{ 50, "/system.slice/cron.service", 100, "", 1000, "u1000", STAYS },
	{ 51, "/system.slice/cron.service", 200, "", 0, "roots", STAYS },
	{ 55, "/system.slice/at.service", 100, "", 1000, "u1000", STAYS },
	{ 56, "/system.slice/at.service", 101, "", 1000, "u1000", STAYS },
	/* a container: the leader is not the oldest, as something joined it */
	{ 60, "/docker/" ID, 300, "\t1", 0, "roots", STAYS },
	{ 61, "/docker/" ID, 200, "\t17", 0, "roots", STAYS },
	{ 62, "/docker/" ID "/system.slice/x.service", 310, "\t18", 0, "roots", STAYS },
	/* without a pid namespace of its own */
	{ 70, "/lxc.payload.web", 300, "", 0, "roots", STAYS },
	{ 71, "/lxc.payload.web", 200, "", 0, "roots", STAYS },
	{ 75, "/lxc.payload.web2", 200, "\t1", 0, "roots", STAYS },
	{ 76, "/lxc.payload.twin", 200, "\t1", 0, "roots", STAYS },
	{ 77, "/machine.slice/machine-twin.scope", 200, "\t1", 0, "roots", STAYS },
	/* a user's container, and one that he named like root's */
	{ 80, U1000 "/user.slice/libpod-" OTHER ".scope", 300, "\t1", 100000, "u1000", STAYS },
	{ 81, U1000 "/user.slice/lxc.payload.web", 300, "\t1", 1000, "u1000", STAYS },
	{ 82, U1000 "/app.slice/x.service", 300, "", 1000, "ours", STAYS },
	{ 83, U1000 "/app.slice/suid.service", 300, "", 0, "ours", STAYS },
	/* the uid fits, and a directory on the way does not */
	{ 85, U1000 "/user-1001.slice/lxc.payload.forged", 300, "\t1", 1000, "u1000", STAYS },
	/* what happens meanwhile */
	{ 90, "/lxc.payload.ending", 1, "\t1", 0, "roots", ENDS },
	{ 91, "/lxc.payload.reused", 1, "\t1", 0, "roots", IS_REUSED },
	{ 92, "/lxc.payload.moving", 1, "\t1", 0, "roots", MOVES },
	{ 93, "/lxc.payload.half", 1, "\t1", 0, "roots", ENDS },
	{ 94, "/lxc.payload.half", 2, "\t2", 0, "roots", STAYS },
	/* in a cgroup whose path is longer than the kernel shows; 98 gets there when it is opened */
	{ 97, LONG, 1, "\t1", 1000, "u1000", STAYS },
	{ 98, "/lxc.payload.sinking", 1, "\t1", 0, "roots", SINKS },
	{ 99, "/lxc.payload.sinking", 2, "\t2", 0, "roots", STAYS },
	/* out of our cgroup namespace */
	{ 95, "/../lxc.payload.outside", 1, "\t1", 0, "roots", STAYS },
};

static uint32_t viewer;
static bool is_mounted;

static const struct process *find(pid_t pid)
{
	for (size_t i = 0; i < ARRAY_LEN(population); i++)
		if (population[i].pid == pid)
			return &population[i];
	return NULL;
}

static void write_cgroup(pid_t pid, const char *cgroup)
{
	static char text[2 * CGROUP_LINES];
	char path[64];

	snprintf(path, sizeof(path), "%d/cgroup", (int)pid);
	snprintf(text, sizeof(text), "1:name=systemd:%s\n0::/\n", cgroup);
	/* The one is refused for its path, the other for the whole. */
	if (strcmp(cgroup, LONG) == 0)
		snprintf(text, sizeof(text), "0::/%0*d\n", pid % 2 ? PATH_MAX + 200 : CGROUP_LINES, 1);
	tree_write(path, text, strlen(text));
}

static void write_stat(pid_t pid, unsigned start)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "%d/stat", (int)pid);
	snprintf(text, sizeof(text), "%d (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 %u 1 2\n",
		 (int)pid, start);
	tree_write(path, text, strlen(text));
}

static int enter(void **state)
{
	static const char *const namespaces[] = { "ns/user", "ns/mnt", "ns/roots", "ns/u1000", "ns/in" };
	int rc = tree_enter(state);

	for (size_t i = 0; i < ARRAY_LEN(population); i++) {
		const struct process *process = &population[i];
		char path[64], text[8192];

		write_cgroup(process->pid, process->cgroup);
		write_stat(process->pid, process->start);
		snprintf(path, sizeof(path), "%d/status", (int)process->pid);
		snprintf(text, sizeof(text), "Name:\tx\nGroups:\t%05000d\nNSpid:\t%d%s\nNSpgid:\t1\n", 1,
			 (int)process->pid, process->nspid);
		tree_write(path, text, strlen(text));
	}
	for (size_t i = 0; i < ARRAY_LEN(namespaces); i++)
		tree_write(namespaces[i], "", 0);
	viewer = 0;
	is_mounted = true;
	return rc;
}

/* ---- the system ---- */

static int open_in_tree(const char *path, int flags)
{
	return openat(tree_root, path, flags | O_CLOEXEC);
}

int __wrap_proc_open_root(struct diag *diag);
int __wrap_proc_open_root(struct diag *diag)
{
	(void)diag;
	return open_in_tree(".", O_PATH | O_DIRECTORY);
}

int __wrap_proc_open_self(int root, pid_t *ret_pid, struct diag *diag);
int __wrap_proc_open_self(int root, pid_t *ret_pid, struct diag *diag)
{
	(void)root;
	(void)diag;
	*ret_pid = 1;
	return open_in_tree("1", O_PATH | O_DIRECTORY);
}

int __wrap_target_open(struct target *target, pid_t pid, const uint64_t *inode, struct diag *diag);
int __wrap_target_open(struct target *target, pid_t pid, const uint64_t *inode, struct diag *diag)
{
	const struct process *process = find(pid);
	char path[16];

	assert_null(inode);
	if (process->fate == ENDS) {
		diag_set(diag, 0, "there is no process %d", (int)pid);
		return -ESRCH;
	}
	if (process->fate == IS_REUSED)
		write_stat(pid, process->start + 1);
	if (process->fate == MOVES)
		write_cgroup(pid, "/elsewhere");
	if (process->fate == SINKS)
		write_cgroup(pid, LONG);
	snprintf(path, sizeof(path), "%d", (int)pid);
	*target = (struct target){ .pid = pid, .pidfd = -1,
				   .dir = open_in_tree(path, O_PATH | O_DIRECTORY) };
	return 0;
}

int __wrap_target_check(const struct target *target, struct diag *diag);
int __wrap_target_check(const struct target *target, struct diag *diag)
{
	(void)target;
	(void)diag;
	return 0;
}

int __wrap_target_ids(const struct target *target, uid_t *ret_uid, gid_t *ret_gid);
int __wrap_target_ids(const struct target *target, uid_t *ret_uid, gid_t *ret_gid)
{
	*ret_uid = find(target->pid)->uid;
	*ret_gid = 0;
	return 0;
}

int __wrap_target_open_ns(const struct target *target, enum ns_type type);
int __wrap_target_open_ns(const struct target *target, enum ns_type type)
{
	const char *ns = find(target->pid)->ns;

	if (type == NS_TIME)
		return -ENOENT;
	if (type == NS_USER)
		return open_in_tree(strcmp(ns, "u1000") == 0 ? "ns/u1000" : "ns/user", O_RDONLY);
	return open_in_tree(strcmp(ns, "ours") == 0 ? "ns/mnt" : strcmp(ns, "u1000") == 0 ? "ns/in" : "ns/roots",
			    O_RDONLY);
}

int __wrap_sys_ioctl(int fd, unsigned long request, void *arg);
int __wrap_sys_ioctl(int fd, unsigned long request, void *arg)
{
	char link[64], path[PATH_MAX];
	ssize_t len;
	const char *name;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	assert_true(len > 0);
	path[len] = '\0';
	name = strrchr(path, '/') + 1;
	if (request == NS_GET_OWNER_UID) {
		*(uid_t *)arg = strcmp(name, "u1000") == 0 ? 1000 : 0;
		return 0;
	}
	assert_int_equal(request, NS_GET_USERNS);
	return open_in_tree(strcmp(name, "in") == 0 ? "ns/u1000" : "ns/user", O_RDONLY);
}

uid_t __wrap_sys_geteuid(void);
uid_t __wrap_sys_geteuid(void)
{
	return viewer;
}

/* Below the manager of user 1000 everything is his, but for the directories of user 1001. */
uint32_t __wrap_owners_ask(void *arg, const char *path, size_t len);
uint32_t __wrap_owners_ask(void *arg, const char *path, size_t len)
{
	(void)arg;
	if (!is_mounted)
		return WORKLOAD_ANY_OWNER;
	if (len >= 14 && memcmp(path + len - 14, "user-1001.slic", 13) == 0)
		return 1001;
	if (memmem(path, len, "user-1001.slice", 15))
		return 1001;
	return memmem(path, len, "user@1000.service", 17) ? 1000 : 0;
}

/* ---- the tests ---- */

enum { ALL = (1 << NS_COUNT) - 1, MNT = 1 << NS_MNT };

struct row {
	const char *name;
	const char *text;
	uint32_t viewer;
	unsigned types;
	pid_t pid;
	const char *said; /* in how it was found, or in the message and its hint */
	bool is_unseen;   /* no cgroup tree is mounted */
};

static const struct row rows[] = {
	{ "a unit: the oldest in its own cgroup", "unit:ssh.service", 0, ALL, 30,
	  "the oldest in its cgroup, started at 300 ticks after boot; cgroup '/system.slice/ssh.service'" },
	{ "a unit: else the oldest below", "unit:deep.service", 0, ALL, 41, "the oldest in its cgroups" },
	{ "a unit that is not there", "unit:ssh", 0, ALL, 0, "no process is in a unit 'ssh'" },
	{ "a user's job in root's unit is passed over", "unit:cron.service", 0, MNT, 51, "process 51" },
	{ "it is not if nothing is entered", "unit:cron.service", 0, 0, 50, "process 50" },
	{ "nothing but users' jobs", "unit:at.service", 0, ALL, 0, "processes 55, 56 belong to another user" },
	{ "such a job by its user", "unit:at.service", 1000, ALL, 55, "process 55" },
	{ "a container: the leader", "container:" ID, 0, ALL, 60, "the first of its pid namespace" },
	{ "a container by a prefix", "container:0123", 0, ALL, 60, "cgroup '/docker/" },
	{ "a container without a pid namespace: the oldest", "container:web", 0, ALL, 71, "process 71" },
	{ "an exact name wins over a prefix", "container:web", 0, ALL, 71, "lxc.payload.web'" },
	{ "a prefix of one", "container:web2", 0, ALL, 75, "process 75" },
	{ "a prefix of two", "container:we", 0, ALL, 0, "'container:we' may mean 2 of them: web" },
	{ "a name that two engines have", "container:twin", 0, ALL, 0, "may mean 2 of them: twin, twin;" },
	{ "it is one machine", "machine:twin", 0, ALL, 77, "machine-twin.scope" },
	{ "a container that is not there", "container:nothing", 0, ALL, 0, "lists the names that there are" },
	{ "a user's container is no name for root", "container:fedc", 0, ALL, 0,
	  "user 1000 has one: container:1000/fedc" },
	{ "root names the user", "container:1000/fedc", 0, ALL, 80, "process 80" },
	{ "by a name that root's has too", "container:1000/web", 0, ALL, 81, "process 81" },
	{ "a user means his own", "container:web", 1000, ALL, 81, "process 81" },
	{ "root's by its id only", "container:0123", 1000, ALL, 60, "process 60" },
	{ "another user's", "container:1001/web", 0, ALL, 0, "of user 1001" },
	{ "a directory on the way is another user's", "container:1000/forged", 0, ALL, 0, "no process is in" },
	{ "it is nobody's for root", "container:forged", 0, ALL, 0, "no process is in" },
	{ "nor for its user", "container:forged", 1000, ALL, 0, "no process is in" },
	{ "a user's unit", "unit:1000/x.service", 0, ALL, 82, "process 82" },
	{ "root's process in a user's unit", "unit:1000/suid.service", 0, ALL, 0, "process 83 belongs" },
	{ "a user without a number or a name", "container:nosuchuser_/web", 0, ALL, 0,
	  "there is no user 'nosuchuser_'" },
	{ "a cgroup", "cgroup:/system.slice/ssh.service/below", 0, ALL, 10, "process 10" },
	{ "a cgroup with others below", "cgroup:/docker", 0, MNT, 61, "process 61" },
	{ "a user's cgroup", "cgroup:" U1000 "/app.slice/x.service", 0, ALL, 82, "process 82" },
	{ "a cgroup of root's with a user's process", "cgroup:/system.slice/at.service", 0, ALL, 0, "55, 56" },
	{ "a cgroup that is not there", "cgroup:/system", 0, ALL, 0, "no process is in a cgroup '/system'" },
	{ "it ends meanwhile", "container:ending", 0, ALL, 0, "have ended" },
	{ "its PID is reused meanwhile", "container:reused", 0, ALL, 0, "have ended" },
	{ "it moves meanwhile", "container:moving", 0, ALL, 0, "have ended" },
	{ "the next one is taken", "container:half", 0, ALL, 94, "process 94" },
	{ "it moves to where it cannot be read", "container:sinking", 0, ALL, 99, "process 99" },
	{ "the hint names who cannot be read", "container:nothing", 0, ALL, 0,
	  "names that there are; those of process 97 cannot be read: its cgroup's path is too long" },
	{ "outside of the cgroup namespace", "container:outside", 0, ALL, 0, "no process is in" },
	{ "without a tree: root's", "container:0123", 0, ALL, 60, "process 60", true },
	{ "without a tree: a user's", "container:1000/fedc", 0, ALL, 0, "whose it is cannot be seen", true },
	{ "without a tree: a cgroup with root's processes", "cgroup:/init.scope", 0, ALL, 1, "process 1,", true },
	{ "without a tree: with a user's", "cgroup:/system.slice/at.service", 0, ALL, 0, "55, 56", true },
	{ "no such form", "container:", 0, ALL, 0, "is not container:NAME" },
};

static void a_name(void **state)
{
	const struct row *row = *state;
	struct target target = TARGET_NONE;
	char how[WORKLOAD_HOW] = "";
	struct diag diag = { .err = 0 };
	int rc;

	enter(state);
	viewer = row->viewer;
	is_mounted = !row->is_unseen;
	rc = workload_open_target(row->text, row->types, &target, how, &diag);
	if (row->pid == 0) {
		char said[2 * DIAG_TEXT + 8];

		assert_true(rc < 0);
		assert_int_equal(target.pid, 0);
		snprintf(said, sizeof(said), "%s; %s", diag.what, diag.hint);
		if (!strstr(said, row->said))
			print_error("said: %s\n", said);
		assert_non_null(strstr(said, row->said));
	} else {
		if (rc < 0)
			print_error("said: %s; %s\n", diag.what, diag.hint);
		assert_int_equal(rc, 0);
		assert_int_equal(target.pid, row->pid);
		if (!strstr(how, row->said))
			print_error("how: %s\n", how);
		assert_non_null(strstr(how, row->said));
	}
	target_close(&target);
	tree_leave(state);
}

/* One that cannot be read might be the one that is meant. */
static void nothing_is_taken_in_its_place(void **state)
{
	static const char *const files[] = { "30/cgroup", "30/stat", "30/status" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct target target = TARGET_NONE;
		struct diag diag;
		char how[WORKLOAD_HOW];

		enter(state);
		assert_int_equal(unlink(tree_path(files[i])), 0);
		assert_int_equal(mkdir(tree_path(files[i]), 0755), 0);
		assert_int_equal(workload_open_target("unit:ssh.service", ALL, &target, how, &diag), -EISDIR);
		assert_int_equal(target.pid, 0);
		tree_leave(state);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(a_name, rows);
	UNIT_ADD(nothing_is_taken_in_its_place);
	return unit_run("workload_find");
}

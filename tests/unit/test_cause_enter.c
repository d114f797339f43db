/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a namespace of others could not be entered, on a system that is not there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/refuse.h"
#include "base/kernel.h"
#include "cause/cause.h"
#include "fake_sys.h"
#include "kernel/sys.h"
#include "kernel/target.h"
#include "plan/step.h"
#include "unit.h"

static struct target target;

/* --- scenes -------------------------------------------------------------------------------------- */

static void set_status(const char *threads, unsigned long long capabilities)
{
	char text[128];

	snprintf(text, sizeof(text), "Threads:\t%s\nCapEff:\t%016llx\n", threads, capabilities);
	fake_file("/proc/4242/status", text);
}

/* Process 77 has namespaces of its own; we are root. */
static void everything_differs(void)
{
	fake_reset();
	fake_returns("setns", 0, -EBADF);
	fake_returns("geteuid", 0, 0);
	fake_dir("/proc/77");
	fake_dir("/proc/77/ns");
	for (int k = 0; k < NS_COUNT; k++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/77/ns/%s", ns_types[k].name);
		fake_ns(path);
	}
	set_status("1", ~0ull);
}

static void share(const char *name)
{
	char path[64], own[64];

	snprintf(path, sizeof(path), "/proc/77/ns/%s", name);
	snprintf(own, sizeof(own), "/proc/4242/ns/%s", strcmp(name, "pid") ? name : "pid_for_children");
	fake_link(path, own);
}

static void without_privileges(void)
{
	everything_differs();
	fake_returns("geteuid", 0, 1000);
	set_status("1", 0);
}

static void everything_shared(void)
{
	everything_differs();
	for (int k = 0; k < NS_COUNT; k++)
		share(ns_types[k].name);
}

/* Our rights do not reach a namespace that is asked for its owner. */
static void out_of_reach(void)
{
	everything_differs();
	share("user");
	share("ipc");
	fake_returns("ioctl", 0, -EPERM);
}

static void filtered(void)
{
	everything_differs();
	fake_returns("setns", 1, -EPERM);
}

static void several_threads(void)
{
	everything_differs();
	set_status("3", ~0ull);
	setenv("LD_PRELOAD", "/x", 1);
}

static void waits(void)
{
	everything_differs();
	fake_link("/proc/77/ns/pid", "pid:[5]");
	fake_link("/proc/77/ns/pid_for_children", "pid:[6]");
	fake_file("/proc/77/task/77/children", "80 81 82 ");
	fake_link("/proc/80/ns/pid", "pid:[5]");
	fake_link("/proc/81/ns/pid", "pid:[6]");
}

static void waits_for_nobody(void)
{
	waits();
	fake_remove("/proc/77/task/77/children");
}

static void root_without_privileges(void)
{
	everything_differs();
	set_status("1", 0);
}

static void own_without_chroot(void)
{
	everything_shared();
	set_status("1", ~(1ull << CAP_SYS_CHROOT));
}

/* All files here belong to uid 0, which is the overflow id then. */
static void of_nobody(void)
{
	without_privileges();
	fake_file("/proc/sys/kernel/overflowuid", "0\n");
	fake_file("/proc/4242/uid_map", "1000 1000 1\n");
}

static void of_group(void)
{
	everything_differs();
	fake_file("/proc/77/status", "Name:\tx\nGid:\t5\t5\t5\t5\n");
}

static void no_chroot(void)
{
	everything_differs();
	set_status("1", ~(1ull << CAP_SYS_CHROOT));
}

static void user_without_chroot(void)
{
	no_chroot();
	fake_returns("geteuid", 0, 1000);
}

/* The first ioctl returns a namespace that belongs to this user. */
static void owned_by(const uid_t *uid)
{
	fake_ns("/owner");
	fake_returns("ioctl", 1, sys_openat(AT_FDCWD, "/owner", O_PATH, 0));
	fake_input("ioctl NS_GET_OWNER_UID", uid, sizeof(*uid));
}

static void owned_by_us(void)
{
	static const uid_t uid = 1000;

	without_privileges();
	owned_by(&uid);
}

static void owned_by_another(void)
{
	static const uid_t uid = 4321;

	everything_differs();
	owned_by(&uid);
}

static void owned_outside(void)
{
	everything_differs();
	fake_returns("ioctl", 1, -EPERM);
}

static void has_changed_ids(void)
{
	everything_differs();
	fake_file("/proc/77/environ", "");
	fake_file("/proc/77/status", "Name:\tx\nGid:\t1000\t1000\t1000\t1000\n");
}

static void has_more_capabilities(void)
{
	root_without_privileges();
	fake_file("/proc/77/status", "Name:\tx\nGid:\t1000\t1000\t1000\t1000\nCapPrm:\t0000000000000001\n");
}

/* --- the table ----------------------------------------------------------------------------------- */

struct row {
	const char *name;
	void (*scene)(void);
	int flags, err;
	const char *cause, *why, *remedy;
};

#define OUTSIDE "run it from outside"
#define OTHERS "run it as that user, or as root"
#define CONTAINER(capabilities)                                             \
	"in a container: run that with --cap-add " capabilities ", or --privileged; in a systemd " \
	"unit: see CapabilityBoundingSet="

static const struct row rows[] = {
	{ "seccomp", filtered, CLONE_NEWNET, EPERM, "seccomp", "a seccomp filter refuses setns(2)",
	  "in a container: run it with --security-opt seccomp=unconfined" },
	{ "another user's process", without_privileges, CLONE_NEWNET, EACCES, "access",
	  "process 77 belongs to uid 0, and this one to uid 1000", "run it as root" },
	{ "a process in another user namespace", has_changed_ids, CLONE_NEWNET, EACCES, "access",
	  "process 77 is in a user namespace that is not below ours, or is protected by a security module",
	  "run it as root outside" },
	{ "one of more capabilities", has_more_capabilities, CLONE_NEWNET, EACCES, "access",
	  "process 77 has capabilities that this one lacks, is in a user namespace that is not below "
	  "ours, or is protected by a security module", CONTAINER("SYS_PTRACE --cap-add SYS_ADMIN") },
	{ "threads and time", several_threads, CLONE_NEWTIME, EUSERS, "threads",
	  "this process has 3 threads, and only a process with a single thread may enter a time "
	  "namespace",
	  "run it without LD_PRELOAD" },
	{ "threads and users", several_threads, CLONE_NEWUSER | CLONE_NEWNET, EINVAL, "threads",
	  "this process has 3 threads, and only a process with a single thread may enter a user "
	  "namespace",
	  "run it without LD_PRELOAD" },
	{ "threads and another type", several_threads, CLONE_NEWNET, EINVAL, NULL, NULL, NULL },
	{ "one thread", everything_differs, CLONE_NEWTIME, EUSERS, NULL, NULL, NULL },
	{ "a waiting parent", waits, CLONE_NEWPID, EPERM, "waiting-parent",
	  "process 77 is not in the pid namespace that it has created for its children",
	  "enter its child: --target 81" },
	{ "one whose child is not found", waits_for_nobody, CLONE_NEWPID, EINVAL, "waiting-parent",
	  "process 77 is not in the pid namespace that it has created for its children", "" },
	{ "our own user namespace", everything_shared, CLONE_NEWUSER, EINVAL, "own-namespace",
	  "this process is in this user namespace already, and a process cannot enter its own "
	  "again",
	  "leave out --user" },
	{ "our own network", everything_shared, CLONE_NEWNET, EPERM, "own-namespace",
	  "this process is in this network namespace already, and a process enters its own again only with "
	  "CAP_SYS_ADMIN", "leave out --net" },
	{ "our own behind a user namespace that was entered", out_of_reach,
	  CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNET, EPERM, "own-namespace",
	  "this process is in this IPC namespace already, and a process enters its own again only with "
	  "CAP_SYS_ADMIN", "leave out --ipc" },
	{ "several of our own", everything_shared, CLONE_NEWNET | CLONE_NEWIPC, EPERM, "own-namespace",
	  "this process is in these namespaces already: IPC, network, and a process enters its own again only "
	  "with CAP_SYS_ADMIN", "leave out --ipc --net, which leaves nothing to enter" },
	{ "our own mounts without CAP_SYS_CHROOT", own_without_chroot, CLONE_NEWNS, EPERM,
	  "own-namespace",
	  "this process is in this mount namespace already, and a process enters its own again only with "
	  "CAP_SYS_CHROOT", "leave out --mount" },
	{ "our own mounts", everything_shared, CLONE_NEWNS, EPERM, "own-namespace",
	  "this process is in this mount namespace already, and a process enters its own again only with "
	  "CAP_SYS_CHROOT and CAP_SYS_ADMIN", "leave out --mount" },
	{ "a pid namespace outside", everything_differs, CLONE_NEWPID, EINVAL,
	  "pid-namespace-outside",
	  "this pid namespace is not below that of this process, and a process can enter only "
	  "those below its own", "run it in an outer pid namespace, or leave out --pid" },
	{ "no privileges", without_privileges, CLONE_NEWUTS, EPERM, "capability",
	  "it needs CAP_SYS_ADMIN, which this process does not have", "run it as root" },
	{ "no privileges, but the owner", owned_by_us, CLONE_NEWUTS, EPERM, "capability",
	  "it needs CAP_SYS_ADMIN, which this process does not have",
	  "enter the user namespace that owns it too: --user" },
	{ "mounts want another one", no_chroot, CLONE_NEWNS, EPERM, "capability",
	  "it needs CAP_SYS_CHROOT, which this process does not have",
	  CONTAINER("SYS_CHROOT") },
	{ "mounts of others for uid 1000", user_without_chroot, CLONE_NEWNS, EPERM, "capability",
	  "it needs CAP_SYS_CHROOT, which this process does not have",
	  "run it as root with --user (-U) too" },
	{ "uid 0 with nothing", root_without_privileges, CLONE_NEWNS, EPERM, "capability",
	  "it needs CAP_SYS_CHROOT and CAP_SYS_ADMIN, which this process does not have",
	  CONTAINER("SYS_CHROOT --cap-add SYS_ADMIN") },
	{ "owned outside", owned_outside, CLONE_NEWNET, EPERM, "foreign-owner",
	  "this network namespace belongs to a user namespace that is not below that of this "
	  "process", OUTSIDE },
	{ "a user namespace outside", owned_outside, CLONE_NEWUSER, EPERM, "foreign-owner",
	  "it is not below the user namespace of this process, which a process cannot "
	  "leave", OUTSIDE },
	{ "owned by another", owned_by_another, CLONE_NEWNET, EPERM, "foreign-owner",
	  "this network namespace belongs to a user namespace of uid 4321", OTHERS ", outside" },
	{ "a user namespace of another", owned_by_another, CLONE_NEWUSER, EPERM, "foreign-owner",
	  "this user namespace belongs to a process of uid 4321", OTHERS ", outside" },
	{ "a user of whom nothing is known here", of_nobody, CLONE_NEWNET, EACCES, "access",
	  "process 77 belongs to a user who is not mapped in our user namespace",
	  "run it outside of that, as root" },
	{ "a process of another group", of_group, CLONE_NEWNET, EACCES, "access",
	  "process 77 has the group 5, and this one the group 1000", "run it as root outside" },
	{ "of which nothing is known", everything_differs, CLONE_NEWNET, EIO, NULL, NULL, NULL },
};

static bool search(const struct plan *plan, const struct step *failed, int err,
		   struct finding *ret)
{
	struct refusal refusal;

	apply_refusal(plan, failed, err, &refusal);
	return cause_search(&refusal, -1, ret);
}

static void cause_is_found(void **state)
{
	const struct row *row = *state;
	struct finding found = { .types = 0 };
	struct plan plan = { .n = 0 };
	struct step *step = plan_add(&plan, STEP_ENTER);

	row->scene();
	target = (struct target){ .pid = 77, .pidfd = -1 };
	target.dir = sys_openat(AT_FDCWD, "/proc/77", O_PATH, 0);
	step->enter.flags = row->flags;
	step->enter.target = &target;
	assert_int_equal(search(&plan, step, row->err, &found), row->cause != NULL);
	target_close(&target);
	unsetenv("LD_PRELOAD");
	fake_assert_closed();
	if (!row->cause)
		return;
	assert_string_equal(found.cause, row->cause);
	assert_string_equal(found.why, row->why);
	assert_string_equal(found.remedy, row->remedy);
}

/* The descriptor of a file is the step's, and stays. */
static void file_of_a_namespace(void **state)
{
	struct finding found = { .types = 0 };
	struct plan plan = { .n = 0 };
	struct step *step = plan_add(&plan, STEP_SETNS);

	(void)state;
	everything_differs();
	step->setns.ns = NS_NET;
	step->setns.path = "/owner";
	step->setns.fd = sys_openat(AT_FDCWD, "/proc/4242/ns/net", O_RDONLY, 0);
	assert_true(search(&plan, step, EPERM, &found));
	assert_string_equal(found.cause, "own-namespace");
	assert_false(search(&plan, step, EACCES, &found));
	assert_int_equal(close(step->setns.fd), 0);
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD_ROWS(cause_is_found, rows);
	UNIT_ADD(file_of_a_namespace);
	return unit_run("hint_enter");
}

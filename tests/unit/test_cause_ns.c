/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a namespace was not created, or no process started in it. */
#include "cause_unit.h"

#include <errno.h>

#include "base/kernel.h"

#define FOR_USER_REMEDY                                                                        \
	"in a container: run it with --cap-add SYS_ADMIN, as root; in a systemd unit: see "    \
	"RestrictNamespaces="
#define FOR_ADMIN_REMEDY                                                                       \
	"in a container: run it with --security-opt seccomp=unconfined; in a systemd unit: see " \
	"RestrictNamespaces="
#define SECCOMP_REMEDY                                                                         \
	"in a container: run it with --cap-add SYS_ADMIN or --security-opt seccomp=unconfined; " \
	"in a systemd unit: see RestrictNamespaces="
#define ADD_USER "add --map-root-user (-r) or --user (-U), or run it as root"
#define NO_CAUSE_USER                                                                          \
	"none of the usual causes applies; this may be a chroot, or a security module "           \
	"(AppArmor, SELinux, BPF) may have refused it"

static const struct hint_row ns_rows[] = {
	{ "kernel: no time namespaces", UNSHARE(CLONE_NEWTIME), EINVAL, "no-kernel-support",
	  "this kernel has no time namespaces (CONFIG_TIME_NS, Linux 5.6)", NULL,
	  .files = { { "proc/100/ns/time", NULL } } },
	{ "kernel: one of several is missing", UNSHARE(CLONE_NEWUTS | CLONE_NEWTIME), EINVAL,
	  "no-kernel-support", "this kernel has no time namespaces (CONFIG_TIME_NS, Linux 5.6)",
	  NULL, .files = { { "proc/100/ns/time", NULL } } },
	{ "kernel: EINVAL where all are there", UNSHARE(CLONE_NEWTIME), EINVAL, NULL },
	{ "kernel: the missing one was not asked for", UNSHARE(CLONE_NEWUTS), EINVAL, NULL,
	  .files = { { "proc/100/ns/time", NULL } } },
	{ "pid: left already", UNSHARE(CLONE_NEWPID), EINVAL, "left-pid-namespace",
	  "this process already starts its children in another pid namespace than its own",
	  "add --fork to the command that made or entered that one",
	  .files = { { "proc/100/ns/pid_for_children", "-> pid:[5]" } } },
	{ "pid: left for one without a process", UNSHARE(CLONE_NEWPID | CLONE_NEWUTS), EINVAL,
	  "left-pid-namespace",
	  "this process already starts its children in another pid namespace than its own",
	  "add --fork to the command that made or entered that one",
	  .files = { { "proc/100/ns/pid_for_children", NULL } } },
	{ "pid: left, but no pid namespace is asked for", UNSHARE(CLONE_NEWUTS), EINVAL, NULL,
	  .files = { { "proc/100/ns/pid_for_children", "-> pid:[5]" } } },

	{ "limit: 0", UNSHARE(CLONE_NEWUSER), ENOSPC, "limit", "user.max_user_namespaces is 0",
	  "as root: sysctl user.max_user_namespaces=15000",
	  .files = { { "proc/sys/user/max_user_namespaces", "0\n" } } },
	{ "limit: 0 in a user namespace", UNSHARE(CLONE_NEWNET), ENOSPC, "limit",
	  "user.max_net_namespaces is 0",
	  "as root of this user namespace: sysctl user.max_net_namespaces=15000",
	  .files = { { "proc/sys/user/max_net_namespaces", "0\n" }, { USER_NS } } },
	{ "limit: EUSERS of older kernels", UNSHARE(CLONE_NEWUSER), EUSERS, "limit",
	  "user.max_user_namespaces is 0", "as root: sysctl user.max_user_namespaces=15000",
	  .files = { { "proc/sys/user/max_user_namespaces", "0\n" } } },
	{ "limit: used up", UNSHARE(CLONE_NEWNET), ENOSPC, "limit",
	  "all 15000 network namespaces that user.max_net_namespaces allows each user are in use",
	  "as root: sysctl user.max_net_namespaces=30000" },
	{ "limit: used up by user namespaces", UNSHARE(CLONE_NEWUSER), ENOSPC, "limit",
	  "all 15000 user namespaces that user.max_user_namespaces allows each user are in use",
	  "as root: sysctl user.max_user_namespaces=30000" },
	{ "limit: of pids, or the depth", UNSHARE(CLONE_NEWPID), ENOSPC, "limit",
	  "all 15000 pid namespaces that user.max_pid_namespaces allows each user are in use, or "
	  "they are nested 32 deep", "as root: sysctl user.max_pid_namespaces=30000" },
	{ "limit: here or above", UNSHARE(CLONE_NEWUTS), ENOSPC, "limit",
	  "user.max_uts_namespaces is used up: 15000 here, or less in a user namespace above this "
	  "one",
	  "as root, here and outside: look with 'sysctl user.max_uts_namespaces', and raise it",
	  .files = { { USER_NS } } },
	{ "limit: above", UNSHARE(CLONE_NEWUTS), ENOSPC, "limit",
	  "user.max_uts_namespaces of a user namespace above this one is used up or 0",
	  "as root outside: look with 'sysctl user.max_uts_namespaces', and raise it",
	  .files = { { "proc/sys/user/max_uts_namespaces", "2147483647\n" }, { USER_NS } } },
	{ "limit: above, or the depth", UNSHARE(CLONE_NEWUSER), ENOSPC, "limit",
	  "user.max_user_namespaces of a user namespace above this one is used up or 0, or they "
	  "are nested 32 deep",
	  "as root outside: look with 'sysctl user.max_user_namespaces', and raise it",
	  .files = { { "proc/sys/user/max_user_namespaces", "2147483647\n" }, { USER_NS } } },
	{ "limit: the file cannot be read", UNSHARE(CLONE_NEWUSER), ENOSPC, "limit",
	  "user.max_user_namespaces is used up, here or in a user namespace above, or they are "
	  "nested 32 deep", NULL, .files = { { "proc/sys/user/max_user_namespaces", NULL } } },
	{ "limit: the last level of pid namespaces", UNSHARE(CLONE_NEWPID), ENOSPC, "depth",
	  "pid namespaces are nested 32 deep already, and the kernel allows no more", NULL,
	  .files = { { STATUS, "NSpid:\t100\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1"
			       "\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\n" } } },
	{ "limit: the last level but one", UNSHARE(CLONE_NEWPID), ENOSPC, "limit",
	  "all 15000 pid namespaces that user.max_pid_namespaces allows each user are in use, or "
	  "they are nested 32 deep", "as root: sysctl user.max_pid_namespaces=30000",
	  .files = { { STATUS, "NSpid:\t100\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1"
			       "\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\n" } } },

	{ "seccomp: EPERM", UNSHARE(CLONE_NEWUTS), EPERM, "seccomp",
	  "a seccomp filter refuses unshare(2) here", FOR_ADMIN_REMEDY,
	  .fakes = { .filter = EPERM } },
	{ "seccomp: another errno", UNSHARE(CLONE_NEWUSER), ENOSYS, "seccomp",
	  "a seccomp filter refuses unshare(2) here", SECCOMP_REMEDY,
	  .fakes = { .filter = ENOSYS } },
	{ "seccomp: before the want of capabilities", UNSHARE(CLONE_NEWUTS), EPERM, "seccomp",
	  "a seccomp filter refuses unshare(2) here", FOR_USER_REMEDY,
	  .fakes = { .filter = EPERM }, .files = { { STATUS, NO_CAPS } } },
	{ "seccomp: nothing can be tried", UNSHARE(CLONE_NEWUTS), ENOSYS, NULL,
	  .fakes = { .filter = EPERM, .no_fork = true } },

	{ "ids: the user is not mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the uid of this process is not mapped in its user namespace, whose map is '0 1000 1'",
	  "create that namespace with --map-root-user or --map-current-user",
	  .fakes = { .uid = 65534 }, .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "ids: the group is not mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the gid of this process is not mapped in its user namespace, whose map is '0 1 2; 9 9 1'",
	  "create that namespace with --map-root-user or --map-current-user",
	  .fakes = { .gid = 65534 }, .files = { { "proc/100/gid_map", "0 1 2\n9 9 1\n" } } },
	{ "ids: no map at all", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the uid of this process is not mapped in its user namespace, whose map is empty",
	  "create that namespace with --map-root-user or --map-current-user",
	  .fakes = { .uid = 65534 }, .files = { { "proc/100/uid_map", "" } } },
	{ "ids: 65534 is mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  NO_CAUSE_USER, NULL, .fakes = { .uid = 65534 } },
	{ "ids: no concern of another type", UNSHARE(CLONE_NEWUTS), EPERM, "unknown",
	  NO_CAUSE, NULL,
	  .fakes = { .uid = 65534 }, .files = { { "proc/100/uid_map", "" } } },

	{ "Debian: 0", UNSHARE(CLONE_NEWUSER), EPERM, "unprivileged-userns-off",
	  "kernel.unprivileged_userns_clone is 0",
	  "as root: sysctl kernel.unprivileged_userns_clone=1",
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "0\n" },
		     { STATUS, NO_CAPS } } },
	{ "Debian: 0, for root of a user namespace", UNSHARE(CLONE_NEWUSER), EPERM,
	  "unprivileged-userns-off", "kernel.unprivileged_userns_clone is 0",
	  "as root: sysctl kernel.unprivileged_userns_clone=1",
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "0\n" }, { USER_NS } } },
	{ "Debian: 0 is nothing to root", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  NO_CAUSE_USER, NULL,
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "0\n" } } },
	{ "Debian: 1", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  NO_CAUSE_USER, NULL,
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "1\n" },
		     { STATUS, NO_CAPS } } },

	{ "capability", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN", ADD_USER,
	  .fakes = { .unprivileged = true }, .files = { { STATUS, NO_CAPS } } },
	{ "capability: all others are no help", UNSHARE(CLONE_NEWIPC), EPERM, "capability",
	  "creating an IPC namespace needs CAP_SYS_ADMIN", ADD_USER,
	  .fakes = { .unprivileged = true },
	  .files = { { STATUS, "CapEff:\t000001ffffdfffff\n" } } },
	{ "capability: uid 0 without it", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "add --map-root-user (-r) or --user (-U); " OF_CONTAINER("SYS_ADMIN"),
	  .fakes = { .unprivileged = true, .root = true },
	  .files = { { STATUS, "CapEff:\t0000000080000000\n" } } },
	{ "capability: uid 0 without CAP_SETFCAP either", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "add --user (-U) alone, since mapping uid 0 needs CAP_SETFCAP; " OF_CONTAINER("SYS_ADMIN"),
	  .fakes = { .unprivileged = true, .root = true }, .files = { { STATUS, NO_CAPS } } },
	{ "capability: uid 0 under the securebit noroot", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "add --user (-U) alone, since mapping uid 0 needs CAP_SETFCAP; start it without the securebit "
	  "noroot, which keeps uid 0 from its capabilities",
	  .fakes = { .unprivileged = true, .root = true, .securebits = 1 },
	  .files = { { STATUS, "CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n" } } },
	{ "capability: uid 0 that has dropped it", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "add --user (-U) alone, since mapping uid 0 needs CAP_SETFCAP; start it anew from a process that "
	  "has not dropped it",
	  .fakes = { .unprivileged = true, .root = true },
	  .files = { { STATUS, "CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n" } } },
	{ "capability: root would lack it too", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "add --map-root-user (-r) or --user (-U), or run it as root where root has CAP_SYS_ADMIN (a "
	  "container: --cap-add SYS_ADMIN)",
	  .fakes = { .unprivileged = true },
	  .files = { { STATUS, "CapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\n" } } },
	{ "capability: on the way into other namespaces", UNSHARE(CLONE_NEWNS), EPERM,
	  "capability", "creating a mount namespace needs CAP_SYS_ADMIN", "run it as root",
	  .fakes = { .unprivileged = true }, .files = { { STATUS, NO_CAPS } },
	  .before = { { .kind = STEP_SETNS, .setns.ns = NS_NET } } },
	{ "capability: --user would do, but is refused", UNSHARE(CLONE_NEWUTS), EPERM,
	  "capability", "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "run it as root; --user (-U) would do, but is refused, too: user.max_user_namespaces "
	  "is 0",
	  .fakes = { .unprivileged = true, .refused = CLONE_NEWUSER, .err = ENOSPC },
	  .files = { { STATUS, NO_CAPS }, { "proc/sys/user/max_user_namespaces", "0\n" } } },
	{ "capability: --user is refused for an unknown reason", UNSHARE(CLONE_NEWUTS), EPERM,
	  "capability", "creating a UTS namespace needs CAP_SYS_ADMIN", "run it as root",
	  .fakes = { .unprivileged = true, .refused = CLONE_NEWUSER, .err = ENOMEM },
	  .files = { { STATUS, NO_CAPS } } },

	{ "chroot: no mount at /", UNSHARE(CLONE_NEWUSER), EPERM, "chroot",
	  "this process is in a chroot, where the kernel creates no user namespace",
	  "enter that directory by pivot_root(2) instead, as 'xunshare --root DIR --pivot' does",
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "chroot: PID 1 has another root", UNSHARE(CLONE_NEWUSER), EPERM, "chroot",
	  "this process is in a chroot, where the kernel creates no user namespace",
	  "enter that directory by pivot_root(2) instead, as 'xunshare --root DIR --pivot' does",
	  .files = { { "proc/1/ns/mnt", "-> mnt:[4026531832]" }, { "proc/1/root", "-> /proc" } } },
	{ "chroot: PID 1 has the same root", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  NO_CAUSE_USER, NULL,
	  .files = { { "proc/1/ns/mnt", "-> mnt:[4026531832]" }, { "proc/1/root", "-> /" } } },
	{ "chroot: PID 1 has other mounts", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  NO_CAUSE_USER, NULL,
	  .files = { { "proc/1/ns/mnt", "-> mnt:[5]" }, { "proc/1/root", "-> /proc" } } },

	{ "Ubuntu: the namespace itself", UNSHARE(CLONE_NEWUSER), EACCES, "restricted-user-ns",
	  USERNS_WHY, USERNS_REMEDY, .files = { { RESTRICTED }, { STATUS, NO_CAPS } } },
	{ "Ubuntu: root may", UNSHARE(CLONE_NEWUSER), EACCES, "unknown",
	  NO_CAUSE_USER, NULL, .files = { { RESTRICTED } } },
	{ "SELinux", UNSHARE(CLONE_NEWUSER), EACCES, "selinux",
	  "SELinux is enforcing and may have refused it to user_u:user_r:user_t:s0",
	  "as root: ausearch -m avc -ts recent",
	  .files = { { "sys/fs/selinux/enforce", "1" },
		     { "proc/100/attr/current", "user_u:user_r:user_t:s0" } } },
	{ "SELinux is permissive", UNSHARE(CLONE_NEWUTS), EACCES, "unknown",
	  NO_CAUSE, NULL, .files = { { "sys/fs/selinux/enforce", "0" } } },
	{ "AppArmor profile", UNSHARE(CLONE_NEWUTS), EACCES, "apparmor",
	  PROFILE("docker-default"), PROFILE_REMEDY,
	  .files = { { "proc/100/attr/apparmor/current", "docker-default (enforce)\n" } } },
	{ "AppArmor profile that complains only", UNSHARE(CLONE_NEWUTS), EACCES, "unknown",
	  NO_CAUSE, NULL, .files = { { "proc/100/attr/current", "docker-default (complain)\n" } } },

	{ "an errno that nobody knows", UNSHARE(CLONE_NEWUTS), EIO, NULL },

	{ "fork: the pid namespace is dead", { .kind = STEP_FORK }, ENOMEM, "dead-pid-namespace",
	  "the pid namespace that this process starts its children in is dead: its first process "
	  "has ended", "add --fork to the command that made it",
	  .files = { { "proc/100/ns/pid_for_children", "-> pid:[5]" } } },
	{ "fork: the helper's too", { .kind = STEP_HELPER }, ENOMEM, "dead-pid-namespace",
	  "the pid namespace that this process starts its children in is dead: its first process "
	  "has ended", "add --fork to the command that made it",
	  .files = { { "proc/100/ns/pid_for_children", "-> pid:[5]" } } },
	{ "fork: no memory", { .kind = STEP_FORK }, ENOMEM, NULL },
	{ "fork: no memory, and a namespace without a process", { .kind = STEP_FORK }, ENOMEM, NULL,
	  .files = { { "proc/100/ns/pid_for_children", NULL } } },
	{ "fork: too many", { .kind = STEP_INIT }, EAGAIN, "process-limit",
	  "a limit on the number of processes is reached: ulimit -u, pids.max of the control group, "
	  "or kernel.pid_max", NULL },
};

/* --- several namespaces at once --------------------------------------------------------------- */

static void types_at_fault(int asked, int refused, int err, int expected)
{
	const struct step step = UNSHARE(asked);
	struct finding finding;

	hint_fakes.refused = refused;
	hint_fakes.err = err;
	assert_true(hint_search_in(NULL, 0, &step, err, &finding));
	assert_int_equal(finding.types, expected);
}

static void one_of_several_is_named(void **state)
{
	(void)state;
	types_at_fault(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWNS, CLONE_NEWNET, ENOSPC,
		       CLONE_NEWNET);
}

static void two_of_several_are_named(void **state)
{
	(void)state;
	types_at_fault(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWNS, CLONE_NEWNET | CLONE_NEWNS, ENOSPC,
		       CLONE_NEWNET | CLONE_NEWNS);
}

static void all_of_several_are_not_named(void **state)
{
	(void)state;
	types_at_fault(CLONE_NEWNET | CLONE_NEWUTS, CLONE_NEWNET | CLONE_NEWUTS, ENOSPC, 0);
}

static void the_user_namespace_comes_first(void **state)
{
	(void)state;
	types_at_fault(CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET, ENOSPC,
		       CLONE_NEWUSER);
}

/* Without privilege each of the others is refused alone. */
static void the_others_are_tried_with_the_user_namespace(void **state)
{
	(void)state;
	hint_fakes.unprivileged = true;
	types_at_fault(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWUTS, CLONE_NEWUTS, EPERM,
		       CLONE_NEWUTS);
}

static void refused_together_but_not_alone(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWNET | CLONE_NEWUTS);

	(void)state;
	hint_assert(&step, ENOSPC, NULL, NULL, NULL);
}

int main(void)
{
	HINT_ADD_ROWS(hint_test_row, ns_rows);
	HINT_ADD(one_of_several_is_named);
	HINT_ADD(two_of_several_are_named);
	HINT_ADD(all_of_several_are_not_named);
	HINT_ADD(the_user_namespace_comes_first);
	HINT_ADD(the_others_are_tried_with_the_user_namespace);
	HINT_ADD(refused_together_but_not_alone);
	return unit_run("hint_ns");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a namespace, a process or a clock was refused; and how that becomes a message. */
#include "hint_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "kernel.h"

#define UNSHARE(flags_) { .kind = STEP_UNSHARE, .flags = (flags_) }
#define NO_CAPS "CapEff:\t0000000000000000\n"
#define STATUS "proc/100/status"
#define USER_NS "proc/100/ns/user", "-> user:[4026532000]"
#define SECCOMP_REMEDY                                                                         \
	"in a container: run it with --cap-add SYS_ADMIN or --security-opt seccomp=unconfined; " \
	"in a systemd unit: see RestrictNamespaces="
#define USERNS_REMEDY                                                                         \
	"as root: cp " PKGDATADIR "/apparmor/xns /etc/apparmor.d/xns; "                        \
	"apparmor_parser -r /etc/apparmor.d/xns; or "                                          \
	"sysctl kernel.apparmor_restrict_unprivileged_userns=0"
#define USERNS_WHY                                                                             \
	"AppArmor takes the capabilities in user namespaces from programs that have no profile " \
	"with 'userns' (kernel.apparmor_restrict_unprivileged_userns is 1)"
#define RESTRICTED "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"
#define ADD_USER "add --map-root-user (-r) or --user (-U), or run it as root"

static const struct hint_row unshare_rows[] = {
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
	  "a seccomp filter refuses unshare(2) here", SECCOMP_REMEDY,
	  .fakes = { .filter = EPERM } },
	{ "seccomp: another errno", UNSHARE(CLONE_NEWUSER), ENOSYS, "seccomp",
	  "a seccomp filter refuses unshare(2) here", SECCOMP_REMEDY,
	  .fakes = { .filter = ENOSYS } },
	{ "seccomp: before the want of capabilities", UNSHARE(CLONE_NEWUTS), EPERM, "seccomp",
	  "a seccomp filter refuses unshare(2) here", SECCOMP_REMEDY,
	  .fakes = { .filter = EPERM }, .files = { { STATUS, NO_CAPS } } },
	{ "seccomp: nothing can be tried", UNSHARE(CLONE_NEWUTS), ENOSYS, NULL,
	  .fakes = { .filter = EPERM, .no_fork = true } },

	{ "ids: the user is not mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the uid of this process is not mapped in its user namespace, whose map is '0 1000 1'",
	  "make that namespace with --map-root-user or --map-current-user",
	  .fakes = { .uid = 65534 }, .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "ids: the group is not mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the gid of this process is not mapped in its user namespace, whose map is '0 1 2; 9 9 1'",
	  "make that namespace with --map-root-user or --map-current-user",
	  .fakes = { .gid = 65534 }, .files = { { "proc/100/gid_map", "0 1 2\n9 9 1\n" } } },
	{ "ids: no map at all", UNSHARE(CLONE_NEWUSER), EPERM, "unmapped-id",
	  "the uid of this process is not mapped in its user namespace, whose map is empty",
	  "make that namespace with --map-root-user or --map-current-user",
	  .fakes = { .uid = 65534 }, .files = { { "proc/100/uid_map", "" } } },
	{ "ids: 65534 is mapped", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL, .fakes = { .uid = 65534 } },
	{ "ids: no concern of another type", UNSHARE(CLONE_NEWUTS), EPERM, "unknown",
	  "none of the usual causes is there; a security module (AppArmor, SELinux, BPF) may have "
	  "refused it", NULL,
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
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL,
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "0\n" } } },
	{ "Debian: 1", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL,
	  .files = { { "proc/sys/kernel/unprivileged_userns_clone", "1\n" },
		     { STATUS, NO_CAPS } } },

	{ "capability", UNSHARE(CLONE_NEWUTS), EPERM, "capability",
	  "creating a UTS namespace needs CAP_SYS_ADMIN", ADD_USER,
	  .fakes = { .unprivileged = true }, .files = { { STATUS, NO_CAPS } } },
	{ "capability: all others are no help", UNSHARE(CLONE_NEWIPC), EPERM, "capability",
	  "creating an IPC namespace needs CAP_SYS_ADMIN", ADD_USER,
	  .fakes = { .unprivileged = true },
	  .files = { { STATUS, "CapEff:\t000001ffffdfffff\n" } } },
	{ "capability: on the way into other namespaces", UNSHARE(CLONE_NEWNS), EPERM,
	  "capability", "creating a mount namespace needs CAP_SYS_ADMIN", "run it as root",
	  .fakes = { .unprivileged = true }, .files = { { STATUS, NO_CAPS } },
	  .before = { { .kind = STEP_SETNS, .ns = NS_NET } } },
	{ "capability: --user would do, but is refused", UNSHARE(CLONE_NEWUTS), EPERM,
	  "capability", "creating a UTS namespace needs CAP_SYS_ADMIN",
	  "run it as root; --user (-U) would do, but is refused too: user.max_user_namespaces is 0",
	  .fakes = { .unprivileged = true, .refused = CLONE_NEWUSER, .err = ENOSPC },
	  .files = { { STATUS, NO_CAPS }, { "proc/sys/user/max_user_namespaces", "0\n" } } },
	{ "capability: --user is refused for an unknown reason", UNSHARE(CLONE_NEWUTS), EPERM,
	  "capability", "creating a UTS namespace needs CAP_SYS_ADMIN", "run it as root",
	  .fakes = { .unprivileged = true, .refused = CLONE_NEWUSER, .err = ENOMEM },
	  .files = { { STATUS, NO_CAPS } } },

	{ "chroot: no mount at /", UNSHARE(CLONE_NEWUSER), EPERM, "chroot",
	  "this process is in a chroot, where the kernel creates no user namespace",
	  "enter that directory by pivot_root(2) instead, as 'xunshare --root DIR --pivot' does",
	  .files = { { "proc/100/mountinfo", "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "chroot: PID 1 has another root", UNSHARE(CLONE_NEWUSER), EPERM, "chroot",
	  "this process is in a chroot, where the kernel creates no user namespace",
	  "enter that directory by pivot_root(2) instead, as 'xunshare --root DIR --pivot' does",
	  .files = { { "proc/1/ns/mnt", "-> mnt:[4026531832]" }, { "proc/1/root", "-> /proc" } } },
	{ "chroot: PID 1 has the same root", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL,
	  .files = { { "proc/1/ns/mnt", "-> mnt:[4026531832]" }, { "proc/1/root", "-> /" } } },
	{ "chroot: PID 1 has other mounts", UNSHARE(CLONE_NEWUSER), EPERM, "unknown",
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL,
	  .files = { { "proc/1/ns/mnt", "-> mnt:[5]" }, { "proc/1/root", "-> /proc" } } },

	{ "Ubuntu: the namespace itself", UNSHARE(CLONE_NEWUSER), EACCES, "restricted-user-ns",
	  USERNS_WHY, USERNS_REMEDY, .files = { { RESTRICTED }, { STATUS, NO_CAPS } } },
	{ "Ubuntu: root may", UNSHARE(CLONE_NEWUSER), EACCES, "unknown",
	  "none of the usual causes is there; this may be a chroot, or a security module "
	  "(AppArmor, SELinux, BPF) may have refused it", NULL, .files = { { RESTRICTED } } },
	{ "SELinux", UNSHARE(CLONE_NEWUSER), EACCES, "selinux",
	  "SELinux is enforcing and may have refused it to user_u:user_r:user_t:s0",
	  "as root: ausearch -m avc -ts recent",
	  .files = { { "sys/fs/selinux/enforce", "1" },
		     { "proc/100/attr/current", "user_u:user_r:user_t:s0" } } },
	{ "SELinux is permissive", UNSHARE(CLONE_NEWUTS), EACCES, "unknown",
	  "none of the usual causes is there; a security module (AppArmor, SELinux, BPF) may have "
	  "refused it", NULL, .files = { { "sys/fs/selinux/enforce", "0" } } },
	{ "AppArmor profile", UNSHARE(CLONE_NEWUTS), EACCES, "apparmor",
	  "the AppArmor profile docker-default, under which this process runs, may have refused it",
	  "as root: journalctl -k -g apparmor=",
	  .files = { { "proc/100/attr/apparmor/current", "docker-default (enforce)\n" } } },
	{ "AppArmor profile that complains only", UNSHARE(CLONE_NEWUTS), EACCES, "unknown",
	  "none of the usual causes is there; a security module (AppArmor, SELinux, BPF) may have "
	  "refused it", NULL, .files = { { "proc/100/attr/current", "docker-default (complain)\n" } } },

	{ "an errno that nobody knows", UNSHARE(CLONE_NEWUTS), EIO, NULL },
};

static const struct hint_row other_rows[] = {
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

	{ "clock: monotonic", { .kind = STEP_CLOCK, .text = "monotonic" }, ERANGE, "clock-range",
	  "the clock stands at 3700 s and must come to lie between 0 and 4611686018 s: give an "
	  "offset from -3700 to 4611682318", NULL, .fakes = { .clock = 3700 } },
	{ "clock: boottime", { .kind = STEP_CLOCK, .text = "boottime" }, ERANGE, "clock-range",
	  "the clock stands at 3701 s and must come to lie between 0 and 4611686018 s: give an "
	  "offset from -3701 to 4611682317", NULL, .fakes = { .clock = 3700 } },
	{ "clock: within another time namespace", { .kind = STEP_CLOCK, .text = "monotonic" }, ERANGE,
	  "clock-range",
	  "the clock stands at 700 s and must come to lie between 0 and 4611686018 s: give an "
	  "offset from -700 to 4611685318", NULL, .fakes = { .clock = 3700 },
	  .files = { { "proc/100/timens_offsets", "monotonic        3000         0\n" } } },
	{ "clock: offsets cannot be read", { .kind = STEP_CLOCK, .text = "monotonic" }, ERANGE, NULL,
	  .files = { { "proc/100/timens_offsets", NULL } } },
	{ "clock: no capability", { .kind = STEP_CLOCK, .text = "monotonic" }, EPERM, "capability",
	  "it needs CAP_SYS_TIME, which this process does not have",
	  "run it as root, or add --map-root-user (-r)",
	  .files = { { STATUS, "CapEff:\t0000000000200000\n" } } },
	{ "clock: fixed", { .kind = STEP_CLOCK, .text = "monotonic" }, EACCES, "clock-frozen",
	  "a process is in the time namespace already, so its clocks are fixed", NULL },
	{ "clock: none", { .kind = STEP_CLOCK, .text = "monotonic" }, ENOENT, "no-kernel-support",
	  "this kernel has no time namespaces (CONFIG_TIME_NS)", NULL },

	{ "loopback: no capability", { .kind = STEP_LOOPBACK }, EPERM, "capability",
	  "it needs CAP_NET_ADMIN, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "loopback: no capability in a user namespace", { .kind = STEP_LOOPBACK }, EPERM,
	  "capability", "it needs CAP_NET_ADMIN, which this process does not have", NULL,
	  .files = { { STATUS, NO_CAPS } }, .before = { UNSHARE(CLONE_NEWUSER) } },
	{ "loopback: Ubuntu", { .kind = STEP_LOOPBACK }, EPERM, "restricted-user-ns", USERNS_WHY,
	  USERNS_REMEDY,
	  .files = { { RESTRICTED },
		     { "proc/100/attr/current", "unprivileged_userns (enforce)\n" } } },
	{ "loopback: Ubuntu, with our profile installed", { .kind = STEP_LOOPBACK }, EPERM,
	  "restricted-user-ns", USERNS_WHY,
	  "as root: apparmor_parser -r /etc/apparmor.d/xns, the profile for xns that is there; see "
	  "whether its path is where xns lies",
	  .files = { { RESTRICTED },
		     { "proc/100/attr/current", "unprivileged_userns (enforce)\n" },
		     { "etc/apparmor.d/xns", "profile xns" } } },
	{ "loopback: Ubuntu, another profile", { .kind = STEP_LOOPBACK }, EPERM, "apparmor",
	  "the AppArmor profile other, under which this process runs, may have refused it",
	  "as root: journalctl -k -g apparmor=",
	  .files = { { RESTRICTED }, { "proc/100/attr/current", "other (enforce)\n" } } },
	{ "loopback: Ubuntu without the restriction", { .kind = STEP_LOOPBACK }, EPERM, NULL,
	  .files = { { "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n" },
		     { "proc/100/attr/current", "unprivileged_userns (complain)\n" } } },
	{ "host name: no capability", { .kind = STEP_HOSTNAME }, EPERM, "capability",
	  "it needs CAP_SYS_ADMIN, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "host name: nothing to be seen", { .kind = STEP_HOSTNAME }, EPERM, NULL },
	{ "host name: no status", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { STATUS, NULL } } },
	{ "host name: a status that is none", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { STATUS, "CapEff:\t0x\n" } } },
	{ "host name: no process directory", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { "proc/self", "-> 200" } } },
	{ "a step without causes", { .kind = STEP_ENVIRON }, EPERM, NULL },
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

/* --- messages --------------------------------------------------------------------------------- */

static void find(const struct step *step, struct diag *diag)
{
	struct plan plan = { .n = 0 };
	int proc = open("proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct step *failed = plan_add(&plan, step->kind);

	*failed = *step;
	hint_find(&plan, failed, proc, diag);
	close(proc);
}

static void the_hint_has_reason_and_remedy(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUSER);
	struct diag diag;

	(void)state;
	hint_put("proc/sys/user/max_user_namespaces", "0\n");
	diag_set(&diag, ENOSPC, "cannot create it");
	find(&step, &diag);
	assert_string_equal(diag.hint, "user.max_user_namespaces is 0; as root: "
				       "sysctl user.max_user_namespaces=15000");
	assert_int_equal(diag.err, ENOSPC);
}

static void the_hint_names_the_type(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS | CLONE_NEWNET);
	struct diag diag;

	(void)state;
	hint_fakes.refused = CLONE_NEWNET;
	hint_fakes.err = ENOSPC;
	hint_put("proc/sys/user/max_net_namespaces", NULL);
	diag_set(&diag, ENOSPC, "cannot create them");
	find(&step, &diag);
	assert_string_equal(diag.hint, "it is the network namespace: user.max_net_namespaces is used "
				       "up, here or in a user namespace above");
}

static void the_hint_names_types(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC);
	struct diag diag;

	(void)state;
	hint_fakes.refused = CLONE_NEWNET | CLONE_NEWIPC;
	hint_fakes.err = EPERM;
	diag_set(&diag, EPERM, "cannot create them");
	find(&step, &diag);
	assert_non_null(strstr(diag.hint, "it is these namespaces: IPC, network: none of the"));
}

static void an_exact_reason_replaces_the_errno(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWTIME);
	char text[256];
	struct diag diag;

	(void)state;
	hint_put("proc/100/ns/time", NULL);
	diag_set(&diag, EINVAL, "cannot create a time namespace");
	diag.status = 7;
	find(&step, &diag);
	diag_render(&diag, text, sizeof(text));
	assert_string_equal(text, "cannot create a time namespace: this kernel has no time namespaces "
				  "(CONFIG_TIME_NS, Linux 5.6)");
	assert_string_equal(diag.hint, "");
	assert_int_equal(diag.status, 7);
}

static void a_hint_that_is_there_stays(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWTIME);
	struct diag diag;

	(void)state;
	hint_put("proc/100/ns/time", NULL);
	diag_set(&diag, EINVAL, "cannot create a time namespace");
	diag_hint(&diag, "wait");
	find(&step, &diag);
	assert_string_equal(diag.hint, "wait");
	assert_string_equal(diag.what, "cannot create a time namespace");
}

static void nothing_is_said_where_nothing_is_found(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS);
	struct diag diag;

	(void)state;
	diag_set(&diag, EIO, "cannot create it");
	find(&step, &diag);
	assert_string_equal(diag.hint, "");
}

/* --- children --------------------------------------------------------------------------------- */

static void twice(const void *arg, void *answer)
{
	*(int *)answer = 2 * *(const int *)arg;
}

static void die(const void *arg, void *answer)
{
	(void)arg;
	(void)answer;
	raise(SIGKILL);
}

static void a_child_answers(void **state)
{
	int arg = 21, answer = 0, sig = 1;

	(void)state;
	assert_int_equal(hint_try(twice, &arg, &answer, sizeof(answer), &sig), 0);
	assert_int_equal(answer, 42);
	assert_int_equal(sig, 0);
}

static void a_child_that_dies_is_told(void **state)
{
	int answer = 0, sig = 0;

	(void)state;
	assert_int_equal(hint_try(die, NULL, &answer, sizeof(answer), &sig), -EPROTO);
	assert_int_equal(sig, SIGKILL);
	assert_int_equal(hint_try(die, NULL, &answer, sizeof(answer), NULL), -EPROTO);
}

static void children_that_are_ignored_answer_too(void **state)
{
	int arg = 4, answer = 0;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(hint_try(twice, &arg, &answer, sizeof(answer), NULL), 0);
	signal(SIGCHLD, SIG_DFL);
	assert_int_equal(answer, 8);
}

static void no_child_can_be_made(void **state)
{
	int arg = 4, answer = 0;

	(void)state;
	hint_fakes.no_fork = true;
	assert_int_equal(hint_try(twice, &arg, &answer, sizeof(answer), NULL), -EAGAIN);
}

int main(void)
{
	HINT_ADD_ROWS(hint_test_row, unshare_rows);
	HINT_ADD_ROWS(hint_test_row, other_rows);
	HINT_ADD(one_of_several_is_named);
	HINT_ADD(two_of_several_are_named);
	HINT_ADD(all_of_several_are_not_named);
	HINT_ADD(the_user_namespace_comes_first);
	HINT_ADD(the_others_are_tried_with_the_user_namespace);
	HINT_ADD(refused_together_but_not_alone);
	HINT_ADD(the_hint_has_reason_and_remedy);
	HINT_ADD(the_hint_names_the_type);
	HINT_ADD(the_hint_names_types);
	HINT_ADD(an_exact_reason_replaces_the_errno);
	HINT_ADD(a_hint_that_is_there_stays);
	HINT_ADD(nothing_is_said_where_nothing_is_found);
	HINT_ADD(a_child_answers);
	HINT_ADD(a_child_that_dies_is_told);
	HINT_ADD(children_that_are_ignored_answer_too);
	HINT_ADD(no_child_can_be_made);
	return unit_run("hint");
}

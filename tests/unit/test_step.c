/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps in words and as system calls, and plans as lists. */
#include "plan/step.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/kernel.h"
#include "unit.h"

static const struct idmap map = {
	.extents = (struct extent[]){ { 0, 1000, 1 }, { 1, 100000, 65535 } },
	.n = 2,
};
struct wording {
	const char *name;
	struct step step;
	const char *words;
	const char *call;
};

#define ARGV(...) (char *[]){ __VA_ARGS__, NULL }
#define S(text) ((char *)(text))

static const struct wording wordings[] = {
	{ "helper", { .kind = STEP_HELPER }, "start a helper that stays outside", "fork()" },
	{ "owner", { .kind = STEP_OWNER, .owner.uid = 1, .owner.gid = 2 },
	  "become 1:2, who will own the user namespace",
	  "setgroups(0); setresgid(2); setresuid(1)" },
	{ "unshare", { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWUSER | CLONE_NEWNS },
	  "create namespaces: mount, user", "unshare(CLONE_NEWNS|CLONE_NEWUSER)" },
	{ "guard", { .kind = STEP_GUARD }, "keep this binary out of reach of programs inside",
	  "memfd_create()" },
	{ "undumpable", { .kind = STEP_UNDUMPABLE }, "keep processes inside from tracing us",
	  "prctl(PR_SET_DUMPABLE, 0)" },
	{ "keyring", { .kind = STEP_KEYRING },
	  "take a new session keyring, which has none of the caller's keys",
	  "keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)" },
	{ "enter", { .kind = STEP_ENTER, .enter.pid = 77, .enter.flags = CLONE_NEWNET },
	  "enter namespaces of process 77: network", "setns(PIDFD, CLONE_NEWNET)" },
	{ "enter for a first time", { .kind = STEP_ENTER, .enter.pid = 77, .enter.flags = CLONE_NEWNET,
				      .tentative = true },
	  "try to enter namespaces of process 77: network; may fail, and is tried again below",
	  "setns(PIDFD, CLONE_NEWNET)" },
	{ "setns", { .kind = STEP_SETNS, .setns.ns = NS_UTS, .setns.path = "/run/u" },
	  "enter the UTS namespace of /run/u", "setns(FD, CLONE_NEWUTS)" },
	{ "root by descriptor", { .kind = STEP_ROOT_FD, .root_fd.path = "/r" },
	  "change the root directory to /r", "fchdir(FD); chroot(.)" },
	{ "chdir by descriptor", { .kind = STEP_CHDIR_FD, .chdir_fd.path = "/r" },
	  "change the working directory to /r", "fchdir(FD)" },
	{ "join cgroup", { .kind = STEP_JOIN_CGROUP, .join_cgroup.pid = 5 },
	  "move into the cgroup of process 5", "write(cgroup.procs, \"0\")" },
	{ "view", { .kind = STEP_VIEW, .view.path = "/v", .view.pid = 5 },
	  "show the files of process 5 at /v",
	  "setns(FD, CLONE_NEWNS); open_tree(FD, OPEN_TREE_CLONE|AT_RECURSIVE); move_mount(TREE, /v)" },
	{ "raised limits", { .kind = STEP_RAISE_LIMITS, .raise_limits.pid = 5 },
	  "raise hard resource limits to those of process 5", "prlimit(0, RESOURCE, LIMIT)" },
	{ "limits", { .kind = STEP_TAKE_LIMITS, .take_limits.pid = 5 },
	  "take the resource limits of process 5", "prlimit(0, RESOURCE, LIMIT)" },
	{ "inheritable capabilities", { .kind = STEP_INHERIT_CAPS, .inherit_caps.set = 1 << 5 },
	  "limit the inheritable capabilities to CAP_KILL", "capset()" },
	{ "no inheritable capabilities", { .kind = STEP_INHERIT_CAPS },
	  "limit the inheritable capabilities", "capset()" },
	{ "the target's capabilities", { .kind = STEP_SET_CAPS, .set_caps.ambient = 1 << 5 },
	  "limit the capabilities to those of the target; keep through exec: CAP_KILL", "capset()" },
	{ "copied filters", { .kind = STEP_COPIED_FILTERS, .copied_filters.pid = 5 },
	  "load the seccomp filters of process 5", "prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER)" },
	{ "exec context", { .kind = STEP_EXEC_CONTEXT, .exec_context.context = "u:r:t" },
	  "run with the security label u:r:t", "write(/proc/self/attr/exec)" },
	{ "setgroups", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" },
	  "deny setgroups in the user namespace", "write(/proc/self/setgroups, \"deny\")" },
	{ "setgroups by the helper", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny", .by_helper = true },
	  "deny setgroups in the user namespace", "write(/proc/PID/setgroups, \"deny\")" },
	{ "map", { .kind = STEP_MAP, .map.ids = "uid", .map.map = &map },
	  "write the uid map: 0 1000 1; 1 100000 65535", "write(/proc/self/uid_map)" },
	{ "map by the helper", { .kind = STEP_MAP, .map.ids = "gid", .map.map = &map, .by_helper = true },
	  "write the gid map: 0 1000 1; 1 100000 65535", "write(/proc/PID/gid_map)" },
	{ "map by a program", { .kind = STEP_MAP, .map.ids = "gid", .map.map = &map, .by_helper = true,
				.map.program = "/bin/newgidmap" },
	  "write the gid map: 0 1000 1; 1 100000 65535", "exec /bin/newgidmap" },
	{ "clock", { .kind = STEP_CLOCK, .clock.clock = "boottime", .clock.seconds = -7 },
	  "set the offset of the boottime clock to -7 s",
	  "write(/proc/self/timens_offsets, \"boottime -7 0\")" },
	{ "clock by the helper", { .kind = STEP_CLOCK, .clock.clock = "monotonic", .clock.seconds = 7,
				   .by_helper = true },
	  "set the offset of the monotonic clock to 7 s",
	  "write(/proc/PID/timens_offsets, \"monotonic 7 0\")" },
	{ "enter the new one", { .kind = STEP_ENTER_NEW, .enter_new.ns = NS_TIME },
	  "enter the new time namespace", "setns(FD, CLONE_NEWTIME)" },
	{ "pin", { .kind = STEP_PIN, .pin.ns = NS_NET, .pin.path = "/run/n", .by_helper = true },
	  "pin the network namespace at /run/n", "mount(/proc/self/fd/N, /run/n, MS_BIND)" },
	{ "pin in a set", { .kind = STEP_PIN, .pin.ns = NS_NET, .pin.path = "/run/s", .pin.file = "net",
			    .by_helper = true },
	  "pin the network namespace at /run/s/net", "mount(/proc/self/fd/N, /run/s/net, MS_BIND)" },
	{ "pin set", { .kind = STEP_PIN_SET, .pin_set.path = "/run/s", .by_helper = true },
	  "make a set of pins at /run/s",
	  "mount(xns-pins, /run/s, tmpfs); mount(none, /run/s, MS_PRIVATE)" },
	{ "pin set, complete", { .kind = STEP_PIN_SET_DONE, .pin_set_done.path = "/run/s", .by_helper = true },
	  "complete the set of pins at /run/s", "unlinkat(/run/s, unfinished)" },
	{ "a helper that stays", { .kind = STEP_HELPER, .helper.stays = "until the program has ended" },
	  "start a helper that stays outside, until the program has ended", "fork()" },
	{ "scope", { .kind = STEP_SCOPE, .scope.argv = ARGV(S("/bin/systemd-run"), S("--"), S("/x y")) },
	  "start again in a new scope of systemd: /bin/systemd-run -- '/x y'",
	  "execvp(/bin/systemd-run -- '/x y')" },
	{ "cgroup", { .kind = STEP_CGROUP, .cgroup.parent = "/c", .cgroup.name = "xns-1-2" },
	  "make the cgroup /c/xns-1-2", "mkdirat(/c, xns-1-2)" },
	{ "cgroup in our own",
	  { .kind = STEP_CGROUP, .cgroup.parent = "/c", .cgroup.name = "xns-1-2", .cgroup.moves_us = true },
	  "make the cgroup /c/xns-1-2, for our processes too: yes", "mkdirat(/c, xns-1-2)" },
	{ "limit", { .kind = STEP_LIMIT, .limit.file = "pids.max", .limit.value = "5" },
	  "limit the program: pids.max = 5", "write(limit/pids.max, \"5\")" },
	{ "confine", { .kind = STEP_CONFINE }, "move into that cgroup, below limit/program",
	  "write(limit/program/cgroup.procs, PID)" },
	{ "start-fd", { .kind = STEP_START_FD, .start_fd.fd = 7 }, "wait for a byte from descriptor 7",
	  "read(7)" },
	{ "pidfile", { .kind = STEP_PIDFILE, .pidfile.path = "/run/p" },
	  "write the program's PID to /run/p, which it replaces", "renameat(/run/p.N, /run/p)" },
	{ "status-fd", { .kind = STEP_STATUS_FD, .status_fd.fd = 7 },
	  "report to descriptor 7 when the program starts and ends", "write(7)" },
	{ "fork", { .kind = STEP_FORK }, "go on in a child; the parent waits for it", "fork()" },
	{ "fork with signals", { .kind = STEP_FORK, .fork.flags = FORK_FORWARD | FORK_INIT },
	  "go on in a child; the parent waits for it and passes signals on", "fork()" },
	{ "pty", { .kind = STEP_PTY },
	  "open a terminal for the program; this process stays and proxies it",
	  "open(/dev/ptmx); fork()" },
	{ "terminal", { .kind = STEP_TERMINAL }, "start a session with that terminal",
	  "setsid(); ioctl(TIOCSCTTY)" },
	{ "init", { .kind = STEP_INIT }, "become init, with the program as its child", "fork()" },
	{ "propagation", { .kind = STEP_PROPAGATION, .propagation.flag = MS_SLAVE, .propagation.word = "slave" },
	  "make all mounts slave", "mount(none, /, MS_REC|MS_SLAVE)" },
	{ "loopback", { .kind = STEP_LOOPBACK }, "bring the loopback device up",
	  "ioctl(SIOCSIFFLAGS, lo, IFF_UP)" },
	{ "uplink", { .kind = STEP_UPLINK, .uplink.argv = (char *const[]){ (char *)"/bin/pasta", (char *)"-f", NULL },
		      .by_helper = true },
	  "connect the network namespace to the host's network by /bin/pasta -f", "exec /bin/pasta -f" },
	{ "the target's files in /etc", { .kind = STEP_TAKE_ETC, .take_etc.pid = 5 },
	  "show resolv.conf and hosts of process 5 in /etc", "mount(tmpfs, /etc, tmpfs)" },
	{ "resolver", { .kind = STEP_RESOLVER, .resolver.address = "192.0.2.53" },
	  "name 192.0.2.53 as the name server in /etc/resolv.conf", "mount(tmpfs, /etc, tmpfs)" },
	{ "host name", { .kind = STEP_HOSTNAME, .hostname.name = "box" }, "set the host name to box",
	  "sethostname(box)" },
	{ "private proc", { .kind = STEP_PRIVATE_PROC, .private_proc.path = "/p" },
	  "make the mount at /p private", "mount(none, /p, MS_REC|MS_PRIVATE)" },
	{ "mount", { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/p" }, "mount proc at /p",
	  "mount(proc, /p, proc, MS_NOSUID|MS_NODEV|MS_NOEXEC)" },
	{ "mount in another root",
	  { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/p", .inside = true }, "mount proc at /p",
	  "fchdir(/p); mount(proc, ., proc, MS_NOSUID|MS_NODEV|MS_NOEXEC)" },
	{ "binfmt register", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "/b", .binfmt_register.line = ":a:" },
	  "register the interpreter :a:", "write(/b/register, \":a:\")" },
	{ "chroot", { .kind = STEP_CHROOT, .chroot.path = "/r" }, "change the root directory to /r",
	  "chroot(/r)" },
	{ "pivot", { .kind = STEP_PIVOT, .pivot.path = "/r" }, "make /r the root mount",
	  "pivot_root(/r)" },
	{ "lock", { .kind = STEP_LOCK_WORK, .lock_work.path = "/w" }, "lock /w for an overlay",
	  "flock(/w, LOCK_EX|LOCK_NB)" },
	{ "open mounts", { .kind = STEP_OPEN_MOUNTS, .open_mounts.path = "/r" },
	  "open the sources of the mounts and make the new file systems, below the root /r",
	  "open_tree(SOURCE, OPEN_TREE_CLONE|AT_RECURSIVE); fsopen(TYPE); fsmount(FD)" },
	{ "bind", { .kind = STEP_BIND, .bind = { "/b", "a", "read-only", 0 } },
	  "bind a at /b, read-only", "mount_setattr(TREE, AT_RECURSIVE); move_mount(TREE, /b)" },
	{ "tmpfs", { .kind = STEP_TMPFS, .tmpfs = { "/t", NULL } }, "mount a tmpfs at /t",
	  "move_mount(TREE, /t)" },
	{ "tmpfs of a size", { .kind = STEP_TMPFS, .tmpfs = { "/t", "50%" } },
	  "mount a tmpfs at /t, of at most 50%", "move_mount(TREE, /t)" },
	{ "devices", { .kind = STEP_DEV, .dev.path = "/dev" }, "mount a small set of devices at /dev",
	  "move_mount(TREE, /dev)" },
	{ "overlay", { .kind = STEP_OVERLAY, .overlay = { "/d", "l", "u", "w", 0 } },
	  "mount an overlay of l at /d, with changes in u", "move_mount(TREE, /d)" },
	{ "symlink", { .kind = STEP_SYMLINK, .symlink = { "/bin", "usr/bin" } },
	  "make /bin a symbolic link to usr/bin", "symlink(usr/bin, /bin)" },
	{ "new file system", { .kind = STEP_NEW_FS, .new_fs = { "/proc", "proc" } },
	  "mount proc at /proc", "move_mount(TREE, /proc)" },
	{ "chroot after mounts", { .kind = STEP_CHROOT_MOUNTS, .chroot_mounts.path = "/r" },
	  "change the root directory to /r", "fchdir(ROOT); chroot(.)" },
	{ "pivot after mounts", { .kind = STEP_PIVOT_MOUNTS, .pivot_mounts.path = "/r" },
	  "make the mount of /r the root mount", "fchdir(ROOT); pivot_root(., .)" },
	{ "close mounts", { .kind = STEP_CLOSE_MOUNTS, .close_mounts.path = "/home" },
	  "close the descriptors of the mounts, and enter /home again", "fchdir(FD)" },
	{ "detach root", { .kind = STEP_DETACH_ROOT }, "detach the old root mount",
	  "umount2(., MNT_DETACH)" },
	{ "chdir", { .kind = STEP_CHDIR, .chdir.path = "/w" }, "change the working directory to /w",
	  "chdir(/w)" },
	{ "sysfs", { .kind = STEP_SYSFS, .sysfs.path = "/sys" },
	  "show the devices of this network namespace in /sys", "mount(sysfs, /sys, sysfs)" },
	{ "etc", { .kind = STEP_ETC, .etc.path = "/etc/netns/a" },
	  "show the files of /etc/netns/a in /etc", "mount(tmpfs, /etc, tmpfs)" },
	{ "set groups", { .kind = STEP_USER_GROUPS, .user_groups.user = "anna", .user_groups.n_groups = 3 },
	  "take the groups of anna", "setgroups(GROUPS)" },
	{ "drop groups", { .kind = STEP_DROP_GROUPS }, "drop the supplementary groups",
	  "setgroups(0)" },
	{ "setgid", { .kind = STEP_SETGID, .setgid.gid = 4294967294 }, "become gid 4294967294",
	  "setresgid(4294967294)" },
	{ "setuid of a target", { .kind = STEP_SETUID, .setuid.pid = 77 },
	  "become uid of process 77", "setresuid(of process 77)" },
	{ "ambient capabilities", { .kind = STEP_AMBIENT_CAPS },
	  "keep the capabilities through exec", "prctl(PR_CAP_AMBIENT_RAISE)" },
	{ "setup", { .kind = STEP_SETUP, .setup.flags = CLONE_NEWPID, .setup.command = "mount -a" },
	  "set up, in a pid namespace that ends with it: mount -a",
	  "clone(CLONE_NEWPID); exec /bin/sh -euc" },
	{ "no user namespaces", { .kind = STEP_DISABLE_USERNS, .disable_userns.limit = "1" },
	  "let the program create no user namespaces",
	  "write(/proc/sys/user/max_user_namespaces, \"1\")" },
	{ "drop", { .kind = STEP_DROP, .drop.flags = CLONE_NEWUSER, .drop.uid = 7, .drop.gid = 8 },
	  "create a second user namespace, and be 7:8 in it",
	  "unshare(CLONE_NEWUSER); write(/proc/self/uid_map, \"7 0 1\")" },
	{ "seccomp", { .kind = STEP_SECCOMP, .seccomp.path = "/f" }, "load the seccomp filter /f",
	  "prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER)" },
	{ "bounding set", { .kind = STEP_CAP_BOUND, .cap_bound.drop = 1 << 5 | 1 << 21 },
	  "take from the bounding set: CAP_KILL, CAP_SYS_ADMIN",
	  "prctl(PR_CAPBSET_DROP, CAP_KILL, CAP_SYS_ADMIN)" },
	{ "fewer capabilities", { .kind = STEP_LIMIT_CAPS, .limit_caps.drop = UINT64_MAX },
	  "change the capabilities; drop: all", "capset()" },
	{ "more capabilities",
	  { .kind = STEP_LIMIT_CAPS, .limit_caps.drop = ~UINT64_C(32), .limit_caps.add = 32 },
	  "change the capabilities; drop: all but CAP_KILL; keep through exec: CAP_KILL", "capset()" },
	{ "close descriptors", { .kind = STEP_CLOSE_FDS },
	  "close all descriptors above 2 when the program starts",
	  "close_range(3, ~0, CLOSE_RANGE_CLOEXEC)" },
	{ "no new privileges", { .kind = STEP_NO_NEW_PRIVS },
	  "gain no privileges by exec from here on", "prctl(PR_SET_NO_NEW_PRIVS, 1)" },
	{ "environment", { .kind = STEP_ENVIRON, .environ.keep = "" }, "clear the environment",
	  "clearenv()" },
	{ "environment with exceptions", { .kind = STEP_ENVIRON, .environ.keep = "A,B" },
	  "clear the environment, except: A,B", "clearenv()" },
	{ "environment of a user",
	  { .kind = STEP_USER_ENVIRON, .user_environ.user = "anna", .user_environ.home = "/home/anna" },
	  "set HOME, USER and LOGNAME for anna", "setenv(HOME, /home/anna)" },
	{ "environment of a target", { .kind = STEP_TAKE_ENVIRON },
	  "take the target's environment", "environ" },
	{ "death signal", { .kind = STEP_DEATH_SIGNAL, .death_signal.signal = SIGKILL },
	  "get SIGKILL when the parent dies", "prctl(PR_SET_PDEATHSIG, SIGKILL)" },
	{ "exec", { .kind = STEP_EXEC, .exec.path = "ls", .exec.argv = ARGV(S("ls"), S("-l")) }, "run ls -l",
	  "execvp(ls)" },
	{ "exec of the shell", { .kind = STEP_EXEC, .exec.path = "/bin/sh", .exec.argv = (char *[]){ NULL } },
	  "run /bin/sh as a login shell", "execvp(/bin/sh)" },
	{ "exec with what a shell would read",
	  { .kind = STEP_EXEC, .exec.path = "p", .exec.argv = ARGV(S("p"), S(""), S("a b"), S("it's"),
							 S("$x"), S("a=b")) },
	  "run p '' 'a b' 'it'\\''s' '$x' a=b", "execvp(p)" },
};

static void says(void **state)
{
	const struct wording *row = *state;
	char text[1024];

	step_describe(&row->step, text, sizeof(text));
	assert_string_equal(text, row->words);
	step_call(&row->step, text, sizeof(text));
	assert_string_equal(text, row->call);
}

/* The tables of step.c have no hole, and this one has them all. */
static void every_kind_is_told(void **state)
{
	(void)state;
	for (int kind = 0; kind < STEP_KINDS; kind++) {
		bool here = false;

		assert_non_null(step_name((enum step_kind)kind));
		for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
			here |= (int)wordings[i].step.kind == kind;
		if (!here)
			fail_msg("no case for %s", step_name((enum step_kind)kind));
	}
}

static bool has_member(enum step_kind kind, const char *name, size_t len)
{
	for (size_t i = 0; i < step_n_members; i++)
		if (step_members[i].kind == kind && strlen(step_members[i].name) == len &&
		    memcmp(step_members[i].name, name, len) == 0)
			return true;
	return false;
}

/* {this|that:TEXT*TEXT}: each is a member of the kind, and each text has its star. */
static void check_template(enum step_kind kind, const char *template)
{
	for (const char *open = strchr(template, '{'); open; open = strchr(open, '{')) {
		size_t len = strcspn(++open, "|:}");

		while (has_member(kind, open, len) && open[len] != '}') {
			const char *end = open + strcspn(open, "|}");

			if (open[len] == ':' && !memchr(open, '*', (size_t)(end - open)))
				fail_msg("%s: no star in '%s'", step_name(kind), template);
			if (*end != '|')
				break;
			open = end + 1;
			len = strcspn(open, "|:}");
		}
		if (!has_member(kind, open, len))
			fail_msg("%s: no member '%.*s'", step_name(kind), (int)len, open);
	}
}

/* Rows of plan/steps.def: texts whose {words} are members, and a member's name is unique. */
static void every_word_is_a_member(void **state)
{
#define CALLS(...) { __VA_ARGS__ }
#define STEP(KIND, id, name, words, calls, ...) { STEP_##KIND, words, calls },
	static const struct {
		enum step_kind kind;
		const char *words;
		struct {
			const char *usual, *inside, *helper, *program;
		} calls;
	} rows[] = {
#include "plan/steps.def"
	};
#undef CALLS

	(void)state;
	assert_int_equal(ARRAY_LEN(rows), STEP_KINDS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const texts[] = { rows[i].words, rows[i].calls.usual,
					      rows[i].calls.inside, rows[i].calls.helper,
					      rows[i].calls.program };

		assert_true(*rows[i].words && *rows[i].calls.usual);
		for (size_t t = 0; t < ARRAY_LEN(texts); t++)
			check_template(rows[i].kind, texts[t] ? texts[t] : "");
	}
	for (size_t i = 1; i < step_n_members; i++) {
		assert_in_range(step_members[i].kind, step_members[i - 1].kind, STEP_KINDS - 1);
		assert_true(step_members[i].name[0]);
	}
}

/* Whether a path lies in another root follows from the steps before. */
static void paths_lie_in_the_root_that_was_entered(void **state)
{
	static const struct {
		struct step before;
		bool inside;
	} rows[] = {
		{ { .kind = STEP_CHROOT }, true },
		{ { .kind = STEP_PIVOT }, true },
		{ { .kind = STEP_ROOT_FD }, true },
		{ { .kind = STEP_ENTER, .enter.flags = CLONE_NEWUTS | CLONE_NEWNS }, true },
		{ { .kind = STEP_ENTER, .enter.flags = CLONE_NEWUTS }, false },
		{ { .kind = STEP_SETNS, .setns.ns = NS_MNT }, true },
		{ { .kind = STEP_SETNS, .setns.ns = NS_NET }, false },
		{ { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWNS }, false },
	};
	static const enum step_kind kinds[] = { STEP_MOUNT, STEP_BINFMT_REGISTER, STEP_CHDIR };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			struct plan plan = { .n = 0 };

			assert_false(plan_add(&plan, kinds[k])->inside);
			*plan_add(&plan, rows[i].before.kind) = rows[i].before;
			assert_int_equal(plan_add(&plan, kinds[k])->inside, rows[i].inside);
			assert_false(plan_add(&plan, STEP_EXEC)->inside);
			plan_free(&plan);
		}
}

static void an_error_names_paths_in_quotes_and_no_options(void **state)
{
	const struct step bind = { .kind = STEP_BIND, .bind = { "/b", "a b", "read-only", 0 } };
	const struct step link = { .kind = STEP_SYMLINK, .symlink = { "/l", "t" } };
	const struct step fs = { .kind = STEP_NEW_FS, .new_fs = { "/p", "proc" } };
	char text[80];

	(void)state;
	assert_string_equal(step_operation(&bind, text, sizeof(text)), "bind 'a b' at '/b'");
	assert_string_equal(step_operation(&link, text, 80), "make '/l' a symbolic link to t");
	assert_string_equal(step_operation(&fs, text, sizeof(text)), "mount proc at '/p'");
}

/* In every size: as much text as fits, terminated, and no byte after it is changed. */
static void fits_into_any_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
		for (size_t size = 1; size < 80; size++) {
			char text[81];

			memset(text, '#', sizeof(text));
			step_describe(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
			step_call(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
			step_operation(&wordings[i].step, text, size);
			assert_true(strlen(text) < size);
			assert_int_equal(text[size], '#');
		}
}

int main(void)
{
	UNIT_ADD_ROWS(says, wordings);
	UNIT_ADD(every_kind_is_told);
	UNIT_ADD(every_word_is_a_member);
	UNIT_ADD(paths_lie_in_the_root_that_was_entered);
	UNIT_ADD(an_error_names_paths_in_quotes_and_no_options);
	UNIT_ADD(fits_into_any_room);
	return unit_run("step");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes xunshare's plan from the request and facts about the caller. Pure. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "ids/maps.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xunshare/rights.h"
#include "xunshare/reports.h"
#include "xunshare/xunshare.h"

#define DEFAULT_BINFMT_DIR "/proc/sys/fs/binfmt_misc"
#define DEFAULT_PROC_DIR "/proc"

static bool wants_ns(const struct xunshare *request, enum ns_type type)
{
	return opt_given(&request->given, OPT_NS + (int)type);
}

int xunshare_flags(const struct xunshare *request)
{
	int flags = 0;

	for (int k = 0; k < NS_COUNT; k++)
		if (wants_ns(request, (enum ns_type)k))
			flags |= ns_types[k].flag;
	return flags;
}

/* Whether the program will not have the variable SHELL, because of --clear-env. */
static bool loses_shell(const struct xunshare *request)
{
	const char *name = request->keep_env ? request->keep_env : "";

	if (!opt_given(&request->given, OPT_CLEAR_ENV))
		return false;
	for (size_t len; *name; name += len + (name[len] == ',')) {
		len = strcspn(name, ",");
		if (len == 5 && strncmp(name, "SHELL", len) == 0)
			return false;
	}
	return true;
}

unsigned xunshare_facts(const struct xunshare *request)
{
	unsigned facts = opt_given(&request->given, OPT_UPLINK) ? CALLER_OUTBOUND : 0;

	if (!request->program[0])
		facts |= loses_shell(request) ? CALLER_LOGIN_SHELL : CALLER_SHELL;
	return facts | maps_facts(&request->users, &request->groups);
}

/* Without privileges a single id needs "deny". With --owner the map is written with privileges. */
static const char *setgroups_word(const struct xunshare *request)
{
	if (request->groups.single != SINGLE_NONE && request->groups.n == 0 &&
	    !opt_given(&request->given, OPT_OWNER))
		return "deny";
	return request->setgroups;
}

/*
 * With --owner, the process has changed its ids, so the files in its /proc directory belong to root
 * (proc(5); PR_SET_DUMPABLE in prctl(2)), and only the helper can write them.
 */
static void add_clock(struct plan *plan, const char *name, int64_t seconds, bool owner)
{
	struct step *step = plan_add(plan, STEP_CLOCK);

	step->clock.clock = name;
	step->clock.seconds = seconds;
	step->by_helper = owner;
}

/*
 * A process inside may write a map of its own single id. Block maps require CAP_SETUID or
 * CAP_SETGID in the parent namespace (user_namespaces(7)), so the helper writes them if its
 * effective uid is 0, and otherwise runs newuidmap(1) or newgidmap(1). With --owner, see
 * add_clock().
 */
static void add_map(struct plan *plan, const struct id_kind *kind, const struct idmap *map,
		    const struct map_request *request, const struct caller *caller, bool owner)
{
	struct step *step;

	if (map->n == 0)
		return;
	step = plan_add(plan, STEP_MAP);
	step->map.ids = kind->name;
	step->map.map = map;
	step->by_helper = request->n > 0 || owner;
	if (step->by_helper && caller->uid != 0)
		step->map.program = kind->program;
}

/* Adds the steps that create the namespaces, up to the fork. */
static void add_namespaces(const struct xunshare *request, const struct caller *caller,
			   const struct user *user, struct plan *plan)
{
	bool owner = opt_given(&request->given, OPT_OWNER);
	bool limited = limits_wanted(&request->given);
	int flags = xunshare_flags(request) & ~(limited ? CLONE_NEWCGROUP : 0);
	struct step *step;

	if (request->limits.scope) {
		step = plan_add(plan, STEP_SCOPE);
		step->scope.argv = request->limits.scope;
		step->scope.self = request->limits.scope_self;
	}
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_PTY);
	if (pins_wanted(request) || request->users.n || request->groups.n || owner ||
	    reports_keep_helper(request))
		plan_add(plan, STEP_HELPER)->helper.stays =
			reports_keep_helper(request) ? "until the program has ended" : NULL;
	reports_add_status(request, plan);
	if (limited)
		limits_plan_make(&request->limits, plan);
	/* Before the fork: the process that waits has no keys that the program lacks. */
	if (rights_leave_keys(request, caller, user, plan))
		plan_add(plan, STEP_KEYRING);
	if (owner) {
		step = plan_add(plan, STEP_OWNER);
		step->owner.uid = request->owner_uid;
		step->owner.gid = request->owner_gid;
	}
	if (flags)
		plan_add(plan, STEP_UNSHARE)->unshare.flags = flags;
	/* Before the group map, after which the kernel refuses "deny" (user_namespaces(7)). */
	if (setgroups_word(request)) {
		step = plan_add(plan, STEP_SETGROUPS_POLICY);
		step->setgroups_policy.policy = setgroups_word(request);
		step->by_helper = owner;
	}
	add_map(plan, &uid_kind, &plan->uid_map, &request->users, caller, owner);
	add_map(plan, &gid_kind, &plan->gid_map, &request->groups, caller, owner);
	/* Before the fork: no process may be in the time namespace yet (time_namespaces(7)). */
	if (opt_given(&request->given, OPT_MONOTONIC))
		add_clock(plan, "monotonic", request->monotonic, owner);
	if (opt_given(&request->given, OPT_BOOTTIME))
		add_clock(plan, "boottime", request->boottime, owner);
	/* unshare(2) puts only children into a new time namespace. Since Linux 6.3 exec puts its
	 * creator there, too; before, only setns(2) does. */
	if ((flags & CLONE_NEWTIME) && !opt_given(&request->given, OPT_FORK))
		plan_add(plan, STEP_ENTER_NEW)->enter_new.ns = NS_TIME;
	if (opt_given(&request->given, OPT_FORK)) {
		step = plan_add(plan, STEP_FORK);
		step->fork.flags =
			(opt_given(&request->given, OPT_FORWARD_SIGNALS) ? FORK_FORWARD : 0) |
			(opt_given(&request->given, OPT_INIT) ? FORK_INIT : 0) |
			(opt_given(&request->given, OPT_KILL_CHILD) ? FORK_DEATH_CHECK : 0);
	}
	if (limited)
		limits_plan_enter(plan, wants_ns(request, NS_CGROUP));
}

static unsigned propagation_flag(const char *word)
{
	static const struct {
		const char *word;
		unsigned flag;
	} words[] = {
		{ "private", MS_PRIVATE },
		{ "shared", MS_SHARED },
		{ "slave", MS_SLAVE },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].flag;
	return 0; /* unchanged */
}

static const char *propagation_word(const struct xunshare *request)
{
	return request->propagation ? request->propagation : "private";
}

static void add_propagation(const struct xunshare *request, struct plan *plan)
{
	unsigned flag = propagation_flag(propagation_word(request));
	struct step *step;

	if (!wants_ns(request, NS_MNT) || !flag)
		return;
	step = plan_add(plan, STEP_PROPAGATION);
	step->propagation.flag = (int)flag;
	step->propagation.word = propagation_word(request);
}

static void add_mount(struct plan *plan, const char *type, const char *path)
{
	struct step *step = plan_add(plan, STEP_MOUNT);

	step->mount.type = type;
	step->mount.path = path;
}

static void add_register(struct plan *plan, const char *dir, const char *line)
{
	struct step *step = plan_add(plan, STEP_BINFMT_REGISTER);

	step->binfmt_register.path = dir;
	step->binfmt_register.line = line;
}

/*
 * Whether the line, ":name:type:offset:magic:mask:interpreter:flags", has the flag F: the kernel
 * then opens the interpreter at registration (Documentation/admin-guide/binfmt-misc.rst), which
 * must precede the change of the root directory.
 */
static bool is_fixed_interpreter(const char *line)
{
	const char *flags = strrchr(line, *line);

	return *line && flags != line && strchr(flags + 1, 'F') != NULL;
}

static void add_mounts(const struct xunshare *request, const char *proc, const char *binfmt,
		       bool early, struct plan *plan)
{
	mounts_add_steps(request, opt_given(&request->given, OPT_MOUNT_PROC) ? proc : NULL,
			 opt_given(&request->given, OPT_MOUNT_BINFMT) ? binfmt : NULL,
			 early ? NULL : request->interpreter, plan);
}

static void add_chdir(const struct xunshare *request, struct plan *plan)
{
	if (request->wd)
		plan_add(plan, STEP_CHDIR)->chdir.path = request->wd;
}

/* Adds the steps that mount, and those that change the root and the working directory. */
static void add_files(const struct xunshare *request, struct plan *plan)
{
	const char *binfmt = request->binfmt_dir ? request->binfmt_dir : DEFAULT_BINFMT_DIR;
	const char *proc = request->proc_dir ? request->proc_dir : DEFAULT_PROC_DIR;
	bool pivot = opt_given(&request->given, OPT_PIVOT);
	bool early =
		request->interpreter && request->root && is_fixed_interpreter(request->interpreter);

	if (early) {
		add_mount(plan, "binfmt_misc", DEFAULT_BINFMT_DIR);
		add_register(plan, DEFAULT_BINFMT_DIR, request->interpreter);
	}
	if (request->mounts.n) {
		add_mounts(request, proc, binfmt, early, plan);
		return;
	}
	/* Without this, the new proc would propagate to the peer group's other mount namespaces. */
	if (opt_given(&request->given, OPT_MOUNT_PROC) && !request->root &&
	    propagation_flag(propagation_word(request)) != MS_PRIVATE)
		plan_add(plan, STEP_PRIVATE_PROC)->private_proc.path = proc;
	if (request->root && pivot)
		plan_add(plan, STEP_PIVOT)->pivot.path = request->root;
	else if (request->root)
		plan_add(plan, STEP_CHROOT)->chroot.path = request->root;
	if (!pivot)
		add_chdir(request, plan);
	/* With --pivot, before the old root is detached: in a user namespace the kernel allows a
	 * new proc only if another is fully visible (mount_too_revealing() in fs/namespace.c). */
	if (opt_given(&request->given, OPT_MOUNT_PROC))
		add_mount(plan, "proc", proc);
	if (opt_given(&request->given, OPT_MOUNT_BINFMT))
		add_mount(plan, "binfmt_misc", binfmt);
	if (request->interpreter && !early)
		add_register(plan, binfmt, request->interpreter);
	/* Before that, the old root is mounted over the new one, and ".." leads to it. */
	if (pivot) {
		plan_add(plan, STEP_DETACH_ROOT);
		add_chdir(request, plan);
	}
}

static void add_ids(const struct xunshare *request, const struct drop *drop,
		    const struct user *user, struct plan *plan)
{
	bool user_ns = wants_ns(request, NS_USER);
	bool keep_caps = (opt_given(&request->given, OPT_KEEP_CAPS) && user_ns) ||
			 rights_keep_caps(&drop->rights);

	drop_add_before_ids(request, drop, plan);
	if (user)
		rights_add_user(user, keep_caps, plan);
	if (opt_given(&request->given, OPT_SETGID)) {
		plan_add(plan, STEP_DROP_GROUPS);
		plan_add(plan, STEP_SETGID)->setgid.gid = request->gid;
	}
	if (opt_given(&request->given, OPT_SETUID)) {
		struct step *step = plan_add(plan, STEP_SETUID);

		step->setuid.uid = request->uid;
		step->setuid.keep_caps = keep_caps;
	}
	drop_add_after_ids(drop, plan);
	/* Without a new user namespace the process gains no capabilities that exec would clear. */
	if (opt_given(&request->given, OPT_KEEP_CAPS) && user_ns)
		plan_add(plan, STEP_AMBIENT_CAPS);
}

static void add_program(const struct xunshare *request, const struct caller *caller,
			const struct drop *drop, const struct user *user, struct plan *plan)
{
	bool init = opt_given(&request->given, OPT_INIT);
	struct step *step;

	/* With --init the signal goes to the init, whose parent waits outside. */
	if (init && opt_given(&request->given, OPT_KILL_CHILD))
		plan_add(plan, STEP_DEATH_SIGNAL)->death_signal.signal = request->kill_signal;
	drop_add_setups(request, plan);
	if (init)
		plan_add(plan, STEP_INIT);
	add_ids(request, drop, user, plan);
	if (opt_given(&request->given, OPT_CLEAR_ENV))
		plan_add(plan, STEP_ENVIRON)->environ.keep =
			request->keep_env ? request->keep_env : "";
	if (user)
		rights_add_home(user, plan);
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_TERMINAL);
	/* After the change of ids, which clears the signal (PR_SET_PDEATHSIG in prctl(2)). */
	if (opt_given(&request->given, OPT_KILL_CHILD) && !init)
		plan_add(plan, STEP_DEATH_SIGNAL)->death_signal.signal = request->kill_signal;
	if (opt_given(&request->given, OPT_NO_NEW_PRIVS))
		plan_add(plan, STEP_NO_NEW_PRIVS);
	reports_add(request, plan);
	if (request->seccomp)
		plan_add(plan, STEP_SECCOMP)->seccomp.path = request->seccomp;
	step = plan_add(plan, STEP_EXEC);
	step->exec.argv = request->program;
	step->exec.path = request->program[0] ? request->program[0] : caller->shell;
}

static int build_maps(const struct xunshare *request, const struct caller *caller,
		      struct plan *plan, struct diag *diag)
{
	bool owner = opt_given(&request->given, OPT_OWNER);
	int rc;

	rc = maps_build(&uid_kind, &request->users, owner ? request->owner_uid : caller->uid,
			caller, &plan->uid_map, diag);
	if (rc == 0)
		rc = maps_build(&gid_kind, &request->groups,
				owner ? request->owner_gid : caller->gid, caller, &plan->gid_map,
				diag);
	return rc;
}

int xunshare_plan(const struct xunshare *request, const struct caller *caller,
		  const struct user *user, struct plan *plan, struct diag *diag)
{
	struct drop drop;
	int rc = build_maps(request, caller, plan, diag);

	if (rc == 0)
		rc = mounts_check_order(request, diag);
	if (rc == 0)
		rc = drop_decide(request, caller, plan, &drop, diag);
	if (rc == 0)
		rc = xunshare_check_uplink(request, caller, plan, diag);
	if (rc < 0)
		return rc;
	add_namespaces(request, caller, user, plan);
	/* The mount of a set would otherwise appear inside, too. */
	if (request->pin_set)
		add_propagation(request, plan);
	pins_add(request, xunshare_flags(request), plan);
	if (opt_given(&request->given, OPT_UP))
		plan_add(plan, STEP_LOOPBACK);
	rc = xunshare_add_uplink(request, caller, plan, diag);
	if (rc < 0)
		return rc;
	if (request->hostname)
		plan_add(plan, STEP_HOSTNAME)->hostname.name = request->hostname;
	if (!request->pin_set)
		add_propagation(request, plan);
	add_files(request, plan);
	xunshare_add_resolver(request, plan);
	add_program(request, caller, &drop, user, plan);
	return 0;
}

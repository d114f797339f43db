/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a namespace of others could not be entered, or its process not be looked into. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

/* The namespace at fault: what is wanted, and whether we are in it. */
struct refused_ns {
	enum ns_type type;
	int fd;    /* -1: it cannot even be opened */
	int owned; /* the same, or -1 if it is the refusal's */
	bool ours;
};

static void close_refused(struct refused_ns *refused)
{
	cleanup_close(&refused->owned);
}
#define _cleanup_refused_ __attribute__((cleanup(close_refused)))

static void open_refused(const struct search *search, enum ns_type type, struct refused_ns *ret)
{
	const struct refusal *refusal = search->refusal;
	const struct ns_type_info *info = &ns_types[type];
	_cleanup_close_ int own = -1;

	*ret = (struct refused_ns){ .type = type, .fd = refusal->fd, .owned = -1 };
	if (refusal->target)
		ret->fd = ret->owned = target_open_ns(refusal->target, type);
	/* A pid namespace that was entered is that of the children (setns(2)). */
	own = proc_open_ns(search->self, type == NS_PID ? info->for_children : info->name);
	if (ret->fd < 0 || own < 0 || nsref_same(ret->fd, own, &ret->ours) < 0)
		ret->ours = false;
}

/* Our rights do not reach it (ioctl_nsfs(2), EPERM), so we have started in it, not entered it. */
static bool is_out_of_reach(const struct refused_ns *refused)
{
	_cleanup_close_ int owner = sys_ioctl(refused->fd, NS_GET_USERNS, NULL);

	return owner == -EPERM;
}

/*
 * Those before it have been entered, so it is the first that we are not in, or cannot be in by our
 * own doing; in the order of apply/enter.c, the user namespace first. Where that is none, the user
 * namespace, which has an errno value of its own, or the only one.
 */
static bool find_refused(const struct search *search, struct refused_ns *ret)
{
	int flags = search->refusal->flags;
	bool user = flags & CLONE_NEWUSER && search->refusal->err == EINVAL;
	enum ns_type only = user ? NS_USER : ns_by_flag(flags);

	for (int i = -1; i < NS_COUNT; i++) {
		enum ns_type type = i < 0 ? NS_USER : (enum ns_type)i;

		if (!(flags & ns_types[type].flag))
			continue;
		open_refused(search, type, ret);
		if (!ret->ours || (type != NS_USER && is_out_of_reach(ret)))
			return true;
		close_refused(ret);
	}
	if (only != NS_NONE)
		open_refused(search, only, ret);
	return only != NS_NONE;
}

/* --- whose programs would be run --------------------------------------------------------------- */

/*
 * In the mounts, or below the root, of another user namespace its owner chooses what a name runs. Root
 * may run that only as a member of the namespace, with its ids.
 */
static const char *as_root(bool runs_theirs)
{
	return runs_theirs ? "as root with --user (-U) too" : "as root";
}

/* --- looking into a process ------------------------------------------------------------------- */

/*
 * ptrace(2), "Ptrace access mode checking": the same ids and a dumpable process, or CAP_SYS_PTRACE
 * in its user namespace.
 */
static bool explain_access(const struct target *target, bool theirs, struct finding *ret)
{
	int pid = (int)target->pid;
	struct stat st, file;
	int rc = sys_fstat(target->dir, &st);

	/* proc(5), hidepid=2: one may know the directory, but not look at it. */
	if (rc == -ENOENT) {
		cause_why(ret, HIDING_PROC);
		cause_remedy(ret, HIDING_PROC_REMEDY, pid);
	}
	if (rc < 0)
		return rc == -ENOENT;
	if (target->foreign_proc) {
		cause_why(ret, FOREIGN_PROC);
		cause_remedy(ret, FOREIGN_PROC_REMEDY);
		return true;
	}
	if (st.st_uid != sys_geteuid()) {
		cause_why(ret, "process %d belongs to uid %u, and this one to uid %u", pid,
			  (unsigned)st.st_uid, (unsigned)sys_geteuid());
		cause_remedy(ret, "run it as that user, or %s", as_root(theirs));
		return true;
	}
	/* proc(5): the files of a process that is not dumpable belong to root. */
	if (sys_fstatat(target->dir, "environ", &file, 0) == 0 && file.st_uid != st.st_uid)
		cause_why(ret,
			  "process %d does not let others look into it: it has changed its ids, "
			  "or asked for that (PR_SET_DUMPABLE)",
			  pid);
	else
		cause_why(ret,
			  "process %d has capabilities or groups that this one lacks, is in a user "
			  "namespace that is not below ours, or is guarded by a security module",
			  pid);
	if (theirs)
		cause_remedy(ret, "run it %s, outside", as_root(theirs));
	else
		cause_remedy(ret, "run it as root outside");
	return true;
}

static bool find_access(struct search *search, struct finding *ret)
{
	return search->refusal->target &&
	       explain_access(search->refusal->target, search->refusal->runs_theirs, ret);
}

void cause_explain_target(const struct target *target, bool theirs, struct diag *diag)
{
	struct finding found = { .types = 0 };

	if ((diag->err == EACCES || diag->err == EPERM) && target->dir >= 0 &&
	    explain_access(target, theirs, &found))
		diag_hint(diag, "%s; %s", found.why, found.remedy);
}

/* --- entering --------------------------------------------------------------------------------- */

/* unshare's and xunshare's own process: its child is the one that was meant. */
static bool find_waiting_parent(struct search *search, struct finding *ret)
{
	const struct target *target = search->refusal->target;
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };
	pid_t child;

	if (!target || !find_refused(search, &refused) || refused.type != NS_PID ||
	    !target_starts_elsewhere(target, &child))
		return false;
	cause_why(ret, "process %d is not in the pid namespace that was made for its children",
		  (int)target->pid);
	if (child)
		cause_remedy(ret, "enter its child: --target %d", (int)child);
	return true;
}

static bool find_own(struct search *search, struct finding *ret)
{
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };

	if (!find_refused(search, &refused) || !refused.ours)
		return false;
	if (refused.type == NS_USER)
		cause_why(ret,
			  "we are in this user namespace already, and a process cannot enter its "
			  "own again");
	else
		cause_why(ret,
			  "we are in this %s namespace already, and only CAP_SYS_ADMIN lets a "
			  "process enter its own again",
			  ns_types[refused.type].label);
	/* Of the options for user namespaces this comes last, and replaces what --user takes. */
	if (search->refusal->path && strcmp(search->refusal->path, "--user-parent") == 0)
		cause_remedy(ret, "leave out --user-parent");
	else
		cause_remedy(ret, "leave out --%s", ns_types[refused.type].option);
	return true;
}

/* pidns_install() in kernel/pid_namespace.c: our own one, or one below it. */
static bool find_pid_ns_outside(struct search *search, struct finding *ret)
{
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };

	if (!find_refused(search, &refused) || refused.type != NS_PID || refused.ours)
		return false;
	cause_why(ret,
		  "this pid namespace is not below the one of this process, and from inside one no "
		  "other can be entered");
	cause_remedy(ret, "run it in a pid namespace further out, or leave out --pid");
	return true;
}

/* A library that was put into the process (ld.so(8), LD_PRELOAD) may have started some. */
static bool find_threads(struct search *search, struct finding *ret)
{
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };
	char threads[16];

	if (!fact_status(search, "Threads", threads, sizeof(threads)) ||
	    strcmp(threads, "1") == 0 || !find_refused(search, &refused) ||
	    (refused.type != NS_USER && refused.type != NS_TIME))
		return false;
	cause_why(ret,
		  "this process has %s threads, and only one with a single thread may enter a %s "
		  "namespace",
		  threads, ns_types[refused.type].label);
	if (getenv("LD_PRELOAD"))
		cause_remedy(ret, "run it without LD_PRELOAD");
	return true;
}

/* No descriptor has the number -1, so without a filter the answer is EBADF. */
static bool find_filtered_setns(struct search *search, struct finding *ret)
{
	(void)search;
	if (sys_setns(-1, 0) == -EBADF)
		return false;
	blame_filter(ret, "setns(2)", "");
	return true;
}

/* A user namespace of our own making, below the one that we are in. */
static bool is_owner_ours(const struct search *search, const struct refused_ns *refused)
{
	_cleanup_close_ int owner = sys_ioctl(refused->fd, NS_GET_USERNS, NULL);
	_cleanup_close_ int own = proc_open_ns(search->self, ns_types[NS_USER].name);
	bool same = true;
	uid_t uid;

	return owner >= 0 && own >= 0 && nsref_same(owner, own, &same) == 0 && !same &&
	       sys_ioctl(owner, NS_GET_OWNER_UID, &uid) == 0 && uid == sys_geteuid();
}

/* The user namespace that we are in. */
static bool is_owned_here(const struct search *search, const struct refused_ns *refused)
{
	_cleanup_close_ int owner = sys_ioctl(refused->fd, NS_GET_USERNS, NULL);
	_cleanup_close_ int own = proc_open_ns(search->self, ns_types[NS_USER].name);
	bool same = false;

	return owner >= 0 && own >= 0 && nsref_same(owner, own, &same) == 0 && same;
}

/* What setns(2) wants in our own user namespace, whoever owns the other one. */
static bool find_own_capability(struct search *search, struct finding *ret)
{
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };
	unsigned cap = CAP_SYS_ADMIN;

	if (!find_refused(search, &refused) || refused.type == NS_USER)
		return false;
	if (refused.type == NS_MNT && fact_capability(search, CAP_SYS_CHROOT) == 0 &&
	    fact_capability(search, CAP_SYS_ADMIN) == 1)
		cap = CAP_SYS_CHROOT;
	if (fact_capability(search, cap) != 0)
		return false;
	cause_why(ret, "it needs %s, which this process does not have", fact_capability_name(cap));
	if (is_owner_ours(search, &refused) && !(search->refusal->flags & CLONE_NEWUSER))
		cause_remedy(ret, "enter the user namespace that owns it too: --user");
	else
		cause_remedy(
			ret, "run it %s",
			as_root(search->refusal->runs_theirs && !is_owned_here(search, &refused)));
	return true;
}

static bool find_foreign_owner(struct search *search, struct finding *ret)
{
	_cleanup_refused_ struct refused_ns refused = { .owned = -1 };
	_cleanup_close_ int owner = -1;
	const char *label;
	uid_t uid;

	if (!find_refused(search, &refused))
		return false;
	label = ns_types[refused.type].label;
	/* ioctl_nsfs(2): EPERM for what is not below our own user namespace. */
	owner = sys_ioctl(refused.fd, refused.type == NS_USER ? NS_GET_PARENT : NS_GET_USERNS, NULL);
	if (owner == -EPERM) {
		if (refused.type == NS_USER)
			cause_why(ret,
				  "it is not below our own user namespace, which is left only by "
				  "ending");
		else
			cause_why(ret,
				  "this %s namespace belongs to a user namespace that is not below "
				  "our own",
				  label);
		cause_remedy(ret, "run it from outside");
		return true;
	}
	if (owner < 0 ||
	    sys_ioctl(refused.type == NS_USER ? refused.fd : owner, NS_GET_OWNER_UID, &uid) < 0)
		return false;
	cause_why(ret, "this %s namespace belongs to %s of uid %u", label,
		  refused.type == NS_USER ? "a process" : "a user namespace", (unsigned)uid);
	cause_remedy(ret, "run it as that user, or %s", as_root(search->refusal->runs_theirs));
	return true;
}

const struct cause enter_causes[] = {
	{ "access", { EACCES }, find_access },
	{ "seccomp", { 0 }, find_filtered_setns },
	{ "threads", { EINVAL, EUSERS }, find_threads },
	{ "waiting-parent", { EPERM, EINVAL }, find_waiting_parent },
	{ "own-namespace", { EPERM, EINVAL }, find_own },
	{ "pid-namespace-outside", { EINVAL }, find_pid_ns_outside },
	{ "capability", { EPERM }, find_own_capability },
	{ "foreign-owner", { EPERM }, find_foreign_owner },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to enter an existing namespace, or to read a file of its process. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "base/text.h"
#include "cause/internal.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

/* The namespace that could not be entered. */
struct failed_ns {
	enum ns_type type;
	int fd;    /* -1 if it cannot be opened */
	int owned; /* the same descriptor if this struct owns it, otherwise -1 */
	bool ours; /* this process is in it already */
};

static void close_failed(struct failed_ns *failed)
{
	cleanup_close(&failed->owned);
}
#define _cleanup_failed_ __attribute__((cleanup(close_failed)))

static void open_failed(const struct search *search, enum ns_type type, struct failed_ns *ret)
{
	const struct refusal *refusal = search->refusal;
	const struct ns_type_info *info = &ns_types[type];
	_cleanup_close_ int own = -1;

	*ret = (struct failed_ns){ .type = type, .fd = refusal->fd, .owned = -1 };
	if (refusal->target)
		ret->fd = ret->owned = target_open_ns(refusal->target, type);
	/* setns(2) into a pid namespace changes only the pid namespace of later children. */
	own = proc_open_ns(search->self, type == NS_PID ? info->for_children : info->name);
	if (ret->fd < 0 || own < 0 || nsref_same(ret->fd, own, &ret->ours) < 0)
		ret->ours = false;
}

/* Whether a user namespace above ours owns it (ioctl_nsfs(2), NS_GET_USERNS, EPERM). We cannot have
 * entered such a namespace, so we were started in it. */
static bool is_out_of_reach(const struct failed_ns *failed)
{
	_cleanup_close_ int owner = sys_ioctl(failed->fd, NS_GET_USERNS, NULL);

	return owner == -EPERM;
}

/*
 * Finds the namespace that could not be entered. apply/enter.c enters the user namespace first,
 * then the others in order, so it is the first that we are not in, or were started in. If there is
 * none, it is the first requested, or for EINVAL the user namespace, which we are in (setns(2)).
 */
static bool find_failed(const struct search *search, struct failed_ns *ret)
{
	int flags = search->refusal->flags;
	bool user = flags & CLONE_NEWUSER && search->refusal->err == EINVAL;
	enum ns_type only = user ? NS_USER : NS_NONE;

	for (int i = -1; i < NS_COUNT; i++) {
		enum ns_type type = i < 0 ? NS_USER : (enum ns_type)i;

		if (!(flags & ns_types[type].flag))
			continue;
		open_failed(search, type, ret);
		if (!ret->ours || (type != NS_USER && is_out_of_reach(ret)))
			return true;
		close_failed(ret);
		if (only == NS_NONE)
			only = type;
	}
	if (only != NS_NONE)
		open_failed(search, only, ret);
	return only != NS_NONE;
}

/* --- entering --------------------------------------------------------------------------------- */

/* The target is the unshare process itself, which stays outside; the user means its child. */
static bool find_waiting_parent(struct search *search, struct finding *ret)
{
	const struct target *target = search->refusal->target;
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };
	pid_t child;

	if (!target || !find_failed(search, &failed) || failed.type != NS_PID ||
	    !target_starts_elsewhere(target, &child))
		return false;
	cause_why(ret,
		  "process %d is not in the pid namespace that it has created for its children",
		  (int)target->pid);
	if (child)
		cause_remedy(ret, "enter its child: --target %d", (int)child);
	return true;
}

/* Entering a mount namespace requires CAP_SYS_CHROOT, too (mntns_install(), fs/namespace.c). */
static uint64_t needs_of(const struct search *search, enum ns_type type)
{
	return search->needs | (type == NS_MNT ? UINT64_C(1) << CAP_SYS_CHROOT : 0);
}

/* Writes the options of the types that we are in, "--net --uts"; returns their CLONE_NEW*. */
static int own_options(const struct search *search, char *buf, size_t size)
{
	int own = 0;

	buf[0] = '\0';
	for (int k = 0; k < NS_COUNT; k++) {
		_cleanup_failed_ struct failed_ns failed = { .owned = -1 };

		if (!(search->refusal->flags & ns_types[k].flag) || k == NS_USER)
			continue;
		open_failed(search, (enum ns_type)k, &failed);
		if (!failed.ours)
			continue;
		own |= ns_types[k].flag;
		text_join(buf, size, " ", "--%s", ns_types[k].option);
	}
	return own;
}

static void explain_own(const struct search *search, const struct failed_ns *failed,
			struct finding *ret)
{
	uint64_t needs = needs_of(search, failed->type), missing = rights_missing(search, needs);
	char options[128], words[64], labels[128];
	int own = own_options(search, options, sizeof(options));

	/* If none is missing, another user namespace owns it. */
	rights_name(missing ? missing : needs, words, sizeof(words));
	if (ns_by_flag(own) != NS_NONE || !own) {
		cause_why(ret,
			  "this process is in this %s namespace already, and a process enters its own again "
			  "only with %s",
			  ns_types[failed->type].label, words);
		return;
	}
	ns_labels(own, labels, sizeof(labels));
	cause_why(ret,
		  "this process is in these namespaces already: %s, and a process enters its own again only "
		  "with %s",
		  labels, words);
	cause_remedy(ret, "leave out %s%s", options,
		     (search->refusal->flags & ~CLONE_NEWUSER) == own ?
			     ", which leaves nothing to enter" : "");
}

static bool find_own(struct search *search, struct finding *ret)
{
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };

	if (!find_failed(search, &failed) || !failed.ours)
		return false;
	if (failed.type == NS_USER)
		cause_why(ret,
			  "this process is in this user namespace already, and a process cannot "
			  "enter its own again");
	else
		explain_own(search, &failed, ret);
	/* Of the options for user namespaces this comes last, and replaces what --user takes. */
	if (search->refusal->path && strcmp(search->refusal->path, "--user-parent") == 0)
		cause_remedy(ret, "leave out --user-parent");
	else if (!ret->remedy[0])
		cause_remedy(ret, "leave out --%s", ns_types[failed.type].option);
	return true;
}

/* A process may enter only its own pid namespace or a descendant (pidns_install() in
 * kernel/pid_namespace.c). */
static bool find_pid_ns_outside(struct search *search, struct finding *ret)
{
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };

	if (!find_failed(search, &failed) || failed.type != NS_PID || failed.ours)
		return false;
	cause_why(ret,
		  "this pid namespace is not below that of this process, and a process can enter "
		  "only those below its own");
	cause_remedy(ret, "run it in an outer pid namespace, or leave out --pid");
	return true;
}

/* We start no threads before an entry, but a preloaded library may (ld.so(8), LD_PRELOAD). */
static bool find_threads(struct search *search, struct finding *ret)
{
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };
	char threads[16];

	if (!fact_status(search, "Threads", threads, sizeof(threads)) ||
	    strcmp(threads, "1") == 0 || !find_failed(search, &failed) ||
	    (failed.type != NS_USER && failed.type != NS_TIME))
		return false;
	cause_why(ret,
		  "this process has %s threads, and only a process with a single thread may enter "
		  "a %s namespace",
		  threads, ns_types[failed.type].label);
	if (getenv("LD_PRELOAD"))
		cause_remedy(ret, "run it without LD_PRELOAD");
	return true;
}

/* The descriptor -1 does not exist, so without a filter setns(2) fails with EBADF. */
static bool find_filtered_setns(struct search *search, struct finding *ret)
{
	if (sys_setns(-1, 0) == -EBADF)
		return false;
	blame_filter(search, "setns(2)", "", ret);
	return true;
}

/* Whether the namespace's owner is a user namespace below ours that our uid has created. */
static bool is_owner_ours(const struct search *search, const struct failed_ns *failed)
{
	_cleanup_close_ int owner = sys_ioctl(failed->fd, NS_GET_USERNS, NULL);
	_cleanup_close_ int own = proc_open_ns(search->self, ns_types[NS_USER].name);
	bool same = true;
	uid_t uid;

	return owner >= 0 && own >= 0 && nsref_same(owner, own, &same) == 0 && !same &&
	       sys_ioctl(owner, NS_GET_OWNER_UID, &uid) == 0 && uid == sys_geteuid();
}

/* Whether the namespace's owner is the user namespace that we are in. */
static bool is_owned_here(const struct search *search, const struct failed_ns *failed)
{
	_cleanup_close_ int owner = sys_ioctl(failed->fd, NS_GET_USERNS, NULL);
	_cleanup_close_ int own = proc_open_ns(search->self, ns_types[NS_USER].name);
	bool same = false;

	return owner >= 0 && own >= 0 && nsref_same(owner, own, &same) == 0 && same;
}

/* setns(2) requires CAP_SYS_ADMIN also in our own user namespace, and for a mount namespace
 * CAP_SYS_CHROOT. */
static bool find_own_capability(struct search *search, struct finding *ret)
{
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };
	bool theirs;
	uint64_t missing;

	if (!find_failed(search, &failed) || failed.type == NS_USER)
		return false;
	missing = rights_missing(search, needs_of(search, failed.type));
	if (!missing)
		return false;
	theirs = search->refusal->runs_theirs && !is_owned_here(search, &failed);
	rights_explain(search, missing, theirs ? "as root with --user (-U) too" : "as root", ret);
	if (is_owner_ours(search, &failed) && !(search->refusal->flags & CLONE_NEWUSER))
		cause_remedy(ret, "enter the user namespace that owns it too: %s",
			     search->refusal->target ? "--user" : "xnsenter --user-parent");
	return true;
}

/*
 * Whether the kernel cannot enter all namespaces of a process in one call (Linux 5.8, setns(2)). A
 * later one refuses this call for the same reason as the one that failed, and not its argument.
 */
static bool lacks_joint_entry(const struct search *search, const struct failed_ns *failed)
{
	const struct target *target = search->refusal->target;
	enum ns_type other = failed->type == NS_UTS ? NS_IPC : NS_UTS;

	if (!target || !(search->refusal->flags & CLONE_NEWUSER) || failed->type == NS_USER)
		return false;
	return target->pidfd < 0 || sys_setns(target->pidfd, ns_types[failed->type].flag |
								     ns_types[other].flag) == -EINVAL;
}

static bool find_foreign_owner(struct search *search, struct finding *ret)
{
	_cleanup_failed_ struct failed_ns failed = { .owned = -1 };
	_cleanup_close_ int owner = -1;
	const char *label;
	uid_t uid;

	if (!find_failed(search, &failed))
		return false;
	label = ns_types[failed.type].label;
	/* EPERM: the result would not be our user namespace or one below it (ioctl_nsfs(2)). */
	owner = sys_ioctl(failed.fd, failed.type == NS_USER ? NS_GET_PARENT : NS_GET_USERNS, NULL);
	if (owner == -EPERM) {
		if (failed.type == NS_USER)
			cause_why(ret,
				  "it is not below the user namespace of this process, which a "
				  "process cannot leave");
		else
			cause_why(ret,
				  "this %s namespace belongs to a user namespace that is not below "
				  "that of this process",
				  label);
		/* xunshare --drop makes such processes. */
		if (lacks_joint_entry(search, &failed))
			cause_remedy(ret, "run it as root: an ordinary user can enter both only by "
					  "one call, which Linux 5.8 introduced");
		else
			cause_remedy(ret, "run it from outside");
		return true;
	}
	if (owner < 0 ||
	    sys_ioctl(failed.type == NS_USER ? failed.fd : owner, NS_GET_OWNER_UID, &uid) < 0)
		return false;
	cause_why(ret, "this %s namespace belongs to %s of uid %u", label,
		  failed.type == NS_USER ? "a process" : "a user namespace", (unsigned)uid);
	rights_remedy_of_user(search, search->needs, uid, search->refusal->runs_theirs, ret);
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

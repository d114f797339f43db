/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to create a namespace, or a process in it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "base/kernel.h"
#include "cause/internal.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* A new user namespace has this limit (ucount_max[] in kernel/user_namespace.c), and in effect
 * those of its ancestors. */
enum { UNLIMITED = INT_MAX };

/* MAX_PID_NS_LEVEL in include/linux/pid_namespace.h, which does not count the initial namespace. */
enum { PID_LEVELS = 32 };

/* A kernel without the type has no file for it in /proc/PID/ns (namespaces(7)). */
static bool find_missing_type(struct search *search, struct finding *ret)
{
	for (int k = 0; k < NS_COUNT; k++) {
		const struct ns_type_info *info = &ns_types[k];
		char path[32], link[64];

		snprintf(path, sizeof(path), "ns/%s", info->name);
		if (!(search->refusal->flags & info->flag) || search->self < 0 ||
		    sys_readlinkat(search->self, path, link, sizeof(link)) != -ENOENT)
			continue;
		ret->replaces_error = true;
		cause_why(ret, "this kernel has no %s namespaces (%s%sLinux %s)", info->label,
			  info->config ? info->config : "", info->config ? ", " : "", info->since);
		return true;
	}
	return false;
}

static bool has_left_pid_ns(const struct search *search)
{
	char own[64], children[64];

	if (!fact_ns(search, "pid", own, sizeof(own)))
		return false;
	/* The link cannot be read until the new namespace has its first process. */
	return !fact_ns(search, "pid_for_children", children, sizeof(children)) ||
	       strcmp(own, children) != 0;
}

/* A process whose children will be in another pid namespace cannot create one (EINVAL,
 * copy_pid_ns() in kernel/pid_namespace.c). */
static bool find_left_pid_ns(struct search *search, struct finding *ret)
{
	if (!(search->refusal->flags & CLONE_NEWPID) || !has_left_pid_ns(search))
		return false;
	cause_why(ret, "this process already starts its children in another pid namespace than its "
		       "own");
	cause_remedy(ret, "add --fork to the command that made or entered that one");
	return true;
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		text += strcspn(text, " \t");
		n++;
	}
	return n;
}

/* NSpid has a PID for each level, from the pid namespace of this /proc on (proc(5)). If that is not
 * the initial one, the process is deeper than NSpid shows. */
static bool is_at_the_last_pid_level(const struct search *search)
{
	char pids[1024];

	return fact_status(search, "NSpid", pids, sizeof(pids)) && count_words(pids) > PID_LEVELS;
}

/* User namespaces have the same limit (create_user_ns() in kernel/user_namespace.c). */
static const char *or_too_deep(enum ns_type type)
{
	return type == NS_USER || type == NS_PID ? ", or they are nested 32 deep" : "";
}

static void describe_limit(const struct search *search, enum ns_type type, long long limit,
			   struct finding *ret)
{
	const struct ns_type_info *info = &ns_types[type];

	if (fact_is_initial_user_ns(search)) {
		/* The initial user namespace has no ancestors with limits, and depth 0. */
		cause_why(ret, "all %lld %s namespaces that user.%s allows each user are in use%s",
			  limit, info->label, info->sysctl,
			  type == NS_PID ? or_too_deep(type) : "");
		cause_command(ret, REMEDY_SET_LIMIT, info->sysctl, 2 * limit);
	} else if (limit >= UNLIMITED) {
		cause_why(ret, "user.%s of a user namespace above this one is used up or 0%s",
			  info->sysctl, or_too_deep(type));
		cause_command(ret, REMEDY_LOOK_AT_LIMIT, info->sysctl);
	} else {
		cause_why(ret,
			  "user.%s is used up: %lld here, or less in a user namespace above "
			  "this one%s",
			  info->sysctl, limit, or_too_deep(type));
		cause_command(ret, REMEDY_LOOK_AT_LIMITS, info->sysctl);
	}
}

static bool find_limit(struct search *search, struct finding *ret)
{
	enum ns_type type = search_type(search);
	const struct ns_type_info *info;
	char path[64];
	long long limit;

	if (type == NS_NONE)
		return false;
	info = &ns_types[type];
	if (type == NS_PID && is_at_the_last_pid_level(search)) {
		snprintf(ret->cause, sizeof(ret->cause), "depth");
		cause_why(ret,
			  "pid namespaces are nested %d deep already, and the kernel allows no "
			  "more",
			  PID_LEVELS);
		return true;
	}
	snprintf(path, sizeof(path), "user/%s", info->sysctl);
	if (!fact_number(search, path, &limit)) {
		cause_why(ret, "user.%s is used up, here or in a user namespace above%s",
			  info->sysctl, or_too_deep(type));
	} else if (limit == 0) {
		cause_why(ret, "user.%s is 0", info->sysctl);
		if (fact_is_initial_user_ns(search))
			cause_command(ret, REMEDY_SET_LIMIT, info->sysctl, 15000LL);
		else
			cause_command(ret, REMEDY_SET_LIMIT_HERE, info->sysctl, 15000LL);
	} else {
		describe_limit(search, type, limit, ret);
	}
	return true;
}

/*
 * The types that a seccomp filter refuses. unshare(2) does not know the flag 0x1, and checks the
 * flags first (EINVAL), so any other result comes from a filter that looks at the flags.
 */
static int filtered_types(int flags)
{
	int filtered = 0;

	for (int k = 0; k < NS_COUNT; k++) {
		int flag = flags & ns_types[k].flag;
		int err = flag ? probe_unshare(flag | 0x1) : EINVAL;

		if (err >= 0 && err != EINVAL)
			filtered |= flag;
	}
	return filtered;
}

static bool find_filter(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	int filtered;

	if (search_type(search) == NS_NONE)
		return false;
	/* The kernel treats both calls alike, so only a filter refuses one of them. */
	if (refusal->operation == STEP_SETUP && (refusal->err == EPERM || refusal->err == ENOSYS) &&
	    probe_unshare(refusal->flags) == 0) {
		blame_filter(search, "clone(2) here", "", ret);
		return true;
	}
	filtered = filtered_types(refusal->flags);
	if (!(filtered & search->types))
		return false;
	search->types = filtered;
	blame_filter(search, "unshare(2) here", "; in a systemd unit: see RestrictNamespaces=",
		     ret);
	return true;
}

static bool is_mapped(const struct search *search, const char *kind, uint32_t id)
{
	struct idmap map;
	uint32_t outer;
	bool mapped;

	if (!fact_map(search, kind, &map))
		return true; /* unknown, so not a cause */
	mapped = idmap_outer(&map, id, &outer);
	idmap_free(&map);
	return mapped;
}

/* The caller's ids must be mapped in its user namespace (create_user_ns() in
 * kernel/user_namespace.c). */
static bool find_unmapped_caller(struct search *search, struct finding *ret)
{
	bool user = is_mapped(search, "uid", sys_geteuid());
	bool group = is_mapped(search, "gid", sys_getegid());
	const char *kind = user ? "gid" : "uid";
	char map[256];

	if (search_type(search) != NS_USER || (user && group))
		return false;
	if (!fact_map_text(search, kind, map, sizeof(map)))
		return false;
	cause_why(ret,
		  "the %s of this process is not mapped in its user namespace, whose map is %s",
		  kind, map);
	cause_remedy(ret, "create that namespace with --map-root-user or --map-current-user");
	return true;
}

/* A sysctl of Debian's kernels: 0 requires CAP_SYS_ADMIN in the initial user namespace. */
static bool find_debian_sysctl(struct search *search, struct finding *ret)
{
	static const char name[] = "kernel/unprivileged_userns_clone";
	long long allowed;

	if (search_type(search) != NS_USER || !fact_number(search, name, &allowed) || allowed != 0)
		return false;
	if (fact_capability(search, CAP_SYS_ADMIN) == 1 && fact_is_initial_user_ns(search))
		return false;
	cause_why(ret, "kernel.unprivileged_userns_clone is 0");
	cause_remedy(ret, "as root: sysctl kernel.unprivileged_userns_clone=1");
	return true;
}

/* Whether PID 1 is in our mount namespace, but has another root directory. */
static bool has_other_root_than_init(const struct search *search)
{
	char own[64], init[64];
	struct stat here, there;

	if (io_read_link(search->proc, "1/ns/mnt", init, sizeof(init)) < 0 ||
	    !fact_ns(search, "mnt", own, sizeof(own)))
		return false;
	return strcmp(own, init) == 0 && sys_fstatat(AT_FDCWD, "/", &here, 0) == 0 &&
	       sys_fstatat(search->proc, "1/root", &there, 0) == 0 &&
	       (here.st_dev != there.st_dev || here.st_ino != there.st_ino);
}

/* The caller's root must be the root of its mount namespace (EPERM, current_chrooted() in
 * fs/namespace.c). */
static bool find_chroot(struct search *search, struct finding *ret)
{
	if (search_type(search) != NS_USER ||
	    (!fact_lacks_root_mount(search) && !has_other_root_than_init(search)))
		return false;
	cause_why(ret, "this process is in a chroot, where the kernel creates no user namespace");
	cause_remedy(ret, "enter that directory by pivot_root(2) instead, as 'xunshare --root DIR "
			  "--pivot' does");
	return true;
}

/* Why a user namespace is refused too; false if nothing is found. */
static bool search_user_ns(const struct search *search, struct finding *ret)
{
	struct refusal refusal = { .operation = STEP_UNSHARE, .fd = -1, .flags = CLONE_NEWUSER };
	struct search below = *search;

	refusal.err = probe_unshare(CLONE_NEWUSER);
	below.refusal = &refusal;
	below.types = CLONE_NEWUSER;
	below.probed = true;
	return refusal.err > 0 && cause_first(&below, unshare_causes, ret);
}

/* option: the one that would give the right, tried already; or NULL. */
static void remedy_unprivileged(const struct search *search, const char *option,
				struct finding *ret)
{
	const char *within = search->refusal->within;
	bool root = sys_geteuid() == 0, setfcap = rights_lacks_setfcap(search);
	struct finding further;
	char as_root[320];

	rights_remedy(search, UINT64_C(1) << CAP_SYS_ADMIN, "as root", as_root, sizeof(as_root));
	if (search->refusal->enters || (within && (!option || setfcap)))
		cause_remedy(ret, "%s", as_root);
	else if (within)
		cause_remedy(ret, "%s%s%s", as_root, root ? "; or " : ", or ", within);
	else if (option && setfcap)
		cause_remedy(ret, "add %s alone, since mapping uid 0 needs CAP_SETFCAP; %s", option,
			     as_root);
	else if (option)
		cause_remedy(ret, "add %s or --user (-U)%s%s", option, root ? "; " : ", or ",
			     as_root);
	else if (search_user_ns(search, &further))
		cause_remedy(ret, "%s; --user (-U) would do, but is refused, too: %.*s", as_root,
			     FINDING_TEXT - 352, further.why);
	else
		cause_remedy(ret, "%s", as_root);
}

/* The remedy is CAP_SYS_ADMIN, or a user namespace if the caller may create one. */
static bool find_unprivileged(struct search *search, struct finding *ret)
{
	enum ns_type type = search_type(search);
	int flags = search->refusal->flags;

	if (type == NS_NONE || flags & CLONE_NEWUSER || fact_capability(search, CAP_SYS_ADMIN) != 0)
		return false;
	cause_why(ret, "creating %s %s namespace needs CAP_SYS_ADMIN", ns_types[type].article,
		  ns_types[type].label);
	remedy_unprivileged(search, rights_option(search, flags), ret);
	return true;
}

/* The last guess, when all other causes have been ruled out. */
static bool find_leftover(struct search *search, struct finding *ret)
{
	if (search_type(search) == NS_NONE)
		return false;
	cause_why(ret,
		  "none of the usual causes applies; %sa security module (AppArmor, SELinux, "
		  "BPF) may have refused it",
		  search->types & CLONE_NEWUSER ? "this may be a chroot, or " : "");
	return true;
}

const struct cause unshare_causes[] = {
	{ "no-kernel-support", { EINVAL }, find_missing_type },
	{ "left-pid-namespace", { EINVAL }, find_left_pid_ns },
	/* Before Linux 4.9 the error was EUSERS (unshare(2)). */
	{ "limit", { ENOSPC, EUSERS }, find_limit },
	{ "seccomp", { 0 }, find_filter },
	{ "unmapped-id", { EPERM }, find_unmapped_caller },
	{ "unprivileged-userns-off", { EPERM }, find_debian_sysctl },
	{ "capability", { EPERM }, find_unprivileged },
	{ "chroot", { EPERM }, find_chroot },
	{ "restricted-user-ns", { EPERM, EACCES }, find_forbidden_user_ns },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ "unknown", { EPERM, EACCES }, find_leftover },
	{ 0 },
};

/* After the first process of a pid namespace has ended, no other can be created in it (ENOMEM,
 * alloc_pid() in kernel/pid.c; pid_namespaces(7)). */
static bool find_dead_pid_ns(struct search *search, struct finding *ret)
{
	char own[64], children[64];

	if (!fact_ns(search, "pid", own, sizeof(own)) ||
	    !fact_ns(search, "pid_for_children", children, sizeof(children)) ||
	    strcmp(own, children) == 0)
		return false;
	cause_why(ret,
		  "the pid namespace that this process starts its children in is dead: its first "
		  "process has ended");
	cause_remedy(ret, "add --fork to the command that made it");
	return true;
}

static bool find_process_limit(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret, "a limit on the number of processes is reached: ulimit -u, pids.max of the "
		       "control group, or kernel.pid_max");
	return true;
}

const struct cause fork_causes[] = {
	{ "dead-pid-namespace", { ENOMEM }, find_dead_pid_ns },
	{ "process-limit", { EAGAIN }, find_process_limit },
	{ "seccomp", { EPERM }, find_filtered_wait },
	{ 0 },
};

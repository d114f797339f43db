/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the files of a process could not be read (ptrace(2), "Ptrace access mode checking"). */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

#define CAP(name) (UINT64_C(1) << (name))

/*
 * In the mounts of another user namespace, its owner chooses the program that a path leads to. So
 * the remedy must not have root run it with root's rights, but only inside that user namespace.
 */
static const char *as_root(bool runs_theirs)
{
	return runs_theirs ? "as root with --user (-U) too" : "as root";
}

void rights_remedy_of_user(const struct search *search, uint64_t needs, uid_t uid, bool runs_theirs,
			   struct finding *ret)
{
	uint64_t missing = rights_missing(search, needs);
	char remedy[320];

	if (sys_geteuid() != 0 && uid == 0) {
		cause_remedy(ret, "run it %s", as_root(runs_theirs));
	} else if (sys_geteuid() != 0) {
		cause_remedy(ret, "run it as that user, or %s", as_root(runs_theirs));
	} else if (missing) {
		rights_remedy(search, missing, "as root", remedy, sizeof(remedy));
		cause_remedy(ret, "run it as that user, or %s", remedy);
	} else {
		cause_remedy(ret, "run it as that user, or %s, outside", as_root(runs_theirs));
	}
}

/*
 * Whether the target's user namespace maps all ids to themselves: it is the initial one, or root
 * created it. So no other user chooses the programs there.
 */
static bool has_all_ids(const struct target *target)
{
	struct idmap map;
	bool all;

	if (proc_read_map(target->dir, "uid", &map) < 0)
		return false;
	all = map.n == 1 && map.extents[0].outer == 0 && map.extents[0].count == UINT32_MAX;
	idmap_free(&map);
	return all;
}

/* The capabilities for looking into the target, and for entering it afterwards. */
static uint64_t needs_of(const struct refusal *refusal)
{
	uint64_t needs = CAP(CAP_SYS_PTRACE);

	if (refusal->flags)
		needs |= CAP(CAP_SYS_ADMIN);
	if (refusal->flags & CLONE_NEWNS &&
	    (!(refusal->flags & CLONE_NEWUSER) || has_all_ids(refusal->target)))
		needs |= CAP(CAP_SYS_CHROOT);
	return needs;
}

static bool runs_theirs(const struct refusal *refusal)
{
	return refusal->runs_theirs && !has_all_ids(refusal->target);
}

/* The kernel shows a uid that our user namespace does not map as the overflow id. */
static bool is_unmapped(const struct search *search, uid_t uid)
{
	long long overflow = 65534;
	struct idmap map;
	uint32_t outer;
	bool mapped;

	fact_number(search, "kernel/overflowuid", &overflow);
	if ((long long)uid != overflow || !fact_map(search, "uid", &map))
		return false;
	mapped = idmap_outer(&map, uid, &outer);
	idmap_free(&map);
	return !mapped;
}

static void explain_user(const struct search *search, uid_t uid, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	int pid = (int)refusal->target->pid;

	if (is_unmapped(search, uid)) {
		cause_why(ret,
			  "process %d belongs to a user who is not mapped in our user namespace",
			  pid);
		cause_remedy(ret, "run it outside of that, as root%s",
			     runs_theirs(refusal) ? " with --user (-U) too" : "");
		return;
	}
	if (sys_geteuid() == 0 && rights_missing(search, CAP(CAP_SYS_PTRACE)))
		cause_why(ret,
			  "process %d belongs to uid %u, and looking into it needs CAP_SYS_PTRACE, "
			  "which this process does not have",
			  pid, (unsigned)uid);
	else
		cause_why(ret, "process %d belongs to uid %u, and this one to uid %u", pid,
			  (unsigned)uid, (unsigned)sys_geteuid());
	rights_remedy_of_user(search, needs_of(refusal), uid, runs_theirs(refusal), ret);
}

/* A line of the target's status: "Gid:\t5\t5\t5\t5", or a set of capabilities. */
static bool target_line(const struct target *target, const char *key, char *buf, size_t size)
{
	char text[8192], *line;
	ssize_t len = proc_read_file(target->dir, "status", text, sizeof(text));

	line = len > 0 ? strstr(text, key) : NULL;
	if (!line)
		return false;
	line += strlen(key);
	snprintf(buf, size, "%.*s", (int)strcspn(line, "\n"), line);
	return true;
}

/* The real, effective and saved group must all be ours (__ptrace_may_access()). */
static bool has_other_group(const struct target *target, unsigned *ret)
{
	char text[96];
	unsigned gids[3];

	if (!target_line(target, "\nGid:", text, sizeof(text)) ||
	    sscanf(text, "%u %u %u", &gids[0], &gids[1], &gids[2]) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(gids); i++) {
		*ret = gids[i];
		if (gids[i] != (unsigned)sys_getegid())
			return true;
	}
	return false;
}

static bool has_more_capabilities(const struct search *search)
{
	char text[32];

	return !target_line(search->refusal->target, "\nCapPrm:", text, sizeof(text)) ||
	       rights_missing(search, strtoull(text, NULL, 16));
}

static void remedy_here(const struct search *search, struct finding *ret)
{
	bool theirs = runs_theirs(search->refusal);
	uint64_t missing = rights_missing(search, needs_of(search->refusal));
	char remedy[320];

	if (sys_geteuid() == 0 && missing) {
		rights_remedy(search, missing, "as root", remedy, sizeof(remedy));
		cause_remedy(ret, "%s", remedy);
	} else if (fact_is_initial_user_ns(search)) {
		if (sys_geteuid() != 0)
			cause_remedy(ret, "run it %s", as_root(theirs));
	} else {
		cause_remedy(ret, "run it %s%s", as_root(theirs), theirs ? ", outside" : " outside");
	}
}

/* The ids are equal and it is dumpable, so cap_ptrace_access_check() has refused it. */
static void explain_rights(const struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	int pid = (int)refusal->target->pid;
	bool initial = fact_is_initial_user_ns(search);
	bool more = rights_missing(search, CAP(CAP_SYS_PTRACE)) && has_more_capabilities(search);

	if (initial && more)
		cause_why(ret,
			  "process %d has capabilities that this one lacks, so looking into it "
			  "needs CAP_SYS_PTRACE",
			  pid);
	else
		cause_why(ret, "process %d %s%s%sis protected by a security module", pid,
			  more ? "has capabilities that this one lacks, " : "",
			  initial ? "" : "is in a user namespace that is not below ours, ",
			  more || !initial ? "or " : "");
	remedy_here(search, ret);
}

static bool is_guarded(const struct target *target, uid_t uid)
{
	struct stat file;

	/* The files of a process that is not dumpable belong to root (proc(5)). */
	return sys_fstatat(target->dir, "environ", &file, 0) == 0 && file.st_uid != uid;
}

bool find_access(struct search *search, struct finding *ret)
{
	const struct target *target = search->refusal->target;
	unsigned gid;
	struct stat st;
	int rc;

	if (!target)
		return false;
	rc = sys_fstat(target->dir, &st);
	/* With hidepid=2 (proc(5)) even fstat(2) of an open /proc/PID fails: ENOENT. */
	if (rc == -ENOENT) {
		cause_why(ret, HIDING_PROC);
		cause_remedy(ret, HIDING_PROC_REMEDY, (int)target->pid);
	}
	if (rc < 0)
		return rc == -ENOENT;
	if (target->foreign_proc) {
		cause_why(ret, FOREIGN_PROC);
		cause_remedy(ret, "%s", target_proc_remedy());
	} else if (st.st_uid != sys_geteuid()) {
		explain_user(search, st.st_uid, ret);
	} else if (has_other_group(target, &gid)) {
		cause_why(ret, "process %d has the group %u, and this one the group %u",
			  (int)target->pid, gid, (unsigned)sys_getegid());
		remedy_here(search, ret);
	} else if (is_guarded(target, st.st_uid)) {
		cause_why(ret,
			  "process %d is not dumpable, so only root may read its files: it has "
			  "changed its ids, or asked for that (PR_SET_DUMPABLE)",
			  (int)target->pid);
		remedy_here(search, ret);
	} else {
		explain_rights(search, ret);
	}
	return true;
}

void cause_explain_target(const struct target *target, int flags, bool theirs, struct diag *diag)
{
	static const struct cause causes[] = { { "access", { EACCES, EPERM }, find_access }, { 0 } };
	struct refusal refusal = { .operation = STEP_ENTER,
				   .err = diag->err,
				   .fd = -1,
				   .flags = flags,
				   .target = target,
				   .runs_theirs = theirs };
	struct finding found;

	if ((diag->err == EACCES || diag->err == EPERM) && target->dir >= 0 && !diag->hint[0] &&
	    search_among(&refusal, 0, -1, causes, &found))
		diag_hint(diag, "%s%s%s", found.why, found.remedy[0] ? "; " : "", found.remedy);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the attributes that the program will share with the target (--like-target). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/lsm.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

static int translate_groups(struct like *like)
{
	size_t n = like->theirs.n_groups;

	like->inner_groups = calloc(n + 1, sizeof(*like->inner_groups));
	for (size_t i = 0; like->inner_groups && i < n; i++) {
		uint32_t inner = like->theirs.groups[i];

		/* One that is not mapped is refused (like.c). */
		idmap_inner(&like->gid_map, like->theirs.groups[i], &inner);
		like->inner_groups[i] = inner;
	}
	return like->inner_groups ? 0 : -ENOMEM;
}

/* The kernel shows the outer ids of the maps as our user namespace maps them. */
static int read_maps(const struct xnsenter_facts *facts, struct like *like, struct diag *diag)
{
	char word[16] = "";
	int rc = proc_read_map(facts->target.dir, "uid", &like->uid_map);

	if (rc == 0)
		rc = proc_read_map(facts->target.dir, "gid", &like->gid_map);
	if (rc == 0)
		rc = io_read_line(facts->target.dir, "setgroups", word, sizeof(word));
	like->denies_setgroups = strcmp(word, "deny") == 0;
	like->is_ns_known = rc == 0;
	if (rc == 0)
		rc = translate_groups(like);
	return rc < 0 ? diag_set(diag, -rc, "cannot read the maps of the target's user namespace")
		      : 0;
}

static bool is_initial(int self)
{
	char link[64], initial[64];
	ssize_t len = io_read_link(self, "ns/user", link, sizeof(link));

	snprintf(initial, sizeof(initial), "user:[%u]", ns_types[NS_USER].init_ino);
	return len > 0 && strcmp(link, initial) == 0;
}

static int read_ours(struct like *like, struct diag *diag)
{
	_cleanup_close_ int proc = proc_open_root(diag), self = -1;
	long long last;
	int rc;

	if (proc < 0)
		return proc;
	self = proc_open_self(proc, NULL, diag);
	if (self < 0)
		return self;
	like->is_initial = is_initial(self);
	rc = proc_read_number(proc, "sys/kernel/cap_last_cap", &last);
	if (rc < 0 || last < 0 || last > 63)
		return diag_set(diag, rc < 0 ? -rc : ERANGE,
				"cannot read the last capability in /proc");
	like->all_caps = UINT64_MAX >> (63 - last);
	return attributes_read(self, &like->ours, diag);
}

/* AppArmor shows "docker-default (enforce)", and takes the name alone. */
static int take_label(struct xnsenter_facts *facts, struct diag *diag)
{
	struct like *like = &facts->like;
	char *mode;

	if (facts->context || strcmp(like->theirs.label, like->ours.label) == 0)
		return 0;
	if (lsm_selinux() == LSM_SELINUX_ABSENT && !lsm_has_apparmor())
		return 0;
	facts->context = strdup(like->theirs.label);
	if (!facts->context)
		return diag_set(diag, ENOMEM, "cannot remember the security label");
	like->is_apparmor = lsm_has_apparmor();
	mode = like->is_apparmor ? strstr(facts->context, " (") : NULL;
	if (mode)
		*mode = '\0';
	return 0;
}

/*
 * A target that sees the tracer may load a filter of its own before the copy is made. It needs no_new_privs for
 * that, which stays (seccomp(2)); without it, a program that inherits the filter could be a set-user-ID one.
 */
static int check_unchanged(const struct xnsenter_facts *facts, struct diag *diag)
{
	struct attributes now = { .n_groups = 0 };
	int rc = attributes_read(facts->target.dir, &now, diag);

	if (rc == 0 && (now.no_new_privs != facts->like.theirs.no_new_privs ||
			now.seccomp != facts->like.theirs.seccomp)) {
		diag_set(diag, 0, "process %d has changed its filters or no_new_privs meanwhile",
			 (int)facts->target.pid);
		diag_hint(diag, "run it again");
		rc = -ESTALE;
	}
	attributes_free(&now);
	return rc;
}

int xnsenter_like_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag)
{
	struct like *like = &facts->like;
	int rc = attributes_read(facts->target.dir, &like->theirs, diag);

	if (rc == 0)
		rc = read_ours(like, diag);
	if (rc == 0 && choice->source[NS_USER] == FROM_TARGET)
		rc = read_maps(facts, like, diag);
	if (rc == 0)
		rc = take_label(facts, diag);
	if (rc == 0 && facts->cgroup < 0 && strcmp(like->theirs.cgroups, like->ours.cgroups) != 0)
		rc = facts->cgroup = target_open_cgroup(&facts->target, diag);
	if (rc >= 0 && like->theirs.seccomp && request->like_filters == LIKE_FILTERS_COPIED)
		rc = filters_copy(facts->target.pid, &like->filters, diag);
	if (rc >= 0 && like->filters.size)
		rc = check_unchanged(facts, diag);
	return rc < 0 ? rc : 0;
}

void like_free(struct like *like)
{
	attributes_free(&like->ours);
	attributes_free(&like->theirs);
	idmap_free(&like->uid_map);
	idmap_free(&like->gid_map);
	filters_free(&like->filters);
	free(like->inner_groups);
	like->inner_groups = NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether the program may keep outer ids in the user namespace that it enters. A process
 * with capabilities there may trace the program (ptrace(2)), whatever its ids are, and so act with
 * ids that the namespace does not map. Pure.
 */
#include <inttypes.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "xnsenter/xnsenter.h"

/* An id that is not mapped; what is NULL if all are mapped. */
struct stray {
	const char *what;
	uint32_t id;
};

static bool find_stray(const struct idmap *map, const char *what, const uint32_t *ids, size_t n,
		       struct stray *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (idmap_has_outer(map, ids[i]))
			continue;
		*ret = (struct stray){ what, ids[i] };
		return true;
	}
	return false;
}

/*
 * Whether unmapped ids of this kind matter. Without a map no process inside can change them, so in
 * the caller's own namespace all processes have the caller's.
 */
static bool counts(const struct entered_ids *ids, const struct idmap *map)
{
	return !ids->is_own || map->n > 0;
}

/*
 * Whether unmapped groups matter. They do in a namespace of another owner. In the caller's own,
 * they matter only to root, and only if setgroups is allowed there (kernel/user_namespace.c,
 * userns_may_setgroups()): otherwise its other processes cannot have dropped these groups.
 */
static bool counts_groups(const struct xnsenter *request, const struct entered_ids *ids)
{
	bool droppable = !ids->denies_setgroups && ids->gid_map.n > 0;

	if (droppable && opt_given(&request->given, OPT_SETGID))
		return false;
	return !ids->is_own || (ids->is_privileged && droppable);
}

static void hint_ids(const struct entered_ids *ids, struct diag *diag)
{
	uint32_t outer, uid, gid;

	if (ids->uid_map.n == 0 || ids->gid_map.n == 0) {
		diag_hint(diag,
			  "run it as uid %" PRIu32 ", or add --keep-outside-ids if you trust every "
			  "process there",
			  ids->owner);
		return;
	}
	uid = idmap_outer(&ids->uid_map, 0, &outer) ? 0 : ids->uid_map.extents[0].inner;
	gid = idmap_outer(&ids->gid_map, 0, &outer) ? 0 : ids->gid_map.extents[0].inner;
	diag_hint(diag,
		  "replace --preserve-credentials with -S %" PRIu32 " -G %" PRIu32
		  " to run it with ids of that namespace, or add --keep-outside-ids if you trust "
		  "every process there",
		  uid, gid);
}

int xnsenter_check_ids(const struct xnsenter *request, const struct entered_ids *ids,
		       struct diag *diag)
{
	struct stray stray = { .what = NULL };
	int rc;

	if (!ids->is_examined)
		return 0;
	if (!opt_given(&request->given, OPT_SETUID) && counts(ids, &ids->uid_map))
		find_stray(&ids->uid_map, "uid", ids->uids, ENTERED_IDS, &stray);
	if (!stray.what && !opt_given(&request->given, OPT_SETGID) && counts(ids, &ids->gid_map))
		find_stray(&ids->gid_map, "gid", ids->gids, ENTERED_IDS, &stray);
	if (!stray.what && counts_groups(request, ids))
		find_stray(&ids->gid_map, "group", ids->groups, ids->n_groups, &stray);
	if (!stray.what)
		return 0;
	rc = diag_set(
		diag, 0,
		"cannot keep %s %" PRIu32 " in the user namespace that uid %" PRIu32
		" owns: the id is not mapped there, so a process with capabilities there could "
		"trace the program and act as %s %" PRIu32 " outside",
		stray.what, stray.id, ids->owner, stray.what, stray.id);
	hint_ids(ids, diag);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xunshare_maps.h"

#include <errno.h>

#include "caller.h"
#include "diag.h"
#include "step.h"
#include "xunshare.h"

/* Everything that differs between users and groups. */
struct id_kind {
	const char *name; /* "uid" */
	const char *word; /* "user" */
	const char *program;
};

static const struct id_kind uids = { "uid", "user", NEWUIDMAP_PATH };
static const struct id_kind gids = { "gid", "group", NEWGIDMAP_PATH };

static int no_subids(const struct id_kind *kind, const struct caller *caller,
		     const struct subid_list *subids, struct diag *diag)
{
	char place[SUBID_PLACE], unused[SUBID_TEXT];

	subid_place(caller->subid_source, kind->name, place);
	if (caller->name)
		diag_set(diag, 0, "user '%s' (uid %u) has no subordinate %ss in %s", caller->name,
			 caller->real_uid, kind->name, place);
	else
		diag_set(diag, 0, "uid %u has no subordinate %ss in %s", caller->real_uid,
			 kind->name, place);
	if (*caller->subid_source)
		diag_hint(diag, "whoever administers that source grants them; /etc/sub%s does not "
			  "count then", kind->name);
	else
		diag_hint(diag, "as root: usermod --add-sub%ss %s %s", kind->name,
			  subid_unused(subids, unused), caller->name ? caller->name : "USER");
	return -ENOENT;
}

static int add_block(struct idmap *map, const struct id_kind *kind, const struct block *block,
		     const struct caller *caller, const struct subid_list *subids,
		     const struct idmap *current, struct diag *diag)
{
	struct extent extent = block->extent;
	int rc = 0;

	switch (block->source) {
	case BLOCK_EXTENT:
		rc = idmap_add(map, extent);
		break;
	case BLOCK_AUTO:
	case BLOCK_SUBIDS:
		if (subids->n == 0)
			return no_subids(kind, caller, subids, diag);
		extent.outer = subids->ranges[0].start;
		extent.inner = block->source == BLOCK_AUTO ? 0 : extent.outer;
		extent.count = subids->ranges[0].count;
		rc = idmap_add(map, extent);
		break;
	case BLOCK_ALL:
		for (size_t i = 0; rc == 0 && i < current->n; i++) {
			extent = current->extents[i];
			extent.outer = extent.inner;
			rc = idmap_add(map, extent);
		}
		break;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot make the %s map", kind->name) : 0;
}

static int build_map(struct idmap *map, const struct id_kind *kind,
		     const struct map_request *request, uint32_t own_id,
		     const struct caller *caller, struct diag *diag)
{
	const struct subid_list *subids = kind == &uids ? &caller->subuids : &caller->subgids;
	const struct idmap *current = kind == &uids ? &caller->uid_map : &caller->gid_map;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < request->n; i++)
		rc = add_block(map, kind, &request->blocks[i], caller, subids, current, diag);
	if (rc < 0)
		return rc;
	if (request->single != SINGLE_NONE) {
		uint32_t inner = request->single == SINGLE_ID ? request->id : own_id;

		rc = idmap_add_single(map, inner, own_id);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot make the %s map", kind->name);
	}
	return map->n || request->n ? idmap_check(map, kind->word, diag) : 0;
}

/*
 * Who writes a map. A single id may be written by ourselves from inside. Blocks need CAP_SETUID in
 * the parent namespace: with effective uid 0 the helper writes them, otherwise newuidmap(1) does.
 * With --owner we have become somebody else, so the helper writes everything.
 */
static void add_map(struct plan *plan, const struct id_kind *kind, const struct idmap *map,
		    const struct map_request *request, const struct caller *caller, bool owner)
{
	struct step *step;

	if (map->n == 0)
		return;
	step = plan_add(plan, STEP_MAP);
	step->text = kind->name;
	step->map = map;
	step->by_helper = request->n > 0 || owner;
	if (step->by_helper && caller->uid != 0)
		step->program = kind->program;
}

int xunshare_build_maps(const struct xunshare *request, const struct caller *caller,
			struct plan *plan, struct diag *diag)
{
	bool owner = given(request, OPT_OWNER);
	int rc;

	rc = build_map(&plan->uid_map, &uids, &request->users,
		       owner ? request->owner_uid : caller->uid, caller, diag);
	if (rc == 0)
		rc = build_map(&plan->gid_map, &gids, &request->groups,
			       owner ? request->owner_gid : caller->gid, caller, diag);
	return rc;
}

void xunshare_add_maps(const struct xunshare *request, const struct caller *caller,
		       struct plan *plan)
{
	bool owner = given(request, OPT_OWNER);

	add_map(plan, &uids, &plan->uid_map, &request->users, caller, owner);
	add_map(plan, &gids, &plan->gid_map, &request->groups, caller, owner);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ids/maps.h"

#include <errno.h>

#include "base/diag.h"
#include "base/remedy.h"
#include "kernel/caller.h"

const struct id_kind uid_kind = { "uid", "user", NEWUIDMAP_PATH };
const struct id_kind gid_kind = { "gid", "group", NEWGIDMAP_PATH };

static int no_subids(const struct id_kind *kind, const struct caller *caller,
		     const struct subid_list *subids, struct diag *diag)
{
	char place[SUBID_PLACE], unused[SUBID_TEXT], line[SUBID_LINE], entry[SUBID_LINE];

	subid_place(caller->subid_source, kind->name, place);
	if (caller->name)
		diag_set(diag, 0, "user '%s' (uid %u) has no subordinate %ss in %s", caller->name,
			 caller->real_uid, kind->name, place);
	else
		diag_set(diag, 0, "uid %u has no subordinate %ss in %s", caller->real_uid,
			 kind->name, place);
	if (*caller->subid_source)
		diag_hint(diag, "ask the administrator of that source for some; /etc/sub%s is "
			  "ignored then", kind->name);
	else if (caller->name)
		remedy_hint(diag, REMEDY_GRANT_IDS, kind->name, subid_unused(subids, unused),
			    caller->name);
	else
		remedy_hint(diag, REMEDY_GRANT_UNNAMED,
			    subid_passwd_line(caller->real_uid, caller->gid, entry),
			    subid_unused_line(subids, caller->real_uid, line), kind->name);
	return -ENOENT;
}

static const struct subid_list *subids_of(const struct id_kind *kind, const struct caller *caller)
{
	return kind == &uid_kind ? &caller->subuids : &caller->subgids;
}

static uint32_t single_inner(const struct map_request *request, uint32_t own_id)
{
	return request->single == SINGLE_ID ? request->id : own_id;
}

/*
 * Maps the whole range to 0 and up. If the single id takes an inner id of the block, the block gets
 * one inner id more, so that it loses no outer id, as in util-linux 2.42. If the single id also
 * takes an outer id of the block, it loses none anyway.
 */
static struct extent auto_extent(const struct subid_range *range, const struct map_request *request,
				 uint32_t own_id)
{
	bool loses_inner =
		request->single != SINGLE_NONE && single_inner(request, own_id) < range->count;
	bool loses_outer = own_id >= range->start && own_id - range->start < range->count;

	return (struct extent){ .inner = 0,
				.outer = range->start,
				.count = range->count + (loses_inner && !loses_outer) };
}

static int add_block(struct idmap *map, const struct id_kind *kind,
		     const struct map_request *request, size_t i, uint32_t own_id,
		     const struct caller *caller, struct diag *diag)
{
	const struct subid_list *subids = subids_of(kind, caller);
	const struct idmap *current = kind == &uid_kind ? &caller->uid_map : &caller->gid_map;
	struct extent extent = request->blocks[i].extent;
	enum block_source source = request->blocks[i].source;
	int rc = 0;

	if ((source == BLOCK_AUTO || source == BLOCK_SUBIDS) && subids->n == 0)
		return no_subids(kind, caller, subids, diag);
	switch (source) {
	case BLOCK_EXTENT:
		rc = idmap_add(map, extent);
		break;
	case BLOCK_AUTO:
		rc = idmap_add(map, auto_extent(&subids->ranges[0], request, own_id));
		break;
	case BLOCK_SUBIDS:
		extent.inner = extent.outer = subids->ranges[0].start;
		extent.count = subids->ranges[0].count;
		rc = idmap_add(map, extent);
		break;
	case BLOCK_ALL:
		for (size_t j = 0; rc == 0 && j < current->n; j++) {
			extent = current->extents[j];
			extent.outer = extent.inner;
			rc = idmap_add(map, extent);
		}
		break;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot make the %s map", kind->name) : 0;
}

int maps_build(const struct id_kind *kind, const struct map_request *request, uint32_t own_id,
	       const struct caller *caller, struct idmap *map, struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < request->n; i++)
		rc = add_block(map, kind, request, i, own_id, caller, diag);
	if (rc < 0)
		return rc;
	if (request->single != SINGLE_NONE) {
		rc = idmap_add_single(map, single_inner(request, own_id), own_id);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot make the %s map", kind->name);
	}
	return map->n || request->n ? idmap_check(map, kind->word, diag) : 0;
}

static bool has_block(const struct map_request *request, enum block_source source)
{
	for (size_t i = 0; i < request->n; i++)
		if (request->blocks[i].source == source)
			return true;
	return false;
}

static bool needs_subids(const struct map_request *request)
{
	return has_block(request, BLOCK_AUTO) || has_block(request, BLOCK_SUBIDS);
}

unsigned maps_facts(const struct map_request *users, const struct map_request *groups)
{
	unsigned facts = 0;

	if (needs_subids(users))
		facts |= CALLER_SUBUIDS;
	if (needs_subids(groups))
		facts |= CALLER_SUBGIDS;
	if (has_block(users, BLOCK_ALL))
		facts |= CALLER_UID_MAP;
	if (has_block(groups, BLOCK_ALL))
		facts |= CALLER_GID_MAP;
	return facts;
}

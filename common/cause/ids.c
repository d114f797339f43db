/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to set ids, groups or ambient capabilities. */
#include <errno.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/capability.h"
#include "base/idmap.h"
#include "cause/internal.h"
#include "kernel/sys.h"

/* setgroups(2) requires a gid map and the policy "allow" (userns_may_setgroups() in
 * kernel/user_namespace.c). */
static bool find_setgroups_refused(struct search *search, struct finding *ret)
{
	struct idmap map = { 0 };
	bool unmapped = fact_map(search, "gid", &map) && map.n == 0;

	idmap_free(&map);
	if (fact_setgroups_denied(search)) {
		cause_why(ret,
			  "setgroups is denied in this user namespace, as always if a group was "
			  "mapped without privileges");
		cause_remedy(ret,
			     "leave out --%s, or map groups with --map-auto or --map-groups, "
			     "which keep setgroups allowed",
			     search->refusal->operation == STEP_USER_GROUPS ? "run-as" : "setgid");
	} else if (unmapped) {
		cause_why(ret,
			  "setgroups is refused until groups are mapped in the user namespace");
		cause_remedy(ret, "add --map-auto or --map-groups");
	}
	if (search->refusal->enters)
		cause_remedy(ret, "add --preserve-credentials to keep your groups and ids");
	return ret->why[0] != '\0';
}

static void remedy_unmapped_id(const struct search *search, bool group, uint32_t id, bool no_map,
			       struct finding *ret)
{
	bool enters = search->refusal->enters;

	/* xnsenter sets both ids to 0 by default, so the user may not have asked for that id. */
	if (enters && id == 0)
		cause_remedy(
			ret,
			"keep your ids: --preserve-credentials, without --setuid and --setgid");
	if (enters)
		return;
	if (no_map)
		cause_remedy(ret, "map your own id to it: --map-%s=%u", group ? "group" : "user",
			     id);
	else
		cause_remedy(ret, "map it with --map-%s or --map-auto", group ? "groups" : "users");
}

static bool find_unmapped_id_of(const struct search *search, const char *kind, uint32_t id,
				struct finding *ret)
{
	struct idmap map;
	char text[256];
	uint32_t outer;
	bool mapped, empty;

	if (!fact_map(search, kind, &map))
		return false;
	mapped = idmap_outer(&map, id, &outer);
	empty = map.n == 0;
	idmap_free(&map);
	if (mapped || !fact_map_text(search, kind, text, sizeof(text)))
		return false;
	cause_why(ret, "%s %u does not exist in this user namespace: its %s map is %s", kind, id,
		  kind, text);
	remedy_unmapped_id(search, strcmp(kind, "gid") == 0, id, empty, ret);
	return true;
}

static bool find_unmapped_id(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;

	return (refusal->uid && find_unmapped_id_of(search, "uid", *refusal->uid, ret)) ||
	       (refusal->gid && find_unmapped_id_of(search, "gid", *refusal->gid, ret));
}

/* The owner's ids are set before the namespace is created, so no option for its maps helps. */
static bool find_unmapped_owner(struct search *search, struct finding *ret)
{
	bool found = find_unmapped_id(search, ret);

	ret->remedy[0] = '\0';
	return found;
}

/* The owner's ids are set before the namespace is created, so --map-root-user does not help. */
static bool find_owner_capability(struct search *search, struct finding *ret)
{
	uint64_t missing = rights_missing(search, search->needs);

	if (missing)
		rights_explain(search, missing, "as root", ret);
	return missing;
}

static bool find_owner_setgroups(struct search *search, struct finding *ret)
{
	bool found = find_setgroups_refused(search, ret);

	ret->remedy[0] = '\0';
	return found;
}

/* setgroups(2) does not tell which group it is. */
static bool find_unmapped_group(struct search *search, struct finding *ret)
{
	char text[256];

	if (!fact_map_text(search, "gid", text, sizeof(text)))
		return false;
	cause_why(ret, "a group of that user does not exist in this user namespace: its gid map is %s",
		  text);
	if (!search->refusal->enters)
		cause_remedy(ret, "map it with --map-groups or --map-auto");
	return true;
}

const struct cause drop_groups_causes[] = {
	{ "unmapped-id", { EINVAL }, find_unmapped_group },
	{ "restricted-user-ns", { EPERM }, find_restricted_user_ns },
	{ "setgroups-denied", { EPERM }, find_setgroups_refused },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

const struct cause set_id_causes[] = {
	{ "unmapped-id", { EINVAL }, find_unmapped_id },
	{ "restricted-user-ns", { EPERM }, find_restricted_user_ns },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

const struct cause owner_causes[] = {
	{ "unmapped-id", { EINVAL }, find_unmapped_owner },
	{ "capability", { EPERM }, find_owner_capability },
	{ "setgroups-denied", { EPERM }, find_owner_setgroups },
	{ 0 },
};

/* An ancestor has set SECBIT_NO_CAP_AMBIENT_RAISE (capabilities(7), "The securebits flags"). */
static bool find_securebits(struct search *search, struct finding *ret)
{
	int bits = sys_prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	(void)search;
	if (bits < 0 || !(bits & SECBIT_NO_CAP_AMBIENT_RAISE))
		return false;
	cause_why(ret, "the securebits of this process forbid ambient capabilities");
	return true;
}

/* A capability must be permitted, and in the bounding set, to be added (capabilities(7)). */
static bool find_not_permitted(struct search *search, struct finding *ret)
{
	uint64_t missing = search->refusal->add, permitted;
	char names[160];

	if (!missing || !fact_permitted(search, &permitted))
		return false;
	missing &= ~permitted;
	if (!missing)
		return false;
	capability_render(missing, names, sizeof(names));
	cause_why(ret, "this process does not have %s itself", names);
	if (!search->refusal->enters && !search->refusal->makes_user_ns)
		cause_remedy(ret, "run it as root, or add --map-root-user (-r)");
	return true;
}

const struct cause limit_caps_causes[] = {
	{ "restricted-user-ns", { EPERM }, find_restricted_user_ns },
	{ "capability", { EPERM }, find_not_permitted },
	{ "securebits", { EPERM }, find_securebits },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

const struct cause ambient_causes[] = {
	{ "securebits", { EPERM }, find_securebits },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

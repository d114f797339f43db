/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why ids could not be mapped or taken (user_namespaces(7), newuidmap(1)). */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "cause/internal.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "plan/step.h"

static bool is_gid(const struct step *step)
{
	return strcmp(step->text, "gid") == 0;
}

static bool is_setgroups_denied(const struct scene *scene)
{
	char word[16];

	return io_read_line(scene->self, "setgroups", word, sizeof(word)) == 0 &&
	       strcmp(word, "deny") == 0;
}

/* What is denied above is denied below, and cannot be allowed again. */
static bool find_denied_above(struct scene *scene, struct finding *ret)
{
	if (strcmp(scene->step->text, "allow") != 0 || !is_setgroups_denied(scene))
		return false;
	hint_why(ret, "setgroups is denied in the user namespace above, and with that for good in "
		 "those below");
	return true;
}

const struct cause hint_setgroups_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "setgroups-denied", { EPERM }, find_denied_above },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

static bool find_missing_program(struct scene *scene, struct finding *ret)
{
	if (!scene->step->program)
		return false;
	hint_why(ret, "an ordinary user maps more than the own id by it only");
	hint_remedy(ret, "install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora), "
		    "shadow-uidmap (Alpine) or shadow (Arch, openSUSE)");
	return true;
}

static bool has_file_capability(const char *path)
{
	char attribute[64]; /* struct vfs_ns_cap_data has 24 bytes */

	return sys_getxattr(path, "security.capability", attribute, sizeof(attribute)) > 0;
}

static bool find_unprivileged_program(struct scene *scene, struct finding *ret)
{
	const char *program = scene->step->program;
	_cleanup_close_ int fd = -1;
	struct statfs fs;
	struct stat st;

	if (!program || sys_fstatat(AT_FDCWD, program, &st, 0) < 0)
		return false;
	if (!(st.st_mode & S_ISUID && st.st_uid == 0) && !has_file_capability(program)) {
		hint_why(ret, "%s is neither setuid root nor has it a file capability", program);
		hint_command(ret, REMEDY_SETCAP, scene->step->text, program);
		return true;
	}
	fd = sys_openat(AT_FDCWD, program, O_PATH, 0);
	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || !(fs.f_flags & ST_NOSUID))
		return false;
	hint_why(ret, "%s lies on a file system that is mounted nosuid, so it has no privilege",
		 program);
	return true;
}

static bool find_no_new_privs(struct scene *scene, struct finding *ret)
{
	char value[8];

	if (!scene->step->program || !look_status(scene, "NoNewPrivs", value, sizeof(value)) ||
	    strcmp(value, "1") != 0)
		return false;
	hint_why(ret, "this process runs with no_new_privs, under which %s gains no privilege",
		 scene->step->program);
	hint_remedy(ret, "in a container: leave out --security-opt no-new-privileges; in a systemd "
		    "unit: NoNewPrivileges=no");
	return true;
}

static bool is_subordinate(const struct extent *extent, const struct subid_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct subid_range *range = &list->ranges[i];

		if (extent->outer >= range->start &&
		    (uint64_t)extent->outer + extent->count <=
			    (uint64_t)range->start + range->count)
			return true;
	}
	return false;
}

static void describe_foreign(const struct extent *extent, const char *kind,
			     const struct caller *caller, const struct subid_list *list,
			     struct finding *ret)
{
	char place[SUBID_PLACE], unused[SUBID_TEXT];

	hint_why(ret, "%ss %u to %u are not among your subordinate %ss in %s%s", kind,
		 extent->outer, extent->outer + extent->count - 1, kind,
		 subid_place(caller->subid_source, kind, place), list->n ? "" : ", which has none");
	if (list->n)
		hint_remedy(ret, "you have %u to %u%s", list->ranges[0].start,
			    list->ranges[0].start + list->ranges[0].count - 1,
			    list->n > 1 ? " and more" : "");
	else if (!*caller->subid_source)
		hint_command(ret, REMEDY_GRANT_AND_MAP, kind, subid_unused(list, unused),
			     caller->name ? caller->name : "USER",
			     strcmp(kind, "gid") == 0 ? "group" : "user");
}

/* Besides them, newuidmap(1) maps one's own id alone. */
static bool find_foreign_ids(struct scene *scene, struct finding *ret)
{
	const struct step *step = scene->step;
	bool gid = is_gid(step), found = false;
	struct caller caller;
	struct diag ignored;

	if (!step->program)
		return false;
	if (caller_read(&caller, gid ? CALLER_SUBGIDS : CALLER_SUBUIDS, &ignored) == 0) {
		const struct subid_list *list = gid ? &caller.subgids : &caller.subuids;

		for (size_t i = 0; i < step->map->n && !found; i++) {
			const struct extent *extent = &step->map->extents[i];

			if (is_subordinate(extent, list) ||
			    (extent->count == 1 &&
			     extent->outer == (gid ? caller.gid : caller.real_uid)))
				continue;
			describe_foreign(extent, step->text, &caller, list, ret);
			found = true;
		}
	}
	caller_free(&caller);
	return found;
}

/* Whether all ids from..from+count-1 exist here, that is, lie in the extents' inner sides. */
static bool all_mapped(const struct idmap *map, uint64_t from, uint64_t count, uint32_t *ret_first)
{
	uint64_t end = from + count;

	while (from < end) {
		uint64_t next = from;

		for (size_t i = 0; i < map->n; i++) {
			const struct extent *extent = &map->extents[i];

			if (from >= extent->inner && from - extent->inner < extent->count)
				next = (uint64_t)extent->inner + extent->count;
		}
		if (next == from) {
			*ret_first = (uint32_t)from;
			return false;
		}
		from = next;
	}
	return true;
}

/* map_write() in kernel/user_namespace.c: an id that has no name here cannot be given one below. */
static bool find_unmapped_outer(struct scene *scene, struct finding *ret)
{
	const struct step *step = scene->step;
	struct idmap here;
	char text[256];
	uint32_t first = 0;
	bool all = true;

	/* Only the helper still is in the namespace above. */
	if (!step->by_helper || !look_map(scene, step->text, &here))
		return false;
	for (size_t i = 0; i < step->map->n && all; i++)
		all = all_mapped(&here, step->map->extents[i].outer, step->map->extents[i].count,
				 &first);
	idmap_free(&here);
	if (all || !look_map_text(scene, step->text, text, sizeof(text)))
		return false;
	hint_why(ret, "%s %u does not exist in the user namespace above, whose %s map is %s",
		 step->text, first, step->text, text);
	return true;
}

static bool find_map_capability(struct scene *scene, struct finding *ret)
{
	unsigned cap = is_gid(scene->step) ? CAP_SETGID : CAP_SETUID;

	if (scene->err && scene->err != EPERM)
		return false;
	if (!scene->step->by_helper || scene->step->program || look_capability(scene, cap) != 0)
		return false;
	hint_why(ret, "mapping more than one's own id needs %s outside", look_capability_name(cap));
	return true;
}

/* verify_root_map() in kernel/user_namespace.c, Linux 5.12. */
static bool find_setfcap(struct scene *scene, struct finding *ret)
{
	const struct step *step = scene->step;

	if (is_gid(step) || step->program || !idmap_has_outer(step->map, 0))
		return false;
	/* From inside the rights outside cannot be seen; but there EPERM leaves nothing else. */
	if (step->by_helper ? (scene->err && scene->err != EPERM) ||
				      look_capability(scene, CAP_SETFCAP) != 0 :
			      scene->err != EPERM)
		return false;
	hint_why(ret, "mapping uid 0 of the user namespace above needs CAP_SETFCAP there");
	return true;
}

static bool find_extents(struct scene *scene, struct finding *ret)
{
	if (scene->step->map->n <= 5)
		return false;
	hint_why(ret, "the map has %zu lines; before Linux 4.15 the kernel takes 5",
		 scene->step->map->n);
	return true;
}

/* With no errno value, before anything has been tried, each says whether it would refuse. */
const struct cause hint_map_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "program-missing", { ENOENT }, find_missing_program },
	{ "program-unprivileged", { 0 }, find_unprivileged_program },
	{ "no-new-privs", { 0 }, find_no_new_privs },
	{ "foreign-ids", { 0 }, find_foreign_ids },
	{ "unmapped-id", { 0 }, find_unmapped_outer },
	{ "capability", { 0 }, find_map_capability },
	{ "setfcap", { 0 }, find_setfcap },
	{ "extents", { EINVAL }, find_extents },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

/* userns_may_setgroups() in kernel/user_namespace.c */
static bool find_setgroups_refused(struct scene *scene, struct finding *ret)
{
	struct idmap map = { 0 };
	bool unmapped = look_map(scene, "gid", &map) && map.n == 0;

	idmap_free(&map);
	if (is_setgroups_denied(scene)) {
		hint_why(ret,
			 "setgroups is denied in this user namespace, as it is wherever a group "
			 "was mapped without privilege");
		hint_remedy(ret,
			    "leave out --setgid, or map groups with --map-auto or --map-groups "
			    "instead, which leave it allowed");
	} else if (unmapped) {
		hint_why(ret, "setgroups is refused until groups are mapped in the user namespace");
		hint_remedy(ret, "add --map-auto or --map-groups");
	}
	if (look_enters(scene))
		hint_remedy(ret, "add --preserve-credentials to keep your groups and ids");
	return ret->why[0] != '\0';
}

static void remedy_unmapped_id(const struct scene *scene, bool group, uint32_t id, bool no_map,
			       struct finding *ret)
{
	bool enters = look_enters(scene);

	/* Where others are entered 0 is what nobody need have asked for: the default. */
	if (enters && id == 0)
		hint_remedy(ret,
			    "keep your ids: --preserve-credentials, without --setuid and --setgid");
	if (enters || scene->step->kind == STEP_OWNER)
		return;
	if (no_map)
		hint_remedy(ret, "map your own id to it: --map-%s=%u", group ? "group" : "user",
			    id);
	else
		hint_remedy(ret, "map it with --map-%s or --map-auto", group ? "groups" : "users");
}

static bool find_unmapped_id(const struct scene *scene, const char *kind, uint32_t id,
			     struct finding *ret)
{
	struct idmap map;
	char text[256];
	uint32_t outer;
	bool mapped, empty;

	if (!look_map(scene, kind, &map))
		return false;
	mapped = idmap_outer(&map, id, &outer);
	empty = map.n == 0;
	idmap_free(&map);
	if (mapped || !look_map_text(scene, kind, text, sizeof(text)))
		return false;
	hint_why(ret, "%s %u does not exist in this user namespace: its %s map is %s", kind, id,
		 kind, text);
	remedy_unmapped_id(scene, strcmp(kind, "gid") == 0, id, empty, ret);
	return true;
}

static bool find_unmapped_target(struct scene *scene, struct finding *ret)
{
	return find_unmapped_id(scene, scene->step->kind == STEP_SETGID ? "gid" : "uid",
				scene->step->id, ret);
}

static bool find_unmapped_owner(struct scene *scene, struct finding *ret)
{
	return find_unmapped_id(scene, "uid", scene->step->id, ret) ||
	       find_unmapped_id(scene, "gid", scene->step->id2, ret);
}

/* The owner is taken before the new namespace, so options that concern that are no remedy. */
static bool find_owner_capability(struct scene *scene, struct finding *ret)
{
	bool found = find_capability(scene, ret);

	hint_remedy(ret, "run it as root");
	return found;
}

static bool find_owner_setgroups(struct scene *scene, struct finding *ret)
{
	bool found = find_setgroups_refused(scene, ret);

	ret->remedy[0] = '\0';
	return found;
}

const struct cause hint_drop_groups_causes[] = {
	{ "restricted-user-ns", { EPERM }, find_restricted_user_ns },
	{ "setgroups-denied", { EPERM }, find_setgroups_refused },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

const struct cause hint_set_id_causes[] = {
	{ "unmapped-id", { EINVAL }, find_unmapped_target },
	{ "restricted-user-ns", { EPERM }, find_restricted_user_ns },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

const struct cause hint_owner_causes[] = {
	{ "unmapped-id", { EINVAL }, find_unmapped_owner },
	{ "capability", { EPERM }, find_owner_capability },
	{ "setgroups-denied", { EPERM }, find_owner_setgroups },
	{ 0 },
};

/* capabilities(7), "The securebits flags": a lock that an ancestor has set. */
static bool find_securebits(struct scene *scene, struct finding *ret)
{
	int bits = sys_prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	(void)scene;
	if (bits < 0 || !(bits & SECBIT_NO_CAP_AMBIENT_RAISE))
		return false;
	hint_why(ret, "the securebits of this process forbid ambient capabilities");
	return true;
}

const struct cause hint_ambient_causes[] = {
	{ "securebits", { EPERM }, find_securebits },
	{ "security-module", { EPERM }, find_security_module },
	{ 0 },
};

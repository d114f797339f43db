/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to map ids (user_namespaces(7), newuidmap(1)). */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "cause/internal.h"
#include "kernel/bounded.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/sys.h"

static bool is_gid(const struct refusal *refusal)
{
	return strcmp(refusal->word, "gid") == 0;
}

/* A user namespace inherits "deny", and cannot go back to "allow" (user_namespaces(7)). */
static bool find_denied_above(struct search *search, struct finding *ret)
{
	if (strcmp(search->refusal->word, "allow") != 0 || !fact_setgroups_denied(search))
		return false;
	cause_why(ret, "setgroups is denied in the parent user namespace, and cannot be allowed "
		       "again below it");
	return true;
}

const struct cause setgroups_policy_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "setgroups-denied", { EPERM }, find_denied_above },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

static bool find_missing_program(struct search *search, struct finding *ret)
{
	if (!search->refusal->program)
		return false;
	cause_why(ret, "without privileges, mapping more than your own id needs this program");
	cause_remedy(ret, "install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora), "
			  "shadow-uidmap (Alpine) or shadow (Arch, openSUSE)");
	return true;
}

static bool has_file_capability(const char *path)
{
	char attribute[64]; /* struct vfs_ns_cap_data has 24 bytes */

	return sys_getxattr(path, "security.capability", attribute, sizeof(attribute)) > 0;
}

static bool find_unprivileged_program(struct search *search, struct finding *ret)
{
	const char *program = search->refusal->program;
	_cleanup_close_ int fd = -1;
	struct statfs fs;
	struct stat st;

	if (!program || sys_fstatat(AT_FDCWD, program, &st, 0) < 0)
		return false;
	if (!(st.st_mode & S_ISUID && st.st_uid == 0) && !has_file_capability(program)) {
		cause_why(ret, "%s is not setuid root, and has no file capability", program);
		cause_command(ret, REMEDY_SETCAP, search->refusal->word, program);
		return true;
	}
	fd = sys_openat(AT_FDCWD, program, O_PATH, 0);
	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || !(fs.f_flags & ST_NOSUID))
		return false;
	cause_why(ret, "%s lies on a file system that is mounted nosuid, so it gains no privileges",
		  program);
	return true;
}

static bool find_no_new_privs(struct search *search, struct finding *ret)
{
	char value[8];

	if (!search->refusal->program || !fact_status(search, "NoNewPrivs", value, sizeof(value)) ||
	    strcmp(value, "1") != 0)
		return false;
	cause_why(ret, "this process runs with no_new_privs, so %s gains no privileges",
		  search->refusal->program);
	cause_remedy(ret,
		     "in a container: leave out --security-opt no-new-privileges; in a systemd "
		     "unit: NoNewPrivileges=no");
	return true;
}

/* GRANT_AUX_GROUP_SUBIDS in login.defs(5), since shadow 4.11: another group is no obstacle. */
static bool may_have_another_group(void)
{
	static const char key[] = "GRANT_AUX_GROUP_SUBIDS";
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, "/etc/login.defs", O_RDONLY, 0);
	char *rest, *line;
	size_t len;

	if (fd < 0 || bounded_read(fd, BOUNDED_TEXT, &text, &len) < 0)
		return false;
	for (rest = text; (line = strsep(&rest, "\n"));) {
		line += strspn(line, " \t");
		if (strncmp(line, key, sizeof(key) - 1) == 0)
			return strstr(line, "yes");
	}
	return false;
}

/* main() in src/newuidmap.c of shadow: the caller needs a name, and that user's primary group. */
static bool find_nameless_caller(struct search *search, struct finding *ret)
{
	char line[SUBID_LINE];
	struct caller caller;
	struct diag ignored;
	bool found;

	if (!search->refusal->program)
		return false;
	found = caller_read(&caller, CALLER_SUBUIDS, &ignored) == 0 && !caller.name;
	if (found) {
		cause_why(ret, "%s maps ids only for users who have a name, and uid %u has none",
			  search->refusal->program, (unsigned)caller.real_uid);
		cause_command(ret, REMEDY_ADD_USER,
			      subid_passwd_line(caller.real_uid, caller.gid, line));
	}
	caller_free(&caller);
	return found;
}

static bool find_other_group(struct search *search, struct finding *ret)
{
	struct caller caller;
	struct diag ignored;
	bool found;

	if (!search->refusal->program)
		return false;
	found = caller_read(&caller, CALLER_SUBUIDS, &ignored) == 0 && caller.name &&
		caller.login_gid != caller.gid && !may_have_another_group();
	if (found) {
		cause_why(ret,
			  "this process has the group %u, and the primary group of user '%s' is "
			  "%u, which %s wants",
			  (unsigned)caller.gid, caller.name, (unsigned)caller.login_gid,
			  search->refusal->program);
		cause_remedy(ret, "start it with the primary group: newgrp");
	}
	caller_free(&caller);
	return found;
}

static bool is_subordinate(const struct extent *extent, const struct subid_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct subid_range *range = &list->ranges[i];

		if (extent->outer >= range->start && (uint64_t)extent->outer + extent->count <=
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

	cause_why(ret, "%ss %u to %u are not among your subordinate %ss in %s%s", kind,
		  extent->outer, extent->outer + extent->count - 1, kind,
		  subid_place(caller->subid_source, kind, place),
		  list->n ? "" : ", which has none");
	if (list->n)
		cause_remedy(ret, "use %u to %u%s", list->ranges[0].start,
			     list->ranges[0].start + list->ranges[0].count - 1,
			     list->n > 1 ? ", or another of your ranges" : "");
	else if (!*caller->subid_source)
		cause_command(ret, REMEDY_GRANT_AND_MAP, kind, subid_unused(list, unused),
			      caller->name ? caller->name : "USER",
			      strcmp(kind, "gid") == 0 ? "group" : "user");
}

/* newuidmap(1) maps the user's subordinate ids, and the user's own id in an extent of 1. */
static bool find_foreign_ids(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	bool gid = is_gid(refusal), found = false;
	struct caller caller;
	struct diag ignored;

	if (!refusal->program)
		return false;
	if (caller_read(&caller, gid ? CALLER_SUBGIDS : CALLER_SUBUIDS, &ignored) == 0) {
		const struct subid_list *list = gid ? &caller.subgids : &caller.subuids;

		for (size_t i = 0; i < refusal->map->n && !found; i++) {
			const struct extent *extent = &refusal->map->extents[i];

			if (is_subordinate(extent, list) ||
			    (extent->count == 1 &&
			     extent->outer == (gid ? caller.gid : caller.real_uid)))
				continue;
			describe_foreign(extent, refusal->word, &caller, list, ret);
			found = true;
		}
	}
	caller_free(&caller);
	return found;
}

/* Whether the map has the inner ids from .. from + count - 1. If not, sets the first missing. */
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

/* Every outer id must be mapped in the parent namespace (map_write() in
 * kernel/user_namespace.c). */
static bool find_unmapped_outer(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	struct idmap here;
	char text[256];
	uint32_t first = 0;
	bool all = true;

	/* Only the helper is still in the parent namespace, and can read its map. */
	if (!refusal->outside || !fact_map(search, refusal->word, &here))
		return false;
	for (size_t i = 0; i < refusal->map->n && all; i++)
		all = all_mapped(&here, refusal->map->extents[i].outer,
				 refusal->map->extents[i].count, &first);
	idmap_free(&here);
	if (all || !fact_map_text(search, refusal->word, text, sizeof(text)))
		return false;
	cause_why(ret, "%s %u does not exist in the parent user namespace, whose %s map is %s",
		  refusal->word, first, refusal->word, text);
	return true;
}

static bool find_map_capability(struct search *search, struct finding *ret)
{
	unsigned cap = is_gid(search->refusal) ? CAP_SETGID : CAP_SETUID;
	/* The capability that the next of these causes would ask for. */
	uint64_t needs = cap == CAP_SETUID && idmap_has_outer(search->refusal->map, 0) ?
				 UINT64_C(1) << CAP_SETFCAP : 0;
	char words[64], remedy[320];

	if (search->refusal->err && search->refusal->err != EPERM)
		return false;
	if (!search->refusal->outside || search->refusal->program ||
	    fact_capability(search, cap) != 0)
		return false;
	needs |= UINT64_C(1) << cap;
	rights_name(rights_missing(search, needs), words, sizeof(words));
	cause_why(ret, "mapping more than your own id needs %s in the parent user namespace", words);
	rights_remedy(search, rights_missing(search, needs), "as root", remedy, sizeof(remedy));
	cause_remedy(ret, "%s", remedy);
	return true;
}

/* Since Linux 5.12 mapping uid 0 needs CAP_SETFCAP (verify_root_map() in
 * kernel/user_namespace.c). */
static bool find_setfcap(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	char remedy[320];

	if (is_gid(refusal) || refusal->program || !idmap_has_outer(refusal->map, 0))
		return false;
	/* Inside we cannot see our capabilities outside, but EPERM has no other cause there. */
	if (refusal->outside ? (refusal->err && refusal->err != EPERM) ||
				       fact_capability(search, CAP_SETFCAP) != 0
			     : search->refusal->err != EPERM)
		return false;
	cause_why(ret, "mapping uid 0 of the parent user namespace needs CAP_SETFCAP there");
	rights_of_container(UINT64_C(1) << CAP_SETFCAP, remedy, sizeof(remedy));
	cause_remedy(ret, "leave it out of the map, as --user (-U) alone does; %s", remedy);
	return true;
}

static bool find_extents(struct search *search, struct finding *ret)
{
	if (search->refusal->map->n <= 5)
		return false;
	cause_why(ret, "the map has %zu lines; before Linux 4.15 the kernel accepts only 5",
		  search->refusal->map->n);
	return true;
}

/* --check searches these with err 0, before any attempt: each says whether it would refuse. */
const struct cause map_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "program-missing", { ENOENT }, find_missing_program },
	{ "program-unprivileged", { 0 }, find_unprivileged_program },
	{ "no-new-privs", { 0 }, find_no_new_privs },
	{ "nameless-user", { 0 }, find_nameless_caller },
	{ "other-group", { 0 }, find_other_group },
	{ "foreign-ids", { 0 }, find_foreign_ids },
	{ "unmapped-id", { 0 }, find_unmapped_outer },
	{ "capability", { 0 }, find_map_capability },
	{ "setfcap", { 0 }, find_setfcap },
	{ "extents", { EINVAL }, find_extents },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

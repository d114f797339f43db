/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/spec.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "workload/workload.h"

static const char *const kinds[] = {
	[SPEC_UNIT] = "unit",
	[SPEC_CONTAINER] = "container",
	[SPEC_MACHINE] = "machine",
	[SPEC_CGROUP] = "cgroup",
};

const char *spec_kind_name(enum spec_kind kind)
{
	return kinds[kind];
}

/* Returns the text after the kind and its colon, or NULL. */
static const char *find_name(const char *text, enum spec_kind *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(text, kinds[i], len) == 0 && text[len] == ':') {
			*ret = (enum spec_kind)i;
			return text + len + 1;
		}
	}
	return NULL;
}

bool spec_is(const char *text)
{
	enum spec_kind ignored;

	return find_name(text, &ignored) != NULL;
}

/* As /proc/PID/cgroup writes it: absolute, without "//", "." and "..", and no slash at the end. */
static bool is_plain_path(const char *path)
{
	if (strcmp(path, "/") == 0)
		return true;
	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
		if (!*path)
			return true;
	}
	return false;
}

int spec_parse(const char *text, uint32_t viewer, struct spec *ret, struct diag *diag)
{
	struct spec spec = { .viewer = viewer, .owner = viewer };
	const char *slash;

	spec.name = find_name(text, &spec.kind);
	if (!spec.name)
		return diag_usage(diag, "'%s' names no unit, container, machine or cgroup", text);
	if (spec.kind == SPEC_CGROUP) {
		if (!is_plain_path(spec.name))
			return diag_usage(diag, "'%s' is not the path of a cgroup as /proc/PID/cgroup "
					  "has it", spec.name);
		*ret = spec;
		return 0;
	}
	slash = strchr(spec.name, '/');
	if (slash) {
		size_t len = (size_t)(slash - spec.name);

		if (len == 0 || len >= sizeof(spec.user))
			return diag_usage(diag, "'%s' names no user before the slash", text);
		memcpy(spec.user, spec.name, len);
		spec.name = slash + 1;
	}
	if (!*spec.name || strchr(spec.name, '/'))
		return diag_usage(diag, "'%s' is not %s:NAME or %s:USER/NAME", text,
				  kinds[spec.kind], kinds[spec.kind]);
	*ret = spec;
	return 0;
}

static bool begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static enum spec_match match_container(const struct spec *spec, const struct workload *workload,
				       bool by_id_only)
{
	if (workload->is_sandbox)
		return MATCH_NONE;
	if (strcmp(workload->id, spec->name) == 0)
		return MATCH_EXACT;
	if (!by_id_only && strcmp(workload->container, spec->name) == 0)
		return MATCH_EXACT;
	if (begins_with(workload->id, spec->name))
		return MATCH_PREFIX;
	return !by_id_only && begins_with(workload->container, spec->name) ? MATCH_PREFIX : MATCH_NONE;
}

static enum spec_match match_name(const struct spec *spec, const struct workload *workload,
				  bool by_id_only)
{
	switch (spec->kind) {
	case SPEC_UNIT:
		return strcmp(workload->unit, spec->name) == 0 ? MATCH_EXACT : MATCH_NONE;
	case SPEC_MACHINE:
		if (workload->engine != ENGINE_NSPAWN && workload->engine != ENGINE_LIBVIRT)
			return MATCH_NONE;
		return strcmp(workload->container, spec->name) == 0 ? MATCH_EXACT : MATCH_NONE;
	case SPEC_CONTAINER:
		return match_container(spec, workload, by_id_only);
	case SPEC_CGROUP:
		break;
	}
	return MATCH_NONE;
}

/* The cgroup itself, and those below it. */
static enum spec_match match_cgroup(const struct spec *spec, const struct workload *workload,
				    size_t *ret_end)
{
	size_t len = strlen(spec->name);

	if (workload->path.is_outside || !begins_with(workload->cgroup, spec->name))
		return MATCH_NONE;
	if (len > 1 && workload->cgroup[len] && workload->cgroup[len] != '/')
		return MATCH_NONE;
	*ret_end = len;
	return MATCH_EXACT;
}

enum spec_match spec_match(const struct spec *spec, const struct workload *workload, size_t *ret_end)
{
	const struct workload_name *name = spec->kind == SPEC_UNIT ? &workload->path.unit :
								     &workload->path.container;
	bool is_ours = name->owner == spec->owner;
	bool is_roots = !spec->user[0] && name->owner == 0 && spec->viewer != 0;
	enum spec_match match;

	if (spec->kind == SPEC_CGROUP)
		return match_cgroup(spec, workload, ret_end);
	if (!name->text || workload->path.is_outside || name->owner == WORKLOAD_ANY_OWNER)
		return MATCH_NONE;
	/* An ordinary user cannot read root's state files: there only the id is sure. */
	match = match_name(spec, workload, !is_ours && spec->kind == SPEC_CONTAINER);
	if (match == MATCH_NONE)
		return MATCH_NONE;
	if (!is_ours && !is_roots)
		return MATCH_OTHERS;
	if (!name->is_certain && name->owner != 0)
		return MATCH_UNSEEN;
	*ret_end = name->end;
	if (is_ours)
		return match;
	return match == MATCH_EXACT ? MATCH_ROOTS : MATCH_ROOTS_PREFIX;
}

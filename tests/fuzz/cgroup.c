/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/cgroup and paths of cgroups: names lie in the path, and nobody's word becomes root's. */
#include "fuzz.h"
#include "kernel/cgroup_line.h"
#include "workload/path.h"

/* The owners are in the input: a nibble for each byte of the path. */
static uint32_t owner_of(void *arg, const char *path, size_t len)
{
	unsigned *asked = arg;
	unsigned char c = len > 0 ? (unsigned char)path[len - 1] : 0;

	++*asked;
	return c % 5 == 4 ? WORKLOAD_ANY_OWNER : c % 5 == 3 ? 1000 : 0;
}

static void check_name(const struct workload_path *found, const struct workload_name *name,
		       const char *path)
{
	char buf[WORKLOAD_NAME];
	size_t len = strlen(path);

	if (!name->text)
		return;
	HOLDS(name->text >= path && name->text + name->len <= path + len);
	HOLDS(name->len > 0 && name->end <= len && name->text + name->len <= path + name->end);
	HOLDS(path[name->end] == '\0' || path[name->end] == '/');
	HOLDS(!found->is_outside || name->owner == WORKLOAD_ANY_OWNER);
	HOLDS(strlen(workload_name_text(found, name, buf)) <= name->len);
}

/* Root's word needs root's directories, all the way down to the name. */
static void check_trust(const struct workload_name *name, const char *path)
{
	unsigned asked = 0;

	if (!name->text || name->owner != 0 || !name->is_certain)
		return;
	HOLDS(owner_of(&asked, path, 0) == 0);
	for (size_t i = 1; i < (size_t)(name->text - path); i++)
		if (path[i] == '/' && path[i - 1] != '/')
			HOLDS(owner_of(&asked, path, i) == 0);
}

static void check_path(const char *path)
{
	struct workload_path found;
	char buf[WORKLOAD_NAME];
	unsigned asked = 0;

	workload_parse_path(path, owner_of, &asked, &found);
	HOLDS(asked <= strlen(path) + 1);
	check_name(&found, &found.unit, path);
	check_name(&found, &found.container, path);
	check_trust(&found.unit, path);
	check_trust(&found.container, path);
	HOLDS(found.engine == ENGINE_NONE || found.container.text);
	workload_pod_text(&found, buf);
	workload_parse_path(path, NULL, NULL, &found);
	HOLDS(!found.container.text || !found.container.is_certain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct cgroup_line line;
	uint64_t start = 7;

	if (workload_parse_start(text, &start) < 0)
		HOLDS(start == 7);
	workload_is_leader(text);
	check_path(text);
	if (workload_choose_line(text, &line) == 0) {
		HOLDS(line.path[0] == '/');
		check_path(line.path);
	}
	free(text);
	return 0;
}

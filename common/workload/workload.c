/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "kernel/cgroup_line.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

static void set_text(char *ret, size_t size, const char *text)
{
	snprintf(ret, size, "%s", text);
}

/* crun and runc name a cgroup that their user did not name: by the id, or a scope with it. */
static bool has_hand_form(const struct workload *workload, char id[static WORKLOAD_NAME])
{
	static const char *const prefixes[] = { "crun-", "runc-" };
	const struct workload_name *unit = &workload->path.unit;
	size_t len = unit->len;

	if (!unit->text || workload->path.container.text || unit->owner == WORKLOAD_ANY_OWNER ||
	    len >= WORKLOAD_NAME)
		return false;
	memcpy(id, unit->text, len);
	id[len] = '\0';
	if (len > 6 && strcmp(id + len - 6, ".scope") == 0) {
		for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
			if (strncmp(id, prefixes[i], 5) == 0 && len > 11) {
				memmove(id, id + 5, len - 11);
				id[len - 11] = '\0';
				return true;
			}
		return false;
	}
	return !strstr(id, ".service") && !strstr(id, ".slice");
}

/* The container is the cgroup that looked like a unit. */
static int look_by_hand(struct workloads *workloads, struct workload *workload)
{
	char id[WORKLOAD_NAME], file[PATH_MAX];
	struct container_state state;
	enum workload_engine engine;
	int rc;

	if (!has_hand_form(workload, id))
		return 0;
	rc = states_find_by_hand(&workloads->states, workload->path.unit.owner, id, &state, &engine,
				 file);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	workload->file = strdup(file);
	workload->engine = engine;
	workload->is_by_hand = true;
	workload->path.container = workload->path.unit;
	set_text(workload->id, sizeof(workload->id), id);
	set_text(workload->container, sizeof(workload->container), id);
	workload->pid = state.pid;
	workload->start = state.start;
	return workload->file ? 0 : -ENOMEM;
}

static int name_container(struct workloads *workloads, struct workload *workload)
{
	const struct workload_path *path = &workload->path;
	struct container_state state = { .pid = 0 };
	char file[PATH_MAX];
	int rc = -ENOENT;

	workload_name_text(path, &path->container, workload->id);
	if (path->is_id && path->container.owner != WORKLOAD_ANY_OWNER)
		rc = states_find(&workloads->states, path->engine, path->container.owner,
				 workload->id, &state, file);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	if (rc == 0 && !(workload->file = strdup(file)))
		return -ENOMEM;
	set_text(workload->container, sizeof(workload->container),
		 *state.name ? state.name : workload->id);
	if (path->is_id && !*state.name)
		workload->container[WORKLOAD_SHORT_ID] = '\0';
	if (*state.pod)
		set_text(workload->pod, sizeof(workload->pod), state.pod);
	workload->is_sandbox = state.is_sandbox;
	return 0;
}

/* Cgroups of several users on the way: the name is nobody's, and is not shown. */
static bool is_nobodys(const struct workload *workload, const struct workload_name *name)
{
	return !workload->path.is_outside && name->owner == WORKLOAD_ANY_OWNER;
}

static int describe(struct workloads *workloads, struct workload *workload)
{
	struct owners_tree *tree = owners_tree(&workloads->owners, workload->hierarchy);
	struct workload_path *path = &workload->path;
	char pod[WORKLOAD_NAME];

	if (!tree)
		return -ENOMEM;
	workload_parse_path(workload->cgroup, owners_ask, tree, path);
	if (path->unit.text && !is_nobodys(workload, &path->unit))
		workload_name_text(path, &path->unit, workload->unit);
	if (!path->container.text)
		return look_by_hand(workloads, workload);
	if (is_nobodys(workload, &path->container))
		return 0;
	workload->engine = path->is_outside ? ENGINE_NONE : path->engine;
	set_text(workload->pod, sizeof(workload->pod), workload_pod_text(path, pod));
	return name_container(workloads, workload);
}

static void free_workload(void *value)
{
	struct workload *workload = value;

	if (!workload)
		return;
	free(workload->cgroup);
	free(workload->hierarchy);
	free(workload->file);
	free(workload);
}

static struct workload *make(struct workloads *workloads, const struct cgroup_line *line)
{
	struct workload *workload = calloc(1, sizeof(*workload));

	if (!workload)
		return NULL;
	workload->cgroup = strdup(line->path);
	workload->hierarchy = strdup(line->hierarchy);
	if (workload->cgroup && workload->hierarchy && describe(workloads, workload) == 0)
		return workload;
	free_workload(workload);
	return NULL;
}

int workload_of_line(struct workloads *workloads, const struct cgroup_line *line,
		     const struct workload **ret)
{
	void **place;

	/* A path means another cgroup in another hierarchy; few hosts have processes in two. */
	char key[PATH_MAX + 64];
	int len = snprintf(key, sizeof(key), "%s:%s", line->hierarchy, line->path);

	if (len < 0 || (size_t)len >= sizeof(key))
		return -ENAMETOOLONG;
	place = lookup_place(&workloads->cgroups, key, (size_t)len);
	if (place && !*place)
		*place = make(workloads, line);
	if (!place || !*place)
		return -ENOMEM;
	*ret = *place;
	return 0;
}

/* Most often the next process is in the same cgroups, and its file has the same text. */
struct workload_last {
	const struct workload *workload;
	size_t len;
	char text[];
};

static void remember(struct workloads *workloads, const char *text, size_t len)
{
	struct workload_last *last = realloc(workloads->last, sizeof(*last) + len);

	if (!last)
		return;
	workloads->last = last;
	last->workload = NULL;
	last->len = len;
	memcpy(last->text, text, len);
}

static bool is_last(const struct workloads *workloads, const char *text, size_t len)
{
	const struct workload_last *last = workloads->last;

	return last && last->workload && last->len == len && memcmp(last->text, text, len) == 0;
}

/* One read(2) gets the whole text, which the kernel makes at once (proc_single_show() in fs/proc/base.c). */
static int read_at(struct workloads *workloads, int dir, const char *file,
		   const struct workload **ret)
{
	_cleanup_close_ int fd = proc_open_file(dir, file, O_RDONLY);
	char text[CGROUP_LINES];
	struct cgroup_line line;
	ssize_t len = fd < 0 ? fd : sys_read(fd, text, sizeof(text) - 1);
	int rc;

	if (len < 0)
		return (int)len;
	text[len] = '\0';
	if (is_last(workloads, text, (size_t)len)) {
		*ret = workloads->last->workload;
		return 0;
	}
	remember(workloads, text, (size_t)len); /* it is taken apart now */
	if (workload_choose_line(text, &line) < 0)
		return -ENODATA;
	rc = workload_of_line(workloads, &line, ret);
	if (rc == 0 && workloads->last)
		workloads->last->workload = *ret;
	return rc;
}

int workload_of(struct workloads *workloads, int dir, const struct workload **ret)
{
	return read_at(workloads, dir, "cgroup", ret);
}

int workload_of_pid(struct workloads *workloads, int proc, pid_t pid, const struct workload **ret)
{
	char file[32];

	snprintf(file, sizeof(file), "%d/cgroup", (int)pid);
	return read_at(workloads, proc, file, ret);
}

int workload_of_one(struct workloads *workloads, int proc, pid_t pid, uint64_t cgroups,
		    const struct workload **ret)
{
	const char *key = (const char *)&cgroups;
	void **place = NULL;
	int rc;

	if (cgroups)
		place = lookup_place(&workloads->numbers, key, sizeof(cgroups));
	if (place && *place) {
		*ret = *place;
		return 0;
	}
	rc = workload_of_pid(workloads, proc, pid, ret);
	if (rc == 0 && place)
		*place = (void *)*ret;
	return rc;
}

void workloads_free(struct workloads *workloads)
{
	lookup_free(&workloads->cgroups, free_workload);
	lookup_free(&workloads->numbers, NULL);
	owners_free(&workloads->owners);
	states_free(&workloads->states);
	free(workloads->last);
	workloads->last = NULL;
}

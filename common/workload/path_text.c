/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the line of /proc/PID/cgroup that matters, and prints names as people write them. */
#include <errno.h>
#include <string.h>

#include "kernel/cgroup_line.h"
#include "workload/path.h"

const char *workload_engine_name(enum workload_engine engine)
{
	static const char *const names[ENGINE_COUNT] = {
		[ENGINE_DOCKER] = "docker",	    [ENGINE_PODMAN] = "podman",
		[ENGINE_CONTAINERD] = "containerd", [ENGINE_NERDCTL] = "nerdctl",
		[ENGINE_KUBERNETES] = "kubernetes", [ENGINE_CRIO] = "cri-o",
		[ENGINE_LXC] = "lxc",		    [ENGINE_NSPAWN] = "nspawn",
		[ENGINE_LIBVIRT] = "libvirt",	    [ENGINE_CRUN] = "crun",
		[ENGINE_RUNC] = "runc",
	};

	return names[engine];
}

/*
 * An engine that knows version 2 only leaves name=systemd at "/". On a hybrid host cgroup2's line may
 * name the engine's own service while name=systemd has the container.
 */
static int rank_of(const struct cgroup_line *line)
{
	int rank = strcmp(line->hierarchy, "name=systemd") == 0 ? 3 : !*line->hierarchy ? 2 : 1;

	return strcmp(line->path, "/") == 0 ? 0 : rank;
}

/*
 * systemd-nspawn mounts name=systemd for an image that may need it, also where the host has cgroup2 only. Nobody
 * can see there who owns its cgroups, but those of cgroup2 have the same path.
 */
int workload_choose_line(char *text, struct cgroup_line *ret)
{
	struct cgroup_line best = { .path = NULL }, unified = best, line;

	while (cgroup_line_next(&text, &line)) {
		if (!best.path || rank_of(&line) > rank_of(&best))
			best = line;
		if (!*line.hierarchy)
			unified = line;
	}
	if (!best.path)
		return -EINVAL;
	*ret = unified.path && rank_of(&unified) > 0 && strcmp(unified.path, best.path) == 0 ? unified : best;
	return 0;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* "\x2d" is "-" (systemd.unit(5)). */
static size_t decode(const char *text, size_t len, char *buf)
{
	size_t used = 0;

	for (size_t i = 0; i < len && used < WORKLOAD_NAME - 1; i++) {
		int high = -1, low = -1;

		if (i + 3 < len && text[i] == '\\' && text[i + 1] == 'x') {
			high = hex_digit(text[i + 2]);
			low = hex_digit(text[i + 3]);
		}
		if (high < 0 || low < 0 || high + low == 0) {
			buf[used++] = text[i];
			continue;
		}
		buf[used++] = (char)(high << 4 | low);
		i += 3;
	}
	return used;
}

const char *workload_name_text(const struct workload_path *path, const struct workload_name *name,
			       char buf[static WORKLOAD_NAME])
{
	size_t len = name->text ? name->len : 0;
	bool is_machine = path->engine == ENGINE_NSPAWN || path->engine == ENGINE_LIBVIRT;

	if (len > WORKLOAD_NAME - 1)
		len = WORKLOAD_NAME - 1;
	if (name == &path->container && is_machine)
		len = decode(name->text, len, buf);
	else if (len > 0)
		memcpy(buf, name->text, len);
	buf[len] = '\0';
	return buf;
}

const char *workload_pod_text(const struct workload_path *path, char buf[static WORKLOAD_NAME])
{
	size_t len = path->pod ? path->pod_len : 0;

	if (len > WORKLOAD_NAME - 1)
		len = WORKLOAD_NAME - 1;
	if (workload_is_id(path->pod, len))
		len = WORKLOAD_SHORT_ID;
	for (size_t i = 0; i < len; i++)
		buf[i] = path->pod[i] == '_' ? '-' : path->pod[i];
	buf[len] = '\0';
	return buf;
}

/* ---- a process ---- */

int workload_parse_start(const char *stat, uint64_t *ret)
{
	enum { FIELD_STATE = 3, FIELD_START = 22 };
	/* The name before it may hold anything. */
	const char *at = strrchr(stat, ')');
	uint64_t start = 0;
	size_t len;

	for (int field = FIELD_STATE - 1; at && field < FIELD_START; field++) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	len = at ? strspn(at, "0123456789") : 0;
	if (len == 0 || len > 19 || (at[len] && !strchr(" \n", at[len])))
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		start = start * 10 + (uint64_t)(at[i] - '0');
	*ret = start;
	return 0;
}

bool workload_is_leader(const char *status)
{
	const char *label = "\nNSpid:\t", *at = NULL, *next = status;
	size_t len;

	/* Takes the last label, because the name of the process, which precedes it, may imitate
	 * one. */
	while ((next = strstr(next, label)))
		at = next++;
	if (!at)
		return false;
	at += strlen(label);
	len = strspn(at, "0123456789");
	return len > 0 && at[len] == '\t' && at[len + 1] == '1' &&
	       (at[len + 2] == '\t' || at[len + 2] == '\n');
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of /proc/PID/cgroup: the systemd unit and the container that a process belongs to, and the
 * user on whose word this is known. Pure.
 *
 * A user who may write to a cgroup's directory can make cgroups in it that are named like those of another
 * engine. So a path is read from the left, and the first component that is neither a slice nor a
 * directory of a known engine decides; the processes there have made what lies below it.
 */
#ifndef XNS_WORKLOAD_PATH_H
#define XNS_WORKLOAD_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cgroup_line;

enum workload_engine {
	ENGINE_NONE,
	ENGINE_DOCKER,
	ENGINE_PODMAN,
	ENGINE_CONTAINERD,
	ENGINE_NERDCTL,
	ENGINE_KUBERNETES, /* containerd, Docker or CRI-O: the path does not say which */
	ENGINE_CRIO,
	ENGINE_LXC,
	ENGINE_NSPAWN,
	ENGINE_LIBVIRT,
	ENGINE_CRUN, /* crun and runc are known by their state files only */
	ENGINE_RUNC,
	ENGINE_COUNT,
};

/* "docker", as in the column ENGINE; NULL for ENGINE_NONE. */
const char *workload_engine_name(enum workload_engine engine);

#define WORKLOAD_ANY_OWNER UINT32_MAX /* an owner that cannot be seen; of a name: it is nobody's */
#define WORKLOAD_MANY_OWNERS (UINT32_MAX - 1) /* of a directory: others than its owner may write to it */

enum {
	WORKLOAD_ID = 64,      /* hexadecimal digits of a container's id */
	WORKLOAD_SHORT_ID = 12, /* of which so many are shown */
	WORKLOAD_NAME = 256,   /* room for one component of a path, terminated */
};

/* The name of a unit or of a container: a part of the path, not terminated. */
struct workload_name {
	const char *text; /* NULL: there is none */
	size_t len;
	size_t end;      /* its cgroup is the first so many bytes of the path */
	uint32_t owner;  /* the user who could make that cgroup, or WORKLOAD_ANY_OWNER */
	bool is_certain; /* the owners of all directories above it were seen */
};

/* What a path says. All names point into it. */
struct workload_path {
	enum workload_engine engine;
	struct workload_name unit, container;
	const char *pod; /* a pod's UID or id, pod_len bytes; NULL: there is none */
	size_t pod_len;
	bool is_id;      /* the container's name is an id */
	bool is_outside; /* the cgroup lies outside of our cgroup namespace; nobody's name then */
};

/*
 * Returns the owner of a cgroup's directory, path[0..len), or WORKLOAD_ANY_OWNER or
 * WORKLOAD_MANY_OWNERS. The caller asks for the directories from the left, and stops when the
 * answer cannot change.
 */
typedef uint32_t workload_owner_fn(void *arg, const char *path, size_t len);

/* Reads the path of a cgroup. Without owner() all owners are unknown. */
void workload_parse_path(const char *path, workload_owner_fn *owner, void *arg,
			 struct workload_path *ret);

/*
 * Returns who owns the processes of a cgroup: 0 if root owns all directories of the path; a user who owns all of
 * them from one on, below those of root; WORKLOAD_ANY_OWNER otherwise, or if an owner is unknown.
 */
uint32_t workload_path_owner(const char *path, size_t len, workload_owner_fn *owner, void *arg);

/*
 * Chooses a line of the text of /proc/PID/cgroup, and terminates its parts in place: that of name=systemd
 * if it is not "/" and cgroup2's has another path, or that of cgroup2, or another. 0, or -EINVAL if no line has the form of cgroups(7).
 */
int workload_choose_line(char *text, struct cgroup_line *ret);

/*
 * The name as people write it: a machine's \x2d is decoded, an id of a container stays whole. buf has
 * WORKLOAD_NAME bytes. Returns buf.
 */
const char *workload_name_text(const struct workload_path *path, const struct workload_name *name,
			       char buf[static WORKLOAD_NAME]);

/* The pod in the same form: an id is cut, a UID has "-" for "_". Empty without a pod. */
const char *workload_pod_text(const struct workload_path *path, char buf[static WORKLOAD_NAME]);

/*
 * When the process started, in ticks since boot, from the text of /proc/PID/stat (field 22, proc(5)).
 * With its PID that is a process; only who sets the clock of a time namespace sees another number. 0 or
 * -EINVAL.
 */
int workload_parse_start(const char *stat, uint64_t *ret);

/*
 * Whether the text of /proc/PID/status is that of the first process of a pid namespace which is a child
 * of that of this /proc. Processes that were added later have another number there.
 */
bool workload_is_leader(const char *status);

/* Whether the len bytes are an id as engines make them: 64 hexadecimal digits in lower case. */
bool workload_is_id(const char *text, size_t len);

#endif

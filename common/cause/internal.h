/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of cause/ share: the scene of a failure, and the tables of its possible causes. */
#ifndef XNS_HINT_INTERNAL_H
#define XNS_HINT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/ns.h"
#include "base/remedy.h"
#include "cause/cause.h"

struct idmap;
struct mount_table;

/* Where and how it happened. A descriptor is -1 where there is none: its facts are unknown then. */
struct scene {
	const struct plan *plan;
	const struct step *step;
	int err;           /* errno value */
	int proc, self;    /* /proc, and the directory of this process in it */
	uint64_t needs;    /* capabilities that the step takes, as a mask */
	int types;         /* for STEP_UNSHARE, once scene_type() ran: flags refused with err */
	bool probed;
};

/* A possible cause: its word, the errno values that it explains (none: any), and how to see it. */
struct cause {
	const char *name;
	short errors[3];
	bool (*test)(struct scene *scene, struct finding *ret);
};

/* In the order in which they are looked for; each ends with all zero. */
extern const struct cause hint_enter_causes[], hint_unshare_causes[], hint_fork_causes[];
extern const struct cause hint_clock_causes[];
extern const struct cause hint_owner_causes[], hint_setgroups_causes[], hint_map_causes[];
extern const struct cause hint_drop_groups_causes[], hint_set_id_causes[], hint_ambient_causes[];
extern const struct cause hint_pin_causes[], hint_propagation_causes[], hint_mount_causes[];
extern const struct cause hint_register_causes[], hint_pivot_causes[];
extern const struct cause hint_directory_causes[], hint_exec_causes[], hint_refused_causes[];

/* hint.c: the first cause of a table that holds. */
bool hint_first(struct scene *scene, const struct cause *causes, struct finding *ret);
void hint_why(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
void hint_remedy(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A remedy that is a command: REMEDY_*, and what stands in it. */
void hint_command(struct finding *finding, enum remedy_who who, enum remedy_programs programs,
		  const char *words, ...) PRINTF_LIKE(4, 5);

/* cause/probe.c: 0 or the errno value of the call, made by a child; -1 where it cannot be made. */
int probe_unshare(int flags);
int probe_bad_mount(void); /* mount(2) without arguments: EFAULT */
/* The first type that is refused with scene->err; NS_NONE where no single one is. */
enum ns_kind scene_type(struct scene *scene);

/* cause/look.c: facts. Where they cannot be had: false, -1. */
bool look_number(const struct scene *scene, const char *path, long long *ret); /* below /proc/sys */
bool look_status(const struct scene *scene, const char *key, char *buf, size_t size);
int look_capability(const struct scene *scene, unsigned capability);
bool look_enters(const struct scene *scene); /* namespaces of others, not new ones */
bool look_is_initial_user_ns(const struct scene *scene);
bool look_ns(const struct scene *scene, const char *name, char *buf, size_t size); /* "pid:[N]" */
int look_owns(const struct scene *scene, enum ns_kind kind); /* our user ns owns our ns of kind */
bool look_map(const struct scene *scene, const char *kind, struct idmap *ret); /* "uid", "gid" */
bool look_map_text(const struct scene *scene, const char *kind, char *buf, size_t size);
int look_mount_id(const struct scene *scene, int fd);
bool look_mounts(const struct scene *scene, struct mount_table *ret); /* to be freed */
bool look_lacks_root_mount(const struct scene *scene); /* no mount is at "/", as in a chroot */
const char *look_capability_name(unsigned capability);

/* cause/path.c: what is wrong with a path, and what is added to name the root that it was below. */
bool path_obstacle(const char *path, char *buf, size_t size);
const char *path_root(const struct scene *scene); /* the new root, where the step comes after it */
bool path_place(const struct scene *scene, char *buf, size_t size); /* that, or what was entered */
bool find_path(struct scene *scene, struct finding *ret);

/* cause/lsm.c: causes that many steps share. */
bool find_capability(struct scene *scene, struct finding *ret);
bool find_restricted_user_ns(struct scene *scene, struct finding *ret);
bool find_security_module(struct scene *scene, struct finding *ret);
bool find_filtered_mount(struct scene *scene, struct finding *ret);
/* A container engine's filter refuses a call. also: what else may be done, behind a semicolon. */
void blame_filter(struct finding *ret, const char *call, const char *also);

#endif

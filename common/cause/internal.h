/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of cause/ share: the search of a failure, and the tables of its possible causes. */
#ifndef XNS_CAUSE_INTERNAL_H
#define XNS_CAUSE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/ns.h"
#include "base/remedy.h"
#include "cause/cause.h"

struct idmap;
struct mount_entry;
struct mount_table;

/* A search. A descriptor is -1 if there is none: its facts are unknown then. */
struct search {
	const struct refusal *refusal;
	int proc, self;    /* /proc, and the directory of this process in it */
	uint64_t needs;    /* capabilities that the operation takes, as a mask */
	int types;         /* CLONE_NEW* that are refused, once search_type() has run */
	bool probed;       /* it has */
};

/* A possible cause: its word, the errno values that it explains (none: any), and how to see it. */
struct cause {
	const char *name;
	short errors[3];
	bool (*test)(struct search *search, struct finding *ret);
};

/* In the order in which they are looked for; each ends with all zero. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls" /* rows may share one */
#define CAUSES(name) extern const struct cause name##_causes[];
#define NO_CAUSES
#define STEP(KIND, id, name, words, calls, members, check, properties, capabilities, causes) causes
#include "plan/steps.def"
#undef CAUSES
#undef NO_CAUSES
#pragma GCC diagnostic pop

/* cause/finding.c: the first cause of a table that holds. */
bool cause_first(struct search *search, const struct cause *causes, struct finding *ret);
void cause_why(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
void cause_remedy(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A remedy that is a command: REMEDY_*, and what stands in it. */
void cause_command(struct finding *finding, enum remedy_who who, enum remedy_programs programs,
		  const char *words, ...) PRINTF_LIKE(4, 5);

/* cause/probe.c: 0 or the errno value of the call, made by a child; -1 where it cannot be made. */
int probe_unshare(int flags);
int probe_bad_mount(void); /* mount(2) without arguments: EFAULT */
/* The first type that is refused with search->refusal->err; NS_NONE where no single one is. */
enum ns_type search_type(struct search *search);

/* cause/facts.c: what is known of this process. False or -1 if it is not. */
bool fact_number(const struct search *search, const char *path, long long *ret); /* below /proc/sys */
bool fact_status(const struct search *search, const char *key, char *buf, size_t size);
int fact_capability(const struct search *search, unsigned capability);
bool fact_is_initial_user_ns(const struct search *search);
bool fact_ns(const struct search *search, const char *name, char *buf, size_t size); /* "pid:[N]" */
int fact_owns(const struct search *search, enum ns_type type); /* our user ns owns our ns of type */
bool fact_map(const struct search *search, const char *kind, struct idmap *ret); /* "uid", "gid" */
bool fact_map_text(const struct search *search, const char *kind, char *buf, size_t size);
bool fact_setgroups_denied(const struct search *search);
bool fact_mounts(const struct search *search, struct mount_table *ret); /* to be freed */
/* The mount that an open file lies on, or NULL. */
const struct mount_entry *fact_mount_of(const struct search *search,
					const struct mount_table *mounts, int fd);
bool fact_lacks_root_mount(const struct search *search); /* no mount is at "/", as in a chroot */
const char *fact_capability_name(unsigned capability);

/* cause/path.c: what is wrong with a path, and where it was looked up, if that was elsewhere. */
bool path_obstacle(const char *path, char *buf, size_t size);
bool path_place(const struct refusal *refusal, char *buf, size_t size);
bool find_path(struct search *search, struct finding *ret);

/* cause/mount.c: causes that cause/root.c shares. */
bool find_mount_max(struct search *search, struct finding *ret);
bool find_no_root_mount(struct search *search, struct finding *ret);

/* cause/lsm.c: causes that many steps share. */
bool find_capability(struct search *search, struct finding *ret);
bool find_restricted_user_ns(struct search *search, struct finding *ret);
bool find_refused_user_ns(struct search *search, struct finding *ret);
bool find_security_module(struct search *search, struct finding *ret);
bool find_filtered_mount(struct search *search, struct finding *ret);
/* A container engine's filter refuses a call. also: what else may be done, behind a semicolon. */
void blame_filter(struct finding *ret, const char *call, const char *also);

#endif

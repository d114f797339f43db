/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of cause/: the state of a search, and the tables of possible causes. */
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

/* The state of a search. A descriptor may be -1; the facts that need it are unknown then. */
struct search {
	const struct refusal *refusal;
	int proc, self;    /* /proc, and the directory of this process in it */
	uint64_t needs;    /* capabilities that the operation requires, as a mask */
	int types;         /* CLONE_NEW* that are refused, set by search_type() */
	bool probed;       /* types is set */
};

struct cause {
	const char *name; /* a word for programs */
	short errors[3];  /* the errno values that it may explain; none: any */
	bool (*test)(struct search *search, struct finding *ret); /* true if it is the cause */
};

/* The causes are tested in the order of the table, which ends with a row of zeros. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls" /* rows may share one */
#define CAUSES(name) extern const struct cause name##_causes[];
#define NO_CAUSES
#define STEP(KIND, id, name, words, calls, members, check, properties, capabilities, causes, ...) causes
#include "plan/steps.def"
#undef CAUSES
#undef NO_CAUSES
#pragma GCC diagnostic pop

/* --- cause/finding.c --------------------------------------------------------------------------- */

/* Finds the first cause of the table that explains the refusal. False if none does. */
bool cause_first(struct search *search, const struct cause *causes, struct finding *ret);
/* As cause_search(), with this table. needs are the capabilities that the operation requires. */
bool search_among(const struct refusal *refusal, uint64_t needs, int proc,
		  const struct cause *causes, struct finding *ret);
/* Set the text of a finding. */
void cause_why(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
void cause_remedy(struct finding *finding, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Sets a remedy that is a command: a REMEDY_* of base/remedy.h, and its arguments. */
void cause_command(struct finding *finding, enum remedy_who who, enum remedy_programs programs,
		  const char *words, ...) PRINTF_LIKE(4, 5);

/* --- cause/probe.c ----------------------------------------------------------------------------- */

/* Make the call in a child. Return 0 or its errno value; -1 if there can be no child. */
int probe_unshare(int flags);
int probe_bad_mount(void); /* mount(2) without arguments */
/* The first type that is refused with search->refusal->err; NS_NONE if none is refused alone. */
enum ns_type search_type(struct search *search);

/* --- cause/facts.c: facts about this process. False or -1 if a fact is unknown. ---------------- */

bool fact_number(const struct search *search, const char *path, long long *ret); /* below /proc/sys */
bool fact_status(const struct search *search, const char *key, char *buf, size_t size);
int fact_capability(const struct search *search, unsigned capability); /* -1: unknown */
bool fact_permitted(const struct search *search, uint64_t *ret); /* as a mask */
bool fact_is_initial_user_ns(const struct search *search);
bool fact_ns(const struct search *search, const char *name, char *buf, size_t size); /* "pid:[N]" */
int fact_owns(const struct search *search, enum ns_type type); /* our user namespace owns ours */
bool fact_map(const struct search *search, const char *kind, struct idmap *ret); /* "uid", "gid" */
bool fact_map_text(const struct search *search, const char *kind, char *buf, size_t size);
bool fact_setgroups_denied(const struct search *search);
bool fact_mounts(const struct search *search, struct mount_table *ret); /* mount_table_free() */
/* The mount that an open file lies on, or NULL. */
const struct mount_entry *fact_mount_of(const struct search *search,
					const struct mount_table *mounts, int fd);
bool fact_lacks_root_mount(const struct search *search); /* no mount is at "/", as in a chroot */

/* --- cause/rights.c: missing capabilities, as masks -------------------------------------------- */

uint64_t rights_missing(const struct search *search, uint64_t needs); /* 0 if unknown */
bool rights_lacks_setfcap(const struct search *search); /* so uid 0 cannot be mapped */
void rights_name(uint64_t mask, char *buf, size_t size); /* "CAP_A and CAP_B" */
/* Writes what gives the capabilities to an ordinary user ("run it as root", as is "as root"), or
 * to uid 0, which is no remedy itself. */
void rights_remedy(const struct search *search, uint64_t missing, const char *as, char *buf,
		   size_t size);
void rights_of_container(uint64_t missing, char *buf, size_t size);
/* Sets "it needs CAP_A, which this process does not have", and that remedy. */
void rights_explain(const struct search *search, uint64_t missing, const char *as,
		    struct finding *ret);
/* The option that creates these types (CLONE_NEW*) in a new user namespace; NULL if none can. */
const char *rights_option(const struct search *search, int flags);

/* --- cause/filter.c: the first call of the step that a seccomp filter refuses ------------------ */

bool find_filtered_mount(struct search *search, struct finding *ret);
bool find_filtered_new_mount(struct search *search, struct finding *ret);
bool find_filtered_view(struct search *search, struct finding *ret);
bool find_filtered_pivot(struct search *search, struct finding *ret);
bool find_filtered_chroot(struct search *search, struct finding *ret);
bool find_filtered_privilege(struct search *search, struct finding *ret);
bool find_filtered_wait(struct search *search, struct finding *ret);
/* Sets the finding for a call that a seccomp filter refuses. also is "" or another remedy, which
 * begins with a semicolon. */
void blame_filter(const struct search *search, const char *call, const char *also,
		  struct finding *ret);

/* --- cause/path.c ------------------------------------------------------------------------------ */

/* Describes the first component of the path that cannot be reached. False if all can. */
bool path_obstacle(const char *path, char *buf, size_t size);
/* Names the root or mount namespace in which paths were looked up. False if it was ours. */
bool path_place(const struct refusal *refusal, char *buf, size_t size);
bool find_path(struct search *search, struct finding *ret);

/* --- cause/access.c ---------------------------------------------------------------------------- */

bool find_access(struct search *search, struct finding *ret);
/* Sets the remedy if a process or namespace belongs to uid. needs: capabilities that suffice. */
void rights_remedy_of_user(const struct search *search, uint64_t needs, uid_t uid, bool runs_theirs,
			   struct finding *ret);

/* --- cause/mount.c: causes that cause/root.c shares -------------------------------------------- */

bool find_mount_max(struct search *search, struct finding *ret);
bool find_foreign_mounts(struct search *search, struct finding *ret);
bool find_no_root_mount(struct search *search, struct finding *ret);

/* --- cause/lsm.c: causes that many steps share ------------------------------------------------- */

bool find_capability(struct search *search, struct finding *ret);
bool find_restricted_user_ns(struct search *search, struct finding *ret);
bool find_forbidden_user_ns(struct search *search, struct finding *ret);
bool find_security_module(struct search *search, struct finding *ret);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a command that changes names, as data: xnetns/plan.c adds them, --explain prints
 * them, and xnetns/apply.c carries them out. exec changes no names; its plan consists of steps of
 * plan/step.h.
 */
#ifndef XNS_XNETNS_STEP_H
#define XNS_XNETNS_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "netns/store.h"

enum netns_step_kind {
#define STEP(kind, ...) NETNS_##kind,
#include "xnetns/steps.def"
#undef STEP
	NETNS_KINDS
};

struct netns_step {
	enum netns_step_kind kind;
	bool dry_run;     /* prints what it would do */
	bool of_process;  /* SET_NSID: name is a PID */
	const char *name; /* borrowed; NULL: the step concerns the directory of names */
	int fd;           /* borrowed; MOUNT: /proc/self; ATTACH, SET_NSID: the namespace */
	union {
		struct {
			pid_t pid; /* 0: it is no process */
			const char *text;
		} source; /* ATTACH */
		int32_t nsid; /* SET_NSID: NETNSID_NONE for the next free one */
		struct {
			int signal;
			uint64_t seconds;
		} kill;
		const struct uplink_job *uplink; /* UPLINK, UPLINK_OFF: borrowed */
		char *const *names; /* UNSEEN: borrowed, NULL-terminated */
		struct {
			const struct connection *connection; /* PAIR, LINK, MARK, DISCONNECT: borrowed */
			int end;                             /* LINK: 0 or 1 */
		};
	};
};

/* Empty if all zero. */
struct netns_plan {
	struct netns_step *steps; /* owned */
	size_t n, room;
	bool incomplete; /* memory ran out */
	const char *target; /* how the process of a name was found, or NULL (borrowed) */
	struct netns_step spare;
};

/*
 * Appends a step, which the caller fills in. Without memory it returns a spare step and sets
 * plan->incomplete.
 */
struct netns_step *netns_plan_add(struct netns_plan *plan, enum netns_step_kind kind,
				  const char *name);

void netns_plan_free(struct netns_plan *plan);

/* The name of the kind in JSON: "create". */
const char *netns_step_name(enum netns_step_kind kind);

/* Describes the step in words, and its system calls. */
void netns_step_describe(const struct netns_step *step, char *buf, size_t size);
void netns_step_call(const struct netns_step *step, char *buf, size_t size);

struct connection;
struct names;
struct uplink_job;
struct xnetns;

/*
 * xnetns/plan.c. Each adds the steps of one command to the plan. Names are borrowed from the
 * operands or from names; self is our directory in /proc, ns the namespace that gets the name or
 * the nsid, both borrowed.
 */
void netns_plan_new(const struct xnetns *request, int self, struct netns_plan *plan);
void netns_plan_attach(const struct xnetns *request, pid_t pid, int ns, struct netns_plan *plan);
void netns_plan_set(const struct xnetns *request, int32_t nsid, int ns, bool of_process,
		    struct netns_plan *plan);
void netns_plan_delete(const struct xnetns *request, const struct names *names,
		       struct netns_plan *plan);
void netns_plan_gc(const struct xnetns *request, struct netns_plan *plan);
void netns_plan_connect(const struct connection *connection, struct netns_plan *plan);
void netns_plan_uplink(const struct xnetns *request, const struct uplink_job *job,
		       struct netns_plan *plan);
void netns_plan_disconnect(const struct connection *connection, struct netns_plan *plan);

#endif

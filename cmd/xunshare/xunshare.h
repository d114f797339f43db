/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request that xunshare's command line makes, and the functions from there to a plan. */
#ifndef XNS_XUNSHARE_H
#define XNS_XUNSHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"
#include "ids/maps.h"
#include "opt/opt.h"
#include "options.h"
#include "plan/rights.h"
#include "xunshare/mounts.h"
#include "xunshare/limits.h"
#include "uplink/pasta.h"

struct caller;
struct diag;
struct opt_parser;
struct plan;
struct user;

enum { SETUPS_MAX = 16 };

/* Strings point into argv, unless owned. */
struct xunshare {
	struct opt_set given;
	const char *pins[NS_COUNT];
	const char *pin_set; /* --pins */
	struct map_request users, groups;
	uint32_t owner_uid, owner_gid;
	uint32_t uid, gid; /* --setuid, --setgid */
	const char *setgroups;
	int kill_signal;
	const char *proc_dir;
	const char *binfmt_dir;
	const char *interpreter;
	const char *propagation;
	const char *hostname;
	const char *pidfile;
	int start_fd, status_fd;
	struct limits limits;
	const char *root;
	const char *wd;
	struct mount_options mounts; /* in the order of the command line */
	int64_t monotonic, boottime;
	char *keep_env; /* all names of --whitelist-env, separated by commas (owned) */
	struct rights rights;
	const char *setups[SETUPS_MAX];
	size_t n_setups;
	const char *seccomp;
	const char *run_as;
	struct uplink uplink; /* --publish, --host-loopback */
	bool json; /* --explain=json, --check=json */
	char **program; /* ends with NULL; empty if the user named none, for the shell */
};

/*
 * Reads a command line. Looks names of users and groups up, but asks the system nothing else. 0, or
 * -errno with a diagnosis that quotes the argument; the caller calls xunshare_free() in both cases.
 */
int xunshare_parse(int argc, char **argv, struct xunshare *request, struct diag *diag);

/* Takes an option about the uplink. 0 or -errno; 1 if it is another option. */
int xunshare_take_uplink(const struct opt_parser *parser, int id, struct xunshare *request,
			 struct diag *diag);

/* After the rules between options: checks those of --uplink. 0 or -errno. */
int xunshare_prepare_uplink(struct xunshare *request, struct diag *diag);


/* Whether the plan's facts allow an uplink. Pure. 0 or -errno with the diagnosis filled. */
int xunshare_check_uplink(const struct xunshare *request, const struct caller *caller,
			  const struct plan *plan, struct diag *diag);
/* Adds the steps: the uplink, and its name server. 0, or -errno with the diagnosis filled. */
int xunshare_add_uplink(const struct xunshare *request, const struct caller *caller, struct plan *plan,
			struct diag *diag);
void xunshare_add_resolver(const struct xunshare *request, struct plan *plan);

/* Whether the plan pins namespaces; and adds the steps, of the namespaces in flags for --pins. Pure. */
bool pins_wanted(const struct xunshare *request);
void pins_add(const struct xunshare *request, int flags, struct plan *plan);

void xunshare_free(struct xunshare *request);

/* The CLONE_NEW* flags of the requested namespaces. Pure. */
int xunshare_flags(const struct xunshare *request);

/*
 * Adds what options imply, then checks the rules between them. Pure. 0 or -EINVAL with the
 * diagnosis filled.
 */
int xunshare_apply_rules(struct xunshare *request, struct diag *diag);

/* The facts (enum caller_facts) that the plan needs. Pure. */
unsigned xunshare_facts(const struct xunshare *request);

/*
 * Makes the plan for a request that xunshare_apply_rules() has accepted. Pure. user is
 * that of --run-as, or NULL. The plan points into all three, which must outlive it. 0, or -errno with the diagnosis filled; the caller
 * calls plan_free() in both cases.
 */
int xunshare_plan(const struct xunshare *request, const struct caller *caller,
		  const struct user *user, struct plan *plan, struct diag *diag);

#endif

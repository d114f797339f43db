/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare's options, as the command line gives them, and its pure half. */
#ifndef XNS_XUNSHARE_H
#define XNS_XUNSHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"
#include "ids/maps.h"
#include "opt/opt.h"
#include "options.h"

struct caller;
struct diag;
struct plan;

/* Strings are borrowed from argv. */
struct xunshare {
	struct opt_set given;
	const char *pins[NS_COUNT];
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
	const char *root;
	const char *wd;
	int64_t monotonic, boottime;
	char *keep_env; /* owned: all lists of --whitelist-env */
	bool json; /* --explain=json, --check=json */
	char **program; /* NULL-terminated, empty for the shell */
};

/*
 * Reads a command line. Names of users and groups are looked up; nothing else is asked of the
 * system. 0, or -errno with the diagnosis quoting the argument; xunshare_free() in both cases.
 */
int xunshare_parse(int argc, char **argv, struct xunshare *request, struct diag *diag);

void xunshare_free(struct xunshare *request);

/* The CLONE_NEW* flags of the namespaces asked for or implied. */
int xunshare_flags(const struct xunshare *request);

/*
 * Adds what options imply, then checks the rules between them. Pure. 0 or -EINVAL with the
 * diagnosis filled.
 */
int xunshare_apply_rules(struct xunshare *request, struct diag *diag);

/* Which facts (enum caller_facts) the plan will need. Pure. */
unsigned xunshare_facts(const struct xunshare *request);

/*
 * The plan for a request that xunshare_apply_rules() has accepted. Pure: no system call. The plan borrows from request and caller. 0
 * or -errno with the diagnosis filled; plan_free() in both cases.
 */
int xunshare_plan(const struct xunshare *request, const struct caller *caller, struct plan *plan,
		  struct diag *diag);

#endif

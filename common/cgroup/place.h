/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides from facts where a cgroup can be made for the program. Other people's processes are never
 * moved, and nothing is made below a unit of systemd that is not delegated: its next control process
 * would fail with EBUSY. Pure.
 */
#ifndef XNS_CGROUP_PLACE_H
#define XNS_CGROUP_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cgroup/limit.h"

struct diag;

enum { CGROUP_PATH = 4096, CONTROLLERS_MAX = 16 };

/* A cgroup that could be the parent of ours. */
struct cgroup_dir {
	char path[CGROUP_PATH];
	int err;           /* a positive errno value if it cannot be examined; the rest is unset then */
	bool is_cgroup2;
	bool writable;     /* we may make cgroups in it, and write its cgroup.subtree_control */
	bool delegated;    /* its manager leaves it to us */
	bool is_tree_root; /* of the whole tree: it may have processes and children at once */
	bool foreign;      /* for root: it lies below a directory of another user */
	bool apart;        /* the kernel lets us move no process of ours into it */
	size_t others;     /* processes in it beside this one */
};

struct cgroup_facts {
	uid_t uid; /* effective */
	bool v1;        /* a hierarchy of version 1 is mounted */
	bool mounted;   /* cgroup2 is, at mount */
	bool read_only;
	char mount[CGROUP_PATH];
	struct cgroup_dir own;
	bool is_given;           /* --cgroup-parent */
	struct cgroup_dir given;
	bool systemd;     /* it runs here */
	bool can_scope;   /* systemd-run is there, and the manager that it would ask */
	bool in_scope;    /* we are in the scope that an earlier start of ours has made */
	bool has_run;     /* systemd-run is there */
	char unit[256];   /* the unit that we are in, or "" */
};

enum cgroup_where {
	CGROUP_GIVEN, /* by --cgroup-parent */
	CGROUP_OWN,   /* in the one that we are in; our processes leave it for a child of it */
	CGROUP_SCOPE, /* in a new scope of systemd */
	CGROUP_ROOT,  /* in the root of the tree */
};

/* 0 with *ret set, or -errno with the diagnosis and its remedy. */
int cgroup_choose(const struct cgroup_facts *facts, enum cgroup_where *ret, struct diag *diag);

/* The parent that was chosen; NULL for CGROUP_SCOPE. */
const struct cgroup_dir *cgroup_chosen(const struct cgroup_facts *facts, enum cgroup_where where);

/* A controller as the chosen parent has it. */
struct controller {
	char name[LIMIT_CONTROLLER];
	char v1[CGROUP_PATH];    /* where it is mounted as a hierarchy of version 1, or "" */
	bool available;          /* in the parent's cgroup.controllers */
	bool enabled;            /* in the parent's cgroup.subtree_control */
	char above[CGROUP_PATH]; /* a cgroup above that has it and does not enable it, or "" */
};

/* Whether the controllers of a parent can be used. 0, or -errno with diagnosis and remedy. */
int cgroup_check_controller(const struct cgroup_dir *parent, enum cgroup_where where,
			    const struct controller *controller, struct diag *diag);

/* The nearest unit of systemd in a path of a cgroup: "ssh.service"; "" if there is none. */
void cgroup_unit(const char *path, char *buf, size_t size);

#endif

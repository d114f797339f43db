/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records that the BPF program writes, for the program itself and for scan_bpf.c. */
#ifndef XNS_INVENTORY_BPF_H
#define XNS_INVENTORY_BPF_H

#include "base/ns_type.h"

struct bpf_process {
	/*
	 * Not 0: only a thread, whose namespaces differ from those of its process, which pid names. All other
	 * members are 0.
	 */
	unsigned int thread;
	/* Not 0: its descriptors hold namespaces, or it changed meanwhile: read the process in
	 * /proc. */
	unsigned int unsure;
	/* Not 0: the namespaces for its children differ from its own. */
	unsigned int for_children;
	/* Not 0: it has a namespace that its parent process does not have. struct bpf_details follows. */
	unsigned int details;
	unsigned int pid, ppid;
	unsigned int uid;              /* effective */
	unsigned int ns[NS_COUNT]; /* inode numbers; 0: none */
	/* The same two numbers for all processes that are in the same cgroups, in every hierarchy. */
	unsigned int cgroups[2];
};

struct bpf_details {
	unsigned int owner[NS_COUNT];  /* the user namespaces that own its namespaces */
	unsigned int parent[NS_COUNT]; /* of its pid and its user namespace; 0 for others */
	unsigned int owner_uid;            /* the user who created its user namespace */
	/* Not 0: it changed meanwhile, so these may belong to other namespaces than ns[]. */
	unsigned int changed;
};

#endif

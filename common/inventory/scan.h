/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the namespaces of the host and their holders, in /proc and by asking the kernel. Processes
 * may end during a scan, and the caller may lack permission to read most of them.
 */
#ifndef XNS_INVENTORY_SCAN_H
#define XNS_INVENTORY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;
struct model;
struct ns_process;

enum scan_flags {
	SCAN_FDS = 1,       /* namespaces of descriptors and sockets, or listed only by the kernel */
	SCAN_DEEP = 2,      /* mounts of all mount namespaces, threads, namespaces for children */
	SCAN_RELATIONS = 4, /* all owners and parents; without it, those that lead to more namespaces */
	SCAN_IDS = 8,       /* 64-bit ids */
};

/* How processes and their descriptors are found. */
enum scan_way {
	SCAN_AUTO, /* by BPF if it is available and estimated to cost less, otherwise in /proc */
	SCAN_BPF,
	SCAN_PROC,
};

/* Estimated costs of both ways, in links read in /proc. 0: not estimated. */
struct scan_cost {
	uint64_t proc, bpf;
};

/* Why a scan cannot use BPF. */
enum scan_no_bpf {
	NO_BPF_NONE, /* it can, or did not try */
	NO_BPF_BUILD,
	NO_BPF_PROC,
	NO_BPF_RIGHTS,
	NO_BPF_KERNEL,
};

/*
 * Processes whose command line is unknown, because reading it did not return; or namespaces that only a
 * mount holds whose path cannot be looked up without asking a file system.
 */
struct scan_silent {
	size_t n;
	pid_t pid; /* the first; 0: our own mount */
};

struct scan {
	int proc;          /* borrowed, from proc_open_root() */
	unsigned types;    /* the types to find: bits 1 << enum ns_type */
	unsigned flags;    /* enum scan_flags */
	enum scan_way way;
	enum scan_way used;      /* out: never SCAN_AUTO */
	enum scan_no_bpf no_bpf; /* out */
	struct scan_cost cost; /* out, for SCAN_AUTO */
	pid_t own_pid;     /* out: our PID in this /proc, or -errno */
	bool pidfds;       /* out: pidfds give namespaces */
	dev_t nsfs;        /* out: the device of nsfs, for SCAN_FDS and SCAN_DEEP; 0: unknown */
	size_t unreadable; /* out: processes that exist but could not be read */
	size_t unreadable_mounts; /* out: mount namespaces whose mounts could not be read */
	struct scan_silent unopened; /* out: namespaces whose mount could not be opened */
	struct scan_silent silent; /* for the caller to pass to scan_details() */
};

#define SCAN_ALL_TYPES ((1u << NS_COUNT) - 1)

/*
 * Fills and links an empty model. Leaves out processes that end meanwhile, and counts those that
 * cannot be read. Fails only if /proc cannot be listed, without memory, or if SCAN_BPF is
 * impossible: -errno with the diagnosis filled.
 */
int scan(struct scan *scan, struct model *model, struct diag *diag);

/*
 * Reads the namespaces of one process, in which only the PID is set. A zombie has lost some of
 * them. 0 or -errno; -ESRCH if it has ended.
 */
int scan_process(int proc, struct ns_process *process);

/*
 * Opens the namespace with this index in a scanned model, through a member or a holder. The caller
 * owns the descriptor. -errno; -ESRCH if none still has it, -EAGAIN if only a mount does whose path
 * would have to be looked up by its file system.
 */
int scan_open(const struct scan *scan, const struct model *model, uint32_t index);

/*
 * Reads details of processes, each of which is given once; what is a mask of PROCESS_STATUS and
 * PROCESS_COMMAND. Skips known details; details that cannot be read stay unknown. If reading a
 * command line takes seconds, uses the process's name instead and counts it in silent (all zero
 * before the first call); the thread that reads may then stay until we exit.
 */
void scan_details(int proc, struct ns_process *const *processes, size_t n, unsigned what,
		  struct scan_silent *silent);

/* Pure. tasks: processes and threads of the host; files: its open files; flags: enum scan_flags */
struct scan_cost scan_estimate(uint64_t tasks, uint64_t files, unsigned flags);

/* "this build has no BPF program"; NULL for NO_BPF_NONE. */
const char *scan_no_bpf_text(enum scan_no_bpf why);

/* ---- parsers of texts in /proc; pure ---- */

/* "net:[4026531833]", not terminated. The type, or NS_NONE. */
enum ns_type scan_parse_link(const char *text, size_t len, uint64_t *ret_ino);

/* "socket:[1234]", not terminated: the inode number, or 0. */
uint64_t scan_parse_socket(const char *text, size_t len);

/* PPid and the effective uid of /proc/PID/status. 0, or -EINVAL with the outputs untouched. */
int scan_parse_status(const char *text, int *ret_ppid, uint32_t *ret_uid);

/*
 * Turns a command line of len bytes into a string, in place: removes trailing NULs, and replaces
 * the others by spaces. The buffer has room for one more byte. If cut is set, the string ends in
 * "...". Returns its length.
 */
size_t scan_parse_command(char *text, size_t len, bool cut);

#endif

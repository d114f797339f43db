/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads /proc, and asks the kernel, which namespaces there are and what holds them. Fast: a host has
 * thousands of processes. Tolerant: they come and go, and most of them may be out of our reach.
 */
#ifndef XNS_XNSLS_SCAN_H
#define XNS_XNSLS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;
struct model;
struct ns_process;

enum scan_flags {
	SCAN_FDS = 1,       /* what open descriptors and sockets hold, and what only the kernel knows */
	SCAN_DEEP = 2,      /* mounts in all mount namespaces, threads, namespaces for children */
	SCAN_RELATIONS = 4, /* owners and parents of all; else only as far as more are found by it */
	SCAN_IDS = 8,       /* 64-bit ids */
};

/* How processes and descriptors are found. */
enum scan_way {
	SCAN_AUTO, /* by BPF where that can be had and is worth it */
	SCAN_BPF,
	SCAN_PROC,
};

/* Processes whose command lines were given up, since reading them did not return. */
struct scan_silent {
	size_t n;
	pid_t pid; /* the first */
};

struct scan {
	int proc;          /* from proc_open_root(); stays the caller's */
	unsigned kinds;    /* which types: bits 1 << enum ns_kind */
	unsigned flags;    /* enum scan_flags */
	enum scan_way way;
	pid_t own_pid;     /* out: our PID in this /proc, or -errno */
	bool pidfds;       /* out: namespaces can be had by pidfd */
	size_t unreadable; /* out: processes that are there but could not be read */
	size_t unreadable_mounts; /* out: mount namespaces whose mounts could not be read */
	struct scan_silent silent; /* of what scan_details() was asked for about it; the caller passes it */
};

#define SCAN_ALL_KINDS ((1u << NS_COUNT) - 1)

/*
 * Fills an empty model, and settles it. A process that ends meanwhile is left out; one that may not
 * be read is counted. Fails only where /proc cannot be listed, memory lacks or SCAN_BPF cannot be done:
 * -errno with the diagnosis filled.
 */
int scan(struct scan *scan, struct model *model, struct diag *diag);

/*
 * Reads the namespaces of one process, whose PID is set, and which is zero otherwise. 0 or -errno.
 * A zombie has lost some of them.
 */
int scan_process(int proc, struct ns_process *process);

/*
 * Opens the namespace with this index in a scanned model, by a member or by what holds it. The
 * caller owns the descriptor. -errno; -ESRCH where there is no way to it (any more).
 */
int scan_open(const struct scan *scan, const struct model *model, uint32_t index);

/*
 * Reads more about processes: what is a mask of PROCESS_STATUS and PROCESS_COMMAND. What is known
 * already is not read again; what cannot be read stays unknown. No process may be given twice. A
 * command line that cannot be read within seconds is counted in silent, which is all zero before the
 * first call: the process's name stands in its place, and a thread may stay behind until we end.
 */
void scan_details(int proc, struct ns_process *const *processes, size_t n, unsigned what,
		  struct scan_silent *silent);

/* ---- parsers of what /proc says; pure ---- */

/* "net:[4026531833]", not terminated. The type, or NS_NONE. */
enum ns_kind scan_parse_link(const char *text, size_t len, uint64_t *ret_ino);

/* "socket:[1234]", not terminated: the inode number, or 0. */
uint64_t scan_parse_socket(const char *text, size_t len);

/* PPid and the effective uid of /proc/PID/status. 0, or -EINVAL with the outputs untouched. */
int scan_parse_status(const char *text, int *ret_ppid, uint32_t *ret_uid);

/*
 * A command line of len bytes as one string, in place: NULs become blanks, those at the end go. The
 * buffer has at least one byte more. Cut, it ends in "...". Returns the length.
 */
size_t scan_parse_command(char *text, size_t len, bool cut);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protects the binary of xns when root enters a namespace: a hostile program there could overwrite
 * it through /proc/PID/exe (CVE-2019-5736), so the last exec is made by another program, from a
 * sealed copy.
 */
#ifndef XNS_GUARD_H
#define XNS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "apply/trampoline.h"

/* Whether guard_prepare() makes an image, on this architecture. */
enum { GUARD_HAS_IMAGE = TRAMPOLINE };

/*
 * Makes the image that guard_exec() runs: a sealed memory file, or a file without a name if the
 * system forbids executing memory files (vm.memfd_noexec). The caller owns *ret_fd.
 *
 * If this architecture has no trampoline (trampoline.h), restarts the whole command line from a
 * sealed copy of our binary, and in that copy only sets *ret_fd to -1. So it must be called before
 * the first effect. 0 or -errno; -EACCES if no such file may be executed.
 */
int guard_prepare(char *const argv[], int *ret_fd);

/* The process that becomes the program: the caller of guard_exec(), or one that the image makes. */
struct guard_heir {
	int report;          /* -1: the caller; else the other becomes the child of the caller's
				parent, which finds its PID, an int, at the other end of this pipe */
	bool takes_terminal; /* the other gets a session, with the terminal at descriptor 0 */
	int filters;         /* a file with the seccomp filters that it loads (kernel/filters.h) */
	size_t filters_size; /* 0: none */
	bool lowers_admin;   /* CAP_SYS_ADMIN is inheritable only for loading them */
};

/*
 * Executes the image, which executes the program at path with argv and our environment. Returns
 * -errno only if the image could not be executed. If the program could not be executed, the
 * trampoline prints that, beginning with name, and exits with a status of program.h.
 */
int guard_exec(int fd, const char *name, const struct guard_heir *heir, const char *path,
	       char *const argv[]);

/*
 * Makes a memory file with this data, for struct guard_heir. The caller owns the descriptor; -errno.
 */
int guard_make_file(const void *data, size_t size);

/* The two ways of guard_prepare(). The second returns only if it failed, or 0 in the copy. */
int guard_make_trampoline(int *ret_fd);
int guard_restart_from_copy(char *const argv[]);

#endif

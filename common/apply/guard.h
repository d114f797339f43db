/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeping the binary of xns from being overwritten through /proc/self/exe by a program in a
 * namespace that root enters (CVE-2019-5736): what is executed there last is not the binary.
 */
#ifndef XNS_GUARD_H
#define XNS_GUARD_H

/*
 * Makes the image that guard_exec() runs; the caller owns *ret_fd. It is sealed, or in a file
 * without a name where the system forbids to execute memory files (vm.memfd_noexec). Where this
 * architecture has no trampoline (trampoline.h), restarts the whole command line from a sealed copy
 * of our own binary instead, and in that copy does nothing more: *ret_fd is -1. Call it before
 * anything is changed. 0 or -errno; EACCES: neither may be executed.
 */
int guard_prepare(char *const argv[], int *ret_fd);

/*
 * Executes the program at path with argv and our environment from the image. Does not return, but
 * to tell that the image could not be executed: -errno. A failure of the program's own exec is told
 * by the trampoline in the name of the applet, with an exit status of program.h.
 */
int guard_exec(int fd, const char *name, const char *path, char *const argv[]);

/* The two ways of guard_prepare(). The second only returns on failure, or in the copy with 0. */
int guard_make_trampoline(int *ret_fd);
int guard_restart_from_copy(char *const argv[]);

#endif

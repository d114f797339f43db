/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a program as execvp(3) does, without running it. */
#ifndef XNS_PROGRAM_H
#define XNS_PROGRAM_H

#include <stddef.h>

/* exit statuses of shells, env(1) and nohup(1) for these failures */
enum { PROGRAM_NOT_EXECUTABLE = 126, PROGRAM_NOT_FOUND = 127 };

/*
 * Finds a program: by its path if name has a slash, otherwise in the directories of $PATH. Writes
 * the path to buf. 0; -ENOENT if it does not exist; -EACCES if none that exists is executable (buf
 * has the path of the first); or another -errno.
 */
int program_find(const char *name, char *buf, size_t size);

/*
 * Whether execve(2) is likely to work: the program exists and is executable, and so is its
 * interpreter ("#!" or ELF). 0, -ENOENT also for a missing interpreter, or another error of
 * program_find().
 */
int program_check(const char *name);

/*
 * Writes the interpreter of the program at path, from "#!" or PT_INTERP, to buf. 1 if it has one,
 * otherwise 0, or -errno.
 */
int program_interpreter(const char *path, char *buf, size_t size);

#endif

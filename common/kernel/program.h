/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a program as execvp(3) does, without running it. */
#ifndef XNS_PROGRAM_H
#define XNS_PROGRAM_H

#include <stddef.h>

/* How shells, env(1) and nohup(1) end where a program was found and not executed, or not found. */
enum { PROGRAM_NOT_EXECUTABLE = 126, PROGRAM_NOT_FOUND = 127 };

/*
 * Looks a program up: as a path if the name has a slash, else in the directories of $PATH. Writes
 * the path found to buf. 0, -ENOENT if there is none, -EACCES if one was found but may not be
 * executed (then buf has the first such path), or another -errno.
 */
int program_find(const char *name, char *buf, size_t size);

/*
 * Whether exec would most likely work: found, executable, and what its first line or its ELF header
 * names as its interpreter is there too. 0 or what program_find() says; a missing interpreter
 * is -ENOENT, as from execve(2).
 */
int program_check(const char *name);

/*
 * The interpreter that the program at path asks for, from "#!" or PT_INTERP, written to buf.
 * 1 if there is one, 0 if there is none, or -errno.
 */
int program_interpreter(const char *path, char *buf, size_t size);

#endif

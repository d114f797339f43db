/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes that the user names with --task or --compare. */
#ifndef XNS_XNSLS_TASK_H
#define XNS_XNSLS_TASK_H

#include <stdbool.h>
#include <sys/types.h>

struct diag;
struct ns_process;

/* Like scan_process(), but fills the diagnosis, with a hint if the cause can be found. */
int task_read(int proc, struct ns_process *process, struct diag *diag);

/* Whether it is a thread other than the first of its process. readdir(3) of /proc omits those. */
bool task_is_thread(int proc, pid_t task);

#endif

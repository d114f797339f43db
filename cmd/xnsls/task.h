/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that --task or --compare names: the user wants to know why it cannot be shown. */
#ifndef XNS_XNSLS_TASK_H
#define XNS_XNSLS_TASK_H

#include <stdbool.h>
#include <sys/types.h>

struct diag;
struct ns_process;

/* scan_process(), but with the diagnosis filled, and where it can be found with the cause. */
int task_read(int proc, struct ns_process *process, struct diag *diag);

/* Whether it is a thread, and not the first one of its process. /proc has those, but lists them not. */
bool task_is_thread(int proc, pid_t task);

#endif

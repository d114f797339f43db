/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that --task or --compare names: the user wants to know why it cannot be shown. */
#ifndef XNS_XNSLS_TASK_H
#define XNS_XNSLS_TASK_H

struct diag;
struct ns_process;

/* scan_process(), but with the diagnosis filled, and where it can be found with the cause. */
int task_read(int proc, struct ns_process *process, struct diag *diag);

#endif

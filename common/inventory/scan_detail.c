/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads details of the processes that are printed. */
#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/scan_internal.h"
#include "kernel/sys.h"

enum { STATUS_SIZE = 8192 };

/*
 * The owner of the directory is not the user but root if the process is not dumpable (proc_pid(5)).
 */
static void read_status(int proc, struct ns_process *process)
{
	char text[STATUS_SIZE];

	if (scan_read_head(proc, process->pid, "status", text, sizeof(text)) > 0)
		scan_parse_status(text, &process->ppid, &process->uid);
}

/* By PIDFD_GET_INFO (Linux 6.13, fs/pidfs.c). Whether it succeeded. */
static bool ask_status(struct ns_process *process)
{
	const unsigned wanted = KERNEL_PIDFD_INFO_PID | KERNEL_PIDFD_INFO_CREDS;
	struct kernel_pidfd_info info = { .mask = wanted };
	_cleanup_close_ int pidfd = sys_pidfd_open(process->pid, 0);

	if (pidfd < 0 || sys_ioctl(pidfd, KERNEL_PIDFD_GET_INFO, &info) < 0 ||
	    (info.mask & wanted) != wanted)
		return false;
	process->ppid = (pid_t)info.ppid;
	process->uid = info.euid;
	return true;
}

struct details {
	int proc;
	bool pidfds;
	struct ns_process *const *processes;
};

static void read_one(void *state, unsigned thread, size_t i)
{
	const struct details *details = state;
	struct ns_process *process = details->processes[i];

	(void)thread;
	if (process->known & PROCESS_STATUS)
		return;
	if (!(details->pidfds && ask_status(process)))
		read_status(details->proc, process);
	process->known |= PROCESS_STATUS;
}

void scan_details(int proc, struct ns_process *const *processes, size_t n, unsigned what,
		  struct scan_silent *silent)
{
	struct details details = { .proc = proc, .processes = processes };

	if (n > 0 && what & PROCESS_STATUS) {
		details.pidfds = scan_has_pidfds(proc);
		parallel_for(n, parallel_threads(n), read_one, &details);
	}
	if (what & PROCESS_COMMAND)
		scan_commands(proc, processes, n, silent);
}

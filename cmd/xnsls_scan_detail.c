/* SPDX-License-Identifier: GPL-2.0-or-later */
/* More about single processes. Read for those that are shown, not for all. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "macros.h"
#include "sys.h"
#include "xnsls_model.h"
#include "xnsls_scan_internal.h"

enum {
	STATUS_SIZE = 8192,
	COMMAND_MAX = 4096, /* what is longer is cut: a command line may have megabytes */
};

/* Up to size - 1 bytes, terminated; the length or -errno. The rest is left unread. */
static ssize_t read_head(int proc, pid_t pid, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = -1;
	char path[32];
	size_t used = 0;
	ssize_t n = 1;

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	fd = sys_openat(proc, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return fd;
	while (n > 0 && used < size - 1) {
		n = sys_read(fd, buf + used, size - 1 - used);
		if (n < 0)
			return n;
		used += (size_t)n;
	}
	buf[used] = '\0';
	return (ssize_t)used;
}

/*
 * From status, and not from the owner of the directory: that is root where the process may not be
 * dumped (proc_pid(5)).
 */
static void read_status(int proc, struct ns_process *process)
{
	char text[STATUS_SIZE];

	if (read_head(proc, process->pid, "status", text, sizeof(text)) > 0)
		scan_parse_status(text, &process->ppid, &process->uid);
}

/* The same from its pidfd (Linux 6.13). Whether it did. */
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

/* Kernel threads, zombies and those who erase it have no command line; they still have a name. */
static void read_command(int proc, struct ns_process *process)
{
	char text[COMMAND_MAX + 2];
	ssize_t len = read_head(proc, process->pid, "cmdline", text, sizeof(text));

	if (len > 0)
		len = (ssize_t)scan_parse_command(text, (size_t)len, len > COMMAND_MAX);
	if (len <= 0) {
		len = read_head(proc, process->pid, "comm", text, sizeof(text));
		if (len > 0 && text[len - 1] == '\n')
			text[--len] = '\0';
	}
	if (len >= 0)
		process->command = strdup(text);
}

struct details {
	int proc;
	bool pidfds;
	struct ns_process *const *processes;
	unsigned what;
};

static void read_one(void *state, unsigned thread, size_t i)
{
	const struct details *details = state;
	struct ns_process *process = details->processes[i];
	unsigned missing = details->what & ~process->known;

	(void)thread;
	if (missing & PROCESS_STATUS && !(details->pidfds && ask_status(process)))
		read_status(details->proc, process);
	if (missing & PROCESS_COMMAND)
		read_command(details->proc, process);
	process->known |= missing;
}

void scan_details(int proc, struct ns_process *const *processes, size_t n, unsigned what)
{
	struct details details = { .proc = proc, .processes = processes, .what = what };

	details.pidfds = n > 0 && what & PROCESS_STATUS && scan_has_pidfds(proc);

	parallel_for(n, parallel_threads(n), read_one, &details);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of JSON for a supervisor: one when the program has started, so that its namespaces can be
 * entered, and one when it has ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/json_version.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

#define DIGITS(number) #number
#define VERSION_DIGITS(number) DIGITS(number)
#define LINE_BEGINS "{\"version\":" VERSION_DIGITS(JSON_VERSION) ",\"event\":"

enum { LINE_ROOM = 3072, PATIENCE_MS = 2000 };

int apply_check_fd(int fd, const char *option, int wrong, const char *purpose, struct diag *diag)
{
	int flags = sys_get_file_flags(fd);

	if (flags == -EBADF) {
		diag_set(diag, 0, "option '--%s': descriptor %d is not open", option, fd);
		return flags;
	}
	if (flags < 0 || (flags & O_ACCMODE) == wrong) {
		diag_set(diag, 0, "option '--%s': descriptor %d is not open for %s", option, fd,
			 purpose);
		return -EBADF;
	}
	return 0;
}

int check_status_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	return apply_check_fd(step->status_fd.fd, "status-fd", O_RDONLY, "writing", diag);
}

/* In the plan, so that --explain shows it. What it does begins when the program has started. */
int do_status_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)step;
	(void)diag;
	return 0;
}

/*
 * Writes the line if the reader takes it within this time. A pipe that is ready for writing has room
 * for PIPE_BUF bytes (pipe(7)), and a line is shorter, so write(2) does not wait. SIGPIPE is blocked.
 */
static void report(int fd, const char *line, int patience_ms)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	if (sys_poll(&ready, 1, patience_ms) > 0 && ready.revents & POLLOUT)
		io_write_all(fd, line, strlen(line));
}

static void add_namespaces(int process, char *line, size_t size)
{
	const char *separator = "";

	for (int k = 0; k < NS_COUNT; k++) {
		char path[32];
		size_t used = strlen(line);
		struct stat st;

		snprintf(path, sizeof(path), "ns/%s", ns_types[k].name);
		if (sys_fstatat(process, path, &st, 0) < 0)
			continue;
		snprintf(line + used, size - used, "%s\"%s\":%" PRIu64, separator,
			 ns_types[k].name, (uint64_t)st.st_ino);
		separator = ",";
	}
}

/* The path after the last hierarchy's name, which is the one of cgroup2 if there is one. */
static void add_cgroup(int process, char *line, size_t size)
{
	char text[4096], escaped[1024];
	ssize_t len = proc_read_file(process, "cgroup", text, sizeof(text));
	const char *unified = len > 0 ? strstr(text, "0::") : NULL;
	size_t used = strlen(line);

	if (!unified || (unified != text && unified[-1] != '\n'))
		return;
	unified += 3;
	if (escape_json(unified, strcspn(unified, "\n"), escaped, sizeof(escaped)) <
	    sizeof(escaped))
		snprintf(line + used, size - used, ",\"cgroup\":\"%s\"", escaped);
}

void status_started(struct apply *apply, int program)
{
	const struct step *step = plan_find(apply->plan, STEP_STATUS_FD);
	_cleanup_close_ int process = -1;
	char line[LINE_ROOM], pid[16];
	struct stat st;
	size_t used;

	if (!step)
		return;
	snprintf(pid, sizeof(pid), "%d", (int)apply->client);
	snprintf(line, sizeof(line), LINE_BEGINS "\"ready\",\"pid\":%s", pid);
	used = strlen(line);
	if (program >= 0 && sys_fstat(program, &st) == 0)
		snprintf(line + used, sizeof(line) - used, ",\"pidfd\":%" PRIu64,
			 (uint64_t)st.st_ino);
	if (apply->proc >= 0)
		process = sys_openat(apply->proc, pid, O_PATH | O_DIRECTORY, 0);
	strcat(line, ",\"namespaces\":{");
	if (process >= 0)
		add_namespaces(process, line, sizeof(line));
	strcat(line, "}");
	if (process >= 0)
		add_cgroup(process, line, sizeof(line));
	strcat(line, "}\n");
	report(step->status_fd.fd, line, 0);
}

static void add_toll(const struct apply *apply, char *line, size_t size)
{
	size_t used = strlen(line);

	snprintf(line + used, size - used,
		 ",\"limits\":{\"memory_kills\":%" PRIu64 ",\"refused_forks\":%" PRIu64 "}",
		 apply->toll.killed, apply->toll.refused);
}

void end_status_fd(struct apply *apply, const struct step *step, const struct ending *ending)
{
	char line[256] = LINE_BEGINS "\"exit\",\"status\":null", name[16];

	if (!ending->started)
		snprintf(line, sizeof(line), LINE_BEGINS "\"failed\"");
	else if (ending->known && WIFSIGNALED(ending->status)) {
		signal_name(WTERMSIG(ending->status), name, sizeof(name));
		snprintf(line, sizeof(line), LINE_BEGINS "\"exit\",\"signal\":\"%s\"", name);
	} else if (ending->known)
		snprintf(line, sizeof(line), LINE_BEGINS "\"exit\",\"status\":%d",
			 WEXITSTATUS(ending->status));
	if (ending->started && plan_find(apply->plan, STEP_CGROUP))
		add_toll(apply, line, sizeof(line));
	strcat(line, "}\n");
	report(step->status_fd.fd, line, PATIENCE_MS);
}

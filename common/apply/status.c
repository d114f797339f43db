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
#include "kernel/cgroup_line.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

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

/* In the plan, so that --explain shows it. The reports begin when the program has started. */
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

static void add(char *line, size_t size, const char *text)
{
	size_t used = strlen(line);

	snprintf(line + used, size - used, "%s", text);
}

static void add_namespaces(const struct target *program, char *line, size_t size)
{
	const char *separator = "";

	for (int k = 0; k < NS_COUNT; k++) {
		_cleanup_close_ int ns = target_open_ns(program, (enum ns_type)k);
		size_t used = strlen(line);
		struct stat st;

		if (ns < 0 || sys_fstat(ns, &st) < 0)
			continue;
		snprintf(line + used, size - used, "%s\"%s\":%" PRIu64, separator,
			 ns_types[k].name, (uint64_t)st.st_ino);
		separator = ",";
	}
}

/* Left out if the path is too long for the line. */
static void add_cgroup(const struct target *program, char *line, size_t size)
{
	char text[CGROUP_LINES], escaped[1024];
	ssize_t len = proc_read_file(program->dir, "cgroup", text, sizeof(text));
	const char *path = len > 0 ? cgroup_line_unified(text) : NULL;
	size_t used = strlen(line);

	if (path && escape_json(path, strlen(path), escaped, sizeof(escaped)) < sizeof(escaped))
		snprintf(line + used, size - used, ",\"cgroup\":\"%s\"", escaped);
}

/* False: it has ended. Only in a /proc of our own pid namespace its PID names its directory. */
static bool find_program(const struct apply *apply, int pidfd, struct target *ret)
{
	struct diag ignored;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)apply->client);
	*ret = (struct target){ .pid = apply->client, .pidfd = pidfd, .dir = -1 };
	if (pidfd < 0)
		return false;
	if (apply->proc >= 0 && proc_is_own(apply->proc))
		ret->dir = proc_open_file(apply->proc, pid, O_PATH | O_DIRECTORY);
	/* If it still lives, the PID was its own when the directory was opened. */
	return target_check(ret, &ignored) == 0;
}

void status_started(struct apply *apply, int program)
{
	const struct step *step = plan_find(apply->plan, STEP_STATUS_FD);
	struct target target;
	char line[LINE_ROOM];
	struct stat st;
	size_t used;
	bool found;

	if (!step)
		return;
	found = find_program(apply, program, &target);
	snprintf(line, sizeof(line), LINE_BEGINS "\"ready\",\"pid\":%d", (int)apply->client);
	used = strlen(line);
	if (program >= 0 && sys_fstat(program, &st) == 0)
		snprintf(line + used, sizeof(line) - used, ",\"pidfd\":%" PRIu64,
			 (uint64_t)st.st_ino);
	add(line, sizeof(line), ",\"namespaces\":{");
	if (found)
		add_namespaces(&target, line, sizeof(line));
	add(line, sizeof(line), "}");
	if (found)
		add_cgroup(&target, line, sizeof(line));
	add(line, sizeof(line), "}\n");
	cleanup_close(&target.dir);
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
	add(line, sizeof(line), "}\n");
	report(step->status_fd.fd, line, PATIENCE_MS);
}

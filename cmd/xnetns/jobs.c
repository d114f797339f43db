/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "xnetns/names.h"
#include "xnetns/xnetns.h"

/* The run of the function for one name. */
struct job {
	pid_t pid;    /* 0: not started */
	int out, err; /* its output if several run at a time, otherwise -1 (owned) */
	int status;
	bool ended;
};

struct jobs {
	const struct names *names;
	uint64_t at_a_time;
	job_run *run;
	const void *arg;
	struct job *list; /* one for each name */
	size_t printed;   /* number of jobs, from the first, that were printed */
};

static bool is_parallel(const struct jobs *jobs)
{
	return jobs->at_a_time > 1;
}

static int announce(const char *name)
{
	xnetns_print_name("\nnetns: ", name, "\n");
	return io_flush(stdout);
}

/* Runs in the child: sends output to memory files, and leaves nothing to read. */
static int redirect(const struct job *job)
{
	_cleanup_close_ int null = sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0);
	int rc = null < 0 ? null : sys_dup2(null, STDIN_FILENO);

	if (rc >= 0)
		rc = sys_dup2(job->out, STDOUT_FILENO);
	return rc < 0 ? rc : sys_dup2(job->err, STDERR_FILENO);
}

static int start(struct jobs *jobs, size_t index, struct diag *diag)
{
	struct job *job = &jobs->list[index];
	const char *name = jobs->names->list[index];
	pid_t pid;

	if (is_parallel(jobs)) {
		job->out = sys_memfd_create("xnetns-out", 0);
		job->err = sys_memfd_create("xnetns-err", 0);
		if (job->out < 0 || job->err < 0)
			return diag_set(diag, job->out < 0 ? -job->out : -job->err,
					"cannot keep the output of '%s'", name);
	} else {
		announce(name); /* if it fails, the command still runs */
	}
	fflush(stdout);
	pid = sys_fork();
	if (pid < 0)
		return diag_set(diag, (int)-pid, "cannot start a process for '%s'", name);
	if (pid == 0) {
		if (is_parallel(jobs) && redirect(job) < 0)
			sys_exit(EXIT_FAILURE);
		sys_exit(jobs->run(name, jobs->arg));
	}
	job->pid = pid;
	return 0;
}

static int copy_out(int from, int to)
{
	char buf[65536];
	off_t at = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = sys_pread(from, buf, sizeof(buf), at)) != 0) {
		rc = n < 0 ? (int)n : io_write_all(to, buf, (size_t)n);
		at += n;
	}
	return rc;
}

static void close_output(struct job *job)
{
	cleanup_close(&job->out);
	cleanup_close(&job->err);
}

/* Prints the output of ended jobs in the order of the names, up to the first that still runs. */
static int print_ended(struct jobs *jobs, struct diag *diag)
{
	for (; jobs->printed < jobs->names->n; jobs->printed++) {
		struct job *job = &jobs->list[jobs->printed];
		int rc = 0;

		if (!job->ended)
			return 0;
		if (is_parallel(jobs)) {
			rc = announce(jobs->names->list[jobs->printed]);
			if (rc == 0 && job->out >= 0)
				rc = copy_out(job->out, STDOUT_FILENO);
			if (rc == 0 && job->err >= 0)
				rc = copy_out(job->err, STDERR_FILENO);
		}
		close_output(job);
		if (rc < 0)
			return xnetns_output_lost(rc, "cannot print the output of the commands",
						  diag);
	}
	return 0;
}

/* False if the child is not ours: the program that executed us may have left children (wait(2)). */
static bool note_end(struct jobs *jobs, pid_t pid, int wait_status)
{
	for (size_t i = 0; i < jobs->names->n; i++) {
		struct job *job = &jobs->list[i];

		if (job->ended || job->pid != pid)
			continue;
		job->status = xnetns_exit_status(wait_status);
		job->ended = true;
		return true;
	}
	return false;
}

/*
 * Runs up to at_a_time jobs at once until all have run. After a lost output starts no more, and
 * waits for those that run.
 */
static int run_all(struct jobs *jobs, struct diag *diag)
{
	size_t next = 0, running = 0;
	int rc = 0;

	while (running > 0 || (rc == 0 && next < jobs->names->n)) {
		int wait_status;
		pid_t pid;

		if (rc == 0 && next < jobs->names->n && running < jobs->at_a_time) {
			struct job *job = &jobs->list[next];

			if (start(jobs, next++, diag) == 0) {
				running++;
				continue;
			}
			job->status = xnetns_fail(diag);
			job->ended = true;
		} else {
			pid = sys_waitpid(-1, &wait_status, 0);
			if (pid < 0)
				return diag_set(diag, (int)-pid, "cannot wait for the commands");
			running -= note_end(jobs, pid, wait_status);
		}
		if (rc == 0)
			rc = print_ended(jobs, diag);
	}
	return rc;
}

/* Reports "2 of 10 failed: a (1), b (127)". Returns the first failed status, or 0. */
static int summarise(const struct jobs *jobs)
{
	char text[DIAG_TEXT / 2] = "";
	int first = EXIT_SUCCESS;
	bool fits = true;
	size_t failed = 0;
	struct diag diag;

	for (size_t i = 0; i < jobs->names->n; i++) {
		if (jobs->list[i].status == EXIT_SUCCESS)
			continue;
		if (failed++ == 0)
			first = jobs->list[i].status;
		fits = fits && text_join(text, sizeof(text), ", ", "%s (%d)", jobs->names->list[i],
					 jobs->list[i].status);
	}
	if (failed > 0) {
		diag_set(&diag, 0, "the command failed in %zu of %zu namespaces: %s%s", failed,
			 jobs->names->n, text, fits ? "" : ", ...");
		xnetns_fail(&diag);
	}
	return first;
}

int jobs_run(const struct names *names, uint64_t at_a_time, job_run *run, const void *arg)
{
	struct jobs jobs = { .names = names, .at_a_time = at_a_time, .run = run, .arg = arg };
	struct diag diag;
	int status, rc = 0;

	jobs.list = calloc(names->n + 1, sizeof(*jobs.list));
	if (!jobs.list)
		rc = diag_set(&diag, ENOMEM, "cannot run the command");
	for (size_t i = 0; rc == 0 && i < names->n; i++)
		jobs.list[i].out = jobs.list[i].err = -1;
	if (rc == 0)
		rc = run_all(&jobs, &diag);
	status = rc < 0 ? xnetns_fail(&diag) : summarise(&jobs);
	for (size_t i = 0; jobs.list && i < names->n; i++)
		close_output(&jobs.list[i]);
	free(jobs.list);
	return status;
}

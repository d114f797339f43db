/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel reports neither that a namespace was created nor that it has gone, so this compares two looks. A
 * namespace is known by its 64-bit id (Linux 6.18), which is never used again; before, by its inode number, which is,
 * together with the PID and the start time of its lowest member.
 */
#include "xnsls/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/json_version.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "workload/path.h"
#include "xnsls/listing.h"
#include "xnsls/output.h"
#include "xnsls/report.h"

struct seen {
	enum ns_type type;
	uint64_t ino, id;
	pid_t pid;      /* the lowest member, or 0 */
	uint64_t start; /* its start time; 0: not needed, or unknown */
	char *line;     /* owned */
	size_t order;   /* of the row */
	bool stays;
};

/* All rows of a look, sorted by compare_numbers_of(). */
struct look {
	struct seen *seen; /* owned */
	size_t n;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* In one look no two namespaces have the same. */
static int compare_numbers_of(const void *a, const void *b)
{
	const struct seen *left = a, *right = b;
	int rc = compare_numbers((uint64_t)left->type, (uint64_t)right->type);

	return rc ? rc : compare_numbers(left->ino, right->ino);
}

/* Whether it is still the one that had this number. An id cannot be read at every moment. */
static bool is_same(const struct seen *old, const struct seen *new)
{
	if (old->id && new->id)
		return old->id == new->id;
	return old->pid == new->pid && (old->start == new->start || !old->start || !new->start);
}

static int compare_rows(const void *a, const void *b)
{
	const struct seen *left = a, *right = b;

	return compare_numbers(left->order, right->order);
}

static void free_look(struct look *look)
{
	for (size_t i = 0; i < look->n; i++)
		free(look->seen[i].line);
	free(look->seen);
	*look = (struct look){ .n = 0 };
}

static uint64_t start_of(int proc, pid_t pid)
{
	char path[32], text[1024];
	uint64_t start = 0;

	snprintf(path, sizeof(path), "%d/stat", (int)pid);
	if (proc_read_file(proc, path, text, sizeof(text)) > 0)
		workload_parse_start(text, &start);
	return start;
}

static char *render(const struct listing *listing, const struct row *row)
{
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	output_line(listing, row, out);
	if (fclose(out) == 0)
		return line;
	free(line);
	return NULL;
}

static int remember(const struct listing *listing, struct look *ret)
{
	*ret = (struct look){ .seen = calloc(listing->n_rows + 1, sizeof(*ret->seen)) };
	if (!ret->seen)
		return -ENOMEM;
	for (size_t i = 0; i < listing->n_rows; i++) {
		const struct ns_node *node = listing->rows[i].node;
		struct seen *seen = &ret->seen[ret->n++];

		*seen = (struct seen){ .type = node->type, .ino = node->ino, .id = node->id, .order = i };
		if (node->process != MODEL_NONE)
			seen->pid = listing->model.processes[node->process].pid;
		if (!node->id && seen->pid)
			seen->start = start_of(listing->scan->proc, seen->pid);
		seen->line = render(listing, &listing->rows[i]);
		if (!seen->line)
			return -ENOMEM;
	}
	qsort(ret->seen, ret->n, sizeof(*ret->seen), compare_numbers_of);
	return 0;
}

/* Marks what is in both. */
static void compare(struct look *old, struct look *new)
{
	size_t o = 0, n = 0;

	while (o < old->n && n < new->n) {
		int rc = compare_numbers_of(&old->seen[o], &new->seen[n]);

		if (rc == 0)
			old->seen[o].stays = new->seen[n].stays = is_same(&old->seen[o], &new->seen[n]);
		o += rc <= 0;
		n += rc >= 0;
	}
}

static void print(const struct xnsls *request, const struct look *look, bool came)
{
	_cleanup_free_ struct seen *rows = calloc(look->n + 1, sizeof(*rows));
	bool json = opt_given(&request->given, OPT_JSON);

	if (rows && look->n)
		qsort(memcpy(rows, look->seen, look->n * sizeof(*rows)), look->n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < look->n; i++) {
		const struct seen *seen = rows ? &rows[i] : &look->seen[i];

		if (seen->stays)
			continue;
		if (json)
			printf("{\"version\":%d,\"event\":\"%s\"", JSON_VERSION, came ? "came" : "went");
		else
			putchar(came ? '+' : '-');
		puts(seen->line);
	}
}

/* Whether the other side of the output has gone; a pipe shows that also between two lines. */
static bool nobody_reads(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return sys_poll(&out, 1, 0) > 0 && out.revents & (POLLERR | POLLHUP);
}

/* One look. Replaces *last; the first time there is nothing to compare with. */
static int look_again(const struct xnsls *request, watch_look *look, const struct filter *filter, bool first,
		      struct look *last, bool *complete, struct diag *diag)
{
	struct scan scan = { .way = request->scan, .proc = -1 };
	struct listing listing = { .request = request, .scan = &scan, .workloads = WORKLOADS_NONE };
	struct look now = { .n = 0 };
	int rc = look(&listing, filter, diag);

	if (rc == 0 && remember(&listing, &now) < 0)
		rc = diag_set(diag, ENOMEM, "cannot remember the namespaces");
	if (rc == 0 && first && report_wanted(request))
		report_gaps(&listing);
	*complete = *complete && rc == 0 && report_is_complete(&listing);
	if (rc == 0 && !first) {
		compare(last, &now);
		print(request, last, false);
		print(request, &now, true);
		for (size_t i = 0; i < now.n; i++)
			now.seen[i].stays = false;
	}
	cleanup_close(&scan.proc);
	listing_free(&listing);
	free_look(last);
	*last = now;
	return rc;
}

int watch(const struct xnsls *request, watch_look *look, const struct filter *filter, bool *ret_complete,
	  struct diag *diag)
{
	const struct timespec pause = { .tv_sec = (time_t)(request->watch_ms / 1000),
					.tv_nsec = (long)(request->watch_ms % 1000) * 1000000 };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct look last = { .n = 0 };
	sigset_t ends;
	int rc = 0, written = 0, sig = -EAGAIN;

	*ret_complete = true;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sys_sigprocmask(SIG_BLOCK, &ends, NULL);
	sys_sigaction(SIGPIPE, &ignore, NULL);
	for (bool first = true; sig < 0 && !nobody_reads(); first = false) {
		rc = look_again(request, look, filter, first, &last, ret_complete, diag);
		if (rc == 0)
			written = io_flush(stdout);
		if (rc < 0 || written < 0)
			break;
		sig = sys_sigtimedwait(&ends, &pause);
	}
	free_look(&last);
	return rc < 0 ? rc : output_result(written == -EPIPE ? 0 : written, diag);
}

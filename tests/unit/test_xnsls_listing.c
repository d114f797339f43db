/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls --task prints all namespaces of a process, or reports why it cannot. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "kernel/cgroup_line.h"
#include "xnsls/listing.h"
#include "xnsls/report.h"

#define NOBODY (1 << 22) /* PIDs end below: PID_MAX_LIMIT in include/linux/threads.h */

/*
 * A /proc in which the process has all its namespaces, and a listing of it. The process
 * exists, because the reason of a failure is searched in the machine's /proc.
 */
struct state {
	char path[64];
	struct xnsls request;
	struct scan scan;
	struct listing listing;
	struct diag diag;
	int ns; /* its directory of namespaces */
};

static void put_namespaces(struct state *state)
{
	char path[64];

	snprintf(path, sizeof(path), "%d", (int)getpid());
	assert_int_equal(mkdirat(state->scan.proc, path, 0755), 0);
	strcat(path, "/ns");
	assert_int_equal(mkdirat(state->scan.proc, path, 0755), 0);
	state->ns = openat(state->scan.proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int k = 0; k < NS_COUNT; k++) {
		char target[64];

		snprintf(target, sizeof(target), "%s:[%d]", ns_types[k].name, 100 + k);
		assert_int_equal(symlinkat(target, state->ns, ns_types[k].name), 0);
	}
}

static int set_up(void **ret)
{
	static struct state state;

	state = (struct state){ .request = { .task = getpid() }, .scan = { .types = SCAN_ALL_TYPES } };
	state.listing = (struct listing){ .request = &state.request, .scan = &state.scan,
					  .workloads = WORKLOADS_NONE };
	strcpy(state.path, "/tmp/xns-listing.XXXXXX");
	if (!mkdtemp(state.path))
		return -1;
	state.scan.proc = open(state.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put_namespaces(&state);
	*ret = &state;
	return 0;
}

static int tear_down(void **ret)
{
	struct state *state = *ret;
	char command[128];

	listing_free(&state->listing);
	close(state->ns);
	close(state->scan.proc);
	snprintf(command, sizeof(command), "rm -rf -- '%s'", state->path);
	return system(command);
}

/* The result of a scan that has read all types but one; NS_NONE: all. */
static void give(struct state *state, pid_t pid, int all_but)
{
	struct ns_process *process = calloc(1, sizeof(*process));

	assert_non_null(process);
	*process = (struct ns_process){ .pid = pid, .known = PROCESS_STATUS | PROCESS_COMMAND };
	for (int k = 0; k < NS_COUNT; k++)
		if (k != all_but)
			process->ns[k] = 100 + (uint64_t)k;
	assert_int_equal(model_take_processes(&state->listing.model, process, 1), 0);
	assert_int_equal(model_link(&state->listing.model), 0);
}

static int make(struct state *state)
{
	return listing_make(&state->listing, NULL, NULL, 0, &state->diag);
}

static void says(const struct state *state, const char *before, pid_t pid, const char *after)
{
	char expected[128];

	snprintf(expected, sizeof(expected), "%s%d%s", before, (int)pid, after);
	assert_string_equal(state->diag.what, expected);
}

static void is_shown_whole(void **ret)
{
	struct state *state = *ret;

	give(state, getpid(), NS_NONE);
	assert_int_equal(make(state), 0);
	assert_int_equal(state->listing.n_rows, NS_COUNT);
}

static void could_not_be_read(void **ret)
{
	struct state *state = *ret;

	give(state, getpid(), NS_IPC);
	assert_true(make(state) < 0);
	says(state, "the namespaces of process ", getpid(), " could not be read");
}

static void was_not_asked_for_that_type(void **ret)
{
	struct state *state = *ret;

	state->scan.types = state->request.types = SCAN_ALL_TYPES & ~(1u << NS_IPC);
	give(state, getpid(), NS_IPC);
	assert_int_equal(make(state), 0);
	assert_int_equal(state->listing.n_rows, NS_COUNT - 1);
}

/* A thread, or a process that started after the scan. */
static void was_not_listed(void **ret)
{
	struct state *state = *ret;

	give(state, NOBODY, NS_NONE);
	assert_int_equal(make(state), 0);
	assert_int_equal(state->listing.n_rows, NS_COUNT);
}

static void was_not_listed_nor_were_its_namespaces(void **ret)
{
	struct state *state = *ret;

	give(state, NOBODY, NS_IPC);
	assert_true(make(state) < 0);
	says(state, "the namespaces of process ", getpid(), " could not be read");
}

static void is_not_there(void **ret)
{
	struct state *state = *ret;

	state->request.task = NOBODY;
	give(state, getpid(), NS_NONE);
	assert_true(make(state) < 0);
	says(state, "there is no process ", NOBODY, "");
}

static void cannot_be_looked_at(void **ret)
{
	struct state *state = *ret;

	give(state, getpid(), NS_NONE);
	assert_int_equal(unlinkat(state->ns, "mnt", 0), 0);
	assert_int_equal(mkdirat(state->ns, "mnt", 0755), 0); /* EINVAL */
	assert_true(make(state) < 0);
	says(state, "cannot read the namespaces of process ", getpid(), "");
}

/* The kernel shows no path of more than PATH_MAX bytes, and any user may nest cgroups. */
static void the_cgroup_is_nested_too_deep(void **ret)
{
	struct state *state = *ret;
	static char text[2 * CGROUP_LINES];
	char path[64];
	int fd;

	give(state, getpid(), NS_NONE);
	assert_int_equal(make(state), 0);
	assert_int_equal(listing_read_workloads(&state->listing), 0);
	assert_true(report_is_complete(&state->listing));
	snprintf(path, sizeof(path), "%d/cgroup", (int)getpid());
	snprintf(text, sizeof(text), "0::/%0*d\n", CGROUP_LINES, 1);
	fd = openat(state->scan.proc, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(listing_read_workloads(&state->listing), 0);
	assert_int_equal(state->listing.lost.pid, getpid());
	assert_false(report_is_complete(&state->listing));
}

#define IN_TREE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_TREE(is_shown_whole),
		IN_TREE(could_not_be_read),
		IN_TREE(was_not_asked_for_that_type),
		IN_TREE(was_not_listed),
		IN_TREE(was_not_listed_nor_were_its_namespaces),
		IN_TREE(is_not_there),
		IN_TREE(cannot_be_looked_at),
		IN_TREE(the_cgroup_is_nested_too_deep),
	};

	return cmocka_run_group_tests_name("xnsls --task", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls --task: a process that was asked for by number is shown whole, or it is told why not. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "xnsls_listing.h"

enum { TASK = 7 };

/* A /proc in which the process has all its namespaces, and a listing of it. */
struct state {
	char path[64];
	struct xnsls request;
	struct scan scan;
	struct listing listing;
	struct diag diag;
};

static void put_namespaces(int proc)
{
	assert_int_equal(mkdirat(proc, "7", 0755), 0);
	assert_int_equal(mkdirat(proc, "7/ns", 0755), 0);
	for (int k = 0; k < NS_COUNT; k++) {
		char path[64], target[64];

		snprintf(path, sizeof(path), "7/ns/%s", ns_types[k].name);
		snprintf(target, sizeof(target), "%s:[%d]", ns_types[k].name, 100 + k);
		assert_int_equal(symlinkat(target, proc, path), 0);
	}
}

static int set_up(void **ret)
{
	static struct state state;

	state = (struct state){ .request = { .task = TASK }, .scan = { .kinds = SCAN_ALL_KINDS } };
	state.listing = (struct listing){ .request = &state.request, .scan = &state.scan };
	strcpy(state.path, "/tmp/xns-listing.XXXXXX");
	if (!mkdtemp(state.path))
		return -1;
	state.scan.proc = open(state.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put_namespaces(state.scan.proc);
	*ret = &state;
	return 0;
}

static int tear_down(void **ret)
{
	struct state *state = *ret;
	char command[128];

	listing_free(&state->listing);
	close(state->scan.proc);
	snprintf(command, sizeof(command), "rm -rf -- '%s'", state->path);
	return system(command);
}

/* As if the scan had read this: all but one of the types; NS_NONE: all. */
static void give(struct state *state, pid_t pid, int all_but)
{
	struct ns_process *process = calloc(1, sizeof(*process));

	assert_non_null(process);
	*process = (struct ns_process){ .pid = pid, .known = PROCESS_STATUS | PROCESS_COMMAND };
	for (int k = 0; k < NS_COUNT; k++)
		if (k != all_but)
			process->ns[k] = 100 + (uint64_t)k;
	assert_int_equal(model_take_processes(&state->listing.model, process, 1), 0);
	assert_int_equal(model_settle(&state->listing.model), 0);
}

static int make(struct state *state)
{
	return listing_make(&state->listing, NULL, NULL, 0, &state->diag);
}

static void is_shown_whole(void **ret)
{
	struct state *state = *ret;

	give(state, TASK, NS_NONE);
	assert_int_equal(make(state), 0);
	assert_int_equal(state->listing.n_rows, NS_COUNT);
}

static void could_not_be_read(void **ret)
{
	struct state *state = *ret;

	give(state, TASK, NS_IPC);
	assert_true(make(state) < 0);
	assert_string_equal(state->diag.what, "the namespaces of process 7 could not be read");
}

static void was_not_asked_for_that_type(void **ret)
{
	struct state *state = *ret;

	state->scan.kinds = state->request.kinds = SCAN_ALL_KINDS & ~(1u << NS_IPC);
	give(state, TASK, NS_IPC);
	assert_int_equal(make(state), 0);
	assert_int_equal(state->listing.n_rows, NS_COUNT - 1);
}

static void was_not_listed(void **ret)
{
	struct state *state = *ret;

	give(state, TASK + 1, NS_NONE);
	assert_true(make(state) < 0);
	assert_string_equal(state->diag.what, "the namespaces of process 7 could not be read");
}

static void is_not_there(void **ret)
{
	struct state *state = *ret;

	state->request.task = TASK + 1;
	give(state, TASK, NS_NONE);
	assert_true(make(state) < 0);
	assert_string_equal(state->diag.what, "there is no process 8");
}

static void cannot_be_looked_at(void **ret)
{
	struct state *state = *ret;

	give(state, TASK, NS_NONE);
	assert_int_equal(unlinkat(state->scan.proc, "7/ns/mnt", 0), 0);
	assert_int_equal(mkdirat(state->scan.proc, "7/ns/mnt", 0755), 0); /* EINVAL */
	assert_true(make(state) < 0);
	assert_non_null(strstr(state->diag.what, "cannot read the namespaces of process 7"));
}

#define IN_TREE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_TREE(is_shown_whole),
		IN_TREE(could_not_be_read),
		IN_TREE(was_not_asked_for_that_type),
		IN_TREE(was_not_listed),
		IN_TREE(is_not_there),
		IN_TREE(cannot_be_looked_at),
	};

	return cmocka_run_group_tests_name("xnsls --task", tests, NULL, NULL);
}

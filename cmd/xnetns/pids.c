/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pids: prints the processes in network namespaces. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "output/diag.h"
#include "xnetns/process.h"
#include "xnetns/xnetns.h"

struct member {
	int index; /* of the name */
	pid_t pid;
};

struct members {
	const ino_t *nets; /* by index; 0: no namespace */
	int n_nets;
	struct member *list;
	size_t n, room;
};

static int see(pid_t pid, ino_t net, void *arg)
{
	struct members *members = arg;
	struct member *list;

	for (int i = 0; i < members->n_nets; i++) {
		if (members->nets[i] != net)
			continue;
		list = array_reserve(members->list, members->n + 1, &members->room, sizeof(*list));
		if (!list)
			return -ENOMEM;
		members->list = list;
		members->list[members->n++] = (struct member){ i, pid };
	}
	return 0;
}

static void print_pids(struct results *results, const struct members *members, int index)
{
	for (size_t k = 0; k < members->n; k++) {
		if (members->list[k].index != index)
			continue;
		if (results->as_json)
			json_number(&results->json, NULL, members->list[k].pid);
		else
			printf("%d\n", (int)members->list[k].pid);
	}
}

static void print_members(const struct xnetns *request, const struct members *members)
{
	struct results results = results_begin(request);
	struct json *json = &results.json;

	for (int i = 0; i < request->n_operands; i++) {
		if (!members->nets[i])
			continue;
		if (results.as_json) {
			json_open(json, NULL, '{');
			json_text(json, "name", request->operands[i]);
			json_open(json, "pids", '[');
		}
		print_pids(&results, members, i);
		if (results.as_json) {
			json_close(json, ']');
			json_close(json, '}');
		}
	}
	results_end(&results);
}

static ino_t ino_of(const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = xnetns_open_ns(name, diag);
	struct stat st;
	int rc;

	if (fd < 0)
		return 0;
	rc = sys_fstat(fd, &st);
	if (rc < 0)
		diag_set(diag, -rc, "cannot examine the network namespace '%s'", name);
	return rc < 0 ? 0 : st.st_ino;
}

/* Warns on a terminal only, since a script written for ip-netns(8) would not expect it. */
static void warn_about_unread(size_t n)
{
	if (n > 0 && isatty(STDERR_FILENO))
		diag_warn("xnetns", "%zu process%s could not be read and may be missing%s", n,
			  n == 1 ? "" : "es", sys_geteuid() == 0 ? "" : ": run it as root");
}

int xnetns_pids(const struct xnetns *request)
{
	_cleanup_free_ ino_t *nets = calloc((size_t)request->n_operands, sizeof(*nets));
	struct members members = { .nets = nets, .n_nets = request->n_operands };
	int status = EXIT_SUCCESS, rc = nets ? 0 : -ENOMEM;
	struct diag diag;
	size_t unreadable = 0;

	for (int i = 0; rc == 0 && i < request->n_operands; i++) {
		nets[i] = ino_of(request->operands[i], &diag);
		if (!nets[i])
			status = xnetns_fail(&diag);
	}
	diag.what[0] = '\0';
	if (rc == 0)
		rc = process_scan(see, &members, &unreadable, &diag);
	if (rc == -ENOMEM && !diag.what[0])
		diag_set(&diag, ENOMEM, "cannot list processes");
	if (rc == 0)
		print_members(request, &members);
	if (rc == 0)
		warn_about_unread(unreadable);
	else
		status = xnetns_fail(&diag);
	free(members.list);
	return status;
}

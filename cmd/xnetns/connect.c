/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connect, disconnect: opens and compares the namespaces before anything is changed. */
#include "xnetns/connect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "netns/store.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

static bool is_here(const char *space)
{
	return strcmp(space, ".") == 0;
}

/* Opens the namespace of an operand. The descriptor, or -errno with the diagnosis filled. */
static int open_space(const char *space, int proc, struct diag *diag)
{
	_cleanup_close_ int self = -1;
	int fd;

	if (!is_here(space))
		return store_open_ns(space, diag);
	self = proc_open_self(proc, NULL, diag);
	if (self < 0)
		return self;
	fd = proc_open_ns(self, ns_types[NS_NET].name);
	return fd < 0 ? diag_set(diag, -fd, "cannot open this network namespace") : fd;
}

static int open_ends(struct connection *connection, struct diag *diag)
{
	struct connection_end *ends = connection->ends;
	bool same = false;
	int rc = connection->proc = proc_open_root(diag);

	for (int k = 0; rc >= 0 && k < 2; k++)
		rc = ends[k].ns = open_space(ends[k].space, connection->proc, diag);
	if (rc < 0)
		return rc;
	rc = nsref_same(ends[0].ns, ends[1].ns, &same);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot compare '%s' with '%s'", ends[0].space,
				ends[1].space);
	return same ? diag_set(diag, 0, "'%s' and '%s' are the same network namespace",
			       ends[0].space, ends[1].space)
		    : 0;
}

static int prepare(const struct xnetns *request, struct connection *ret, struct diag *diag)
{
	const struct connect_options *options = &request->connect;
	int rc = 0;

	*ret = (struct connection){ .options = options, .proc = -1 };
	for (int k = 0; k < 2; k++) {
		struct connection_end *end = &ret->ends[k];

		end->space = request->operands[k];
		end->ns = -1;
		/* Each end is named after the namespace that it leads to. */
		if (options->named)
			memcpy(end->link, options->names[k], sizeof(end->link));
		else
			connect_link_name(request->operands[1 - k], end->link);
		if (rc == 0 && !is_here(end->space))
			rc = xnetns_check_name(end->space, diag);
	}
	return rc < 0 ? rc : open_ends(ret, diag);
}

static void close_ends(struct connection *connection)
{
	cleanup_close(&connection->ends[0].ns);
	cleanup_close(&connection->ends[1].ns);
	cleanup_close(&connection->proc);
}

typedef void make_plan(const struct connection *connection, struct netns_plan *plan);

static int run(const struct xnetns *request, make_plan *make)
{
	__attribute__((cleanup(close_ends))) struct connection connection;
	struct netns_plan plan = { .n = 0 };
	struct diag diag;
	int status;

	if (prepare(request, &connection, &diag) < 0)
		return xnetns_fail(&diag);
	make(&connection, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}

int xnetns_connect(const struct xnetns *request)
{
	return run(request, netns_plan_connect);
}

int xnetns_disconnect(const struct xnetns *request)
{
	return run(request, netns_plan_disconnect);
}

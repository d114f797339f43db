/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uplink: the command, before anything is changed. */
#include "xnetns/uplink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/caller.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/store.h"
#include "uplink/publish.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

/* Of a user's name from outside the anchor, where the uplink stays. */
static int open_ns(const struct uplink_job *job, struct diag *diag)
{
	int fd = job->home ? home_open_ns(job->name, diag) : store_open_ns(job->name, diag);

	if (fd == -ENOENT && job->home)
		diag_set(diag, ENOENT, "cannot open network namespace \"%s\"", job->name);
	return fd;
}

static char *print_ports(const struct uplink *wants)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; out && i < wants->n_ports; i++) {
		char port[PUBLISH_TEXT];

		publish_print(&wants->ports[i], port);
		fprintf(out, " %s", port);
	}
	return out && fclose(out) == 0 ? text : NULL;
}

/* Reads the facts that a new uplink needs. The command borrows the name of an interface from caller. */
static int read_facts(struct uplink_job *job, struct caller *caller, struct diag *diag)
{
	struct stat st;
	int rc = job->ns = open_ns(job, diag);

	if (rc < 0)
		return rc;
	rc = sys_fstat(job->ns, &st);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine network namespace \"%s\"", job->name);
	job->ino = st.st_ino;
	rc = caller_read(caller, CALLER_OUTBOUND, diag);
	if (rc == 0)
		rc = uplink_check_route(job->wants, caller->outbound, diag);
	if (rc < 0)
		return rc;
	job->ports = print_ports(job->wants);
	job->command = pasta_command(job->wants, caller->outbound);
	return job->ports && job->command
		       ? 0
		       : diag_set(diag, ENOMEM, "cannot remember the command of the uplink");
}

static int check(const struct xnetns *request, struct diag *diag)
{
	int rc = xnetns_check_name(request->operands[0], diag);

	if (rc < 0)
		return rc;
	if (opt_given(&request->given, OPT_OFF) &&
	    (request->uplink.n_ports || request->uplink.host_loopback))
		return diag_usage(diag, "option '--off' excludes '--publish' and '--host-loopback'");
	if (!request->store && user_is_ordinary() && request->exists(request->operands[0])) {
		diag_set(diag, EPERM, "cannot connect '%s'", request->operands[0]);
		diag_hint(diag, "do it as root, or with a network of your own: xnetns add NAME");
		return -EPERM;
	}
	return 0;
}

int xnetns_uplink(const struct xnetns *request)
{
	struct uplink_job job = { .name = request->operands[0], .wants = &request->uplink, .ns = -1, .lock = -1 };
	struct netns_plan plan = { .n = 0 };
	struct caller caller = { .uid = 0 };
	struct diag diag;
	int status, rc = check(request, &diag);

	if (request->store)
		job.home = &request->store->home;
	if (rc == 0 && !opt_given(&request->given, OPT_OFF))
		rc = read_facts(&job, &caller, &diag);
	if (rc < 0) {
		status = xnetns_fail(&diag);
	} else {
		netns_plan_uplink(request, &job, &plan);
		status = netns_carry_out(request, &plan, NULL);
	}
	netns_plan_free(&plan);
	caller_free(&caller);
	cleanup_close(&job.ns);
	free(job.command);
	free(job.ports);
	return status;
}

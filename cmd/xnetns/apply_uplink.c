/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps on uplinks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/uplink.h"
#include "base/diag.h"
#include "base/macros.h"
#include "netns/home.h"
#include "netns/uplinks.h"
#include "output/diag.h"
#include "uplink/publish.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/uplink.h"
#include "xnetns/user.h"

/* Whether a port of the record is the same outside, so that its uplink frees it. */
static bool has_port(const char *ports, const struct publish *wanted)
{
	_cleanup_free_ char *copy = strdup(ports);
	char *rest = copy, *word;
	struct publish port;

	while (copy && (word = strsep(&rest, " ")) != NULL)
		if (publish_parse(word, &port) == 0 && port.outer == wanted->outer &&
		    port.udp == wanted->udp)
			return true;
	return false;
}

/* All that can be found out before an uplink that runs is ended. */
static int check(const struct uplink_job *job, const struct uplink_record *old, struct diag *diag)
{
	const struct uplink *wants = job->wants;
	int rc = uplink_probe(job->command, wants->host_loopback, diag);

	for (size_t i = 0; rc == 0 && i < wants->n_ports; i++) {
		const struct uplink one = { .ports = &wants->ports[i], .n_ports = 1 };

		if (!old->runs || !has_port(old->ports, one.ports))
			rc = uplink_try_ports(&one, diag);
	}
	return rc;
}

static bool is_same(const struct uplink_job *job, const struct uplink_record *old)
{
	return old->runs && old->ino == job->ino && old->host_loopback == job->wants->host_loopback &&
	       strcmp(old->ports, job->ports) == 0;
}

static int start(const struct uplink_job *job, int dir, const struct uplink_record *old, struct diag *diag)
{
	struct uplink_job started = *job;
	struct diag ignored;
	int rc;

	if (is_same(job, old))
		return 0;
	rc = check(job, old, diag);
	if (rc == 0)
		rc = uplinks_stop(dir, job->name, diag);
	if (rc < 0)
		return rc;
	started.lock = dir;
	started.after_kill = rc == 1 && !old->runs;
	rc = uplink_keeper_start(&started, diag);
	if (rc < 0 && uplinks_runs(dir, job->name)) /* it is we who did not hear of it */
		uplinks_end(dir, job->name, &ignored);
	if (rc < 0 && old->runs)
		diag_warn("xnetns", "the uplink of '%s' ran with other options; it has ended", job->name);
	if (rc == 0 && old->runs)
		diag_warn("xnetns", "the uplink of '%s' ran with other options; it was started anew", job->name);
	return rc;
}

int netns_do_uplink(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct uplink_job *job = step->uplink;
	_cleanup_close_ int dir = uplinks_open(job->home, true, diag);
	struct uplink_record old = { .runs = false };
	int rc = dir < 0 ? dir : uplinks_lock(dir, diag);

	(void)run;
	if (rc < 0)
		return rc;
	if (uplinks_read(dir, job->name, &old) < 0)
		old.runs = false;
	rc = start(job, dir, &old, diag);
	uplink_record_free(&old);
	return rc;
}

int netns_do_uplink_off(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct uplink_job *job = step->uplink;
	_cleanup_close_ int dir = uplinks_open(job->home, false, diag);
	int rc = dir < 0 ? dir : uplinks_lock(dir, diag);

	(void)run;
	if (rc == 0)
		rc = uplinks_end(dir, job->name, diag);
	if (rc == 0 || rc == -ENOENT)
		return diag_set(diag, 0, "'%s' has no uplink", job->name);
	return rc < 0 ? rc : 0;
}

/* It would end by itself; but after delete nothing is left. */
void netns_end_uplink(const struct netns_run *run, const char *name)
{
	struct diag diag;
	_cleanup_close_ int dir = uplinks_open(run->user ? &run->user->home : NULL, false, &diag);

	if (dir >= 0 && uplinks_end(dir, name, &diag) < 0)
		diag_warn("xnetns", "%s", diag.what);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A system that is not there, and what xnsenter reads of it. */
#ifndef XNS_UNIT_XNSENTER_FACTS_UNIT_H
#define XNS_UNIT_XNSENTER_FACTS_UNIT_H

#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "diag_unit.h"
#include "fake_sys.h"
#include "unit.h"
#include "xnsenter/xnsenter.h"

enum { ARGS_MAX = 32 };

static struct {
	char words[512];
	char *argv[ARGS_MAX];
	struct xnsenter request;
	struct xnsenter_facts facts;
	struct xnsenter_choice choice;
	struct diag diag;
} run;

/* Process 77 is in namespaces of its own, but for the IPC and the user namespace. */
static void begin(void)
{
	static const char environment[] = "A=1\0LD_PRELOAD=/x\0SHELL=/bin/own\0B=2";

	fake_reset();
	fake_dir("/proc/77");
	fake_dir("/proc/77/ns");
	fake_dir("/proc/77/root");
	fake_link("/proc/77/cwd", "/there");
	fake_dir("/there");
	fake_dir("/srv");
	fake_file("/proc/77/stat", "77 (a) S 1 77 77 0\n");
	fake_file("/proc/77/cgroup", "1:cpu:/x\n0::/box\n");
	fake_bytes("/proc/77/environ", environment, sizeof(environment) - 1);
	fake_dir("/sys/fs/cgroup");
	fake_mounted("/sys/fs/cgroup", CGROUP2_SUPER_MAGIC);
	fake_file("/sys/fs/cgroup/./box/cgroup.procs", "");
	fake_ns("/run/ns");
	for (int k = 0; k < NS_COUNT; k++) {
		bool shared = k == NS_IPC || k == NS_USER;
		char path[64], link[64];

		snprintf(link, sizeof(link), "%s:[%d]", ns_types[k].name, 100 + k);
		snprintf(path, sizeof(path), "/proc/4242/ns/%s", ns_types[k].name);
		fake_link(path, link);
		snprintf(link, sizeof(link), "%s:[%d]", ns_types[k].name, shared ? 100 + k : 200 + k);
		snprintf(path, sizeof(path), "/proc/77/ns/%s", ns_types[k].name);
		fake_link(path, link);
	}
}

/* The first half: what the choice needs. */
static int read_first(const char *command)
{
	char *state = NULL;
	int argc = 0;

	snprintf(run.words, sizeof(run.words), "xnsenter %s", command);
	for (char *word = strtok_r(run.words, " ", &state); word; word = strtok_r(NULL, " ", &state))
		run.argv[argc++] = word;
	run.argv[argc] = NULL;
	run.diag = (struct diag){ .err = 0 };
	assert_int_equal(xnsenter_parse(argc, run.argv, &run.request, &run.diag), 0);
	assert_int_equal(xnsenter_apply_rules(&run.request, &run.diag), 0);
	return xnsenter_facts_read(&run.request, &run.facts, &run.diag);
}

static int read_rest(void)
{
	xnsenter_choose(&run.request, &run.facts, &run.choice);
	return xnsenter_facts_open(&run.request, &run.choice, &run.facts, &run.diag);
}

static int read_facts(const char *command)
{
	int rc = read_first(command);

	if (rc == 0)
		rc = read_rest();
	assert_true(rc <= 0);
	return rc;
}

static void end(void)
{
	xnsenter_facts_free(&run.facts);
	fake_assert_closed();
}

static void assert_read(const char *command)
{
	if (read_facts(command) < 0)
		fail_msg("%s: %s", command, run.diag.what);
}

static void assert_refused(const char *command, int err, const char *what, const char *hint)
{
	assert_int_equal(read_facts(command), -err);
	assert_message(&run.diag, what);
	assert_string_equal(run.diag.hint, hint);
	end();
}

#endif

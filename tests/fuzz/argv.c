/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines, words separated by NUL. The first byte chooses the applet. Every refusal is said; what
 * is accepted gives a plan that ends in the program, and nothing was done meanwhile.
 */
#include <errno.h>

#include "base/diag.h"
#include "fuzz.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xnsenter/xnsenter.h"
#include "xunshare/xunshare.h"

enum { WORDS_MAX = 32 };

static int refused(const struct diag *diag)
{
	char line[DIAG_TEXT * 4];

	HOLDS(diag->what[0]);
	diag_render(diag, line, sizeof(line));
	HOLDS(line[0] && !strchr(line, '\n'));
	HOLDS(diag_status(diag) > 0);
	return 0;
}

static void check_plan(const struct plan *plan)
{
	HOLDS(plan->n > 0);
	HOLDS(plan_find(plan, STEP_EXEC) == &plan->steps[plan->n - 1]);
	for (size_t i = 0; i < plan->n; i++) {
		char text[1024];

		step_describe(&plan->steps[i], text, sizeof(text));
		step_call(&plan->steps[i], text, sizeof(text));
	}
}

static int plan_xunshare(int argc, char **argv)
{
	struct subid_range range = { 100000, 65536 };
	struct extent all = { 0, 0, UINT32_MAX };
	struct caller caller = {
		.uid = 1000, .gid = 1000, .real_uid = 1000,
		.name = (char *)"alice", .shell = (char *)"/bin/sh",
		.subuids = { .ranges = &range, .n = 1 },
		.subgids = { .ranges = &range, .n = 1 },
		.uid_map = { &all, 1 }, .gid_map = { &all, 1 },
	};
	struct plan plan = { .n = 0 };
	struct xunshare request;
	struct diag diag = { .err = 0 };
	int rc = xunshare_parse(argc, argv, &request, &diag);

	if (rc == 0 && !opt_given(&request.given, OPT_HELP) &&
	    !opt_given(&request.given, OPT_VERSION)) {
		rc = xunshare_apply_rules(&request, &diag);
		if (rc == 0)
			rc = xunshare_plan(&request, &caller, NULL, &plan, &diag);
		if (rc == 0)
			check_plan(&plan);
	}
	if (rc < 0)
		refused(&diag);
	plan_free(&plan);
	xunshare_free(&request);
	return 0;
}

static int plan_xnsenter(int argc, char **argv)
{
	struct xnsenter_facts facts = { .privileged = true, .root = -1, .wd = -1, .cgroup = -1,
					.shell = (char *)"/bin/sh", .wdns = (char *)"/" };
	struct xnsenter_choice choice;
	struct plan plan = { .n = 0 };
	struct xnsenter request;
	struct diag diag = { .err = 0 };
	int rc = xnsenter_parse(argc, argv, &request, &diag);

	if (rc == 0 && !opt_given(&request.given, OPT_HELP) &&
	    !opt_given(&request.given, OPT_VERSION)) {
		rc = xnsenter_apply_rules(&request, &diag);
		if (rc == 0) {
			xnsenter_choose(&request, &facts, &choice);
			for (int k = 0; k < NS_COUNT; k++)
				facts.fds[k] = -1;
			xnsenter_plan(&request, &choice, &facts, &plan);
			check_plan(&plan);
		}
	}
	if (rc < 0)
		refused(&diag);
	plan_free(&plan);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool enter = fuzz_byte(&data, &size) & 1;
	char *text = fuzz_text(data, size), *argv[WORDS_MAX + 2];
	int argc = 1;

	argv[0] = (char *)(enter ? "xnsenter" : "xunshare");
	for (char *at = text; at < text + size && argc <= WORDS_MAX; at += strlen(at) + 1)
		argv[argc++] = at;
	argv[argc] = NULL;
	if (enter)
		plan_xnsenter(argc, argv);
	else
		plan_xunshare(argc, argv);
	free(text);
	return 0;
}

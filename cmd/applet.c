/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "applet.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "apply/apply.h"
#include "base/diag.h"
#include "explain.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "opt/opt.h"
#include "output/diag.h"

/* The name that the user called. main() sets it once. */
static struct {
	const char *name;
	bool drop_in;
} called = { .name = "xns" };

const struct applet *applet_find(const struct applet *applets, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(applets[i].name, name) == 0 ||
		    (applets[i].drop_in && strcmp(applets[i].drop_in, name) == 0))
			return &applets[i];
	return NULL;
}

void applet_called(const char *name, bool drop_in)
{
	called.name = name;
	called.drop_in = drop_in;
}

const char *applet_name(void)
{
	return called.name;
}

bool applet_is_drop_in(void)
{
	return called.drop_in;
}

int applet_begin_report(struct diag *diag)
{
	/* The threads of a listing have 30 descriptors open at the same time. */
	const rlim_t needed = 40;
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit limit;
	int rc = sys_sigaction(SIGXFSZ, &ignore, NULL);

	if (rc == 0)
		rc = sys_limit(RLIMIT_NOFILE, NULL, &limit);
	if (rc < 0 || limit.rlim_cur >= needed)
		return rc < 0 ? diag_set(diag, -rc, "cannot prepare a report") : 0;
	if (limit.rlim_max >= needed) {
		limit.rlim_cur = needed;
		rc = sys_limit(RLIMIT_NOFILE, &limit, NULL);
		return rc < 0 ? diag_set(diag, -rc, "cannot raise the limit of open files") : 0;
	}
	diag_set(diag, EMFILE, "cannot report with at most %llu open files",
		 (unsigned long long)limit.rlim_max);
	diag_hint(diag, "raise the limit, to be sure that nothing is missing: ulimit -n %d",
		  (int)needed);
	return -EMFILE;
}

int applet_fail(const struct diag *diag)
{
	diag_print(called.name, diag);
	return diag_status(diag);
}

int applet_written(int rc)
{
	struct diag diag;

	if (rc == 0)
		return EXIT_SUCCESS;
	diag_set(&diag, -rc, "cannot write to standard output");
	return applet_fail(&diag);
}

int applet_help(const struct opt *table, const char *synopsis, const char *purpose,
		const char *tail)
{
	return applet_written(opt_help(table, called.name, synopsis, purpose, tail));
}

int applet_version(void)
{
	/* Scripts read the name and the version number of util-linux from this line. */
	if (called.drop_in)
		printf("%s from xns, compatible with %s\n", called.name, COMPATIBLE_WITH);
	else
		printf("%s from %s\n", called.name, PACKAGE_STRING);
	return applet_written(io_flush(stdout));
}

int applet_explain(const struct plan *plan, bool json)
{
	return applet_written(json ? explain_json(plan, stdout) : explain_text(plan, stdout));
}

int applet_apply(const struct plan *plan)
{
	struct diag diag;
	int status;

	if (apply(called.name, applet_fail, plan, &diag, &status) < 0)
		return applet_fail(&diag);
	apply_exit_like(status);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "applet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "diag.h"
#include "explain.h"
#include "io.h"

const struct applet *applet_find(const struct applet *applets, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(applets[i].name, name) == 0 ||
		    (applets[i].drop_in && strcmp(applets[i].drop_in, name) == 0))
			return &applets[i];
	return NULL;
}

int applet_fail(const char *name, const struct diag *diag)
{
	diag_print(name, diag);
	return diag_status(diag);
}

int applet_written(const char *name, int rc)
{
	struct diag diag;

	if (rc == 0)
		return EXIT_SUCCESS;
	diag_set(&diag, -rc, "cannot write to standard output");
	return applet_fail(name, &diag);
}

int applet_version(const char *name)
{
	printf("%s from %s\n", name, PACKAGE_STRING);
	return applet_written(name, io_flush(stdout));
}

int applet_explain(const char *name, const struct plan *plan, bool json)
{
	return applet_written(name, json ? explain_json(plan, stdout) :
					   explain_text(plan, stdout));
}

int applet_apply(const char *name, const struct plan *plan, struct diag *diag)
{
	int status;

	if (apply(name, plan, diag, &status) < 0)
		return applet_fail(name, diag);
	end_as(status);
}

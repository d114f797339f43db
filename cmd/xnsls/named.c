/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/named.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "kernel/target.h"
#include "workload/find.h"
#include "xnsls/xnsls.h"

/* Nothing is entered, so there is no namespace to be refused. */
static int open_one(struct xnsls *request, const char *name, pid_t *ret, struct diag *diag)
{
	struct target *target = &request->named[request->n_named];
	char how[WORKLOAD_HOW];
	int rc;

	*target = (struct target)TARGET_NONE;
	rc = workload_open_target(name, 0, target, how, diag);
	if (rc < 0)
		return rc;
	request->n_named++;
	*ret = target->pid;
	return 0;
}

int named_open(struct xnsls *request, struct diag *diag)
{
	int rc = 0;

	request->named = calloc(request->n_compare + 1, sizeof(*request->named));
	if (!request->named)
		return diag_set(diag, ENOMEM, "cannot remember the processes");
	if (request->task_name)
		rc = open_one(request, request->task_name, &request->task, diag);
	for (size_t i = 0; rc == 0 && i < request->n_compare; i++)
		if (request->compare_names[i])
			rc = open_one(request, request->compare_names[i], &request->compare[i], diag);
	return rc;
}

int named_check(const struct xnsls *request, struct diag *diag)
{
	for (size_t i = 0; i < request->n_named; i++) {
		int rc = target_check(&request->named[i], diag);

		if (rc < 0)
			return rc;
	}
	return 0;
}

void named_close(struct xnsls *request)
{
	for (size_t i = 0; i < request->n_named; i++)
		target_close(&request->named[i]);
	free(request->named);
	request->named = NULL;
	request->n_named = 0;
}

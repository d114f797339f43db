/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/columns_workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inventory/users.h"
#include "kernel/sys.h"
#include "workload/workload.h"
#include "xnsls/listing.h"

static void set_text(struct cell *cell, const char *text)
{
	if (!*text)
		return;
	cell->kind = CELL_TEXT;
	cell->text = text;
}

/* As a target takes it: "USER/NAME" of what belongs neither to root nor to us. */
static void set_name(const struct listing *listing, const struct workload *workload,
		     const struct workload_name *name, const char *text, struct cell *ret)
{
	uint32_t owner = name->owner;
	const char *user;
	char number[16];
	size_t size;

	if (!*text || owner == 0 || owner == sys_geteuid() || workload->path.is_outside) {
		set_text(ret, text);
		return;
	}
	user = user_name(listing->users, owner);
	snprintf(number, sizeof(number), "%" PRIu32, owner);
	if (!user)
		user = number;
	size = strlen(user) + strlen(text) + 2;
	ret->owned = malloc(size);
	if (!ret->owned)
		return;
	snprintf(ret->owned, size, "%s/%s", user, text);
	set_text(ret, ret->owned);
}

void fill_unit(const struct listing *listing, const struct row *row, struct cell *ret)
{
	if (row->workload)
		set_name(listing, row->workload, &row->workload->path.unit, row->workload->unit,
			 ret);
}

void fill_container(const struct listing *listing, const struct row *row, struct cell *ret)
{
	if (row->workload)
		set_name(listing, row->workload, &row->workload->path.container,
			 row->workload->container, ret);
}

void fill_whose(const struct listing *listing, const struct row *row, struct cell *ret)
{
	fill_container(listing, row, ret);
	if (ret->kind == CELL_EMPTY)
		fill_unit(listing, row, ret);
}

/* "-": a cgroup namespace hides it; a question mark: whose it is cannot be seen. */
void fill_engine(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct workload *workload = row->workload;
	const char *name;

	(void)listing;
	if (!workload || !*workload->container)
		return;
	name = workload_engine_name(workload->engine);
	snprintf(ret->buf, sizeof(ret->buf), "%s%s", name ? name : "-",
		 !name || workload->path.container.is_certain ? "" : "?");
	set_text(ret, ret->buf);
}

void fill_pod(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->workload)
		set_text(ret, row->workload->pod);
}

void fill_cgroup(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->workload)
		set_text(ret, row->workload->cgroup);
}

/* A process that has ended meanwhile has no cgroup; that of another may have a path that is too long. */
static void note_lost(struct listing *listing, pid_t pid, int rc)
{
	if (rc == 0 || rc == -ESRCH || rc == -ENOENT || rc == -ENODATA)
		return;
	if (listing->lost.n++ == 0)
		listing->lost.pid = pid;
}

int listing_read_workloads(struct listing *listing)
{
	listing->lost = (struct scan_silent){ .n = 0 };
	for (size_t i = 0; i < listing->n_rows; i++) {
		struct row *row = &listing->rows[i];
		int rc;

		if (!row->process || row->workload)
			continue;
		rc = workload_of_one(&listing->workloads, listing->scan->proc, row->process->pid,
				     row->process->cgroups, &row->workload);
		if (rc == -ENOMEM)
			return rc;
		note_lost(listing, row->process->pid, rc);
	}
	return 0;
}

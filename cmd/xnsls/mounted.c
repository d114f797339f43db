/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/mounted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/ns.h"
#include "base/remedy.h"
#include "inventory/mounted.h"
#include "output/diag.h"
#include "output/json.h"
#include "xnsls/listing.h"

int listing_read_mounted(struct listing *listing, struct diag *diag)
{
	struct mounted_wanted wanted;
	int rc;

	if (!listing->request->mounted)
		return 0;
	rc = mounted_find(listing->request->mounted, &wanted, diag);
	if (rc == 0 && mounted_read(listing->scan, &listing->model, &wanted, &listing->mounted) < 0)
		rc = diag_set(diag, ENOMEM, "cannot list the namespaces");
	mounted_wanted_free(&wanted);
	return rc;
}

static const struct mounted_at *at(const struct listing *listing, const struct ns_node *node)
{
	return &listing->mounted.list[node - listing->model.nodes];
}

bool listing_has_mounted(const struct listing *listing, const struct ns_node *node)
{
	return !listing->request->mounted || at(listing, node)->n > 0;
}

void fill_mounted(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct mounted_at *points = at(listing, row->node);
	size_t size;
	FILE *out = open_memstream(&ret->owned, &size);

	for (size_t i = 0; out && i < points->n; i++) {
		if (i > 0)
			fputc('\n', out);
		escape_write(points->points[i], out);
	}
	if (!out || fclose(out) != 0 || points->n == 0)
		return;
	ret->kind = CELL_TEXT;
	ret->text = ret->owned;
}

void json_mounted(const struct listing *listing, const struct row *row, const char *key,
		  struct json *json)
{
	const struct mounted_at *points = at(listing, row->node);

	json_open(json, key, '[');
	for (size_t i = 0; i < points->n; i++)
		json_text(json, NULL, points->points[i]);
	json_close(json, ']');
}

/* ---- reports ---- */

size_t listing_cut_mounted(const struct listing *listing)
{
	size_t n = 0;

	for (size_t i = 0; i < listing->mounted.n; i++)
		n += listing->mounted.list[i].is_cut;
	return n;
}

static bool is_own(const struct listing *listing, const struct ns_node *node)
{
	const struct ns_process *own = model_process(&listing->model, listing->scan->own_pid);

	return own && own->ns[NS_MNT] == node->ino;
}

/*
 * A mount ends with the last process of its mount namespace. No remedy unmounts there: root would run the
 * umount of that mount namespace, which its owner chose.
 */
static void hint_end(const struct row *row, struct diag *diag)
{
	const char *command = row->process->command;
	int pid = (int)row->process->pid;
	size_t more = row->node->n_processes - 1;
	unsigned long long ino = row->node->ino;

	if (command && more)
		remedy_hint(diag, REMEDY_END_MEMBERS, pid, command, more, ino);
	else if (more)
		remedy_hint(diag, REMEDY_END_UNNAMED_MEMBERS, pid, more, ino);
	else if (command)
		remedy_hint(diag, REMEDY_END_MEMBER, pid, command);
	else
		remedy_hint(diag, REMEDY_END_UNNAMED_MEMBER, pid);
}

void report_mounted(const struct listing *listing)
{
	const struct row *first = NULL;
	const char *path = listing->request->mounted;
	struct diag diag;
	size_t others = 0;

	if (!path || listing->request->filter)
		return;
	for (size_t i = 0; i < listing->n_rows; i++) {
		const struct row *row = &listing->rows[i];

		if (is_own(listing, row->node))
			continue;
		others++;
		if (!first && row->process)
			first = row;
	}
	if (listing->n_rows > 0 && others == 0)
		return;
	if (others == 0)
		diag_set(&diag, 0, "no mount namespace that could be read has '%s' mounted", path);
	else
		diag_set(&diag, 0, "%zu other mount namespace%s '%s' mounted", others,
			 others == 1 ? " has" : "s have", path);
	if (first)
		hint_end(first, &diag);
	diag_print(applet_name(), &diag);
}

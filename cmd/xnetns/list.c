/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: prints the names and their nsids. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "netns/presence.h"
#include "netns/visit.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

struct list {
	struct json *json;
	bool as_json;
	bool marks; /* those that ip-netns(8) lacks; scripts take whole lines for names */
};

static void print_row(const struct sought *sought, int32_t nsid, void *arg)
{
	const struct list *list = arg;
	struct json *json = list->json;
	char text[PRESENCE_TEXT], id[PRESENCE_TEXT + 8] = "\n";

	if (list->as_json) {
		json_open(json, NULL, '{');
		json_text(json, "name", sought->name);
		if (nsid >= 0)
			json_number(json, "id", nsid);
		if (sought->state == PRESENCE_STALE)
			json_bool(json, "stale", true);
		json_text(json, "state", presence_word(sought->state));
		if (sought->pid > 0)
			json_number(json, "pid", sought->pid);
		json_close(json, '}');
		return;
	}
	presence_text(sought, text, sizeof(text));
	if (nsid >= 0)
		snprintf(id, sizeof(id), " (id: %" PRId32 ")\n", nsid);
	else if (list->marks && sought->state != PRESENCE_HERE)
		snprintf(id, sizeof(id), " (%s)\n", text);
	xnetns_print_name("", sought->name, id);
}

/* The mark is for people: scripts take whole lines for names. */
static int print_own(const struct home_name *name, void *arg)
{
	const struct list *list = arg;
	struct json *json = list->json;

	if (!list->as_json) {
		xnetns_print_name("", name->name, !list->marks ? "\n" : name->stale ? " (user) (stale)\n"
										   : " (user)\n");
		return 0;
	}
	json_open(json, NULL, '{');
	json_text(json, "name", name->name);
	if (name->stale)
		json_bool(json, "stale", true);
	json_text(json, "state", presence_word(name->stale ? PRESENCE_STALE : PRESENCE_HERE));
	json_text(json, "store", "user");
	json_close(json, '}');
	return 0;
}

int xnetns_list(const struct xnetns *request)
{
	struct results results = results_begin(request);
	struct list list = { &results.json, results.as_json, xnetns_is_detailed(request, STDOUT_FILENO) };
	struct diag diag;
	int rc = user_shows_system(request) ? visit_names(true, print_row, &list, &diag) : 0;

	if (rc == 0 && user_shows_own(request))
		rc = home_visit(print_own, &list, &diag);

	results_end(&results);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

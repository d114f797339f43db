/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: prints the names and their nsids. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "netns/presence.h"
#include "netns/visit.h"
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
		json_string(json, "name", sought->name);
		if (nsid >= 0)
			json_number(json, "id", nsid);
		if (sought->state == PRESENCE_STALE)
			json_bool(json, "stale", true);
		json_string(json, "state", presence_word(sought->state));
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

int xnetns_list(const struct xnetns *request)
{
	struct results results = results_begin(request);
	struct list list = { &results.json, results.as_json, xnetns_is_detailed(request, STDOUT_FILENO) };
	struct diag diag;
	int rc = visit_names(true, print_row, &list, &diag);

	results_end(&results);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

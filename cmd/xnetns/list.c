/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: prints the names and their nsids. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "netns/presence.h"
#include "netns/uplinks.h"
#include "netns/visit.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

struct list {
	struct json *json;
	bool as_json;
	bool marks; /* those that ip-netns(8) lacks; scripts take whole lines for names */
	int uplinks; /* the directory of records of the system's or the user's uplinks, or -1 */
};

/* Each port as a text: "8080:80", "53:53/udp". */
static void print_ports(struct json *json, char *ports)
{
	char *word;

	json_open(json, "publish", '[');
	while ((word = strsep(&ports, " ")) != NULL)
		if (*word)
			json_text(json, NULL, word);
	json_close(json, ']');
}

static void print_uplink(const struct list *list, const char *name)
{
	struct uplink_record record;

	if (list->uplinks < 0 || uplinks_read(list->uplinks, name, &record) < 0)
		return;
	if (record.runs) {
		json_open(list->json, "uplink", '{');
		json_number(list->json, "pid", record.pid);
		json_bool(list->json, "host_loopback", record.host_loopback);
		print_ports(list->json, record.ports);
		json_close(list->json, '}');
	}
	uplink_record_free(&record);
}

static const char *uplink_mark(const struct list *list, const char *name)
{
	return list->marks && uplinks_runs(list->uplinks, name) ? " (uplink)" : "";
}

static void print_row(const struct sought *sought, int32_t nsid, void *arg)
{
	const struct list *list = arg;
	struct json *json = list->json;
	char text[PRESENCE_TEXT], id[PRESENCE_TEXT + 32];
	const char *uplink;

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
		print_uplink(list, sought->name);
		json_close(json, '}');
		return;
	}
	presence_text(sought, text, sizeof(text));
	uplink = uplink_mark(list, sought->name);
	if (nsid >= 0)
		snprintf(id, sizeof(id), " (id: %" PRId32 ")%s\n", nsid, uplink);
	else if (list->marks && sought->state != PRESENCE_HERE)
		snprintf(id, sizeof(id), " (%s)%s\n", text, uplink);
	else
		snprintf(id, sizeof(id), "%s\n", uplink);
	xnetns_print_name("", sought->name, id);
}

/* The mark is for people: scripts take whole lines for names. */
static int print_own(const struct home_name *name, void *arg)
{
	const struct list *list = arg;
	struct json *json = list->json;

	if (!list->as_json) {
		xnetns_print_name("", name->name, !list->marks ? "" : name->stale ? " (user) (stale)" : " (user)");
		puts(uplink_mark(list, name->name));
		return 0;
	}
	json_open(json, NULL, '{');
	json_text(json, "name", name->name);
	if (name->stale)
		json_bool(json, "stale", true);
	json_text(json, "state", presence_word(name->stale ? PRESENCE_STALE : PRESENCE_HERE));
	json_text(json, "store", "user");
	print_uplink(list, name->name);
	json_close(json, '}');
	return 0;
}

/* The user's names, with the uplinks of that home. */
static int visit_own(struct list *list, struct diag *diag)
{
	struct diag ignored;
	struct home home;
	int rc = home_open(&home, 0, &ignored);

	cleanup_close(&list->uplinks);
	if (rc == 0 && (list->as_json || list->marks))
		list->uplinks = uplinks_open(&home, false, &ignored);
	home_close(&home);
	return home_visit(print_own, list, diag);
}

int xnetns_list(const struct xnetns *request)
{
	struct results results = results_begin(request);
	struct list list = { &results.json, results.as_json, xnetns_is_detailed(request, STDOUT_FILENO), -1 };
	struct diag diag;
	int rc = 0;

	if (list.as_json || list.marks)
		list.uplinks = uplinks_open(NULL, false, &diag);
	if (user_shows_system(request))
		rc = visit_names(true, print_row, &list, &diag);
	if (rc == 0 && user_shows_own(request))
		rc = visit_own(&list, &diag);
	cleanup_close(&list.uplinks);
	results_end(&results);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

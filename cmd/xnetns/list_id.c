/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list-id: prints the nsids that this network namespace, or another, has assigned. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "kernel/netnsid.h"
#include "netns/presence.h"
#include "netns/visit.h"
#include "xnetns/nsid.h"
#include "xnetns/xnetns.h"

struct id_name {
	int32_t nsid;
	char *name;
};

struct id_listing {
	struct results results;
	bool target; /* the ids of another namespace */
	struct id_name *names;
	size_t n, room;
	bool incomplete; /* memory ran out */
};

static void remember_name(const struct sought *sought, int32_t nsid, void *arg)
{
	struct id_listing *listing = arg;
	struct id_name *names;
	char *copy;

	if (nsid < 0)
		return;
	names = array_reserve(listing->names, listing->n + 1, &listing->room, sizeof(*names));
	if (names)
		listing->names = names;
	copy = names ? strdup(sought->name) : NULL;
	if (copy)
		listing->names[listing->n++] = (struct id_name){ nsid, copy };
	else
		listing->incomplete = true;
}

static int compare_ids(const void *left, const void *right)
{
	const struct id_name *a = left, *b = right;

	return (a->nsid > b->nsid) - (a->nsid < b->nsid);
}

static const char *name_of(const struct id_listing *listing, int32_t nsid)
{
	const struct id_name key = { .nsid = nsid };
	const struct id_name *found = NULL;

	if (nsid >= 0 && listing->n > 0)
		found = bsearch(&key, listing->names, listing->n, sizeof(key), compare_ids);
	return found ? found->name : NULL;
}

static void print_id_text(const char *label, int32_t nsid)
{
	if (nsid >= 0)
		printf("%s %" PRId32 " ", label, nsid);
	else
		printf("%s unassigned ", label);
}

static int print_id(const struct netnsid_reply *reply, void *arg)
{
	struct id_listing *listing = arg;
	struct json *json = &listing->results.json;
	/* Names are found by ids of our own namespace; those that the target assigns differ. */
	const char *name = name_of(listing, listing->target ? reply->current : reply->nsid);

	if (listing->results.as_json) {
		json_open(json, NULL, '{');
		if (reply->nsid >= 0)
			json_number(json, "nsid", reply->nsid);
		if (reply->current >= 0)
			json_number(json, "current-nsid", reply->current);
		if (name)
			json_text(json, "name", name);
		json_close(json, '}');
		return 0;
	}
	print_id_text("nsid", reply->nsid);
	if (listing->target)
		print_id_text("current-nsid", reply->current);
	if (name)
		xnetns_print_name("(iproute2 netns name: ", name, ")");
	putchar('\n');
	return 0;
}

static int parse_list_id(const struct xnetns *request, struct netnsid_request *ask,
			 struct diag *diag)
{
	char **word = request->operands;
	int rc = 0;

	for (; rc == 0 && *word; word += 2) {
		if (strcmp(*word, "target-nsid") == 0) {
			rc = nsid_parse(*word, word[1], &ask->target, diag);
		} else if (strcmp(*word, "nsid") == 0) {
			rc = nsid_parse(*word, word[1], &ask->nsid, diag);
		} else {
			rc = diag_usage(diag, "unexpected argument '%s'", *word);
			diag->status = STATUS_USAGE;
		}
	}
	return rc;
}

static int ask_ids(const struct netnsid_request *ask, struct id_listing *listing, struct diag *diag)
{
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	struct netlink_end end;
	char what[96];
	int rc = visit_names(false, remember_name, listing, diag);

	if (rc == 0 && listing->incomplete)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	if (rc < 0)
		return rc;
	if (listing->n > 0)
		qsort(listing->names, listing->n, sizeof(*listing->names), compare_ids);
	rc = netnsid_open(&socket, diag);
	if (rc < 0)
		return rc;
	rc = netnsid_ask(&socket, ask, print_id, listing, &end);
	if (rc == 0)
		return 0;
	if (!ask->dump)
		snprintf(what, sizeof(what), "no network namespace has the nsid %" PRId32 " here",
			 ask->nsid);
	else if (ask->target >= 0)
		snprintf(what, sizeof(what),
			 "cannot list the nsids of the namespace with the nsid "
			 "%" PRId32,
			 ask->target);
	else
		snprintf(what, sizeof(what), "cannot list nsids");
	rc = nsid_refused(rc, end.text, what, diag);
	if (ask->dump)
		diag->status = EXIT_FAILURE;
	return rc;
}

int xnetns_list_id(const struct xnetns *request)
{
	struct netnsid_request ask = { .fd = -1, .nsid = -1, .target = -1 };
	struct id_listing listing = { .n = 0 };
	struct diag diag;
	int rc = parse_list_id(request, &ask, &diag);

	if (rc < 0)
		return xnetns_fail(&diag);
	ask.dump = ask.nsid < 0;
	listing.target = ask.target >= 0;
	listing.results = results_begin(request);
	rc = ask_ids(&ask, &listing, &diag);
	results_end(&listing.results);
	for (size_t i = 0; i < listing.n; i++)
		free(listing.names[i].name);
	free(listing.names);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

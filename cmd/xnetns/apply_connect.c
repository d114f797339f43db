/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps on veth pairs. Until both ends have their alias, they are in an interface group that only
 * connect uses, so that the next connect or disconnect of the pair recognises the remains of a
 * killed one. One request creates both ends, so no end is ever alone.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/link.h"
#include "kernel/netnsid.h"
#include "kernel/proc.h"
#include "plan/step.h"
#include "xnetns/apply.h"
#include "xnetns/connect.h"
#include "xnetns/refused.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

enum {
	GROUP_INCOMPLETE = 7892595, /* "xns" */
	GROUP_DEFAULT = 0,
	PAIRS_MAX = 1000, /* removed by one disconnect */
};

#define ALIAS_PREFIX "xnetns peer "

/*
 * Fills the diagnosis for a refused request, with the kernel's own words if there are any. Returns
 * rc.
 */
static int refused(int rc, const struct netlink_end *end, const char *what, struct diag *diag)
{
	diag_set(diag, end->text[0] ? 0 : -rc, "%s%s%s", what, end->text[0] ? ": " : "",
		 end->text);
	if (rc == -EOPNOTSUPP)
		diag_hint(diag, "this kernel may lack veth interfaces (CONFIG_VETH): modprobe veth");
	else if (rc == -EPERM)
		hint_refused(STEP_LOOPBACK, -1, diag);
	return rc;
}

/* Moves this process into the namespace; the next step enters another. */
static int enter(const struct connection_end *end, struct diag *diag)
{
	return xnetns_enter_opened(end->ns, end->space, diag);
}

static int open_sockets(struct netns_run *run, const struct connection *connection,
			struct diag *diag)
{
	int rc = 0;

	for (int k = 0; rc == 0 && k < 2; k++) {
		netlink_close(&run->sockets[k]);
		rc = enter(&connection->ends[k], diag);
		if (rc == 0)
			rc = netlink_open(&run->sockets[k], NETLINK_ROUTE, diag);
	}
	return rc;
}

/* Whether the alias says that the other end has this name. */
static bool names_peer(const struct link *link, const struct link *peer)
{
	return strncmp(link->alias, ALIAS_PREFIX, strlen(ALIAS_PREFIX)) == 0 &&
	       strcmp(link->alias + strlen(ALIAS_PREFIX), peer->name) == 0;
}

static bool is_incomplete(const struct link *a, const struct link *b)
{
	return a->group == GROUP_INCOMPLETE || b->group == GROUP_INCOMPLETE;
}

/* Whether connect created the pair, completely or in part. */
static bool is_ours(const struct link *a, const struct link *b)
{
	return is_incomplete(a, b) || (names_peer(a, b) && names_peer(b, a));
}

/*
 * The nsid of the second namespace in the first one. It decides whether two interfaces are the ends
 * of one pair: their indices do not, because every namespace counts from 1.
 */
static int32_t second_nsid(struct netns_run *run, const struct connection *connection)
{
	int32_t nsid;

	return netnsid_lookup(&run->sockets[0], &connection->ends[1].ns, 1, &nsid) < 0
		       ? NETNSID_UNKNOWN
		       : nsid;
}

/* Whether the two interfaces, one in each namespace, are the ends of one pair. */
static bool are_ends(const struct link *a, const struct link *b, int32_t second)
{
	return a->is_veth && b->is_veth && a->peer == b->index && b->peer == a->index &&
	       second >= 0 && a->peer_nsid == second;
}

static int look(struct netns_run *run, const struct connection *connection, int k,
		struct link *ret, struct diag *diag)
{
	const struct connection_end *end = &connection->ends[k];
	struct netlink_end answer;
	int rc = link_find(&run->sockets[k], end->link, 0, ret, &answer);
	char what[DIAG_TEXT / 2];

	if (rc == 0 || rc == -ENODEV)
		return 0;
	snprintf(what, sizeof(what), "cannot look for the interface '%s' in '%s'", end->link,
		 end->space);
	return refused(rc, &answer, what, diag);
}

/*
 * Looks at an end that PAIR has made. Its name is no proof: whoever has CAP_NET_ADMIN in the namespace may have
 * given it to another interface.
 */
static int look_again(struct netns_run *run, const struct connection *connection, int k, struct link *ret,
		      struct diag *diag)
{
	struct netlink_end answer;
	int rc = link_find(&run->sockets[k], NULL, run->pair[k], ret, &answer);

	if (rc < 0 && rc != -ENODEV)
		return refused(rc, &answer, "cannot look for an end of the veth pair", diag);
	if (rc == 0 && ret->is_veth && ret->peer == run->pair[1 - k])
		return 0;
	diag_set(diag, 0, "the end of the veth pair in '%s' has been removed or moved",
		 connection->ends[k].space);
	return -ENODEV;
}

static int remove_pair(struct netlink *socket, int index, struct diag *diag)
{
	struct netlink_end answer;
	int rc = link_delete(socket, index, &answer);

	/* ENODEV: another process has removed the other end, and with it this one. */
	if (rc == 0 || rc == -ENODEV)
		return 0;
	return refused(rc, &answer, "cannot remove the veth pair", diag);
}

/*
 * Frees the names of the ends by removing an incomplete pair that has them. -EEXIST if another
 * interface has one of them.
 */
static int clear_names(struct netns_run *run, const struct connection *connection,
		       struct diag *diag)
{
	const struct connection_end *ends = connection->ends;
	struct link links[2];
	int rc = look(run, connection, 0, &links[0], diag), taken;

	if (rc == 0)
		rc = look(run, connection, 1, &links[1], diag);
	if (rc < 0 || (links[0].index == 0 && links[1].index == 0))
		return rc;
	if (links[0].index && links[1].index &&
	    are_ends(&links[0], &links[1], second_nsid(run, connection))) {
		if (is_incomplete(&links[0], &links[1]))
			return remove_pair(&run->sockets[0], links[0].index, diag);
		if (is_ours(&links[0], &links[1])) {
			diag_set(diag, 0, "'%s' and '%s' are already connected, by '%s' and '%s'",
				 ends[0].space, ends[1].space, ends[0].link, ends[1].link);
			return -EEXIST;
		}
	}
	taken = links[0].index ? 0 : 1;
	diag_set(diag, 0, "'%s' already has an interface '%s'", ends[taken].space,
		 ends[taken].link);
	diag_hint(diag, "choose other names: --names NAME,NAME");
	return -EEXIST;
}

/* Asked at once, and believed only if they are two ends of one pair that is still incomplete. */
static int note_pair(struct netns_run *run, const struct connection *connection, struct diag *diag)
{
	struct link links[2];
	int rc = look(run, connection, 0, &links[0], diag);

	if (rc == 0)
		rc = look(run, connection, 1, &links[1], diag);
	if (rc < 0)
		return rc;
	if (!is_incomplete(&links[0], &links[1]) ||
	    !are_ends(&links[0], &links[1], second_nsid(run, connection))) {
		diag_set(diag, 0, "another process has renamed or moved an end of the veth pair");
		return -ENODEV;
	}
	run->pair[0] = links[0].index;
	run->pair[1] = links[1].index;
	return 0;
}

int netns_do_pair(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct connection *connection = step->connection;
	const struct connection_end *ends = connection->ends;
	const struct link_end made[2] = { { ends[0].ns, ends[0].link },
					  { ends[1].ns, ends[1].link } };
	struct netlink_end answer;
	int rc = open_sockets(run, connection, diag);

	if (rc == 0)
		rc = clear_names(run, connection, diag);
	if (rc < 0)
		return rc;
	rc = link_create_veth(&run->sockets[0], made, connection->options->mtu, GROUP_INCOMPLETE,
			      &answer);
	if (rc < 0)
		return refused(rc, &answer, "cannot create a veth pair", diag);
	return note_pair(run, connection, diag);
}

/* Undoes NETNS_PAIR after a failed later step, by an end that is still where it was. Returns rc. */
static int undo(struct netns_run *run, const struct connection *connection, int rc)
{
	struct diag unused;
	struct link link;

	for (int k = 0; k < 2; k++)
		if (look_again(run, connection, k, &link, &unused) == 0)
			remove_pair(&run->sockets[k], link.index, &unused);
	return rc;
}

/*
 * Ignores router advertisements and redirects, with which the other side could change the routes
 * here. If the pair has no IPv6 address, the kernel adds no link-local one either (addr_gen_mode 1,
 * Linux 4.11).
 */
static int write_settings(const struct connection *connection, const char *link,
			  struct diag *diag)
{
	static const struct {
		const char *family, *file, *value;
		bool only_ipv4;
	} settings[] = {
		{ "ipv6", "accept_ra", "0", false },
		{ "ipv6", "accept_redirects", "0", false },
		{ "ipv6", "addr_gen_mode", "1", true },
		{ "ipv4", "accept_redirects", "0", false },
	};
	bool ipv6 = connect_uses_ipv6(connection->options);

	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char path[80];
		int rc;

		if (settings[i].only_ipv4 && ipv6)
			continue;
		snprintf(path, sizeof(path), "sys/net/%s/conf/%s/%s", settings[i].family, link,
			 settings[i].file);
		rc = proc_write_file(connection->proc, path, settings[i].value);
		/* ENOENT: a kernel without IPv6, or before addr_gen_mode. */
		if (rc < 0 && rc != -ENOENT)
			return diag_set(diag, -rc, "cannot write %s to /proc/%s", settings[i].value,
					path);
	}
	return 0;
}

static int add_addresses(struct netlink *socket, const struct connection *connection, int k,
			 int index, struct diag *diag)
{
	const struct connect_options *options = connection->options;

	for (size_t i = 0; i < options->n_addresses; i++) {
		struct netlink_end answer;
		char what[DIAG_TEXT / 2];
		int rc = link_add_address(socket, index, &options->addresses[i][k], &answer);

		if (rc == 0)
			continue;
		snprintf(what, sizeof(what), "cannot add the address of --address number %zu to '%s' in '%s'",
			 i + 1, connection->ends[k].link, connection->ends[k].space);
		return refused(rc, &answer, what, diag);
	}
	return 0;
}

static int configure(struct netns_run *run, const struct connection *connection, int k,
		     struct diag *diag)
{
	const struct connection_end *end = &connection->ends[k];
	struct netlink *socket = &run->sockets[k];
	struct netlink_end answer;
	struct link link;
	int rc = enter(end, diag);

	if (rc == 0)
		rc = look_again(run, connection, k, &link, diag);
	if (rc == 0)
		rc = write_settings(connection, link.name, diag);
	if (rc == 0)
		rc = add_addresses(socket, connection, k, link.index, diag);
	if (rc < 0)
		return rc;
	rc = link_set_up(socket, link.index, &answer);
	return rc < 0 ? refused(rc, &answer, "cannot bring an end of the veth pair up", diag) : 0;
}

int netns_do_link(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc = configure(run, step->connection, step->end, diag);

	return rc < 0 ? undo(run, step->connection, rc) : 0;
}

int netns_do_mark(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct connection *connection = step->connection;

	for (int k = 0; k < 2; k++) {
		char alias[LINK_NAME_SIZE + sizeof(ALIAS_PREFIX)];
		struct netlink_end answer;
		int rc;

		snprintf(alias, sizeof(alias), ALIAS_PREFIX "%s", connection->ends[1 - k].link);
		rc = link_set_alias(&run->sockets[k], run->pair[k], alias, GROUP_DEFAULT, &answer);
		if (rc < 0)
			return undo(run, connection,
				    refused(rc, &answer, "cannot mark an end of the veth pair", diag));
	}
	return 0;
}

/* A search for a pair between the two namespaces. */
struct search_pair {
	const struct connection *connection;
	struct netlink *second; /* borrowed: the second namespace's socket */
	int32_t second_nsid;    /* its id in the first one */
	int index;              /* of the first end; 0: none was found */
};

static bool has_name(const struct search_pair *search, int k, const struct link *link)
{
	const struct connection *connection = search->connection;

	return !connection->options->named || strcmp(link->name, connection->ends[k].link) == 0;
}

static int see_link(const struct link *link, void *arg)
{
	struct search_pair *search = arg;
	struct netlink_end answer;
	struct link peer;

	if (link->is_veth && link->peer_nsid == search->second_nsid && has_name(search, 0, link) &&
	    link_find(search->second, NULL, link->peer, &peer, &answer) == 0 &&
	    are_ends(link, &peer, search->second_nsid) && is_ours(link, &peer) &&
	    has_name(search, 1, &peer))
		search->index = link->index;
	return 0;
}

/* Removes one pair. Returns 1; 0 if it finds no pair; or -errno with the diagnosis filled. */
static int remove_one(struct netns_run *run, const struct connection *connection,
		      struct diag *diag)
{
	struct search_pair search = { .connection = connection, .second = &run->sockets[1] };
	struct netlink_end answer;
	int rc;

	search.second_nsid = second_nsid(run, connection);
	if (search.second_nsid < 0)
		return 0;
	rc = link_list(&run->sockets[0], see_link, &search, &answer);
	/* EINTR: the interfaces changed while they were listed; an interface that was found still
	 * counts. */
	if (rc < 0 && rc != -EINTR)
		return refused(rc, &answer, "cannot list the interfaces", diag);
	if (search.index == 0)
		return rc == -EINTR ? 1 : 0;
	rc = remove_pair(&run->sockets[0], search.index, diag);
	return rc < 0 ? rc : 1;
}

int netns_do_disconnect(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct connection *connection = step->connection;
	int rc = open_sockets(run, connection, diag), n = 0;

	while (rc == 0 && n < PAIRS_MAX && (rc = remove_one(run, connection, diag)) == 1) {
		rc = 0;
		n++;
	}
	if (rc == 0 && n == 0)
		return diag_set(diag, 0, "'%s' and '%s' are not connected",
				connection->ends[0].space, connection->ends[1].space);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the ids of the listed network namespaces. */
#include "kernel/netnsid.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "xnsls/listing.h"

#ifdef HAVE_LIBMNL

static const struct row *first_of_net(const struct listing *listing)
{
	for (size_t i = 0; i < listing->n_rows; i++)
		if (listing->rows[i].node->type == NS_NET)
			return &listing->rows[i];
	return NULL;
}

static void ask_netnsids(struct listing *listing, const struct row *first, struct netlink *socket)
{
	for (const struct row *row = first; row < listing->rows + listing->n_rows; row++) {
		uint32_t index = (uint32_t)(row->node - listing->model.nodes);
		_cleanup_close_ int fd = -1;

		if (row->node->type != NS_NET)
			continue;
		fd = scan_open(listing->scan, &listing->model, index);
		if (fd >= 0)
			netnsid_lookup(socket, &fd, 1, &listing->netnsids[index]);
	}
}

/* Loads libmnl only if the list has a network namespace. */
static int fill_netnsids(struct listing *listing, struct diag *diag)
{
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	const struct row *first = first_of_net(listing);
	int rc = first ? netlink_load(diag) : 0;

	/* If the kernel refuses the socket, such as by a seccomp filter, the ids stay unknown. */
	if (rc == 0 && first && netnsid_open(&socket, diag) == 0)
		ask_netnsids(listing, first, &socket);
	return rc;
}

#else

/* Without libmnl the ids stay unknown. */
static int fill_netnsids(struct listing *listing, struct diag *diag)
{
	(void)listing;
	(void)diag;
	return 0;
}

#endif

int listing_read_netnsids(struct listing *listing, struct diag *diag)
{
	size_t n = listing->model.n_nodes;

	if (listing->netnsids)
		return 0;
	listing->netnsids = calloc(n + 1, sizeof(*listing->netnsids));
	if (!listing->netnsids)
		return diag_set(diag, ENOMEM, "cannot list the namespaces");
	for (size_t i = 0; i < n; i++)
		listing->netnsids[i] = NETNSID_UNKNOWN;
	return fill_netnsids(listing, diag);
}

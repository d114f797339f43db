/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set: an nsid for a name. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/netnsid.h"
#include "netns/store.h"
#include "xnetns/nsid.h"
#include "xnetns/xnetns.h"

static int set(const char *name, int32_t nsid, struct diag *diag)
{
	_cleanup_close_ int ns = store_open_ns(name, diag);
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	const struct netnsid_request ask = { .set = true, .nsid = nsid, .target = -1, .fd = ns };
	char what[NAME_MAX + 64];
	struct netlink_end end;
	int32_t had = NETNSID_NONE;
	int rc;

	if (ns < 0)
		return ns;
	rc = netnsid_open(&socket, diag);
	if (rc < 0)
		return rc;
	rc = netnsid_ask(&socket, &ask, NULL, NULL, &end);
	if (rc == 0)
		return 0;
	snprintf(what, sizeof(what), "cannot set the nsid of '%s'", name);
	nsid_refused(rc, end.text, what, diag);
	if (rc == -EEXIST && netnsid_lookup(&socket, &ns, 1, &had) == 0 && had >= 0)
		diag_hint(diag, "'%s' has the nsid %" PRId32 "; the kernel never changes one", name,
			  had);
	return rc;
}

int xnetns_set(const struct xnetns *request)
{
	const char *name = request->operands[0], *id = request->operands[1];
	int32_t nsid = NETNSID_NONE;
	struct diag diag;
	int rc = xnetns_check_name(name, &diag);

	if (rc == 0 && strcmp(id, "auto") != 0)
		rc = nsid_parse("nsid", id, &nsid, &diag);
	if (rc == 0)
		rc = set(name, nsid, &diag);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

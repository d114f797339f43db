/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of xunshare about the uplink, and the rules between them and others. Pure. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "opt/arg.h"
#include "uplink/publish.h"
#include "xunshare/xunshare.h"

static int take_port(const struct opt_parser *parser, struct uplink *uplink, struct diag *diag)
{
	struct publish port, *larger;

	if (publish_parse(parser->arg, &port) < 0)
		return arg_bad(parser, "[ADDRESS:]PORT[:PORT][/udp] with ports from 1 to 65535, and an "
				 "IPv6 address in brackets", diag);
	larger = array_reserve(uplink->ports, uplink->n_ports + 1, &uplink->room, sizeof(*larger));
	if (!larger)
		return diag_set(diag, ENOMEM, "cannot remember the ports");
	uplink->ports = larger;
	uplink->ports[uplink->n_ports++] = port;
	return 0;
}

int xunshare_take_uplink(const struct opt_parser *parser, int id, struct xunshare *request,
			 struct diag *diag)
{
	switch (id) {
	case OPT_PUBLISH:
		return take_port(parser, &request->uplink, diag);
	case OPT_HOST_LOOPBACK:
		request->uplink.host_loopback = true;
		return 0;
	default:
		return 1;
	}
}

int xunshare_prepare_uplink(struct xunshare *request, struct diag *diag)
{
	const char *propagation = request->propagation ? request->propagation : "private";

	if (!opt_given(&request->given, OPT_UPLINK))
		return 0;
	/* --kill-child was implied, so that no program stays behind without its uplink. */
	if (!request->kill_signal)
		request->kill_signal = SIGKILL;
	/* The view of /etc would appear in the host's mount namespace, too. */
	if (strcmp(propagation, "private") != 0 && strcmp(propagation, "slave") != 0)
		return diag_usage(diag, "options '--uplink' and '--propagation=%s' exclude each other",
				  propagation);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of xunshare about the uplink, and the rules between them and others. Pure. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/diag.h"
#include "opt/arg.h"
#include "xunshare/xunshare.h"

static int take_port(const struct opt_parser *parser, struct uplink *uplink, struct diag *diag)
{
	int rc = uplink_add_port(uplink, parser->arg);

	if (rc == -EINVAL)
		return arg_bad(parser, UPLINK_PORT, diag);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the ports") : 0;
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

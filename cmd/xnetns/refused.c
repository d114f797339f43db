/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/refused.h"

#include "base/diag.h"
#include "base/ns.h"
#include "cause/cause.h"
#include "netns/store.h"

/* within is a member of struct refusal. */
static void explain(enum step_kind kind, int fd, const char *within, struct diag *diag)
{
	bool enters = step_properties(kind) & PROP_ENTERS_NS;
	struct refusal refusal = {
		.operation = kind,
		.err = diag->err,
		.flags = ns_types[NS_NET].flag,
		.fd = fd,
		.path = enters ? STORE_DIR : NULL,
		.enters = enters,
		.within = within,
	};

	cause_explain(&refusal, -1, diag);
}

void hint_refused(enum step_kind kind, int fd, struct diag *diag)
{
	explain(kind, fd, "", diag);
}

void hint_refused_add(enum step_kind kind, struct diag *diag)
{
	explain(kind, -1,
		"as root of user and mount namespaces of your own: xunshare -rmn, then mount -t "
		"tmpfs tmpfs /run",
		diag);
}

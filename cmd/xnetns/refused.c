/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/refused.h"

#include <string.h>

#include "base/diag.h"
#include "base/ns.h"
#include "cause/cause.h"
#include "netns/store.h"

void hint_refused(enum step_kind kind, int fd, struct diag *diag)
{
	static const char as_root[] = "run it as root, or as root of user and mount namespaces of "
				      "your own: xunshare -rmn";
	bool enters = step_properties(kind) & PROP_ENTERS_NS;
	struct refusal refusal = {
		.operation = kind,
		.err = diag->err,
		.flags = ns_types[NS_NET].flag,
		.fd = fd,
		.path = enters ? STORE_DIR : NULL,
		.enters = enters,
	};
	struct finding finding;
	const char *remedy;

	if (!cause_search(&refusal, -1, &finding))
		return;
	/* The remedy for a missing capability is an option that xnetns lacks. */
	remedy = strcmp(finding.cause, "capability") == 0 ? as_root : finding.remedy;
	diag_hint(diag, "%s%s%s", finding.why, *remedy ? "; " : "", remedy);
}

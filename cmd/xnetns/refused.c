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
	struct plan plan = { .n = 0 };
	struct step *step = plan_add(&plan, kind);
	struct finding finding;
	const char *remedy;

	if (kind == STEP_UNSHARE)
		step->flags = ns_types[NS_NET].flag;
	if (kind == STEP_SETNS) {
		step->ns = NS_NET;
		step->fd = fd;
		step->path = STORE_DIR;
	}
	if (!hint_search(&plan, step, diag->err, -1, &finding))
		return;
	/* The remedy of a missing capability is an option that xnetns does not have. */
	remedy = strcmp(finding.cause, "capability") == 0 ? as_root : finding.remedy;
	diag_hint(diag, "%s%s%s", finding.why, *remedy ? "; " : "", remedy);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up the user of --run-as before anything is entered. */
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/user_read.h"
#include "xnsenter/xnsenter.h"

int xnsenter_user_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag)
{
	enum ns_source source = choice->source[NS_MNT];
	_cleanup_close_ int root = -1;

	if (facts->root >= 0)
		return user_read_in(facts->root, request->run_as, &facts->user, diag);
	if (source == FROM_NOWHERE)
		return user_read(request->run_as, &facts->user, diag);
	if (source != FROM_TARGET)
		return diag_usage(diag,
				  "option '--run-as' needs '--target' or '--root' to look the user up "
				  "in another mount namespace; -S and -G take numbers");
	root = target_open_dir(&facts->target, "root", diag);
	return root < 0 ? root : user_read_in(root, request->run_as, &facts->user, diag);
}

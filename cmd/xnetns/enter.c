/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -n NAME, and add --exists-ok --up: moves this process into a named network namespace. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "inventory/reference.h"
#include "kernel/loopback.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "plan/step.h"
#include "xnetns/refused.h"
#include "xnetns/xnetns.h"

int xnetns_open_ns(const char *text, struct diag *diag)
{
	struct diag other = { .err = 0 };
	struct reference reference;
	int rc, fd = -ENOENT;

	if (xnetns_name_is_valid(text))
		fd = store_open_ns(text, diag);
	else if (strchr(text, '/'))
		return reference_open_text(text, NS_NET, diag);
	else
		return xnetns_check_name(text, diag);
	if (fd != -ENOENT || !reference_parse(text, &reference) || reference.kind == REFERENCE_NAME)
		return fd;
	rc = reference_open(&reference, NS_NET, &other);
	/* No network namespace has this number: the message is the one for a name that does not exist. */
	if (rc < 0 && reference.type == NS_NONE && reference.kind == REFERENCE_INO) {
		reference_hint_process(&reference, diag);
		return fd;
	}
	if (rc < 0)
		*diag = other;
	return rc;
}

int xnetns_enter_opened(int fd, const char *name, struct diag *diag)
{
	int rc = sys_setns(fd, ns_types[NS_NET].flag);

	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot enter the network namespace '%s'", name);
	hint_refused(STEP_SETNS, fd, diag);
	return rc;
}

int xnetns_enter(const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = xnetns_open_ns(name, diag);

	return fd < 0 ? fd : xnetns_enter_opened(fd, name, diag);
}

int xnetns_bring_up(struct diag *diag)
{
	int rc = loopback_up(diag);

	if (rc == -EPERM)
		hint_refused(STEP_LOOPBACK, -1, diag);
	return rc;
}

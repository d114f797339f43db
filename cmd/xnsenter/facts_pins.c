/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The set of --pins. Root enters only one that nobody else could have put there; the programs inside are then those
 * that root has left there.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"
#include "xnsenter/xnsenter.h"

static int open_set(const struct xnsenter *request, const struct xnsenter_facts *facts, struct diag *diag)
{
	char link[NAME_MAX + 1];
	_cleanup_close_ int dir = facts->privileged ? trusted_open(request->pins, link) :
			       sys_openat(AT_FDCWD, request->pins, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	int rc = dir < 0 ? dir : facts->privileged ? trusted_check_owners(dir, false) : 0;

	if (rc == -EPERM || rc == -EXDEV) {
		diag_set(diag, 0, "cannot enter the set of pins at '%s': another user could have replaced it",
			 request->pins);
		diag_hint(diag, "it must lie in a directory that only root can write, without links of others");
		return rc;
	}
	if (rc < 0)
		return diag_set(diag, -rc, "cannot open the set of pins at '%s'", request->pins);
	if (sys_faccessat(dir, PIN_SET_UNFINISHED, F_OK) == 0) {
		diag_set(diag, 0, "the set of pins at '%s' is not complete: xunshare is still making it, or was "
			 "killed", request->pins);
		diag_hint(diag, "the next xunshare --pins replaces what a killed one has left");
		return -EBUSY;
	}
	return take_fd(&dir);
}

/* Its first process has ended, so the kernel creates no other in it (Linux 6.11; before, fork(2) says so). */
static bool has_no_init(int fd)
{
	return sys_ioctl(fd, KERNEL_NS_GET_TGID_FROM_PIDNS, (void *)1) == -ESRCH;
}

/* The owner of another mount namespace could have changed every program that is in it. */
static int check_owner(const struct xnsenter *request, const struct xnsenter_facts *facts, struct diag *diag)
{
	_cleanup_close_ int owner = -1;

	if (!facts->privileged || facts->fds[NS_MNT] < 0 || facts->fds[NS_USER] >= 0 ||
	    opt_given(&request->given, OPT_NS + NS_USER) || opt_given(&request->given, OPT_ALL) ||
	    opt_given(&request->given, OPT_USER_PARENT))
		return 0;
	owner = sys_ioctl(facts->fds[NS_MNT], NS_GET_USERNS, NULL);
	if (owner < 0 || xnsenter_is_ours(owner, NS_USER) == 1)
		return 0;
	diag_set(diag, 0, "the mount namespace of '%s' belongs to another user namespace: its programs would run "
		 "with your rights", request->pins);
	diag_hint(diag, "enter that user namespace too, with --user-parent");
	return -EPERM;
}

/* One of the set, or -ENOENT if it has none of this type. */
static int open_pin(const struct xnsenter *request, int dir, enum ns_type type, struct diag *diag)
{
	_cleanup_close_ int fd = nsref_open_file(dir, ns_types[type].name, type, NSREF_NOFOLLOW, diag);
	struct diag why = *diag;

	if (fd < 0 && fd != -ENOENT) {
		diag_set(diag, 0, "the set of pins at '%s': %s", request->pins, why.what);
		return fd;
	}
	if (fd >= 0 && type == NS_PID && has_no_init(fd)) {
		diag_set(diag, 0, "the pid namespace of '%s' has lost its first process, so no other can be created "
			 "in it", request->pins);
		diag_hint(diag, "enter the others by their files, such as --uts=DIR/uts; umount -R removes the set");
		return -ESRCH;
	}
	return take_fd(&fd);
}

int xnsenter_open_pins(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag)
{
	_cleanup_close_ int dir = open_set(request, facts, diag);
	bool any = false;

	if (dir < 0)
		return dir;
	for (int k = 0; k < NS_COUNT; k++) {
		int fd;

		if (request->choice[k].source != FROM_NOWHERE) {
			any |= sys_faccessat(dir, ns_types[k].name, F_OK) == 0;
			continue;
		}
		fd = open_pin(request, dir, (enum ns_type)k, diag);
		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return fd;
		any = true;
		/* One that we are in cannot be entered again (setns(2)), and others need not be. */
		if (k == NS_USER && xnsenter_is_ours(fd, NS_USER) == 1)
			close(fd);
		else
			facts->fds[k] = fd;
	}
	if (!any) {
		diag_set(diag, 0, "there is no set of pins at '%s'", request->pins);
		return -ENOENT;
	}
	return check_owner(request, facts, diag);
}

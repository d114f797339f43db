/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seccomp filter of the program. It may pretend that a call succeeds, so all else is done, and
 * verified here, before it is loaded; afterwards execve(2) is the only call (exec.c).
 */
#include "apply/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/filters.h"
#include "kernel/sys.h"

enum { FILTER_BYTES = BPF_MAXINSNS * sizeof(struct sock_filter) };

/* Reads up to size bytes, and waits while a pipe has a writer. The number of bytes, or -errno. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	size_t used = 0;

	while (used < size) {
		ssize_t n = sys_read(fd, buf + used, size - used);

		if (n == -EAGAIN) {
			n = sys_poll(&input, 1, -1);
			if (n >= 0)
				continue;
		}
		if (n <= 0)
			return n < 0 ? n : (ssize_t)used;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

static int check_code(const struct apply *apply, const char *path, size_t bytes, struct diag *diag)
{
	size_t n = bytes / sizeof(*apply->filter);

	if (n == 0 || bytes % sizeof(*apply->filter) || n > BPF_MAXINSNS) {
		diag_set(diag, 0,
			 "'%s' is no seccomp filter: it has not 1 to %d instructions of %zu bytes",
			 path, BPF_MAXINSNS, sizeof(*apply->filter));
		diag_hint(diag, "give a compiled filter, as seccomp_export_bpf(3) writes it");
		return -EINVAL;
	}
	if (BPF_CLASS(apply->filter[n - 1].code) == BPF_RET)
		return 0;
	diag_set(diag, 0, "'%s' is no seccomp filter: its last instruction does not return", path);
	return -EINVAL;
}

/* Reads the filter before the root directory changes. O_NONBLOCK: nobody may ever write to a FIFO. */
int check_seccomp(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->seccomp.path;
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t bytes = fd;
	int rc;

	if (fd >= 0) {
		/* One byte more shows that it is too long. */
		apply->filter = malloc(FILTER_BYTES + 1);
		bytes = apply->filter ? read_all(fd, (char *)apply->filter, FILTER_BYTES + 1) :
					-ENOMEM;
	}
	if (bytes < 0)
		return diag_set(diag, (int)-bytes, "cannot read the seccomp filter '%s'", path);
	rc = check_code(apply, path, (size_t)bytes, diag);
	apply->n_filter = rc == 0 ? (size_t)bytes / sizeof(*apply->filter) : 0;
	return rc;
}

/* --- what other steps should have done --------------------------------------------------------- */

static int not_changed(const char *what, struct diag *diag)
{
	diag_set(diag, 0, "cannot load the seccomp filter: %s, although the kernel reported success",
		 what);
	diag_hint(diag, "a seccomp filter that is loaded already pretends it");
	return -EPERM;
}

static int verify_ids(uint32_t uid, uint32_t gid, bool has_uid, bool has_gid, struct diag *diag)
{
	if (has_uid && (sys_getuid() != uid || sys_geteuid() != uid))
		return not_changed("the user id has not changed", diag);
	if (has_gid && sys_getegid() != gid)
		return not_changed("the group id has not changed", diag);
	return 0;
}

int verify_setuid(const struct step *step, struct diag *diag)
{
	return verify_ids(step->setuid.uid, 0, true, false, diag);
}

int verify_setgid(const struct step *step, struct diag *diag)
{
	return verify_ids(0, step->setgid.gid, false, true, diag);
}

int verify_drop(const struct step *step, struct diag *diag)
{
	return verify_ids(step->drop.uid, step->drop.gid, true, true, diag);
}

int verify_no_new_privs(const struct step *step, struct diag *diag)
{
	(void)step;
	if (sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return not_changed("no_new_privs is not set", diag);
	return 0;
}

/*
 * A process that waits takes no filter, which might forbid what it has to do; it can no longer be
 * traced instead (PROP_WAITER_HIDES).
 */
int do_seccomp(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct plan *plan = apply->plan;
	int rc = 0;

	/* The steps that change capabilities have read these back themselves. */
	for (const struct step *before = plan->steps; rc == 0 && before < step; before++) {
		apply_verify *verify = apply->actions[before->kind].verify;

		rc = verify ? verify(before, diag) : 0;
	}
	apply->filters = rc == 0;
	return rc;
}

/*
 * If the trampoline executes the program, it also loads the filters, which may pretend success to
 * it.
 */
int do_copied_filters(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct filters *filters = step->copied_filters.filters;
	int rc;

	if (apply->trampoline < 0)
		return do_seccomp(apply, step, diag);
	rc = guard_make_file(filters->image, filters->size);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot keep the seccomp filters in a memory file");
	apply->filters_file = apply->heir.filters = rc;
	apply->heir.filters_size = filters->size;
	apply->heir.lowers_admin = step->copied_filters.lowers_admin;
	return 0;
}

/* Requires no_new_privs, or CAP_SYS_ADMIN in the user namespace (seccomp(2)). */
static int load(const struct sock_filter *code, size_t n)
{
	const struct sock_fprog program = { .len = (unsigned short)n,
					    .filter = (struct sock_filter *)code };

	return sys_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)&program, 0, 0);
}

/* The oldest first: one that pretends success can only hide the loads that follow. */
static int load_copied(const struct filters *filters)
{
	const struct sock_filter *code;
	size_t at = 0;
	uint32_t n;
	int rc = 0;

	while (rc == 0 && (code = filters_next(filters, &at, &n)) != NULL)
		rc = load(code, n);
	return rc;
}

int filter_load(const struct apply *apply)
{
	const struct step *copied = plan_find(apply->plan, STEP_COPIED_FILTERS);

	return copied ? load_copied(copied->copied_filters.filters) :
			load(apply->filter, apply->n_filter);
}

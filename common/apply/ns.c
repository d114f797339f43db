/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that create namespaces and set them up. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/loopback.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

int apply_open_proc(struct apply *apply, struct diag *diag)
{
	if (apply->self >= 0)
		return 0;
	if (apply->proc < 0)
		apply->proc = proc_open_root(diag);
	if (apply->proc < 0)
		return apply->proc;
	apply->self = proc_open_self(apply->proc, &apply->self_pid, diag);
	return apply->self < 0 ? apply->self : 0;
}

int do_owner(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setgroups(0, NULL);

	(void)apply;
	if (rc == 0)
		rc = sys_setresgid(step->id2, step->id2, step->id2);
	if (rc == 0)
		rc = sys_setresuid(step->id, step->id, step->id);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot become the owner %" PRIu32 ":%" PRIu32, step->id,
				step->id2);
	return 0;
}

int do_unshare(struct apply *apply, const struct step *step, struct diag *diag)
{
	enum ns_kind only = ns_by_flag(step->flags);
	int rc = pin_unshare(apply, step->flags);
	char labels[128];

	if (rc == 0)
		return 0;
	if (only != NS_NONE)
		return diag_set(diag, -rc, "cannot create %s %s namespace",
				ns_types[only].article, ns_types[only].label);
	ns_labels(step->flags, labels, sizeof(labels));
	return diag_set(diag, -rc, "cannot create namespaces (%s)", labels);
}

static int write_self(struct apply *apply, const char *file, const char *text, const char *what,
		      struct diag *diag)
{
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	rc = proc_write_file(apply->self, file, text);
	if (rc == -EXDEV) {
		diag_set(diag, 0, "cannot %s: something is mounted over /proc/%d/%s", what,
			 (int)apply->self_pid, file);
		return rc;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot %s (/proc/%d/%s)", what,
				 (int)apply->self_pid, file) : 0;
}

int do_setgroups(struct apply *apply, const struct step *step, struct diag *diag)
{
	char what[64];

	snprintf(what, sizeof(what), "%s setgroups in the user namespace", step->text);
	return write_self(apply, "setgroups", step->text, what, diag);
}

int do_map(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[IDMAP_TEXT_MAX + 1], line[256], what[384], file[16];

	idmap_render(step->map, "\n", text, sizeof(text));
	idmap_render(step->map, "; ", line, sizeof(line));
	snprintf(file, sizeof(file), "%s_map", step->text);
	snprintf(what, sizeof(what), "write the %s map '%s'", step->text, line);
	return write_self(apply, file, text, what, diag);
}

int do_clock(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[64], what[96];

	snprintf(text, sizeof(text), "%s %" PRId64 " 0\n", step->text, step->seconds);
	snprintf(what, sizeof(what), "set the %s clock off by %" PRId64 " s", step->text,
		 step->seconds);
	return write_self(apply, "timens_offsets", text, what, diag);
}

int do_enter_new(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct ns_type *type = &ns_types[step->ns];
	_cleanup_close_ int fd = -1;
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	fd = proc_open_ns(apply->self, type->for_children);
	rc = fd < 0 ? fd : sys_setns(fd, type->flag);
	return rc < 0 ? diag_set(diag, -rc, "cannot enter the new %s namespace", type->label) : 0;
}

int do_loopback(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)step;
	return loopback_up(diag);
}

int do_hostname(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_sethostname(step->text, strlen(step->text));

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot set the host name to '%s'", step->text) : 0;
}

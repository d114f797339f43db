/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/remedy.h"

#define NO_CGROUP "cannot make a cgroup for the limits: "

static int refuse_mount(const struct cgroup_facts *facts, struct diag *diag)
{
	if (!facts->mounted && facts->v1) {
		diag_set(diag, 0, NO_CGROUP "this system has only cgroup version 1");
		diag_hint(diag, "boot with systemd.unified_cgroup_hierarchy=1, or mount cgroup2 as "
			  "your system's manual says");
		return -EOPNOTSUPP;
	}
	if (!facts->mounted) {
		diag_set(diag, 0, NO_CGROUP "no cgroup2 is mounted");
		remedy_hint(diag, REMEDY_MOUNT_CGROUP2);
		return -ENOENT;
	}
	if (facts->read_only) {
		diag_set(diag, 0, NO_CGROUP "%s is mounted read-only, as in containers",
			 facts->mount);
		diag_hint(diag, "set the limits outside, with the options of the container engine, "
			  "or have it mount cgroup2 writable");
		return -EROFS;
	}
	return 0;
}

static int check_given(const struct cgroup_dir *dir, uid_t uid, struct diag *diag)
{
	if (dir->err)
		return diag_set(diag, dir->err, "option '--cgroup-parent': cannot open '%s'",
				dir->path);
	if (!dir->is_cgroup2) {
		diag_set(diag, 0, "option '--cgroup-parent': '%s' is no cgroup of version 2",
			 dir->path);
		return -EINVAL;
	}
	if (dir->foreign) {
		diag_set(diag, 0, "option '--cgroup-parent': '%s' is below a directory of another "
			 "user, who could replace it", dir->path);
		diag_hint(diag, "choose a cgroup that belongs to root, like all above it");
		return -EPERM;
	}
	if (!dir->writable) {
		diag_set(diag, EACCES, "option '--cgroup-parent': cannot make a cgroup in '%s'",
			 dir->path);
		remedy_hint(diag, REMEDY_GIVE_CGROUP, (unsigned)uid, dir->path, dir->path, dir->path);
		return -EACCES;
	}
	if (dir->apart) {
		diag_set(diag, 0, "option '--cgroup-parent': the kernel lets you move no process "
			 "into '%s'", dir->path);
		diag_hint(diag, "you may not write cgroup.procs of the cgroup that it has in common "
			  "with yours: start in a cgroup that is beside it or above");
		return -EACCES;
	}
	return 0;
}

static bool ends_with(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len > n && memcmp(text + len - n, end, n) == 0;
}

static int refuse_systemd(const struct cgroup_facts *facts, struct diag *diag)
{
	const char *unit = facts->unit;

	diag_set(diag, 0, NO_CGROUP "%s is not delegated to you%s", facts->own.path,
		 facts->in_scope	? ", although systemd was asked for that" :
		 !facts->has_run	? ", and " SYSTEMD_RUN_PATH " is not there" :
		 facts->can_scope	? "" :
					  ", and no systemd of yours runs to make a scope");
	if (ends_with(unit, strlen(unit), ".service"))
		remedy_hint(diag, REMEDY_DELEGATE, unit, unit, unit);
	else
		diag_hint(diag, "log in by ssh or at a terminal, so that systemd runs a manager for "
			  "you; or as root: loginctl enable-linger with your name");
	return -EPERM;
}

int cgroup_choose(const struct cgroup_facts *facts, enum cgroup_where *ret, struct diag *diag)
{
	const struct cgroup_dir *own = &facts->own;
	int rc = refuse_mount(facts, diag);

	if (rc < 0)
		return rc;
	*ret = CGROUP_GIVEN;
	if (facts->is_given)
		return check_given(&facts->given, facts->uid, diag);
	*ret = CGROUP_OWN;
	if (!own->err && own->delegated && own->writable && own->others == 0 && !own->is_tree_root)
		return 0;
	*ret = CGROUP_SCOPE;
	if (facts->systemd && facts->can_scope && !facts->in_scope)
		return 0;
	if (facts->systemd)
		return refuse_systemd(facts, diag);
	*ret = CGROUP_ROOT;
	if (own->err)
		return diag_set(diag, own->err, NO_CGROUP "cannot examine the one that we are in");
	if (own->is_tree_root && facts->uid == 0 && own->writable)
		return 0;
	if (own->delegated && own->writable) {
		diag_set(diag, 0, NO_CGROUP "%s has %zu more process%s, and a cgroup with processes "
			 "can limit no others", own->path, own->others, own->others == 1 ? "" : "es");
		diag_hint(diag, "make a cgroup for it, and name that with --cgroup-parent");
		return -EBUSY;
	}
	diag_set(diag, 0, NO_CGROUP "%s is not delegated to you", own->path);
	diag_hint(diag, "as root: make a cgroup, give it to the user, and name it with "
		  "--cgroup-parent");
	return -EPERM;
}

const struct cgroup_dir *cgroup_chosen(const struct cgroup_facts *facts, enum cgroup_where where)
{
	return where == CGROUP_SCOPE ? NULL : where == CGROUP_GIVEN ? &facts->given : &facts->own;
}

int cgroup_check_controller(const struct cgroup_dir *parent, enum cgroup_where where,
			    const struct controller *controller, struct diag *diag)
{
	const char *name = controller->name;

	if (controller->enabled)
		return 0;
	if (!controller->available && controller->v1[0]) {
		diag_set(diag, 0, "cannot limit by %s: its controller belongs to cgroup version 1, "
			 "mounted at %s", name, controller->v1);
		diag_hint(diag, "boot with cgroup_no_v1=%s, or systemd.unified_cgroup_hierarchy=1",
			  name);
		return -EOPNOTSUPP;
	}
	if (!controller->available && controller->above[0]) {
		diag_set(diag, 0, "cannot limit by %s: %s does not enable its controller for the "
			 "cgroups below", name, controller->above);
		remedy_hint(diag, REMEDY_ENABLE_CONTROLLER, name, controller->above);
		return -ENOENT;
	}
	if (!controller->available) {
		diag_set(diag, 0, "cannot limit by %s: this kernel has no such controller", name);
		diag_hint(diag, "see /proc/cgroups, and cgroup_disable= in /proc/cmdline");
		return -ENOENT;
	}
	if (where == CGROUP_GIVEN && parent->others && !parent->is_tree_root) {
		diag_set(diag, 0, "cannot limit by %s below %s: it has processes, so its controller "
			 "cannot be enabled", name, parent->path);
		diag_hint(diag, "make a cgroup without processes, and name that with "
			  "--cgroup-parent");
		return -EBUSY;
	}
	return 0;
}

void cgroup_unit(const char *path, char *buf, size_t size)
{
	buf[0] = '\0';
	while (*path) {
		size_t len = strcspn(path, "/");

		if (ends_with(path, len, ".service") || ends_with(path, len, ".scope"))
			snprintf(buf, size, "%.*s", (int)len, path);
		path += len + (path[len] == '/');
	}
}

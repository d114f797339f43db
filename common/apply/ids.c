/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that set the ids, capabilities and environment of the program. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "ids/environ.h"
#include "kernel/caps.h"
#include "kernel/sys.h"
#include "kernel/target.h"

/*
 * Reads the target's ids, if there is a target. The kernel shows them as mapped in our user
 * namespace (proc(5), /proc/PID/status), which we may have entered since the plan was made.
 */
static int resolve_ids(const struct target *target, uid_t *uid, gid_t *gid)
{
	return target ? target_ids(target, uid, gid) : 0;
}

/*
 * setgroups(2) fails in a user namespace that denies it, and before its gid map is written
 * (user_namespaces(7)).
 */
int do_drop_groups(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setgroups(0, NULL);

	if (rc == 0)
		apply->groups_dropped = true;
	if (step->drop_groups.flags & DROP_GROUPS_TRY ||
	    (step->drop_groups.flags & DROP_GROUPS_AGAIN && apply->groups_dropped))
		return 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot drop the supplementary groups") : 0;
}

int do_user_groups(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setgroups(step->user_groups.n_groups, step->user_groups.groups);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot take the groups of '%s'",
				 step->user_groups.user)
		      : 0;
}

int do_setgid(struct apply *apply, const struct step *step, struct diag *diag)
{
	uid_t uid = 0;
	gid_t gid = step->setgid.gid;
	int rc = resolve_ids(step->setgid.target, &uid, &gid);

	(void)apply;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot tell the gid of process %d",
				(int)step->setgid.target->pid);
	rc = sys_setresgid(gid, gid, gid);
	return rc < 0 ? diag_set(diag, -rc, "cannot become gid %" PRIu32, gid) : 0;
}

int do_setuid(struct apply *apply, const struct step *step, struct diag *diag)
{
	uid_t uid = step->setuid.uid;
	gid_t gid = 0;
	int rc = resolve_ids(step->setuid.target, &uid, &gid);

	(void)apply;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot tell the uid of process %d",
				(int)step->setuid.target->pid);
	/* Without this, leaving uid 0 clears the capabilities (capabilities(7)). */
	rc = step->setuid.keep_caps ? sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) : 0;
	if (rc == 0)
		rc = sys_setresuid(uid, uid, uid);
	return rc < 0 ? diag_set(diag, -rc, "cannot become uid %" PRIu32, uid) : 0;
}

int check_caps(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *text = "";
	int rc = caps_load(&text);

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, 0, "cannot keep the capabilities: %s", text) : 0;
}

int do_ambient_caps(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = caps_make_ambient();

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot keep the capabilities") : 0;
}

/* PR_SET_NO_NEW_PRIVS (prctl(2)) cannot be reset, and children inherit it. */
int do_no_new_privs(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot set no_new_privs") : 0;
}

int do_environ(struct apply *apply, const struct step *step, struct diag *diag)
{
	char **keep = environ;

	(void)apply;
	(void)diag;
	if (!environ)
		return 0;
	for (char **variable = environ; *variable; variable++)
		if (environ_is_listed(*variable, step->environ.keep))
			*keep++ = *variable;
	*keep = NULL;
	return 0;
}

int do_user_environ(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "HOME", step->user_environ.home },
		{ "USER", step->user_environ.user },
		{ "LOGNAME", step->user_environ.user },
	};

	(void)apply;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (setenv(rows[i].name, rows[i].value, 1) < 0)
			return diag_set(diag, errno, "cannot set %s", rows[i].name);
	return 0;
}

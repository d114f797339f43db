/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that concern the ids, capabilities and environment that the program will have. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/prctl.h>

#include "apply_internal.h"
#include "caps.h"
#include "diag.h"
#include "macros.h"
#include "sys.h"

int do_drop_groups(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setgroups(0, NULL);

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot drop the supplementary groups") : 0;
}

int do_setgid(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setresgid(step->id, step->id, step->id);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot become gid %" PRIu32, step->id) : 0;
}

int do_setuid(struct apply *apply, const struct step *step, struct diag *diag)
{
	/* Otherwise the change from 0 to another id clears the capabilities (capabilities(7)). */
	int rc = step->flags ? sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) : 0;

	(void)apply;
	if (rc == 0)
		rc = sys_setresuid(step->id, step->id, step->id);
	return rc < 0 ? diag_set(diag, -rc, "cannot become uid %" PRIu32, step->id) : 0;
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

/* Whether the variable "NAME=value" is in the comma list. */
static bool is_listed(const char *variable, const char *list)
{
	size_t len = strcspn(variable, "=");

	while (*list) {
		size_t word = strcspn(list, ",");

		if (word == len && memcmp(variable, list, len) == 0)
			return true;
		list += word + (list[word] == ',');
	}
	return false;
}

int do_environ(struct apply *apply, const struct step *step, struct diag *diag)
{
	char **keep = environ;

	(void)apply;
	(void)diag;
	if (!environ)
		return 0;
	for (char **variable = environ; *variable; variable++)
		if (is_listed(*variable, step->text))
			*keep++ = *variable;
	*keep = NULL;
	return 0;
}

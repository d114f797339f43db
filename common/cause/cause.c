/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cause/cause.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/proc.h"
#include "plan/step.h"

#define CAP(name) (UINT64_C(1) << (name))

/* For each kind of step: the capabilities that it takes, and why else it may fail. */
static const struct {
	uint64_t needs;
	const struct cause *causes;
} situations[STEP_KINDS] = {
	[STEP_HELPER] = { 0, hint_fork_causes },
	[STEP_OWNER] = { CAP(CAP_SETUID) | CAP(CAP_SETGID), hint_owner_causes },
	[STEP_UNSHARE] = { CAP(CAP_SYS_ADMIN), hint_unshare_causes },
	[STEP_ENTER] = { CAP(CAP_SYS_ADMIN), hint_enter_causes },
	[STEP_SETNS] = { CAP(CAP_SYS_ADMIN), hint_enter_causes },
	[STEP_ROOT_FD] = { CAP(CAP_SYS_CHROOT), hint_refused_causes },
	[STEP_SETGROUPS] = { 0, hint_setgroups_causes },
	[STEP_MAP] = { 0, hint_map_causes },
	[STEP_CLOCK] = { CAP(CAP_SYS_TIME), hint_clock_causes },
	[STEP_ENTER_NEW] = { CAP(CAP_SYS_ADMIN), hint_refused_causes },
	[STEP_PIN] = { CAP(CAP_SYS_ADMIN), hint_pin_causes },
	[STEP_FORK] = { 0, hint_fork_causes },
	[STEP_INIT] = { 0, hint_fork_causes },
	[STEP_PROPAGATION] = { CAP(CAP_SYS_ADMIN), hint_propagation_causes },
	[STEP_LOOPBACK] = { CAP(CAP_NET_ADMIN), hint_refused_causes },
	[STEP_HOSTNAME] = { CAP(CAP_SYS_ADMIN), hint_refused_causes },
	[STEP_PRIVATE_PROC] = { CAP(CAP_SYS_ADMIN), hint_propagation_causes },
	[STEP_MOUNT] = { CAP(CAP_SYS_ADMIN), hint_mount_causes },
	[STEP_BINFMT_REGISTER] = { 0, hint_register_causes },
	[STEP_CHROOT] = { CAP(CAP_SYS_CHROOT), hint_directory_causes },
	[STEP_PIVOT] = { CAP(CAP_SYS_ADMIN), hint_pivot_causes },
	[STEP_DETACH_ROOT] = { CAP(CAP_SYS_ADMIN), hint_refused_causes },
	[STEP_CHDIR] = { 0, hint_directory_causes },
	[STEP_DROP_GROUPS] = { CAP(CAP_SETGID), hint_drop_groups_causes },
	[STEP_SET_GROUPS] = { CAP(CAP_SETGID), hint_drop_groups_causes },
	[STEP_SETGID] = { CAP(CAP_SETGID), hint_set_id_causes },
	[STEP_SETUID] = { CAP(CAP_SETUID), hint_set_id_causes },
	[STEP_AMBIENT_CAPS] = { 0, hint_ambient_causes },
	[STEP_EXEC] = { 0, hint_exec_causes },
};

PRINTF_LIKE(2, 0) static void format(char *buf, const char *fmt, va_list args)
{
	vsnprintf(buf, FINDING_TEXT, fmt, args);
}

void hint_why(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(finding->why, fmt, args);
	va_end(args);
}

void hint_remedy(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(finding->remedy, fmt, args);
	va_end(args);
}

void hint_command(struct finding *finding, enum remedy_who who, enum remedy_programs programs,
		  const char *words, ...)
{
	va_list args;

	(void)who;
	va_start(args, words);
	remedy_vrender(finding->remedy, sizeof(finding->remedy), programs, words, args);
	va_end(args);
}

static bool explains(const struct cause *cause, int err)
{
	if (cause->errors[0] == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(cause->errors) && cause->errors[i]; i++)
		if (cause->errors[i] == err)
			return true;
	return false;
}

bool hint_first(struct scene *scene, const struct cause *causes, struct finding *ret)
{
	for (const struct cause *cause = causes; cause->name; cause++) {
		struct finding found = { .types = 0 };

		if (!explains(cause, scene->err) || !cause->test(scene, &found))
			continue;
		/* A cause that has looked further has put a more exact word there. */
		if (!found.cause[0])
			snprintf(found.cause, sizeof(found.cause), "%s", cause->name);
		*ret = found;
		return true;
	}
	return false;
}

bool hint_search(const struct plan *plan, const struct step *failed, int err, int proc,
		 struct finding *ret)
{
	_cleanup_close_ int own_proc = -1, self = -1;
	struct scene scene = { .plan = plan, .step = failed, .err = err };
	struct diag ignored; /* without /proc less is found */

	if (!situations[failed->kind].causes)
		return false;
	if (proc < 0)
		proc = own_proc = proc_open_root(&ignored);
	if (proc >= 0)
		self = proc_open_self(proc, NULL, &ignored);
	scene.needs = situations[failed->kind].needs;
	scene.proc = proc;
	scene.self = self;
	if (!hint_first(&scene, situations[failed->kind].causes, ret))
		return false;
	if (scene.probed && scene.types != failed->flags)
		ret->types = scene.types;
	return true;
}

/* "cannot create a time namespace: this kernel has no time namespaces" */
static void replace_error(const struct finding *finding, struct diag *diag)
{
	size_t used = strlen(diag->what);

	diag->err = 0;
	snprintf(diag->what + used, sizeof(diag->what) - used, ": %s", finding->why);
	if (finding->remedy[0])
		diag_hint(diag, "%s", finding->remedy);
}

/* Which of several namespaces it was. */
static void name_types(const struct finding *finding, char *buf, size_t size)
{
	enum ns_kind only = ns_by_flag(finding->types);
	char labels[128];

	buf[0] = '\0';
	if (only != NS_NONE) {
		snprintf(buf, size, "it is the %s namespace: ", ns_types[only].label);
	} else if (finding->types) {
		ns_labels(finding->types, labels, sizeof(labels));
		snprintf(buf, size, "it is these namespaces: %s: ", labels);
	}
}

void hint_find(const struct plan *plan, const struct step *failed, int proc, struct diag *diag)
{
	struct finding finding;
	char types[192];

	if (diag->hint[0] || !hint_search(plan, failed, diag->err, proc, &finding))
		return;
	if (finding.replaces_error) {
		replace_error(&finding, diag);
		return;
	}
	name_types(&finding, types, sizeof(types));
	diag_hint(diag, "%s%s%s%s", types, finding.why, finding.remedy[0] ? "; " : "",
		  finding.remedy);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last step: the program takes our place. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "apply/filter.h"
#include "apply/guard.h"
#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/program.h"
#include "kernel/sys.h"

static int cannot_run(const struct step *step, int rc, struct diag *diag)
{
	diag_set(diag, -rc, "cannot run '%s'", step->exec.path);
	diag->status = rc == -ENOENT ? PROGRAM_NOT_FOUND : PROGRAM_NOT_EXECUTABLE;
	return rc;
}

/*
 * The helper must keep the pins if the program starts, and take them back if not. It sees which: exec
 * closes its socket.
 */
static int dismiss_helper(struct apply *apply, struct diag *diag)
{
	int rc;

	if (apply->helper < 0)
		return 0;
	rc = apply->shared || plan_find(apply->plan, STEP_PIN) ? helper_commit(apply, diag) : 0;
	if (rc == 0 && apply->helper_pid > 0)
		helper_finish(apply);
	return rc;
}

int do_guard(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = step->guard.copies ? guard_restart_from_copy(step->guard.argv) :
				      guard_prepare(step->guard.argv, &apply->trampoline);

	if (rc < 0)
		diag_set(diag, -rc, "cannot protect the binary of xns");
	if (rc == -EACCES)
		diag_hint(diag, "as root: sysctl vm.memfd_noexec=1; memory files may not be "
				"executed here");
	return rc;
}

static bool is_below_proc(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0;
}

/*
 * /proc/self leads nowhere if that /proc is of a pid namespace in which only our child will be
 * (pid_namespaces(7)).
 */
static bool is_visible_inside_only(const struct apply *apply, const char *path)
{
	char interpreter[PATH_MAX];

	return apply->heir.report >= 0 &&
	       (is_below_proc(path) ||
		(program_interpreter(path, interpreter, sizeof(interpreter)) > 0 &&
		 is_below_proc(interpreter)));
}

static int run_guarded(const struct apply *apply, const char *name, char *const *argv)
{
	char path[PATH_MAX];
	int rc = program_find(name, path, sizeof(path));

	/* An error found here gets a hint; the image prints only the errno's text. */
	if (rc == 0)
		rc = program_check(path);
	if (rc == -ENOENT && strchr(name, '/') && is_visible_inside_only(apply, path))
		rc = 0;
	return rc < 0 ? rc : guard_exec(apply->trampoline, apply->name, &apply->heir, path, argv);
}

static int cannot_filter(int rc, struct diag *diag)
{
	diag_set(diag, -rc, "cannot load the seccomp filter");
	if (rc == -EACCES)
		diag_hint(diag, "add --no-new-privs, or --user: without it a filter requires "
				"CAP_SYS_ADMIN");
	if (rc == -EINVAL)
		diag_hint(diag, "the kernel accepts only classic BPF that ends in a return on every "
				"path (seccomp(2))");
	return rc;
}

/* The path is found before the filter is loaded, so that execve(2) is the only call after it. */
static int run_filtered(const struct apply *apply, const struct step *step, const char *name,
			char *const *argv, struct diag *diag)
{
	char path[PATH_MAX];
	int rc = program_find(name, path, sizeof(path));

	if (rc == 0)
		rc = program_check(path);
	if (rc < 0)
		return rc;
	rc = filter_load(apply);
	if (rc < 0)
		return cannot_filter(rc, diag);
	rc = cannot_run(step, sys_execvp(path, argv), diag);
	diag_hint(diag, "the seccomp filter may forbid execve(2)");
	return rc;
}

/* Returns only if the program could not be executed: -errno, maybe with the diagnosis filled. */
static int run(const struct apply *apply, const struct step *step, const char *name,
	       char *const *argv, struct diag *diag)
{
	if (apply->filters)
		return run_filtered(apply, step, name, argv, diag);
	return apply->trampoline < 0 ? sys_execvp(name, argv) : run_guarded(apply, name, argv);
}

/* Runs the user's shell. A dash at the start of argv[0] makes it a login shell. */
static int run_shell(const struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *shell = step->exec.path;
	const char *slash = strrchr(shell, '/');
	char name[256];
	char *argv[] = { name, NULL };

	snprintf(name, sizeof(name), "-%s", slash ? slash + 1 : shell);
	return run(apply, step, shell, argv, diag);
}

int do_exec(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = apply->may_start < 0 ? 0 : leave_ask(apply, diag);

	if (rc == 0)
		rc = dismiss_helper(apply, diag);
	if (rc < 0)
		return rc;
	*diag = (struct diag){ .err = 0 };
	rc = step->exec.argv[0] ? run(apply, step, step->exec.path, step->exec.argv, diag)
				: run_shell(apply, step, diag);
	if (diag->what[0])
		return rc;
	if (rc == -EPERM && plan_find(apply->plan, STEP_EXEC_CONTEXT))
		diag_hint(diag, "the security module may refuse the label; with no_new_privs SELinux requires "
				"process2 nnp_transition");
	return cannot_run(step, rc, diag);
}

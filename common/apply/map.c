/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps that write /proc/PID/uid_map, gid_map, setgroups and timens_offsets. The process writes its
 * own files, or the helper writes them for it. newuidmap(1) and newgidmap(1) write the maps that an
 * ordinary user may not write.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/proc.h"
#include "kernel/program.h"
#include "kernel/sys.h"

/* newuidmap(1) may ask a slow directory service; a minute is enough for that. */
enum { MAP_PROGRAM_SECONDS = 60 };

static int write_origin(struct apply *apply, const char *file, const char *text, const char *what,
			struct diag *diag)
{
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	rc = proc_write_file(apply->origin, file, text);
	if (rc == -EXDEV) {
		diag_set(diag, 0, "cannot %s: something is mounted over /proc/%d/%s", what,
			 (int)apply->origin_pid, file);
		return rc;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot %s (/proc/%d/%s)", what, (int)apply->origin_pid,
				 file)
		      : 0;
}

int do_setgroups_policy(struct apply *apply, const struct step *step, struct diag *diag)
{
	char what[64];

	snprintf(what, sizeof(what), "%s setgroups in the user namespace",
		 step->setgroups_policy.policy);
	return write_origin(apply, "setgroups", step->setgroups_policy.policy, what, diag);
}

static int write_map(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[IDMAP_TEXT_MAX + 1], line[256], what[384], file[16];

	idmap_render(step->map.map, "\n", text, sizeof(text));
	idmap_render(step->map.map, "; ", line, sizeof(line));
	snprintf(file, sizeof(file), "%s_map", step->map.ids);
	snprintf(what, sizeof(what), "write the %s map '%s'", step->map.ids, line);
	return write_origin(apply, file, text, what, diag);
}

int do_clock(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[64], what[96];

	snprintf(text, sizeof(text), "%s %" PRId64 " 0\n", step->clock.clock, step->clock.seconds);
	snprintf(what, sizeof(what), "set the %s clock off by %" PRId64 " s", step->clock.clock,
		 step->clock.seconds);
	return write_origin(apply, "timens_offsets", text, what, diag);
}

static NORETURN void exec_map_program(const struct apply *apply, const struct step *step)
{
	char pid[16], numbers[IDMAP_EXTENTS_MAX * 3][12];
	char *argv[IDMAP_EXTENTS_MAX * 3 + 3];
	sigset_t none;
	size_t n = 0;

	argv[n++] = (char *)step->map.program;
	snprintf(pid, sizeof(pid), "%d", (int)apply->origin_pid);
	argv[n++] = pid;
	for (size_t i = 0; i < step->map.map->n; i++) {
		const struct extent *extent = &step->map.map->extents[i];
		const uint32_t values[3] = { extent->inner, extent->outer, extent->count };

		for (size_t v = 0; v < 3; v++) {
			snprintf(numbers[3 * i + v], sizeof(numbers[0]), "%u", values[v]);
			argv[n++] = numbers[3 * i + v];
		}
	}
	argv[n] = NULL;
	sigemptyset(&none);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_execvp(step->map.program, argv);
	sys_exit(PROGRAM_NOT_FOUND);
}

/*
 * Waits for the program, and kills it after MAP_PROGRAM_SECONDS or when the process that we help
 * has died. 0 with the wait status in *ret_status; -ETIMEDOUT if it was killed, or another -errno.
 */
static int wait_for_program(int socket, pid_t pid, int *ret_status)
{
	const struct timespec slice = { .tv_nsec = 100000000 };
	sigset_t child;
	bool killed = false;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (int waited = 0;; waited++) {
		struct pollfd other = { .fd = socket };
		pid_t done = sys_waitpid(pid, ret_status, killed ? 0 : WNOHANG);

		if (done < 0)
			return done;
		if (done == pid)
			return killed ? -ETIMEDOUT : 0;
		sys_poll(&other, 1, 0);
		if (waited >= 10 * MAP_PROGRAM_SECONDS || other.revents & POLLHUP) {
			sys_kill(pid, SIGKILL);
			killed = true;
			continue;
		}
		sys_sigtimedwait(&child, &slice);
	}
}

/* Reads the map back, because a program that exits with 0 may not have written it. */
static int check_written(const struct apply *apply, const struct step *step, struct diag *diag)
{
	struct idmap written = { 0 };
	bool same = true;
	int rc = proc_read_map(apply->origin, step->map.ids, &written);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot read the %s map that %s has written",
				step->map.ids, step->map.program);
	for (size_t i = 0; i < step->map.map->n; i++) {
		const struct extent *extent = &step->map.map->extents[i];
		uint32_t outer;

		same = same && idmap_outer(&written, extent->inner, &outer) &&
		       outer == extent->outer;
	}
	idmap_free(&written);
	if (same)
		return 0;
	diag_set(diag, 0, "cannot write the %s map: %s has not written it", step->map.ids,
		 step->map.program);
	return -EPERM;
}

static int run_map_program(const struct apply *apply, const struct step *step, struct diag *diag)
{
	pid_t pid = sys_fork();
	int status, rc;

	if (pid < 0)
		return diag_set(diag, -pid, "cannot start %s", step->map.program);
	if (pid == 0)
		exec_map_program(apply, step);
	rc = wait_for_program(apply->helper, pid, &status);
	if (rc == -ETIMEDOUT)
		return diag_set(diag, 0, "%s did not end within %d s", step->map.program,
				MAP_PROGRAM_SECONDS);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot wait for %s", step->map.program);
	if (WIFSIGNALED(status))
		return diag_set(diag, 0, "%s was killed by signal %d", step->map.program,
				WTERMSIG(status));
	if (WEXITSTATUS(status) == 0)
		return check_written(apply, step, diag);
	diag_set(diag, 0, "cannot write the %s map: %s failed with status %d", step->map.ids,
		 step->map.program, WEXITSTATUS(status));
	diag->status = WEXITSTATUS(status);
	return -EPERM;
}

int do_map(struct apply *apply, const struct step *step, struct diag *diag)
{
	return step->map.program ? run_map_program(apply, step, diag)
				 : write_map(apply, step, diag);
}

int check_map(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = step->map.program ? sys_faccessat(AT_FDCWD, step->map.program, X_OK) : 0;

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot write the %s map with %s", step->map.ids,
				 step->map.program)
		      : 0;
}

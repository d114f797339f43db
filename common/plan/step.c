/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/parse.h"
#include "base/text.h"

/*
 * How a kind of step prints itself. In the texts, {word} stands for a member of the step:
 * {labels} {flags} {ns} {flag} {pid} {id} {id2} {seconds} {path} {text} {program} {signal} {map}
 * {argv}; or for one in other words: {except} is text as a list of exceptions, {TEXT} as MS_TEXT.
 * by_helper is the call that the helper makes in its place, or NULL for the same.
 */
static const struct {
	const char *name;
	const char *words;
	const char *call;
	const char *by_helper;
} kinds[STEP_KINDS] = {
	[STEP_HELPER] = { "helper", "start a helper that stays outside", "fork()", NULL },
	[STEP_OWNER] = { "owner", "become {id}:{id2}, who will own the user namespace",
			 "setgroups(0); setresgid({id2}); setresuid({id})", NULL },
	[STEP_UNSHARE] = { "unshare", "create namespaces: {labels}", "unshare({flags})", NULL },
	[STEP_SETGROUPS] = { "setgroups", "{text} setgroups in the user namespace",
			     "write(/proc/self/setgroups, \"{text}\")",
			     "write(/proc/PID/setgroups, \"{text}\")" },
	[STEP_MAP] = { "map", "write the {text} map: {map}", "write(/proc/self/{text}_map)",
		       "write(/proc/PID/{text}_map)" },
	[STEP_CLOCK] = { "clock", "set the {text} clock off by {seconds} s",
			 "write(/proc/self/timens_offsets, \"{text} {seconds} 0\")",
			 "write(/proc/PID/timens_offsets, \"{text} {seconds} 0\")" },
	[STEP_ENTER_NEW] = { "enter-new", "enter the new {ns} namespace", "setns(FD, {flag})",
			     NULL },
	[STEP_GUARD] = { "guard", "keep this binary out of reach of programs inside",
			 "memfd_create()", NULL },
	[STEP_UNDUMPABLE] = { "undumpable", "keep processes inside from tracing us",
			      "prctl(PR_SET_DUMPABLE, 0)", NULL },
	[STEP_ENTER] = { "enter", "enter namespaces of process {pid}: {labels}",
			 "setns(PIDFD, {flags})", NULL },
	[STEP_SETNS] = { "setns", "enter the {ns} namespace of {path}", "setns(FD, {flag})", NULL },
	[STEP_ROOT_FD] = { "root", "change the root directory to {path}", "fchdir(FD); chroot(.)",
			   NULL },
	[STEP_CHDIR_FD] = { "chdir", "change the working directory to {path}", "fchdir(FD)", NULL },
	[STEP_JOIN_CGROUP] = { "join-cgroup", "move into the cgroup of process {id}",
			       "write(cgroup.procs, \"0\")", NULL },
	[STEP_EXEC_CONTEXT] = { "exec-context", "run with the SELinux context {text}",
				"write(/proc/self/attr/exec)", NULL },
	[STEP_PIN] = { "pin", "pin the {ns} namespace at {path}",
		       "mount(/proc/self/fd/N, {path}, MS_BIND)", NULL },
	[STEP_FORK] = { "fork", "go on in a child; the parent waits for it", "fork()", NULL },
	[STEP_PTY] = { "pty", "open a terminal for the program; this process stays and proxies it",
		       "open(/dev/ptmx); fork()", NULL },
	[STEP_TERMINAL] = { "terminal", "have that terminal in a session of its own",
			    "setsid(); ioctl(TIOCSCTTY)", NULL },
	[STEP_INIT] = { "init", "become init, with the program as its child", "fork()", NULL },
	[STEP_PROPAGATION] = { "propagation", "make all mounts {text}",
			       "mount(none, /, MS_REC|{TEXT})", NULL },
	[STEP_LOOPBACK] = { "loopback", "bring the loopback device up",
			    "ioctl(SIOCSIFFLAGS, lo, IFF_UP)", NULL },
	[STEP_HOSTNAME] = { "hostname", "set the host name to {text}", "sethostname({text})",
			    NULL },
	[STEP_PRIVATE_PROC] = { "private-proc", "keep mounts on {path} from other namespaces",
				"mount(none, {path}, MS_REC|MS_PRIVATE)", NULL },
	[STEP_MOUNT] = { "mount", "mount {text} at {path}",
			 "mount({text}, {path}, {text}, MS_NOSUID|MS_NODEV|MS_NOEXEC)", NULL },
	[STEP_BINFMT_REGISTER] = { "binfmt-register", "register the interpreter {text}",
				   "write({path}/register, \"{text}\")", NULL },
	[STEP_CHROOT] = { "chroot", "change the root directory to {path}", "chroot({path})", NULL },
	[STEP_PIVOT] = { "pivot", "make {path} the root mount", "pivot_root({path})", NULL },
	[STEP_DETACH_ROOT] = { "detach-root", "detach the old root mount",
			       "umount2(., MNT_DETACH)", NULL },
	[STEP_CHDIR] = { "chdir", "change the working directory to {path}", "chdir({path})", NULL },
	[STEP_SYSFS] = { "sysfs", "show the devices of this network namespace in {path}",
			 "mount(sysfs, {path}, sysfs)", NULL },
	[STEP_ETC] = { "etc", "show the files of {path} in /etc", "mount(tmpfs, /etc, tmpfs)",
		       NULL },
	[STEP_SET_GROUPS] = { "set-groups", "take the groups of {text}", "setgroups(GROUPS)",
			      NULL },
	[STEP_DROP_GROUPS] = { "drop-groups", "drop the supplementary groups", "setgroups(0)",
			       NULL },
	[STEP_SETGID] = { "setgid", "become gid {id}", "setresgid({id})", NULL },
	[STEP_SETUID] = { "setuid", "become uid {id}", "setresuid({id})", NULL },
	[STEP_AMBIENT_CAPS] = { "ambient-caps", "keep the capabilities through exec",
				"prctl(PR_CAP_AMBIENT_RAISE)", NULL },
	[STEP_ENVIRON] = { "environ", "clear the environment{except}", "clearenv()", NULL },
	[STEP_TAKE_ENVIRON] = { "environ", "take the target's environment", "environ", NULL },
	[STEP_DEATH_SIGNAL] = { "death-signal", "get SIG{signal} when the parent dies",
				"prctl(PR_SET_PDEATHSIG, SIG{signal})", NULL },
	[STEP_EXEC] = { "exec", "run {argv}", "execvp({path})", NULL },
};

/* The calls of steps whose path lies in a root that an earlier step entered, if they differ. */
static const char *const calls_inside[STEP_KINDS] = {
	[STEP_MOUNT] = "fchdir({path}); mount({text}, ., {text}, MS_NOSUID|MS_NODEV|MS_NOEXEC)",
};

static bool enters_root(const struct step *step)
{
	switch (step->kind) {
	case STEP_CHROOT:
	case STEP_PIVOT:
	case STEP_ROOT_FD:
		return true;
	case STEP_ENTER:
		return step->flags & ns_types[NS_MNT].flag;
	case STEP_SETNS:
		return step->ns == NS_MNT;
	default:
		return false;
	}
}

/* Whether a step of that kind, added now, looks its path up in a root that the plan has entered. */
static bool is_inside(const struct plan *plan, enum step_kind kind)
{
	if (kind != STEP_MOUNT && kind != STEP_BINFMT_REGISTER && kind != STEP_CHDIR)
		return false;
	for (size_t i = 0; i < plan->n; i++)
		if (enters_root(&plan->steps[i]))
			return true;
	return false;
}

struct step *plan_add(struct plan *plan, enum step_kind kind)
{
	struct step *step;

	if (plan->n == PLAN_STEPS_MAX)
		abort();
	step = &plan->steps[plan->n];
	*step = (struct step){ .kind = kind, .inside = is_inside(plan, kind), .ns = NS_NONE,
			       .fd = -1 };
	plan->n++;
	return step;
}

const struct step *plan_find(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == kind)
			return &plan->steps[i];
	return NULL;
}

void plan_free(struct plan *plan)
{
	idmap_free(&plan->uid_map);
	idmap_free(&plan->gid_map);
	plan->n = 0;
}

const char *step_name(enum step_kind kind)
{
	return kinds[kind].name;
}

const char *step_actor(const struct plan *plan, size_t index)
{
	const char *who = "self";

	for (size_t i = 0; i < index; i++) {
		if (plan->steps[i].kind == STEP_FORK)
			who = plan->steps[i].flags & FORK_INIT ? "init" : "child";
		else if (plan->steps[i].kind == STEP_INIT)
			who = "child";
	}
	return plan->steps[index].by_helper ? "helper" : who;
}

static void append(char *buf, size_t size, const char *text, size_t len)
{
	size_t used = strlen(buf);

	if (used + len < size) {
		memcpy(buf + used, text, len);
		buf[used + len] = '\0';
	}
}

/* As a shell would take it: in single quotes where a shell would see more than letters. */
static void append_quoted(char *buf, size_t size, const char *arg)
{
	if (*arg && !strpbrk(arg, " \t\n'\"\\$`|&;<>()*?[]#~")) {
		append(buf, size, arg, strlen(arg));
		return;
	}
	append(buf, size, "'", 1);
	for (; *arg; arg++)
		append(buf, size, *arg == '\'' ? "'\\''" : arg, *arg == '\'' ? 4 : 1);
	append(buf, size, "'", 1);
}

static void render_argv(const struct step *step, char *buf, size_t size)
{
	for (size_t i = 0; step->argv[i]; i++) {
		append(buf, size, " ", i > 0);
		append_quoted(buf, size, step->argv[i]);
	}
	if (!step->argv[0])
		snprintf(buf, size, "%s as a login shell", step->path);
}

static void render_propagation(const char *word, char *buf, size_t size)
{
	snprintf(buf, size, "MS_%s", word);
	text_upper(buf);
}

static void render_member(const struct step *step, const char *word, size_t len, char *buf,
			  size_t size)
{
#define IS(name) (len == sizeof(name) - 1 && memcmp(word, name, len) == 0)
	buf[0] = '\0';
	if (IS("labels"))
		ns_labels(step->flags, buf, size);
	else if (IS("flags"))
		ns_flag_names(step->flags, buf, size);
	else if (IS("flag"))
		ns_flag_names(ns_types[step->ns].flag, buf, size);
	else if (IS("pid"))
		snprintf(buf, size, "%d", (int)step->pid);
	else if (IS("ns"))
		snprintf(buf, size, "%s", ns_types[step->ns].label);
	else if (IS("id") && step->pid)
		snprintf(buf, size, "of process %d", (int)step->pid);
	else if (IS("id"))
		snprintf(buf, size, "%" PRIu32, step->id);
	else if (IS("id2"))
		snprintf(buf, size, "%" PRIu32, step->id2);
	else if (IS("seconds"))
		snprintf(buf, size, "%" PRId64, step->seconds);
	else if (IS("path"))
		snprintf(buf, size, "%s", step->path);
	else if (IS("text"))
		snprintf(buf, size, "%s", step->text);
	else if (IS("program"))
		snprintf(buf, size, "%s", step->program);
	else if (IS("signal"))
		signal_name(step->flags, buf, size);
	else if (IS("map"))
		idmap_render(step->map, "; ", buf, size);
	else if (IS("argv"))
		render_argv(step, buf, size);
	else if (IS("except"))
		snprintf(buf, size, "%s%s", *step->text ? ", except: " : "", step->text);
	else if (IS("TEXT"))
		render_propagation(step->text, buf, size);
#undef IS
}

static void expand(const struct step *step, const char *template, char *buf, size_t size)
{
	size_t used = 0;

	while (*template && used + 1 < size) {
		const char *end = *template == '{' ? strchr(template, '}') : NULL;

		if (!end) {
			buf[used++] = *template++;
			continue;
		}
		render_member(step, template + 1, (size_t)(end - template - 1), buf + used,
			      size - used);
		used += strlen(buf + used);
		template = end + 1;
	}
	buf[used] = '\0';
}

void step_describe(const struct step *step, char *buf, size_t size)
{
	size_t used;

	expand(step, kinds[step->kind].words, buf, size);
	used = strlen(buf);
	if (step->kind == STEP_FORK && step->flags & FORK_FORWARD)
		snprintf(buf + used, size - used, " and passes signals on");
	if (step->tentative)
		snprintf(buf + used, size - used, ", if we may already");
}

void step_call(const struct step *step, char *buf, size_t size)
{
	const char *template = kinds[step->kind].call;

	if (step->program)
		template = "exec {program}";
	else if (step->by_helper && kinds[step->kind].by_helper)
		template = kinds[step->kind].by_helper;
	else if (step->inside && calls_inside[step->kind])
		template = calls_inside[step->kind];
	expand(step, template, buf, size);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter: runs a program in existing namespaces. From options to facts to the plan, and apply. */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "inventory/reference.h"
#include "inventory/scan.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "output/diag.h"
#include "plan/step.h"
#include "xnsenter/xnsenter.h"

static const char synopsis[] = "[OPTION...] [PROGRAM [ARGUMENT...]]";
static const char purpose[] = "Run a program in existing namespaces.";
static const char tail[] =
	"Without FILE and :NSID, the namespace is that of the target. Without PROGRAM, your shell "
	"is executed. xnsenter(1) has examples.";

/* Outside the target's cgroup namespace, its cgroup would be shown as "/../..". */
static void warn_about_cgroup(const struct xnsenter *request)
{
	if (request->choice[NS_CGROUP].source == FROM_TARGET &&
	    !opt_given(&request->given, OPT_JOIN_CGROUP) &&
	    !opt_given(&request->given, OPT_LIKE_TARGET) && isatty(STDERR_FILENO))
		diag_warn(applet_name(),
			  "the program stays in our own cgroup, which is outside the cgroup "
			  "namespace; add --join-cgroup to move it");
}

/* The user gave the PID of unshare(1), which is not in the namespaces of its child. */
static void warn_about_parent(const struct xnsenter *request, const struct xnsenter_facts *facts)
{
	bool pid = opt_given(&request->given, OPT_ALL) ||
		   request->choice[NS_PID].source == FROM_TARGET;
	char child[64] = "";
	pid_t found;

	if (!pid || !isatty(STDERR_FILENO) || !target_starts_elsewhere(&facts->target, &found))
		return;
	if (found)
		snprintf(child, sizeof(child), ": --target %d is in that", (int)found);
	diag_warn(applet_name(), "process %d is not in the pid namespace that it has created for "
	"its children%s",
		  (int)facts->target.pid, child);
}

static bool is_below(const char *path, const char *root)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);

	return strncmp(path, root, len) == 0 && (!path[len] || path[len] == '/');
}

/* Whether the namespace that is entered is our own; -errno if they cannot be compared. */
static int is_own(const struct xnsenter_facts *facts, enum ns_type type)
{
	_cleanup_close_ int theirs = -1;
	int fd = facts->fds[type];

	if (fd < 0)
		fd = theirs = target_open_ns(&facts->target, type);
	return fd < 0 ? fd : xnsenter_is_ours(fd, type);
}

/* Whether the entered mount namespace differs from ours. */
static bool changes_mounts(const struct xnsenter_choice *choice, const struct xnsenter_facts *facts)
{
	return choice->source[NS_MNT] != FROM_NOWHERE && is_own(facts, NS_MNT) == 0;
}

static bool is_in_initial_pid_ns(void)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_own(&ignored);
	char text[64];
	uint64_t ino = 0;
	ssize_t len = self < 0 ? self : io_read_link(self, "ns/pid", text, sizeof(text));

	return len > 0 && scan_parse_link(text, (size_t)len, &ino) == NS_PID && ino == ns_types[NS_PID].init_ino;
}

/* Whether the options ask for namespaces, all of them the target's, and each is ours too. */
static bool shares_all(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       const struct xnsenter_facts *facts)
{
	unsigned asked = 0;

	for (int k = 0; k < NS_COUNT; k++) {
		bool all = opt_given(&request->given, OPT_ALL) && facts->compared[k] != COMPARED_NO_TYPE;

		if (choice->source[k] != FROM_TARGET && choice->source[k] != FROM_NOWHERE)
			return false;
		if (choice->source[k] == FROM_NOWHERE && !(all && request->choice[k].source == FROM_NOWHERE))
			continue;
		if (is_own(facts, (enum ns_type)k) != 1)
			return false;
		asked++;
	}
	return asked > 0;
}

/*
 * Typical of a container that should have got the pid namespace of the host, and did not: process 1 is its own
 * then.
 */
static void warn_about_sharing(const struct xnsenter *request, const struct xnsenter_choice *choice,
			       const struct xnsenter_facts *facts)
{
	if (!facts->target.pid || applet_is_drop_in() || !isatty(STDERR_FILENO) ||
	    !shares_all(request, choice, facts))
		return;
	diag_warn(applet_name(),
		  "process %d and the caller share every namespace that was requested, so none is "
		  "entered%s",
		  (int)facts->target.pid,
		  request->pid && !is_in_initial_pid_ns() ?
			  "; PIDs count in this pid namespace: to reach processes of the host, start the container "
			  "in the pid namespace of the host (hostPID, --pid=host)" :
			  "");
}

/* --wd=DIR is opened before anything is entered. */
static void warn_about_wd(const struct xnsenter *request, const struct xnsenter_choice *choice,
			  const struct xnsenter_facts *facts)
{
	char root[PATH_MAX] = "/", wd[PATH_MAX];

	if (!request->wd || applet_is_drop_in() || !isatty(STDERR_FILENO))
		return;
	if (!changes_mounts(choice, facts)) {
		if (facts->root < 0 ||
		    io_read_link(AT_FDCWD, FD_PATH(facts->root), root, sizeof(root)) < 0 ||
		    io_read_link(AT_FDCWD, FD_PATH(facts->wd), wd, sizeof(wd)) < 0 ||
		    is_below(wd, root))
			return;
	}
	diag_warn(applet_name(),
		  "the working directory '%s' is outside the root directory of the program: "
		  "--wdns=%s is inside",
		  request->wd, request->wd);
}

/*
 * If the mount namespace is not entered, the working directory stays ours, unless it lies outside
 * the new root (apply/enter.c). For a warning it suffices to compare the paths as texts.
 */
static void warn_about_directory(const struct xnsenter *request,
				 const struct xnsenter_choice *choice,
				 const struct xnsenter_facts *facts)
{
	char root[PATH_MAX], cwd[PATH_MAX];
	ssize_t len;

	if (facts->root < 0 || opt_given(&request->given, OPT_WD) ||
	    opt_given(&request->given, OPT_WDNS) || choice->source[NS_MNT] != FROM_NOWHERE ||
	    !isatty(STDERR_FILENO))
		return;
	len = io_read_link(AT_FDCWD, FD_PATH(facts->root), root, sizeof(root));
	if (len <= 1 || sys_getcwd(cwd, sizeof(cwd)) < 0 || *cwd != '/')
		return;
	if (!is_below(cwd, root))
		diag_warn(applet_name(),
			  "the working directory '%s' is not below the new root '%s', so the program "
			  "starts in its /; add --wd or --wdns to set another",
			  cwd, root);
}

/* A name is refused for that (xnsenter_check_named()); a PID is the choice of the user alone. */
static void warn_about_programs(const struct xnsenter *request, const struct xnsenter_facts *facts)
{
	if (request->pid && facts->privileged && !applet_is_drop_in() && isatty(STDERR_FILENO) &&
	    xnsenter_runs_theirs(request, &facts->target))
		diag_warn(applet_name(),
			  "the program has your rights, and another user namespace controls its files: "
			  "--user enters that too");
}

static int carry_out(const struct xnsenter *request, const struct xnsenter_choice *choice,
		     const struct xnsenter_facts *facts)
{
	struct plan plan = { .n = 0 };
	int status;

	xnsenter_plan(request, choice, facts, &plan);
	plan.target = *facts->how ? facts->how : NULL;
	if (opt_given(&request->given, OPT_EXPLAIN)) {
		status = applet_explain(&plan, request->json);
	} else {
		warn_about_cgroup(request);
		warn_about_parent(request, facts);
		warn_about_sharing(request, choice, facts);
		warn_about_directory(request, choice, facts);
		warn_about_wd(request, choice, facts);
		warn_about_programs(request, facts);
		status = applet_apply(&plan);
	}
	plan_free(&plan);
	return status;
}

/* Returns the exit status. */
static int run(const struct xnsenter *request)
{
	struct xnsenter_facts facts;
	struct xnsenter_choice choice;
	struct diag diag;
	int rc = xnsenter_facts_read(request, &facts, &diag), status;

	if (rc == 0) {
		xnsenter_choose(request, &facts, &choice);
		rc = xnsenter_facts_open(request, &choice, &facts, &diag);
	}
	if (rc == 0)
		rc = xnsenter_check_ids(request, &facts.ids, &diag);
	if (rc == 0 && opt_given(&request->given, OPT_LIKE_TARGET))
		rc = xnsenter_check_like(request, &choice, &facts, &diag);
	status = rc < 0 ? applet_fail(&diag) : carry_out(request, &choice, &facts);
	xnsenter_facts_free(&facts);
	return status;
}

/* Numbers of namespaces are larger than those of processes. */
static void hint_namespace(uint64_t number, struct diag *diag)
{
	const struct reference reference = { .kind = REFERENCE_INO, .type = NS_NONE, .number = number };
	struct diag ignored;
	_cleanup_close_ int fd = number ? reference_open(&reference, NS_NONE, &ignored) : -1;
	enum ns_type type = fd < 0 ? NS_NONE : nsref_kind(fd);

	if (type == NS_NONE)
		return;
	/* It says more than the hint of the parser, which does not know the namespace. */
	diag->hint[0] = '\0';
	diag_hint(diag, "it is the number of %s %s namespace: --%s=%" PRIu64,
		  ns_types[type].article, ns_types[type].label, ns_types[type].option, number);
}

int xnsenter_main(int argc, char **argv)
{
	struct xnsenter request;
	struct diag diag;
	int rc = xnsenter_parse(argc, argv, &request, &diag);
	/* With nsenter(1) a --wdns without a directory changes nothing. */
	bool changes_nothing = rc == 0 && applet_is_drop_in() &&
			       opt_given(&request.given, OPT_WDNS) && !request.wdns;

	if (rc == 0 && opt_given(&request.given, OPT_HELP))
		return applet_help(xnsenter_options, synopsis, purpose, tail);
	if (rc == 0 && opt_given(&request.given, OPT_VERSION))
		return applet_version();
	/* For the rules it is there, and refers to no target. */
	if (changes_nothing)
		request.wdns = ".";
	if (rc == 0)
		rc = xnsenter_apply_rules(&request, &diag);
	else
		hint_namespace(request.no_pid, &diag);
	if (changes_nothing)
		opt_remove(&request.given, OPT_WDNS);
	return rc < 0 ? applet_fail(&diag) : run(&request);
}

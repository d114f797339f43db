/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identify: prints the names of the network namespace of a process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "opt/arg.h"
#include "workload/spec.h"
#include "xnetns/process.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

/* Whether the file, or the target of the link, is the namespace; false if it cannot be examined. */
static bool is_name_of(int dir, const char *name, const struct stat *ns)
{
	_cleanup_close_ int fd = sys_openat(dir, name, O_PATH, 0);
	struct stat st;

	return fd >= 0 && io_stat_known(fd, &st) == 0 && st.st_dev == ns->st_dev &&
	       st.st_ino == ns->st_ino;
}

static void print_name(struct results *results, const char *name, const char *mark, bool own)
{
	if (!results->as_json) {
		xnetns_print_name("", name, mark);
		putchar('\n');
		return;
	}
	json_open(&results->json, NULL, '{');
	json_text(&results->json, "name", name);
	if (own)
		json_text(&results->json, "store", "user");
	json_close(&results->json, '}');
}

/* Prints every name of this namespace. Returns their number, or -errno. */
static int print_names(const struct stat *ns, struct results *results, struct diag *diag)
{
	DIR *list;
	int n = 0, rc = store_open_list(&list, diag);
	const char *name;

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	while (rc == 0 && (name = store_next(list, &rc, diag)) != NULL) {
		if (is_name_of(dirfd(list), name, ns)) {
			print_name(results, name, "", false);
			n++;
		}
	}
	closedir(list);
	return rc < 0 ? rc : n;
}

struct own_names {
	struct results *results;
	const char *mark;
	ino_t ino;
	int n;
};

static int print_own(const struct home_name *name, void *arg)
{
	struct own_names *own = arg;

	if (name->stale || name->ino != own->ino)
		return 0;
	print_name(own->results, name->name, own->mark, true);
	own->n++;
	return 0;
}

/* The system's names, then those of the user. Their number, or -errno. */
static int print_all(const struct xnetns *request, const struct stat *ns, struct results *results,
		     struct diag *diag)
{
	struct own_names own = { results, xnetns_is_detailed(request, STDOUT_FILENO) ? " (user)" : "",
				 ns->st_ino, 0 };
	int rc = 0, n = user_shows_system(request) ? print_names(ns, results, diag) : 0;

	if (n >= 0 && user_shows_own(request))
		rc = home_visit(print_own, &own, diag);
	return n < 0 ? n : rc < 0 ? rc : n + own.n;
}

int xnetns_identify(const struct xnetns *request)
{
	_cleanup_close_ int fd = -1;
	struct results results;
	struct diag diag;
	struct stat st;
	char how[WORKLOAD_HOW];
	pid_t pid = 0;
	int rc;

	if (request->n_operands && spec_is(request->operands[0])) {
		fd = process_open_named(request->operands[0], &pid, how, &diag);
	} else if (request->n_operands && parse_pid(request->operands[0], &pid) < 0) {
		fd = xnetns_open_ns(request->operands[0], &diag);
		if (fd == -ENOENT || fd == -EINVAL) {
			diag_set(&diag, 0, "'%s' is not a process id", request->operands[0]);
			arg_hint_pid(request->operands[0], &diag);
		}
	} else {
		fd = process_open_ns(pid, &diag);
	}
	if (fd < 0)
		return xnetns_fail(&diag);
	rc = sys_fstat(fd, &st);
	if (rc < 0) {
		diag_set(&diag, -rc, "cannot examine the network namespace");
		return xnetns_fail(&diag);
	}
	results = results_begin(request);
	rc = print_all(request, &st, &results, &diag);
	if (rc == 0 && !results.as_json)
		putchar('\n'); /* `ip netns` always prints a line */
	results_end(&results);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

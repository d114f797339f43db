/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xunshare_check.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "macros.h"
#include "sys.h"
#include "xunshare.h"

/* The errno of creating one namespace in a child, 0 if it works, or -errno. */
static int try_type(int flags)
{
	pid_t pid = sys_fork();
	int status;

	if (pid < 0)
		return pid;
	if (pid == 0)
		sys_exit(-sys_unshare(flags));
	pid = sys_waitpid(pid, &status, 0);
	return pid < 0 ? pid : WEXITSTATUS(status);
}

int xunshare_check(const struct xunshare *request)
{
	int flags = xunshare_flags(request), result = EXIT_SUCCESS;

	for (int k = 0; k < NS_COUNT; k++) {
		int err;

		if (flags && !(flags & ns_types[k].flag))
			continue;
		err = try_type(ns_types[k].flag);
		printf("%-8s %s %s\n", ns_types[k].name, err ? "no" : "yes",
		       err ? strerror(err) : "");
		if (err)
			result = EXIT_FAILURE;
	}
	return result;
}

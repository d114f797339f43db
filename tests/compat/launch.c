/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts a program of another release with the libraries of that release, which this machine's loader does
 * not load. Called as DIR/NAME, it executes DIR/lib/NAME, which is that release's loader; it loads
 * DIR/lib/programs/NAME. The loader has the name of the program because the kernel takes
 * /proc/PID/comm from it. A shell script would change the environment.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* The path that execve(2) was called with; /proc/self/exe may be missing. */
	const char *self = (const char *)getauxval(AT_EXECFN);
	char *dir = dirname(strdup(self)), *name = basename(strdup(self));
	char argv0_option[] = "--argv0", path_option[] = "--library-path";
	char *loader, *libraries, *program, **args;

	if (asprintf(&loader, "%s/lib/%s", dir, name) < 0 ||
	    asprintf(&libraries, "%s/lib", dir) < 0 ||
	    asprintf(&program, "%s/lib/programs/%s", dir, name) < 0)
		return EXIT_FAILURE;
	char *before[] = { loader, argv0_option, argv[0], path_option, libraries, program };
	size_t n = sizeof(before) / sizeof(*before);

	args = calloc(n + (size_t)argc, sizeof(*args));
	if (!args)
		return EXIT_FAILURE;
	memcpy(args, before, sizeof(before));
	memcpy(args + n, argv + 1, (size_t)argc * sizeof(*args));
	execv(loader, args);
	fprintf(stderr, "launch: cannot execute %s: %s\n", loader, strerror(errno));
	return 127;
}

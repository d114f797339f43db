/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only main(): finds the applet by argv[0] or by the first argument. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "diag.h"
#include "install.h"
#include "macros.h"

static char own_name[] = "xns";

static const struct applet applets[] = {
	{ "xunshare", "unshare", "run a program in new namespaces", xunshare_main },
	{ "xnsenter", "nsenter", "run a program in the namespaces of others", xnsenter_main },
#ifdef HAVE_LIBSMARTCOLS
	{ "xnsls", "lsns", "list namespaces and what keeps them alive", xnsls_main },
#endif
#ifdef HAVE_LIBMNL
	{ "xnetns", NULL, "manage named network namespaces", xnetns_main },
#endif
};

static const struct applet *find_applet(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(applets); i++)
		if (strcmp(applets[i].name, name) == 0 ||
		    (applets[i].drop_in && strcmp(applets[i].drop_in, name) == 0))
			return &applets[i];
	return NULL;
}

/*
 * Whoever starts us with descriptors 0 to 2 closed must not find our files there. /dev/null goes on
 * them until exec, and closes with it, so that the program starts as it would without us.
 */
static void fill_standard_descriptors(void)
{
	struct pollfd fds[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (poll(fds, ARRAY_LEN(fds), 0) <= 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i].revents & POLLNVAL && open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
			_exit(EXIT_FAILURE);
}

static int end_output(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_SUCCESS;
	return applet_written(own_name, errno ? -errno : -EIO);
}

#if defined(__SANITIZE_ADDRESS__)
/*
 * In a build with sanitizers: leave signals as the caller set them, and look for leaks in the unit
 * tests only, because that takes a tracer and a thread, which namespaces and strace(1) do not allow.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:"
	       "handle_abort=0";
}
#endif

static int print_help(void)
{
	printf("Usage:\n"
	       " xns APPLET [ARGUMENT...]\n"
	       " xns --list\n"
	       " xns --install DIR [--compat]\n\n"
	       "Namespace tools in one program.\n\n"
	       "Applets:\n");
	for (size_t i = 0; i < ARRAY_LEN(applets); i++)
		printf(" %-10s %s\n", applets[i].name, applets[i].purpose);
	printf("\nOptions:\n"
	       " --list               list the applets, one a line\n"
	       " --install DIR        make a link in DIR for each applet\n"
	       " --compat             with --install: also under the names that they replace\n"
	       " -h, --help           print this help\n"
	       " -V, --version        print the version\n\n"
	       "'xns APPLET --help' tells an applet's options.\n");
	return end_output();
}

static int print_list(void)
{
	for (size_t i = 0; i < ARRAY_LEN(applets); i++)
		puts(applets[i].name);
	return end_output();
}

/* "unknown option '--frob'" */
static int bad_usage(const char *what, const char *argument)
{
	struct diag diag;

	diag_usage(&diag, "%s '%s'", what, argument);
	return applet_fail(own_name, &diag);
}

static int install(int argc, char **argv)
{
	bool compat = false;
	const char *dir = NULL;
	struct diag diag;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--compat") == 0)
			compat = true;
		else if (argv[i][0] == '-')
			return bad_usage("unknown option", argv[i]);
		else if (dir)
			return bad_usage("unexpected argument", argv[i]);
		else
			dir = argv[i];
	}
	if (!dir)
		return bad_usage("no directory behind", "--install");
	if (install_links(dir, applets, ARRAY_LEN(applets), compat, &diag) < 0)
		return applet_fail(own_name, &diag);
	return EXIT_SUCCESS;
}

static int print_version(void)
{
	puts(PACKAGE_STRING);
	return end_output();
}

static const struct {
	const char *word;
	int (*print)(void);
} outputs[] = {
	{ "--list", print_list },
	{ "--help", print_help },
	{ "-h", print_help },
	{ "--version", print_version },
	{ "-V", print_version },
};

/* xns by its own name: "xns APPLET ..." or one of the few options above. */
static int xns_main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	const struct applet *applet = find_applet(word);

	if (applet) {
		argv[1] = (char *)applet->name;
		return applet->main(argc - 1, argv + 1);
	}
	if (strcmp(word, "--install") == 0)
		return install(argc, argv);
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++)
		if (strcmp(word, outputs[i].word) == 0)
			return argc > 2 ? bad_usage("unexpected argument", argv[2]) :
					  outputs[i].print();
	return bad_usage(word[0] == '-' ? "unknown option" : "no applet", word);
}

int main(int argc, char **argv)
{
	static char *nothing[] = { own_name, NULL };
	const char *slash;
	const struct applet *applet;

	/* execve(2) allowed an empty argv before Linux 5.18. */
	if (argc < 1) {
		argc = 1;
		argv = nothing;
	}
	fill_standard_descriptors();
	slash = strrchr(argv[0], '/');
	applet = find_applet(slash ? slash + 1 : argv[0]);
	if (!applet)
		return xns_main(argc, argv);
	argv[0] = (char *)applet->name;
	return applet->main(argc, argv);
}

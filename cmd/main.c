/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only main(): finds the applet by argv[0] or by the first argument. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#if defined(STATIC_PROGRAM) && defined(__GLIBC__)
#include <nss.h>
#endif
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "install.h"
#include "kernel/elevated.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "options.h"
#include "version.h"

static const struct applet applets[] = {
	{ "xunshare", "unshare", "run a program in new namespaces", xunshare_main,
	  xunshare_options, complete_program, NULL, NULL },
	{ "xnsenter", "nsenter", "run a program in existing namespaces", xnsenter_main,
	  xnsenter_options, complete_program, NULL, NULL },
#ifdef HAVE_LIBSMARTCOLS
	{ "xnsls", "lsns", "list namespaces and what keeps them alive", xnsls_main, xnsls_options,
	  xnsls_operand, NULL, xnsls_values },
#endif
#ifdef HAVE_LIBMNL
	{ "xnetns", NULL, "manage named network namespaces", xnetns_main, xnetns_options,
	  xnetns_operand, xnetns_offers, xnetns_values },
#endif
};

/* Commands of xns that are not applets, as in "xns doctor". */
static const struct applet commands[] = {
	{ "doctor", NULL, "find problems of this host, and their remedies", doctor_main,
	  doctor_options, doctor_operand, NULL, NULL },
};

#ifdef HAVE_LIBMNL
/* Words by which we run ourselves. No list, help or completion has them. */
static const struct applet internal[] = {
	{ "anchor", NULL, NULL, anchor_main, NULL, NULL, NULL, NULL },
};
#endif

/* Used by the help and the completions; xns_main() accepts only one option, the first word. */
static const struct opt xns_options[] = {
	{ OPT_LIST_APPLETS, 0, "list", ARG_NONE, VALUE_NONE, NULL,
	  "print the names of the applets, one per line" },
	{ OPT_INSTALL, 0, "install", ARG_NONE, VALUE_NONE, "DIR",
	  "create a link in DIR for each applet" },
	{ OPT_COMPAT, 0, "compat", ARG_NONE, VALUE_NONE, NULL,
	  "with --install: also create links with the old names" },
	{ OPT_COMPLETE, 0, "complete", ARG_NONE, VALUE_NONE, "WORD...",
	  "print the completions of the last WORD, for shells" },
	{ OPT_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help" },
	{ OPT_VERSION, 'V', "version", ARG_NONE, VALUE_NONE, NULL, "print the version and what this build has" },
	{ 0 },
};

/* The operand of xns itself is the name of an applet or command, or the directory of --install. */
static enum opt_value xns_operand(const struct completion *completion, bool print)
{
	static const struct opt_set nothing;
	bool fits = completion->n_operands == 0 &&
		    memcmp(&completion->given, &nothing, sizeof(nothing)) == 0;

	for (size_t i = 0; print && fits && i < ARRAY_LEN(applets); i++)
		complete_word(completion, applets[i].name, applets[i].purpose);
	for (size_t i = 0; print && fits && i < ARRAY_LEN(commands); i++)
		complete_word(completion, commands[i].name, commands[i].purpose);
	return opt_given(&completion->given, OPT_INSTALL) ? VALUE_DIR : VALUE_NONE;
}

static const struct applet xns_itself = { .options = xns_options, .operand = xns_operand };

static const struct applet *find_applet(const char *name)
{
	return applet_find(applets, ARRAY_LEN(applets), name);
}

/*
 * A static program with glibc would load the NSS modules that /etc/nsswitch.conf names, which may
 * crash because they were built for another glibc. So it looks users up only in /etc/passwd and
 * /etc/group.
 */
static void keep_to_local_users(void)
{
#if defined(STATIC_PROGRAM) && defined(__GLIBC__)
	static const char *const databases[] = { "passwd", "group", "initgroups" };

	for (size_t i = 0; i < ARRAY_LEN(databases); i++)
		__nss_configure_lookup(databases[i], "files");
#endif
}

static bool output_is_closed;

/*
 * If the caller has closed one of the descriptors 0 to 2, a file that we open must not get that
 * number, so we open /dev/null there. It is close-on-exec: the program starts as it would without
 * us. As standard output it is read-only, so that writing fails and the exit status is 1.
 */
static void fill_standard_descriptors(void)
{
	struct pollfd fds[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (poll(fds, ARRAY_LEN(fds), 0) <= 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i].revents & POLLNVAL &&
		    sys_openat(AT_FDCWD, "/dev/null", i == STDOUT_FILENO ? O_RDONLY : O_RDWR, 0) < 0)
			_exit(EXIT_FAILURE);
	output_is_closed = fds[STDOUT_FILENO].revents & POLLNVAL;
}

/* util-linux's tools do not miss a standard output that is closed (close_stdout()). */
static void ignore_closed_output(void)
{
	int fd = output_is_closed ? sys_openat(AT_FDCWD, "/dev/null", O_WRONLY, 0) : -1;

	if (fd < 0)
		return;
	syscall(__NR_dup3, fd, STDOUT_FILENO, O_CLOEXEC);
	close(fd);
}

/* Flushes standard output. As all functions below that print or run, returns the exit status. */
static int end_output(void)
{
	return applet_written(io_flush(stdout));
}

#if defined(__SANITIZE_ADDRESS__)
/*
 * In a build with sanitizers: leave signals as the caller set them, and detect leaks only in the
 * unit tests, because the detector needs a thread that traces us, which setns(2) and strace(1)
 * forbid.
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
	       " xns doctor [--json]\n"
	       " xns --list\n"
	       " xns --install DIR [--compat]\n\n"
	       "Namespace tools in one program.\n\n"
	       "Applets:\n");
	for (size_t i = 0; i < ARRAY_LEN(applets); i++)
		printf(" %-10s %s\n", applets[i].name, applets[i].purpose);
	printf("\nCommands:\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		printf(" %-10s %s\n", commands[i].name, commands[i].purpose);
	printf("\nOptions:\n");
	for (const struct opt *row = xns_options; !opt_is_end(row); row++) {
		char letter[8] = "", text[64];

		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(text, sizeof(text), "%s--%s%s%s", letter, row->name,
			 row->metavar ? " " : "", row->metavar ? row->metavar : "");
		printf(" %-20s %s\n", text, row->help);
	}
	printf("\n'xns APPLET --help' prints the options of an applet.\n");
	return end_output();
}

static int print_list(void)
{
	for (size_t i = 0; i < ARRAY_LEN(applets); i++)
		puts(applets[i].name);
	return end_output();
}

/* Prints a diagnosis such as "unknown option '--frob'". */
static int bad_usage(const char *what, const char *argument)
{
	struct diag diag;

	diag_usage(&diag, "%s '%s'", what, argument);
	return applet_fail(&diag);
}

/* The applet is one of this version, but not of this build. */
static int left_out(const char *name)
{
	struct diag diag;

	diag_usage(&diag, "this program was built without %s, so it has no %s", version_lacks(name), name);
	return applet_fail(&diag);
}

/* --install DIR [--compat] */
static int run_install(int argc, char **argv)
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
		return bad_usage("no directory after", "--install");
	if (install_links(dir, applets, ARRAY_LEN(applets), compat, &diag) < 0)
		return applet_fail(&diag);
	return EXIT_SUCCESS;
}

static int print_version(void)
{
	version_print(applets, ARRAY_LEN(applets));
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

/* --complete: the words begin with the name of an applet, or with xns and the name of a command. */
static int complete_line(int n, char *const *words)
{
	if (n > 2 && applet_find(commands, ARRAY_LEN(commands), words[1]) && !find_applet(words[0]))
		return applet_written(complete(commands, ARRAY_LEN(commands), &xns_itself, n, words));
	return applet_written(complete(applets, ARRAY_LEN(applets), &xns_itself, n, words));
}

/* Runs the applet, and sets the name for messages; called is one of the applet's two names. */
static int run_applet(const struct applet *applet, const char *called, int argc, char **argv)
{
	bool drop_in = strcmp(called, applet->name) != 0;

	argv[0] = (char *)(drop_in ? applet->drop_in : applet->name);
	applet_called(argv[0], drop_in);
	if (drop_in)
		ignore_closed_output();
	return applet->main(argc, argv);
}

static int run_command(const struct applet *command, int argc, char **argv)
{
	static char name[32];

	snprintf(name, sizeof(name), "%s %s", applet_name(), command->name);
	argv[0] = name;
	applet_called(name, false);
	return command->main(argc, argv);
}

/*
 * Whether AT_SECURE is set. We read the auxiliary vector ourselves, because the loader takes 6,000
 * instructions to bind getauxval(3). It follows the environment, after which there are several NULL
 * if the loader has removed variables (glibc, elf/dl-environ.c).
 */
static bool may_be_elevated(char **envp)
{
	const ElfW(auxv_t) *entry;

	while (*envp)
		envp++;
	while (!*envp)
		envp++;
	for (entry = (const void *)envp; entry->a_type != AT_NULL; entry++)
		if (entry->a_type == AT_SECURE)
			return entry->a_un.a_val != 0;
	return true;
}

/*
 * Refuses to run if our file is setuid or has capabilities, because the applets would let every
 * user use these privileges. The kernel then sets AT_SECURE (getauxval(3)); without it, we make no
 * system call here.
 */
static int check_own_file(const struct applet *applet, const char *name, char **envp)
{
	struct diag diag;

	if (!may_be_elevated(envp) || elevated_check(&diag) == 0)
		return EXIT_SUCCESS;
	if (applet)
		applet_called(name, strcmp(name, applet->name) != 0);
	return applet_fail(&diag);
}

/* Called by its own name: "xns APPLET ...", "xns COMMAND ..." or an option. */
static int xns_main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	const struct applet *applet = find_applet(word);

	if (applet)
		return run_applet(applet, word, argc - 1, argv + 1);
	applet = applet_find(commands, ARRAY_LEN(commands), word);
	if (applet)
		return run_command(applet, argc - 1, argv + 1);
#ifdef HAVE_LIBMNL
	applet = applet_find(internal, ARRAY_LEN(internal), word);
	if (applet)
		return run_command(applet, argc - 1, argv + 1);
#endif
	if (strcmp(word, "--install") == 0)
		return run_install(argc, argv);
	if (strcmp(word, "--complete") == 0)
		return complete_line(argc - 2, argv + 2);
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++)
		if (strcmp(word, outputs[i].word) == 0)
			return argc > 2 ? bad_usage("unexpected argument", argv[2]) :
					  outputs[i].print();
	if (version_lacks(word))
		return left_out(word);
	return bad_usage(word[0] == '-' ? "unknown option" : "no applet", word);
}

/* xunshare starts itself in a scope of systemd by a descriptor of its file (common/apply/limits.c). */
static void close_own_file(const char *name)
{
	static const char prefix[] = "/proc/self/fd/";
	struct stat opened, ours;
	uint64_t fd;

	if (strncmp(name, prefix, strlen(prefix)) == 0 &&
	    parse_u64(name + strlen(prefix), INT_MAX, &fd) == 0 && fd > STDERR_FILENO &&
	    sys_fstat((int)fd, &opened) == 0 && sys_fstatat(AT_FDCWD, "/proc/self/exe", &ours, 0) == 0 &&
	    opened.st_dev == ours.st_dev && opened.st_ino == ours.st_ino)
		close((int)fd);
}

int main(int argc, char **argv)
{
	static char empty[] = "", *nothing[] = { empty, NULL };
	char **envp = argv + argc + 1; /* a preloaded library may have moved environ */
	const char *slash, *called;
	const struct applet *applet;

	/* execve(2) allowed an empty argv before Linux 5.18. */
	if (argc < 1) {
		argc = 1;
		argv = nothing;
	}
	fill_standard_descriptors();
	close_own_file(argv[0]);
	keep_to_local_users();
	slash = strrchr(argv[0], '/');
	called = slash ? slash + 1 : argv[0];
	applet = find_applet(called);
	if (check_own_file(applet, called, envp) != EXIT_SUCCESS)
		return EXIT_FAILURE;
	if (!applet && version_lacks(called))
		return left_out(called);
	return applet ? run_applet(applet, called, argc, argv) : xns_main(argc, argv);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entrant               prints what it has as a process, one "NAME: VALUE" a line
 * entrant with-key CMD  runs CMD with a new session keyring, in which the key "xns-test" lies
 *
 * Values are as the process itself sees them. The names are those of the table in xnsenter(1).
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/macros.h"

enum { KEYRING = KEY_SPEC_SESSION_KEYRING };

static int fail(const char *what)
{
	fprintf(stderr, "entrant: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static int run_with_key(char **argv)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ||
	    syscall(SYS_add_key, "user", "xns-test", "secret", 6, KEYRING) < 0)
		return fail("no key");
	execvp(argv[0], argv);
	return fail(argv[0]);
}

/* The value of a line of /proc/self/status, or of another file in there whose lines look like that. */
static bool print_status(const char *name, const char *label)
{
	char line[4096];
	bool found = false;
	FILE *file = fopen("/proc/self/status", "re");

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, label, strlen(label)) == 0) {
			char *value = line + strlen(label);

			value += strspn(value, " \t");
			value[strcspn(value, "\n")] = '\0';
			for (size_t len = strlen(value); len && value[len - 1] == ' '; len--)
				value[len - 1] = '\0';
			printf("%s: %s\n", name, *value ? value : "none");
			found = true;
		}
	if (file)
		fclose(file);
	return found;
}

static void print_groups(void)
{
	gid_t groups[64];
	int n = getgroups(ARRAY_LEN(groups), groups);

	printf("supplementary groups:%s", n > 0 ? "" : " none");
	for (int i = 0; i < n; i++)
		printf(" %u", (unsigned)groups[i]);
	putchar('\n');
}

static void print_descriptors(void)
{
	int n = 0;

	printf("descriptors above 2:");
	for (int fd = 3; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) >= 0) {
			printf(" %d", fd);
			n++;
		}
	puts(n ? "" : " none");
}

static void print_variables(const char *name, const char *const *variables, size_t n)
{
	int found = 0;

	printf("%s:", name);
	for (size_t i = 0; i < n; i++) {
		const char *value = getenv(variables[i]);

		if (value)
			printf(" %s=%s", variables[i], value);
		found |= value != NULL;
	}
	puts(found ? "" : " none");
}

static void print_environment(void)
{
	static const char *const own[] = { "XNS_MARK" };
	static const char *const systemd[] = { "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID" };
	static const char *const agents[] = { "SSH_AUTH_SOCK", "GPG_AGENT_INFO" };

	print_variables("environment", own, ARRAY_LEN(own));
	print_variables("NOTIFY_SOCKET, LISTEN_*", systemd, ARRAY_LEN(systemd));
	print_variables("agent sockets", agents, ARRAY_LEN(agents));
}

static void print_file(const char *name, const char *path)
{
	char text[4096] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	text[len > 0 ? len : 0] = '\0';
	for (char *at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	printf("%s: %s\n", name, text);
	if (fd >= 0)
		close(fd);
}

static void print_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	const char *name = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;

	printf("controlling terminal: %s%s%s\n", fd < 0 ? "none" : "one", name ? " " : "",
	       name ? name : "");
	if (fd >= 0)
		close(fd);
}

static int print_all(void)
{
	struct rlimit limit = { 0, 0 };
	mode_t mask = umask(0);

	printf("user id: %u\n", (unsigned)getuid());
	printf("group id: %u\n", (unsigned)getgid());
	print_groups();
	print_status("capabilities", "CapEff:");
	print_status("inheritable capabilities", "CapInh:");
	print_status("bounding set", "CapBnd:");
	print_status("no_new_privs", "NoNewPrivs:");
	/* Their number, since Linux 5.9; before, whether there is one. */
	if (!print_status("seccomp filters", "Seccomp_filters:"))
		print_status("seccomp filters", "Seccomp:");
	printf("session keyring: %s\n",
	       syscall(SYS_keyctl, KEYCTL_SEARCH, KEYRING, "user", "xns-test", 0) < 0 ? "without the key"
										       : "with the key");
	print_descriptors();
	print_environment();
	print_terminal();
	printf("session: %d\n", (int)getsid(0));
	print_file("cgroup", "/proc/self/cgroup");
	printf("dumpable: %d\n", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	getrlimit(RLIMIT_CORE, &limit);
	printf("resource limits: %llu\n", (unsigned long long)limit.rlim_cur);
	errno = 0;
	printf("nice value: %d\n", getpriority(PRIO_PROCESS, 0));
	print_file("oom_score_adj", "/proc/self/oom_score_adj");
	printf("umask: %03o\n", (unsigned)mask);
	print_status("blocked signals", "SigBlk:");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "with-key") == 0)
		return run_with_key(argv + 2);
	return print_all();
}

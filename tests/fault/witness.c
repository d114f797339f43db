/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * witness   prints on one line what the program that was to be run finds: whether every step was
 * taken shows in it. The reader ignores what differs from run to run: numbers of namespaces.
 */
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The value of a field of /proc/self/status. */
static void show_status(const char *key, const char *text)
{
	const char *at = strstr(text, key);
	int len = at ? (int)strcspn(at + strlen(key), "\n") : 0;

	printf(" %s", key);
	for (int i = 0; i < len; i++) {
		char c = at[strlen(key) + (size_t)i];

		if (c != '\t')
			putchar(c);
		else if (i > 0)
			putchar(',');
	}
}

static void show_fds(void)
{
	printf(" fds:");
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("%d,", fd);
}

static void show_lo(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0)
		printf(" lo:%s", request.ifr_flags & IFF_UP ? "up" : "down");
	if (fd >= 0)
		close(fd);
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void show_namespaces(void)
{
	struct dirent **names;
	int n = scandir("/proc/self/ns", &names, is_name, alphasort);

	for (int i = 0; i < n; i++) {
		char path[64], target[64] = "";

		snprintf(path, sizeof(path), "/proc/self/ns/%.40s", names[i]->d_name);
		if (readlink(path, target, sizeof(target) - 1) > 0)
			printf(" %s", target);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

int main(void)
{
	char host[128] = "", dir[4096] = "?", text[4096] = "";
	FILE *status = fopen("/proc/self/status", "re");
	int parent_signal = 0;
	struct stat root;
	sigset_t blocked;

	if (status && fread(text, 1, sizeof(text) - 1, status) == 0)
		text[0] = '\0';
	if (status)
		fclose(status);
	gethostname(host, sizeof(host) - 1);
	if (!getcwd(dir, sizeof(dir)))
		strcpy(dir, "none");
	prctl(PR_GET_PDEATHSIG, &parent_signal);
	printf("witness uid:%u gid:%u host:%s dir:%s init:%d death:%d", geteuid(), getegid(), host,
	       dir, getpid() == 1, parent_signal);
	if (stat("/", &root) == 0)
		printf(" root:%llu", (unsigned long long)root.st_ino);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	printf(" blocked:%d", sigismember(&blocked, SIGTERM));
	show_status("Groups:", text);
	show_status("CapInh:", text);
	show_status("CapPrm:", text);
	show_status("CapEff:", text);
	show_status("CapAmb:", text);
	show_fds();
	show_lo();
	show_namespaces();
	printf(" term:%d env:%s\n", isatty(0), getenv("WITNESS") ? getenv("WITNESS") : "none");
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that the compat tests run: prints what it finds itself in, one "@KEY VALUE" a line,
 * always in the same order and without anything that differs from run to run but the numbers of
 * namespaces, which compat.py replaces. A /proc that is not there is a finding, not an error.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"

enum { TEXT = 65536, FDS = 256 };

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* First of all, before anything of ours is open. */
static void put_descriptors(void)
{
	printf("@fds");
	for (int fd = 0; fd < FDS; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0)
			printf(" %d:%s", fd,
			       S_ISREG(st.st_mode) ? "file" :
			       S_ISCHR(st.st_mode) ? "device" :
			       S_ISDIR(st.st_mode) ? "directory" :
			       S_ISFIFO(st.st_mode) ? "pipe" :
			       S_ISSOCK(st.st_mode) ? "socket" : "other");
	}
	putchar('\n');
}

static void put_arguments(char **argv)
{
	printf("@argv");
	for (; *argv; argv++)
		printf(" '%s'", *argv);
	putchar('\n');
}

static void put_process(void)
{
	const char *children = "some";
	int death_signal = -1, subreaper = -1;

	if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
		children = "none";
	prctl(PR_GET_PDEATHSIG, &death_signal);
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
	printf("@pid %s\n", getpid() == 1 ? "1" : "not 1");
	printf("@ppid %s\n", getppid() == 0 ? "0" : getppid() == 1 ? "1" : "other");
	printf("@group %s\n", getpgrp() == getpid() ? "leads" : "member");
	printf("@session %s\n", getsid(0) == getpid() ? "leads" : "member");
	printf("@children %s\n", children);
	printf("@pdeathsig %d\n", death_signal);
	printf("@subreaper %d\n", subreaper);
	printf("@securebits %d\n", prctl(PR_GET_SECUREBITS));
	printf("@umask %03o\n", umask(022));
}

static void put_namespaces(void)
{
	static const char *const files[] = { "cgroup", "ipc", "mnt", "net", "pid",
					     "pid_for_children", "time", "time_for_children",
					     "user", "uts" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[64], target[64];
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", files[i]);
		len = readlink(path, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		printf("@ns.%s %s\n", files[i], len > 0 ? target : "none");
	}
}

static void put_ids(void)
{
	uid_t uid[3] = { 0 };
	gid_t gid[3] = { 0 }, groups[64];
	int n = getgroups(ARRAY_LEN(groups), groups);

	getresuid(&uid[0], &uid[1], &uid[2]);
	getresgid(&gid[0], &gid[1], &gid[2]);
	printf("@uids %u %u %u\n@gids %u %u %u\n@groups", uid[0], uid[1], uid[2], gid[0], gid[1],
	       gid[2]);
	for (int i = 0; i < n; i++)
		printf(" %u", groups[i]);
	putchar('\n');
}

/* The file with its lines joined by "; " and each run of blanks made one. */
static void put_file(const char *key, const char *path)
{
	static char text[TEXT];
	FILE *file = fopen(path, "re");
	size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[len] = '\0';
	if (file)
		fclose(file);
	printf("@%s", key);
	for (char *line = text, *next; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		for (char *word = strtok(line, " \t"); word; word = strtok(NULL, " \t"))
			printf(" %s", word);
		if (*next)
			putchar(';');
	}
	printf(file ? "\n" : " none\n");
}

static void put_status(void)
{
	static const char *const fields[] = { "SigBlk", "SigIgn", "SigPnd", "ShdPnd", "CapInh",
					      "CapPrm", "CapEff", "CapBnd", "CapAmb",
					      "NoNewPrivs", "Seccomp" };
	FILE *file = fopen("/proc/self/status", "re");
	char line[4096];

	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');

		if (!value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \t");
		for (size_t i = 0; i < ARRAY_LEN(fields); i++)
			if (strcmp(line, fields[i]) == 0)
				printf("@%s %s", line, value);
	}
	if (file)
		fclose(file);
}

/* One line of mountinfo, proc_pid_mountinfo(5), without its numbers: they differ in each run. */
static void put_mount(char *line)
{
	enum { ROOT = 3, POINT, OPTIONS, TAGS };
	char *field[64] = { NULL }, *word;
	size_t n = 0, i = TAGS;

	line[strcspn(line, "\n")] = '\0';
	for (word = strtok(line, " "); word && n + 3 < ARRAY_LEN(field); word = strtok(NULL, " "))
		field[n++] = word;
	if (n < TAGS)
		return;
	printf("@mount %s root=%s %s", field[POINT], field[ROOT], field[OPTIONS]);
	for (; field[i] && strcmp(field[i], "-") != 0; i++)
		printf(" %.*s", (int)strcspn(field[i], ":"), field[i]);
	if (field[i])
		printf(" - %s %s", field[i + 1], field[i + 2]);
	putchar('\n');
}

static void put_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	static char line[TEXT];

	while (file && fgets(line, sizeof(line), file))
		put_mount(line);
	if (file)
		fclose(file);
}

static void put_places(void)
{
	static char cwd[TEXT];
	struct dirent **entries = NULL;
	int n = scandir("/", &entries, NULL, alphasort);

	printf("@cwd %s\n@root", getcwd(cwd, sizeof(cwd)) ? cwd : strerror(errno));
	for (int i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0)
			printf(" %s", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	putchar('\n');
}

static void put_uts(void)
{
	struct utsname uts = { .nodename = "" };

	uname(&uts);
	printf("@hostname %s\n@domainname %s\n", uts.nodename, uts.domainname);
}

static void put_network(void)
{
	struct if_nameindex *all = if_nameindex();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	printf("@interfaces");
	for (const struct if_nameindex *one = all; one && one->if_index; one++) {
		struct ifreq request = { .ifr_flags = 0 };

		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", one->if_name);
		if (ioctl(fd, SIOCGIFFLAGS, &request) == 0)
			printf(" %s:%s", one->if_name,
			       request.ifr_flags & IFF_UP ? "up" : "down");
	}
	putchar('\n');
	if (all)
		if_freenameindex(all);
	if (fd >= 0)
		close(fd);
}

/* "_" is the shell's: the path of what it ran. */
static void put_environment(void)
{
	size_t n = 0;

	while (environ && environ[n])
		n++;
	if (n > 0)
		qsort(environ, n, sizeof(*environ), by_text);
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "_=", 2) != 0)
			printf("@env %s\n", environ[i]);
}

int main(int argc, char **argv)
{
	(void)argc;
	put_descriptors();
	put_arguments(argv);
	put_process();
	put_namespaces();
	put_ids();
	put_file("uid_map", "/proc/self/uid_map");
	put_file("gid_map", "/proc/self/gid_map");
	put_file("setgroups", "/proc/self/setgroups");
	put_file("timens_offsets", "/proc/self/timens_offsets");
	put_file("oom_score_adj", "/proc/self/oom_score_adj");
	put_status();
	put_places();
	put_uts();
	put_network();
	put_environment();
	put_mounts();
	return ferror(stdout) || fflush(stdout) != 0;
}

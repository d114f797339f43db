/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * overwriter DIR: a hostile program in a pid namespace. It opens what each new process executes, keeps
 * what lies in DIR, and tries over and over to write to that. No other file is ever opened for writing.
 * Prints "ready"; at SIGTERM "executed N images N written N": how often a process executed a file in
 * DIR, how often an image of xns without a path, and how often a file in DIR could be overwritten.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	KEPT = 8,
	SECONDS = 120
};

static volatile sig_atomic_t is_over;

static void stop(int sig)
{
	(void)sig;
	is_over = 1;
}

struct count {
	unsigned executed, images, written;
	int kept[KEPT];
	size_t n_kept;
};

static int open_exe(int pid, char *link, size_t size)
{
	char path[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, link, size - 1);
	link[len > 0 ? len : 0] = '\0';
	return fd;
}

static unsigned ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), len_end = strlen(end);

	return len >= len_end && strcmp(text + len - len_end, end) == 0;
}

static void look(struct count *count, const char *dir, int pid)
{
	char link[4096];
	int fd = open_exe(pid, link, sizeof(link));

	if (fd < 0)
		return;
	count->images += ends_with(link, " (deleted)");
	if (strncmp(link, dir, strlen(dir)) == 0) {
		count->executed++;
		if (count->n_kept < KEPT) {
			count->kept[count->n_kept++] = fd;
			return;
		}
	}
	close(fd);
}

/* The PID that the kernel has given out last in this pid namespace (proc_sys_kernel(5)). */
static int latest_pid(int file)
{
	char text[16];
	ssize_t n = pread(file, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return atoi(text);
}

/* Fails as long as anybody executes it (ETXTBSY). */
static void overwrite(struct count *count)
{
	for (size_t i = 0; i < count->n_kept; i++) {
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", count->kept[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		count->written += write(fd, "overwritten", 11) == 11;
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	struct count count = { .n_kept = 0 };
	int latest = open("/proc/sys/kernel/ns_last_pid", O_RDONLY | O_CLOEXEC);

	if (argc != 2 || latest < 0)
		return EXIT_FAILURE;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	alarm(SECONDS);
	puts("ready");
	fflush(stdout);
	while (!is_over) {
		int pid = latest_pid(latest);

		/* The one before, too: a second process may follow at once. */
		look(&count, argv[1], pid);
		if (pid - 1 > getpid())
			look(&count, argv[1], pid - 1);
		overwrite(&count);
	}
	printf("executed %u images %u written %u\n", count.executed, count.images, count.written);
	return EXIT_SUCCESS;
}

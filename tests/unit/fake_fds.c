/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake system's descriptors, and the input from descriptors, signals and children. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

#include "fake_internal.h"

enum { FDS = 512, FIRST_FD = 1000, INPUTS = 64, WAITS = 64 };

static struct {
	struct {
		char path[320];
		bool open;
		off_t offset;
		unsigned device; /* of what lay there when it was opened */
	} fds[FDS];
	size_t n_fds;
	struct fake_input inputs[INPUTS], answers[8];
	size_t n_inputs, n_answers;
	struct fake_wait waits[WAITS];
	size_t n_waits;
} fake;

/* --- descriptors ------------------------------------------------------------------------------- */

static bool is_open(int fd)
{
	return fd >= FIRST_FD && (size_t)(fd - FIRST_FD) < fake.n_fds &&
	       fake.fds[fd - FIRST_FD].open;
}

int fake_fd_new(const char *path)
{
	if (fake.n_fds == FDS)
		fake_fatal("too many descriptors");
	snprintf(fake.fds[fake.n_fds].path, sizeof(fake.fds[0].path), "%s", path);
	fake.fds[fake.n_fds].open = true;
	fake.fds[fake.n_fds].offset = 0;
	fake.fds[fake.n_fds].device = fake_device(path);
	return FIRST_FD + (int)fake.n_fds++;
}

const char *fake_fd_path(int fd)
{
	static const char *const standard[] = { "stdin", "stdout", "stderr" };

	if (fd >= 0 && (size_t)fd < ARRAY_LEN(standard))
		return standard[fd];
	return is_open(fd) ? fake.fds[fd - FIRST_FD].path : NULL;
}

unsigned *fake_fd_device(int fd)
{
	return &fake.fds[fd - FIRST_FD].device;
}

off_t *fake_fd_offset(int fd)
{
	return &fake.fds[fd - FIRST_FD].offset;
}

const char *fake_fd_text(int fd)
{
	static char texts[4][400];
	static unsigned next;
	const char *path = fake_fd_path(fd);
	char *text = texts[next++ % 4];

	if (fd == AT_FDCWD)
		return "AT_FDCWD";
	if (path)
		snprintf(text, sizeof(texts[0]), "<%s>", path);
	else
		snprintf(text, sizeof(texts[0]), "%d", fd);
	return text;
}

void fake_join(int dir, const char *path, char *buf, size_t size)
{
	const char *base = fake_fd_path(dir);

	if (*path == '/' || !base)
		snprintf(buf, size, "%s", path);
	else if (!*path || strcmp(path, ".") == 0)
		snprintf(buf, size, "%s", base);
	else
		snprintf(buf, size, "%s%s%s", base, strcmp(base, "/") == 0 ? "" : "/", path);
}

void fake_follow_fd(const char *path, char *buf, size_t size)
{
	int fd, len = 0;

	/* The path is relative if /proc is the working directory. */
	if ((sscanf(path, "/proc/self/fd/%d%n", &fd, &len) == 1 ||
	     sscanf(path, "self/fd/%d%n", &fd, &len) == 1) &&
	    fake_fd_path(fd))
		fake_join(fd, path + len + (path[len] == '/'), buf, size);
	else
		snprintf(buf, size, "%s", path);
}

void fake_forget_fds(unsigned first, unsigned last)
{
	for (size_t i = 0; i < fake.n_fds; i++)
		if (FIRST_FD + i >= first && FIRST_FD + i <= last)
			fake.fds[i].open = false;
}

int __real_close(int fd);
int __wrap_close(int fd);

int __wrap_close(int fd)
{
	long ret;

	if (fd < FIRST_FD)
		return __real_close(fd);
	if (!is_open(fd))
		fake_fatal("descriptor %d was closed twice", fd);
	if (!fake_begin("close", &ret, "%s", fake_fd_text(fd)))
		fake_fatal("close() cannot be made to fail");
	fake.fds[fd - FIRST_FD].open = false;
	fake_done(0);
	return 0;
}

void fake_assert_closed(void)
{
	for (size_t i = 0; i < fake.n_fds; i++)
		if (fake.fds[i].open)
			fake_fatal("the descriptor <%s> was not closed; trace:\n%s",
				   fake.fds[i].path, fake_trace());
}

/* --- what comes in ----------------------------------------------------------------------------- */

static void put_input(struct fake_input *input, const char *descriptor, const void *data, size_t n)
{
	if (n > sizeof(input->data))
		fake_fatal("too long an input");
	*input = (struct fake_input){ .n = n };
	snprintf(input->descriptor, sizeof(input->descriptor), "%s", descriptor);
	if (n)
		memcpy(input->data, data, n);
}

void fake_input(const char *descriptor, const void *data, size_t n)
{
	if (fake.n_inputs == INPUTS)
		fake_fatal("too many inputs");
	put_input(&fake.inputs[fake.n_inputs++], descriptor, data, n);
}

void fake_input_fd(const char *descriptor, const void *data, size_t n, const char *path)
{
	fake_input(descriptor, data, n);
	snprintf(fake.inputs[fake.n_inputs - 1].fd_path, sizeof(fake.inputs[0].fd_path), "%s",
		 path);
}

void fake_answer(const char *descriptor, const void *data, size_t n)
{
	struct fake_input *answer = fake_answer_for(descriptor);

	if (!answer && fake.n_answers == ARRAY_LEN(fake.answers))
		fake_fatal("too many answers");
	put_input(answer ? answer : &fake.answers[fake.n_answers++], descriptor, data, n);
}

void fake_signal_from(pid_t pid, int sig, int code)
{
	struct signalfd_siginfo info = { .ssi_signo = (uint32_t)sig, .ssi_code = code };

	info.ssi_pid = (uint32_t)pid;
	fake_input("signals", &info, sizeof(info));
}

void fake_report(int status)
{
	fake_input("bell", &status, sizeof(status));
}

void fake_signal(int sig, int code)
{
	fake_signal_from(0, sig, code);
}

struct fake_input *fake_input_next(const char *descriptor)
{
	for (size_t i = 0; i < fake.n_inputs; i++)
		if (!fake.inputs[i].taken && strcmp(fake.inputs[i].descriptor, descriptor) == 0)
			return &fake.inputs[i];
	return NULL;
}

struct fake_input *fake_answer_for(const char *descriptor)
{
	for (size_t i = 0; i < fake.n_answers; i++)
		if (strcmp(fake.answers[i].descriptor, descriptor) == 0)
			return &fake.answers[i];
	return NULL;
}

int fake_input_first(const char *const *descriptors, size_t n, const struct fake_input **ret)
{
	int found = -1;

	for (size_t d = 0; d < n; d++) {
		const struct fake_input *input =
			descriptors[d] ? fake_input_next(descriptors[d]) : NULL;

		if (input && (found < 0 || input < *ret)) {
			*ret = input;
			found = (int)d;
		}
	}
	return found;
}

void fake_child(pid_t pid, int status)
{
	if (fake.n_waits == WAITS)
		fake_fatal("too many children");
	fake.waits[fake.n_waits++] = (struct fake_wait){ .pid = pid, .status = status };
}

struct fake_wait *fake_wait_next(pid_t pid)
{
	for (size_t i = 0; i < fake.n_waits; i++)
		if (!fake.waits[i].taken &&
		    (pid == -1 || fake.waits[i].pid == pid || fake.waits[i].pid == 0))
			return &fake.waits[i];
	return NULL;
}

void fake_fds_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake_answer("socket1", NULL, 0); /* a helper that has ended */
}

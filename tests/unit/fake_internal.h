/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the fake system. */
#ifndef XNS_UNIT_FAKE_INTERNAL_H
#define XNS_UNIT_FAKE_INTERNAL_H

#include <signal.h>

#include "base/macros.h"
#include "fake_sys.h"

/* --- fake_trace.c: calls, programmed results, running ------------------------------------------- */

/*
 * Records a call. False: the test has programmed its result, which is in *ret; true: the call has to
 * do what it usually does, and ends with fake_done().
 */
bool fake_begin(const char *name, long *ret, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The result of the call recorded last; returns it. */
long fake_done(long result);

/* Keeps what the last recorded call has written or sent. */
void fake_keep(const void *data, size_t n);

NORETURN void fake_leave(enum fake_end end, int status);

/* The test is wrong, or what it tests hangs. */
NORETURN void fake_fatal(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A call that does nothing and succeeds, unless the test says otherwise. */
#define PLAIN(usual, name, ...)                                                                  \
	do {                                                                                     \
		long plain_;                                                                     \
                                                                                                 \
		return fake_begin(name, &plain_, __VA_ARGS__) ?                                  \
			       (__typeof__(usual))fake_done((long)(usual)) :                     \
			       (__typeof__(usual))plain_;                                        \
	} while (0)

/* One that goes on where the test has not programmed a result. */
#define BEGIN(name, ...)                                                                         \
	do {                                                                                     \
		long begun_;                                                                     \
                                                                                                 \
		if (!fake_begin(name, &begun_, __VA_ARGS__))                                     \
			return (int)begun_;                                                      \
	} while (0)

/* --- fake_files.c: files and mounts -------------------------------------------------------------- */

void fake_files_reset(void);
struct fake_node *fake_lookup(const char *path);
long fake_magic(const char *path);

/* A mount on path, and what lies at path since. */
void fake_cover(const char *path);
const char *fake_uncovered(const char *path);
unsigned fake_device(const char *path);
void fake_mount_type(const char *path, const char *type);
void fake_change_directory(const char *path);

/* PATH as seen from dir; AT_FDCWD leaves a relative one as it is. */
void fake_join(int dir, const char *path, char *buf, size_t size);
/* The path that a link of /proc/self/fd stands for; any other path as it is. */
void fake_follow_fd(const char *path, char *buf, size_t size);

/* The next name right below a directory; *at counts from 0. NULL: no more. */
const char *fake_name_below(const char *dir, size_t *at);

/* --- fake_fds.c: descriptors and input ------------------------------------------------------------ */

void fake_fds_reset(void);

int fake_fd_new(const char *path);
void fake_forget_fds(unsigned first, unsigned last); /* closes what is open among them */
const char *fake_fd_path(int fd); /* NULL: none of ours, or closed */
off_t *fake_fd_offset(int fd);
unsigned *fake_fd_device(int fd);
const char *fake_fd_text(int fd); /* "<path>", for the trace; one of four buffers */

struct fake_input {
	char descriptor[32];
	char data[4096];
	size_t n;
	char fd_path[160];
	bool taken;
};

/* The next input for a descriptor of that name, NULL if there is none. */
struct fake_input *fake_input_next(const char *descriptor);
struct fake_input *fake_answer_for(const char *descriptor);
/* The first in order for any of these. */
int fake_input_first(const char *const *descriptors, size_t n, const struct fake_input **ret);

struct fake_wait {
	pid_t pid;
	int status;
	bool taken;
};
/* The next one that a wait for pid (-1: any) finds, NULL if there is none. */
struct fake_wait *fake_wait_next(pid_t pid);

/* --- fake_io.c ----------------------------------------------------------------------------------- */

/* Reads the next input of a pipe, a socket or a signalfd. ret_fd_path: of a descriptor that comes along. */
ssize_t fake_take_input(int fd, void *buf, size_t size, char *ret_fd_path, size_t path_size);

/* --- fake_text.c: arguments in words; each returns one of several static buffers ----------------- */

const char *text_errno(int err);
const char *text_clone(unsigned long flags);
const char *text_open(unsigned long flags);
const char *text_mount(unsigned long flags);
const char *text_at(unsigned long flags);
const char *text_string(const char *text);
const char *text_data(const void *data, size_t n);
const char *text_signal(int sig);
const char *text_set(const sigset_t *set);
const char *text_argv(char *const *argv);
const char *text_prctl(int option);
const char *text_request(unsigned long request);

#endif

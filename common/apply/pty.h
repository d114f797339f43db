/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pseudoterminal for the program, proxied to our terminal, so that the program can neither push
 * characters into our terminal's input (TIOCSTI, ioctl_tty(2)) nor change its modes.
 */
#ifndef XNS_PTY_H
#define XNS_PTY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct diag;

struct pty {
	int master; /* our end; -1 without a pseudoterminal (owned) */
	int slave;  /* the program's (owned) */
	bool raw;   /* our terminal is in raw mode; saved has its modes from before */
	bool ended; /* the slave was closed, or our terminal is gone and master is closed */
	int err;    /* -errno if output of the program was lost, otherwise 0 */
	struct termios saved;
	struct {
		char data[1024];
		size_t len;
		bool ended; /* nothing more can be read */
	} input; /* read from our terminal, not yet written to the program's */
};

/* The number of entries that pty_prepare() fills and pty_serve() reads. */
enum { PTY_POLLFDS = 2 };

/* Checks that standard input and output are terminals. 0, or -ENOTTY with the diagnosis filled. */
int pty_check(struct diag *diag);

/* Opens a pseudoterminal like our terminal. 0, or -errno with the diagnosis filled. */
int pty_open(struct pty *pty, struct diag *diag);

/*
 * Called in a child: starts a session without a terminal, so that the outer one is out of reach,
 * and makes the slave descriptors 0, 1 and, if that is a terminal, 2. Closes both ends. 0 or
 * -errno.
 */
int pty_move_in(struct pty *pty);

/* Called in the program's process: starts a session whose terminal is descriptor 0. 0 or -errno. */
int pty_take_control(void);

/*
 * Sets our terminal to raw mode, or restores its modes. Repeated calls have no effect. In the
 * background pty_raw() stops us, and sets the mode once we are in the foreground.
 */
void pty_raw(struct pty *pty);
void pty_restore(struct pty *pty);

/* Gives the pseudoterminal the size of our terminal, after SIGWINCH. */
void pty_resize(const struct pty *pty);

/* pty_prepare() fills PTY_POLLFDS entries for poll(2); pty_serve() then copies data. */
void pty_prepare(const struct pty *pty, struct pollfd *fds);
void pty_serve(struct pty *pty, const struct pollfd *fds);

/* Copies the output that the program wrote before it ended. */
void pty_drain(struct pty *pty);

/* Restores the terminal and closes both ends. */
void pty_close(struct pty *pty);

#endif

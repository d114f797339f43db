/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A terminal of its own for the program, proxied to ours: what runs inside cannot push characters
 * into our terminal's input (ioctl_tty(2), TIOCSTI), nor change its modes.
 */
#ifndef XNS_PTY_H
#define XNS_PTY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct diag;

struct pty {
	int master; /* ours, -1 where there is no pty (owned) */
	int slave;  /* the program's (owned) */
	bool raw;   /* our terminal is in raw mode, and saved is how it was */
	bool ended; /* the program's side has been closed, or our output has gone */
	int err;    /* 0, or -errno: something that the program wrote was lost */
	struct termios saved;
	struct {
		char data[1024];
		size_t len;
	} input; /* read from our terminal, not yet taken by the program's */
};

/* What the proxy waits for: entries of pty_prepare() and pty_serve(). */
enum { PTY_POLLFDS = 2 };

/* Whether standard input and output are a terminal. 0, or -ENOTTY with the diagnosis filled. */
int pty_check(struct diag *diag);

/* Opens a pseudoterminal with our terminal's modes and size. 0 or -errno, diagnosis filled. */
int pty_open(struct pty *pty, struct diag *diag);

/* In a child: a new session, which has no terminal, and the slave as descriptors 0 to 2 (2 only if it
 * is a terminal now); the outer terminal is out of reach. Closes both ends. 0 or -errno. */
int pty_move_in(struct pty *pty);

/* In the program's process, a child of that one: a session with the terminal at 0. 0 or -errno. */
int pty_take_control(void);

/* Our terminal passes everything on as it is, or is again as it was. Harmless when repeated. */
void pty_raw(struct pty *pty);
void pty_restore(struct pty *pty);

/* Our window has another size now (SIGWINCH). */
void pty_resize(const struct pty *pty);

/* Fills PTY_POLLFDS entries before poll(2), and moves the data that they show behind it. */
void pty_prepare(const struct pty *pty, struct pollfd *fds);
void pty_serve(struct pty *pty, const struct pollfd *fds);

/* What the program wrote before it ended. */
void pty_drain(struct pty *pty);

/* Restores the terminal and closes both ends. */
void pty_close(struct pty *pty);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"

/* struct termios of glibc and of the kernel differ, so this file calls tcgetattr(3) and
 * tcsetattr(3) rather than ioctl(2). */
static bool is_terminal(int fd)
{
	struct winsize size;

	return sys_ioctl(fd, TIOCGWINSZ, &size) == 0;
}

int pty_check(struct diag *diag)
{
	if (is_terminal(STDIN_FILENO) && is_terminal(STDOUT_FILENO))
		return 0;
	diag_set(diag, 0, "option '--pty' needs a terminal as standard input and output");
	return -ENOTTY;
}

int pty_open(struct pty *pty, struct diag *diag)
{
	struct winsize size;
	int unlock = 0, rc;

	*pty = (struct pty){ .master = -1, .slave = -1 };
	rc = pty->master = sys_openat(AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK, 0);
	if (rc >= 0)
		rc = sys_ioctl(pty->master, TIOCSPTLCK, &unlock);
	/* TIOCGPTPEER (Linux 4.13) needs no path; /dev/pts may be another instance (pts(4)). */
	if (rc >= 0)
		rc = pty->slave = sys_ioctl(pty->master, TIOCGPTPEER,
					    (void *)(long)(O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (rc < 0) {
		pty_close(pty);
		return diag_set(diag, -rc, "cannot open a pseudoterminal");
	}
	if (sys_ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		sys_ioctl(pty->slave, TIOCSWINSZ, &size);
	if (tcgetattr(STDIN_FILENO, &pty->saved) == 0)
		tcsetattr(pty->slave, TCSANOW, &pty->saved);
	return 0;
}

/* A new session has no controlling terminal (setsid(2)). */
int pty_move_in(struct pty *pty)
{
	bool errors = is_terminal(STDERR_FILENO);
	int rc = sys_setsid();

	for (int fd = STDIN_FILENO; rc >= 0 && fd <= STDERR_FILENO; fd++)
		if (fd != STDERR_FILENO || errors)
			rc = sys_dup2(pty->slave, fd);
	cleanup_close(&pty->master);
	cleanup_close(&pty->slave);
	return rc < 0 ? rc : 0;
}

/* Only the leader of a session without a terminal may take one (TIOCSCTTY, ioctl_tty(2)). */
int pty_take_control(void)
{
	int rc = sys_setsid();

	return rc < 0 ? rc : sys_ioctl(STDIN_FILENO, TIOCSCTTY, NULL);
}

/*
 * A background job that changes the terminal or reads from it is stopped by these signals, and the
 * kernel repeats the call when it goes on. If they are blocked it is not stopped: then the change
 * succeeds, and the read fails with EIO (__tty_check_change() in drivers/tty/tty_jobctrl.c).
 */
static void allow_stops(sigset_t *ret_mask)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTTIN);
	sigaddset(&stops, SIGTTOU);
	sys_sigprocmask(SIG_UNBLOCK, &stops, ret_mask);
}

void pty_raw(struct pty *pty)
{
	struct termios raw;
	sigset_t mask;

	if (pty->raw || tcgetattr(STDIN_FILENO, &pty->saved) < 0)
		return;
	raw = pty->saved;
	cfmakeraw(&raw);
	allow_stops(&mask);
	pty->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

void pty_restore(struct pty *pty)
{
	if (pty->raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &pty->saved);
	pty->raw = false;
}

void pty_resize(const struct pty *pty)
{
	struct winsize size;

	if (sys_ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		sys_ioctl(pty->master, TIOCSWINSZ, &size);
}

void pty_prepare(const struct pty *pty, struct pollfd *fds)
{
	bool reads = !pty->input.len && !pty->input.ended && !pty->ended;

	/* We read only after the last input was written. If the program does not read, the outer
	 * terminal then blocks the user, as it would without us. */
	fds[0] = (struct pollfd){ .fd = reads ? STDIN_FILENO : -1, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = pty->ended ? -1 : pty->master,
				  .events = (short)(POLLIN | (pty->input.len ? POLLOUT : 0)) };
}

/* Hangs up the program's terminal, because ours has hung up. */
static void hang_up(struct pty *pty)
{
	pty->ended = true;
	cleanup_close(&pty->master);
}

/* Another job has the terminal. The shell may have changed its modes when we go on. */
static ssize_t read_as_a_job(struct pty *pty)
{
	sigset_t mask;
	ssize_t n;

	allow_stops(&mask);
	n = sys_read(STDIN_FILENO, pty->input.data, sizeof(pty->input.data));
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	pty->raw = false;
	pty_raw(pty);
	return n;
}

static void read_input(struct pty *pty, bool has_hung_up)
{
	ssize_t n = sys_read(STDIN_FILENO, pty->input.data, sizeof(pty->input.data));

	if (n == -EIO && !has_hung_up)
		n = read_as_a_job(pty);
	if (n == -EAGAIN)
		return;
	if (n <= 0 && has_hung_up) {
		hang_up(pty);
		return;
	}
	/* The user typed an end of file while the terminal was not raw; or, with an error, nothing more
	 * can be read, as by a job of an orphaned process group. We send the end-of-file character
	 * (termios(3), VEOF). */
	if (n <= 0) {
		pty->input.ended = n < 0;
		pty->input.data[0] = (char)pty->saved.c_cc[VEOF];
		n = 1;
	}
	pty->input.len = (size_t)n;
}

static void write_input(struct pty *pty)
{
	ssize_t n = sys_write(pty->master, pty->input.data, pty->input.len);

	if (n <= 0)
		return;
	pty->input.len -= (size_t)n;
	memmove(pty->input.data, pty->input.data + n, pty->input.len);
}

/*
 * O_NONBLOCK belongs to the open file, which we share with other programs (fcntl(2)): one may have
 * set it.
 */
static int write_output(const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = sys_write(STDOUT_FILENO, data, size);
		struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };
		int rc = n == -EAGAIN ? sys_poll(&room, 1, -1) : 0;

		if (rc < 0 || (n < 0 && n != -EAGAIN))
			return rc < 0 ? rc : (int)n;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* Returns true if it copied something, and the pseudoterminal is still open. */
static bool copy_output(struct pty *pty)
{
	char buf[4096];
	ssize_t n = sys_read(pty->master, buf, sizeof(buf));
	int rc;

	if (n == -EAGAIN)
		return false;
	/* EIO: no process has the slave open any more (n_tty_read() in drivers/tty/n_tty.c). */
	pty->ended = n <= 0;
	if (n < 0 && n != -EIO)
		pty->err = (int)n;
	rc = n > 0 ? write_output(buf, (size_t)n) : 0;
	if (rc < 0) {
		hang_up(pty);
		pty->err = rc;
	}
	return !pty->ended;
}

void pty_serve(struct pty *pty, const struct pollfd *fds)
{
	if (fds[0].revents)
		read_input(pty, fds[0].revents & (POLLHUP | POLLERR));
	if (pty->ended)
		return;
	if (fds[1].revents & POLLOUT)
		write_input(pty);
	if (fds[1].revents & (POLLIN | POLLHUP | POLLERR))
		copy_output(pty);
}

void pty_drain(struct pty *pty)
{
	/* The limit, because a process that survives the program may go on writing. */
	for (int rounds = 0; rounds < 1024 && !pty->ended && copy_output(pty); rounds++)
		continue;
}

void pty_close(struct pty *pty)
{
	pty_restore(pty);
	cleanup_close(&pty->master);
	cleanup_close(&pty->slave);
}

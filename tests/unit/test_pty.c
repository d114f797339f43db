/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal of a program's own: how it is opened and taken, and what happens to ours meanwhile. */
#include <errno.h>
#include <sys/ioctl.h>

#include "pty_unit.h"

static void is_opened_like_ours(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_assert_trace("openat(AT_FDCWD, \"/dev/ptmx\", O_RDWR|O_NOCTTY|O_NONBLOCK)\n"
			  "ioctl(</dev/ptmx>, TIOCSPTLCK)\nioctl(</dev/ptmx>, TIOCGPTPEER)\n"
			  "ioctl(<stdin>, TIOCGWINSZ)\nioctl(<pts>, TIOCSWINSZ)\n");
	assert_int_equal(sets, 1);
	pty_close(&pty);
	fake_assert_closed();
}

static void cannot_be_opened(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
	} rows[] = { { "openat", 1 }, { "ioctl", 1 }, { "ioctl", 2 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diag diag;
		struct pty pty;

		begin();
		fake_returns(rows[i].call, rows[i].nth, -ENODEV);
		assert_int_equal(pty_open(&pty, &diag), -ENODEV);
		assert_message(&diag, "cannot open a pseudoterminal: No such device");
		assert_int_equal(pty.master, -1);
		assert_int_equal(pty.slave, -1);
		fake_assert_closed();
	}
}

static void wants_a_terminal(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	assert_int_equal(pty_check(&diag), 0);
	for (unsigned nth = 1; nth <= 2; nth++) {
		begin();
		fake_returns("ioctl", nth, -ENOTTY);
		assert_int_equal(pty_check(&diag), -ENOTTY);
		assert_message(&diag,
			       "option '--pty' needs a terminal as standard input and output");
	}
}

static void moves_into_the_terminal(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_hide("openat");
	assert_int_equal(pty_move_in(&pty), 0);
	/* A session without a terminal: neither the outer one nor, yet, the new one. */
	assert_non_null(strstr(fake_trace(), "ioctl(<stderr>, TIOCGWINSZ)\nsetsid()\n"
					     "dup2(<pts>, 0)\n"));
	assert_null(fake_find("TIOCSCTTY"));
	assert_int_equal(fake_count("dup2"), 3);
	fake_assert_closed();
}

static void becomes_the_programs_terminal(void **state)
{
	(void)state;
	begin();
	assert_int_equal(pty_take_control(), 0);
	assert_non_null(strstr(fake_trace(), "setsid()\nioctl(<stdin>, TIOCSCTTY)\n"));
}

static void standard_error_that_is_no_terminal_stays(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	/* The fifth: two and two to open it, and this is whether standard error is one. */
	fake_returns("ioctl", 5, -ENOTTY);
	assert_int_equal(pty_move_in(&pty), 0);
	assert_int_equal(fake_count("dup2"), 2);
}

static void cannot_become_a_terminal(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
	} rows[] = { { "setsid", 1 }, { "dup2", 1 }, { "dup2", 3 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pty pty;

		begin();
		open_pty(&pty);
		fake_returns(rows[i].call, rows[i].nth, -EPERM);
		assert_int_equal(pty_move_in(&pty), -EPERM);
		fake_assert_closed();
	}
	for (int nth = 0; nth < 2; nth++) {
		begin();
		fake_returns(nth ? "ioctl" : "setsid", 1, -EPERM);
		assert_int_equal(pty_take_control(), -EPERM);
	}
}

/* --- our terminal ------------------------------------------------------------------------------ */

static void raw_and_back(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_raw(&pty);
	assert_false(modes.c_lflag & ICANON);
	sets = 0;
	pty_raw(&pty);
	assert_int_equal(sets, 0);
	pty_restore(&pty);
	assert_true(modes.c_lflag & ICANON);
	sets = 0;
	pty_restore(&pty);
	assert_int_equal(sets, 0);
	pty_raw(&pty);
	pty_close(&pty);
	assert_true(modes.c_lflag & ICANON);
}

static void terminal_without_modes_stays(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	get_result = -1;
	open_pty(&pty);
	pty_raw(&pty);
	pty_restore(&pty);
	assert_int_equal(sets, 0);
}

static void size_is_passed_on(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_resize(&pty);
	assert_non_null(strstr(fake_trace(), "ioctl(<stdin>, TIOCGWINSZ)\n"
					     "ioctl(</dev/ptmx>, TIOCSWINSZ)\n"));
	begin();
	open_pty(&pty);
	fake_returns("ioctl", 0, -ENOTTY);
	pty_resize(&pty);
	assert_null(strstr(fake_trace(), "ioctl(</dev/ptmx>, TIOCSWINSZ)"));
}

int main(void)
{
	UNIT_ADD(is_opened_like_ours);
	UNIT_ADD(cannot_be_opened);
	UNIT_ADD(wants_a_terminal);
	UNIT_ADD(moves_into_the_terminal);
	UNIT_ADD(becomes_the_programs_terminal);
	UNIT_ADD(standard_error_that_is_no_terminal_stays);
	UNIT_ADD(cannot_become_a_terminal);
	UNIT_ADD(raw_and_back);
	UNIT_ADD(terminal_without_modes_stays);
	UNIT_ADD(size_is_passed_on);
	return unit_run("pty");
}

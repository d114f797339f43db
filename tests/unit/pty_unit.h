/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A terminal of ours whose modes a test sees: linked with --wrap=tcgetattr and --wrap=tcsetattr. */
#ifndef XNS_UNIT_PTY_H
#define XNS_UNIT_PTY_H

#include "apply/pty.h"
#include "apply_unit.h"

/* Our terminal's modes, and how often they were set. */
static struct termios modes;
static int get_result;
static unsigned sets;

int __wrap_tcgetattr(int fd, struct termios *ret);
int __wrap_tcsetattr(int fd, int when, const struct termios *set);

int __wrap_tcgetattr(int fd, struct termios *ret)
{
	assert_int_equal(fd, 0);
	*ret = modes;
	return get_result;
}

int __wrap_tcsetattr(int fd, int when, const struct termios *set)
{
	(void)when;
	sets++;
	if (fd == 0)
		modes = *set;
	return 0;
}

static inline void begin(void)
{
	fake_reset();
	fake_hide("close");
	fake_file("/dev/ptmx", "");
	modes = (struct termios){ .c_lflag = ICANON | ECHO };
	modes.c_cc[VEOF] = 4;
	get_result = 0;
	sets = 0;
}

static inline void open_pty(struct pty *pty)
{
	struct diag diag;

	assert_int_equal(pty_open(pty, &diag), 0);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages: what they say, on how many lines, in how many writes, and that they stay whole. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "output/diag.h"

static void assert_renders(const struct diag *diag, const char *expected)
{
	char buf[4 * DIAG_TEXT];

	memset(buf, 'x', sizeof(buf));
	diag_render(diag, buf, sizeof(buf));
	assert_string_equal(buf, expected);
}

static void set_returns_the_error(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(diag_set(&diag, EPERM, "cannot open %s", "/proc/1/ns/mnt"), -EPERM);
	assert_int_equal(diag.err, EPERM);
	assert_false(diag.usage);
	assert_string_equal(diag.what, "cannot open /proc/1/ns/mnt");
	assert_string_equal(diag.hint, "");
}

static void set_without_an_error_returns_einval(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(diag_set(&diag, 0, "user id map: it is empty"), -EINVAL);
	assert_int_equal(diag.err, 0);
	assert_renders(&diag, "user id map: it is empty");
}

static void set_replaces_all_of_an_earlier_one(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_usage(&diag, "a long text that must go entirely");
	diag_hint(&diag, "an old remedy");
	diag.status = 127;
	diag_set(&diag, ENOENT, "new");
	assert_string_equal(diag.what, "new");
	assert_string_equal(diag.hint, "");
	assert_false(diag.usage);
	assert_int_equal(diag.status, 0);
}

static void usage_blames_the_command_line(void **state)
{
	struct diag diag = { .err = EPERM, .hint = "old" };

	(void)state;
	assert_int_equal(diag_usage(&diag, "unknown option '%s'", "--x"), -EINVAL);
	assert_true(diag.usage);
	assert_int_equal(diag.err, 0);
	assert_string_equal(diag.hint, "");
	assert_renders(&diag, "unknown option '--x'");
}

static void the_first_hint_stays(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_set(&diag, ENOMEM, "cannot fork");
	diag_hint(&diag, "use %s", "--fork");
	diag_hint(&diag, "buy more memory");
	assert_string_equal(diag.hint, "use --fork");
}

static void render_ends_with_the_reason(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_set(&diag, ENOSPC, "cannot create a user namespace");
	assert_renders(&diag, "cannot create a user namespace: No space left on device");
}

static void render_escapes_to_one_line(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_set(&diag, EINVAL, "bad '%s'", "a\nb\x1b[31m\xe2\x80\xae");
	assert_renders(&diag, "bad 'a\\x0ab\\x1b[31m\\xe2\\x80\\xae': Invalid argument");
}

static void a_percent_sign_of_the_user_is_text(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_usage(&diag, "unknown option '%s'", "--%n%s%100d");
	diag_hint(&diag, "%s", "%n");
	assert_renders(&diag, "unknown option '--%n%s%100d'");
	assert_string_equal(diag.hint, "%n");
}

static void long_text_ends_in_an_ellipsis(void **state)
{
	struct diag diag = { 0 };
	char path[2 * DIAG_TEXT], buf[4 * DIAG_TEXT];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	diag_set(&diag, ENOENT, "cannot open %s", path);
	assert_int_equal(strlen(diag.what), DIAG_TEXT - 1);
	assert_string_equal(diag.what + DIAG_TEXT - 6, "aa...");
	diag_render(&diag, buf, sizeof(buf));
	assert_string_equal(buf + DIAG_TEXT - 1, ": No such file or directory");
	diag_hint(&diag, "%s", path);
	assert_string_equal(diag.hint + DIAG_TEXT - 6, "aa...");
}

static void text_of_just_the_room_stays_whole(void **state)
{
	struct diag diag = { 0 };
	char text[DIAG_TEXT];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	diag_set(&diag, 0, "%s", text);
	assert_string_equal(diag.what, text);
}

static void one_byte_too_many_is_cut(void **state)
{
	struct diag diag = { 0 };
	char text[DIAG_TEXT + 1];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	diag_set(&diag, 0, "%s", text);
	assert_string_equal(diag.what + DIAG_TEXT - 6, "aa...");
}

static void long_text_is_not_cut_within_a_character(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		struct diag diag = { 0 };
		char text[2 * DIAG_TEXT] = "aaa";

		for (size_t i = shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xf0\x9f\x98\x80", 5);
		diag_set(&diag, 0, "%s", text);
		assert_true(unit_is_utf8(diag.what, strlen(diag.what)));
		assert_true(strlen(diag.what) > DIAG_TEXT - 5);
	}
}

static void garbage_is_cut_too(void **state)
{
	struct diag diag = { 0 };
	char text[2 * DIAG_TEXT];

	(void)state;
	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	diag_set(&diag, 0, "%s", text);
	assert_true(strlen(diag.what) > DIAG_TEXT - 8);
}

static void escapes_do_not_push_the_reason_out(void **state)
{
	static const char reason[] = ": Permission denied";
	struct diag diag = { 0 };
	char path[DIAG_TEXT], buf[4 * DIAG_TEXT];

	(void)state;
	memset(path, 0x1b, sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	diag_set(&diag, EACCES, "%s", path);
	diag_render(&diag, buf, sizeof(buf));
	assert_string_equal(buf + strlen(buf) - strlen(reason), reason);
}

static void render_keeps_to_every_size(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_set(&diag, EPERM, "a\nb");
	for (size_t size = 1; size < 40; size++) {
		char buf[48];

		memset(buf, '#', sizeof(buf));
		diag_render(&diag, buf, size);
		assert_true(strlen(buf) < size);
		assert_int_equal(buf[size], '#');
	}
}

static void status_is_1_unless_asked(void **state)
{
	struct diag diag = { 0 };

	(void)state;
	diag_set(&diag, ENOENT, "cannot execute");
	assert_int_equal(diag_status(&diag), 1);
	diag.status = 127;
	assert_int_equal(diag_status(&diag), 127);
}

/* ---- what goes to standard error: a socket of packets, so that each write can be told ---- */

struct capture {
	int saved;
	int reader;
};

static void capture_begin(struct capture *capture)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	capture->saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	capture->reader = fds[0];
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
}

static void capture_end(struct capture *capture)
{
	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
}

/* The next packet. After the last one there is end of file: no packet is empty. */
static void assert_packet(const struct capture *capture, const char *expected)
{
	char packet[8 * DIAG_TEXT];
	ssize_t n = read(capture->reader, packet, sizeof(packet) - 1);

	assert_true(n >= 0);
	packet[n] = '\0';
	assert_string_equal(packet, expected);
}

static void print_writes_the_message_once(void **state)
{
	struct diag diag = { 0 };
	struct capture capture;

	(void)state;
	diag_set(&diag, EPERM, "cannot write /proc/self/uid_map");
	capture_begin(&capture);
	diag_print("xunshare", &diag);
	capture_end(&capture);
	assert_packet(&capture, "xunshare: cannot write /proc/self/uid_map: Operation not "
				"permitted\n");
	assert_packet(&capture, "");
	close(capture.reader);
}

static void print_gives_the_hint_a_line_of_its_own(void **state)
{
	struct diag diag = { 0 };
	struct capture capture;

	(void)state;
	diag_set(&diag, ENOSPC, "cannot create a user namespace");
	diag_hint(&diag, "as root:\nsysctl");
	capture_begin(&capture);
	diag_print("xunshare", &diag);
	capture_end(&capture);
	assert_packet(&capture, "xunshare: cannot create a user namespace: No space left on "
				"device\n");
	assert_packet(&capture, "xunshare: hint: as root:\\x0asysctl\n");
	assert_packet(&capture, "");
	close(capture.reader);
}

static void print_points_to_help_for_usage(void **state)
{
	struct diag diag = { 0 };
	struct capture capture;

	(void)state;
	diag_usage(&diag, "unknown option '--\a'");
	capture_begin(&capture);
	diag_print("xnsls", &diag);
	capture_end(&capture);
	assert_packet(&capture, "xnsls: unknown option '--\\x07' (see 'xnsls --help')\n");
	assert_packet(&capture, "");
	close(capture.reader);
}

static void print_ends_the_longest_line(void **state)
{
	struct diag diag = { 0 };
	struct capture capture;
	char path[2 * DIAG_TEXT], packet[8 * DIAG_TEXT];
	ssize_t n;

	(void)state;
	memset(path, 0x07, sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	diag_usage(&diag, "%s", path);
	capture_begin(&capture);
	diag_print("xunshare", &diag);
	capture_end(&capture);
	n = read(capture.reader, packet, sizeof(packet));
	assert_true(n > 4L * (DIAG_TEXT - 8));
	assert_memory_equal(packet + n - 28, "... (see 'xunshare --help')\n", 28);
	close(capture.reader);
}

static void warn_says_so_and_escapes(void **state)
{
	struct capture capture;

	(void)state;
	capture_begin(&capture);
	diag_warn("xnetns", "ignoring '%s'", "a\tb");
	capture_end(&capture);
	assert_packet(&capture, "xnetns: warning: ignoring 'a\\x09b'\n");
	assert_packet(&capture, "");
	close(capture.reader);
}

static void a_closed_standard_error_is_no_error(void **state)
{
	struct diag diag = { 0 };
	struct capture capture;

	(void)state;
	diag_set(&diag, EPERM, "unheard");
	capture_begin(&capture);
	close(STDERR_FILENO);
	diag_print("xunshare", &diag);
	capture_end(&capture);
	assert_packet(&capture, "");
	close(capture.reader);
}

int main(void)
{
	UNIT_ADD(set_returns_the_error);
	UNIT_ADD(set_without_an_error_returns_einval);
	UNIT_ADD(set_replaces_all_of_an_earlier_one);
	UNIT_ADD(usage_blames_the_command_line);
	UNIT_ADD(the_first_hint_stays);
	UNIT_ADD(render_ends_with_the_reason);
	UNIT_ADD(render_escapes_to_one_line);
	UNIT_ADD(a_percent_sign_of_the_user_is_text);
	UNIT_ADD(long_text_ends_in_an_ellipsis);
	UNIT_ADD(text_of_just_the_room_stays_whole);
	UNIT_ADD(one_byte_too_many_is_cut);
	UNIT_ADD(long_text_is_not_cut_within_a_character);
	UNIT_ADD(garbage_is_cut_too);
	UNIT_ADD(escapes_do_not_push_the_reason_out);
	UNIT_ADD(render_keeps_to_every_size);
	UNIT_ADD(status_is_1_unless_asked);
	UNIT_ADD(print_writes_the_message_once);
	UNIT_ADD(print_gives_the_hint_a_line_of_its_own);
	UNIT_ADD(print_points_to_help_for_usage);
	UNIT_ADD(print_ends_the_longest_line);
	UNIT_ADD(warn_says_so_and_escapes);
	UNIT_ADD(a_closed_standard_error_is_no_error);
	return unit_run("diag");
}

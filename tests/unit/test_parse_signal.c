/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and numbers of signals: every edge, and what must be refused. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

enum { UNTOUCHED = 77 };

struct signal_row {
	const char *name;
	const char *text;
	int rc;
	int value;
};

static const struct signal_row signal_rows[] = {
	{ "signal: KILL", "KILL", 0, SIGKILL },
	{ "signal: SIGKILL", "SIGKILL", 0, SIGKILL },
	{ "signal: kill", "kill", 0, SIGKILL },
	{ "signal: sigTerm", "sigTerm", 0, SIGTERM },
	{ "signal: 9", "9", 0, SIGKILL },
	{ "signal: 015 is decimal", "015", 0, 15 },
	{ "signal: CLD is CHLD", "CLD", 0, SIGCHLD },
	{ "signal: POLL is IO", "POLL", 0, SIGIO },
	{ "signal: IOT is ABRT", "IOT", 0, SIGABRT },
	{ "signal: 0 is none", "0", -ERANGE, 0 },
	{ "signal: beyond the last", "65536", -ERANGE, 0 },
	{ "signal: 2^32 + 9", "4294967305", -ERANGE, 0 },
	{ "signal: empty", "", -EINVAL, 0 },
	{ "signal: only SIG", "SIG", -EINVAL, 0 },
	{ "signal: SIG twice", "SIGSIGKILL", -EINVAL, 0 },
	{ "signal: SIG and a number", "SIG9", -EINVAL, 0 },
	{ "signal: -9", "-9", -EINVAL, 0 },
	{ "signal: +9", "+9", -EINVAL, 0 },
	{ "signal: leading blank", " KILL", -EINVAL, 0 },
	{ "signal: trailing newline", "KILL\n", -EINVAL, 0 },
	{ "signal: a beginning", "KIL", -EINVAL, 0 },
	{ "signal: a name and more", "KILLS", -EINVAL, 0 },
	{ "signal: RT alone", "RT", -EINVAL, 0 },
	{ "signal: RTMID", "RTMID", -EINVAL, 0 },
	{ "signal: RTMIN-1", "RTMIN-1", -EINVAL, 0 },
	{ "signal: RTMAX+1", "RTMAX+1", -EINVAL, 0 },
	{ "signal: RTMIN+", "RTMIN+", -EINVAL, 0 },
	{ "signal: RTMIN++1", "RTMIN++1", -EINVAL, 0 },
	{ "signal: RTMIN1", "RTMIN1", -EINVAL, 0 },
	{ "signal: RTMIN+1x", "RTMIN+1x", -EINVAL, 0 },
	{ "signal: RTMIN+64 is above RTMAX", "RTMIN+64", -ERANGE, 0 },
	{ "signal: RTMAX-64 lies before RTMIN", "RTMAX-64", -ERANGE, 0 },
	{ "signal: RTMIN+2^64", "RTMIN+18446744073709551616", -ERANGE, 0 },
};

static void sig(void **state)
{
	const struct signal_row *row = *state;
	int value = UNTOUCHED;

	assert_int_equal(parse_signal(row->text, &value), row->rc);
	assert_int_equal(value, row->rc ? UNTOUCHED : row->value);
}

/* SIGRTMIN and SIGRTMAX are known at run time only: the C library keeps some for itself. */
static void realtime_signals_count_from_both_ends(void **state)
{
	(void)state;
	for (int n = 0; n <= SIGRTMAX - SIGRTMIN; n++) {
		char text[32];
		int value = 0;

		snprintf(text, sizeof(text), "SIGRTMIN+%d", n);
		assert_int_equal(parse_signal(text, &value), 0);
		assert_int_equal(value, SIGRTMIN + n);
		snprintf(text, sizeof(text), "rtmax-%d", n);
		assert_int_equal(parse_signal(text, &value), 0);
		assert_int_equal(value, SIGRTMAX - n);
	}
}

static void realtime_signals_end_at_both_ends(void **state)
{
	int value = 0;
	char text[32];

	(void)state;
	assert_int_equal(parse_signal("RTMIN", &value), 0);
	assert_int_equal(value, SIGRTMIN);
	assert_int_equal(parse_signal("RTMAX", &value), 0);
	assert_int_equal(value, SIGRTMAX);
	snprintf(text, sizeof(text), "%d", SIGRTMAX);
	assert_int_equal(parse_signal(text, &value), 0);
	assert_int_equal(value, SIGRTMAX);
	snprintf(text, sizeof(text), "%d", SIGRTMAX + 1);
	assert_int_equal(parse_signal(text, &value), -ERANGE);
	assert_int_equal(value, SIGRTMAX);
}

static void signal_names_and_numbers_lead_back(void **state)
{
	(void)state;
	for (int n = 1; n <= SIGRTMAX; n++) {
		char text[16];
		int value = 0;

		signal_name(n, text, sizeof(text));
		assert_int_equal(parse_signal(text, &value), 0);
		assert_int_equal(value, n);
		/* 1 to 31 all have names (signal(7)). */
		assert_int_equal(text[0] >= 'A', n < 32);
	}
}

static void signal_name_takes_the_usual_one_of_two(void **state)
{
	char text[16];

	(void)state;
	signal_name(SIGABRT, text, sizeof(text));
	assert_string_equal(text, "ABRT");
	signal_name(SIGCHLD, text, sizeof(text));
	assert_string_equal(text, "CHLD");
	signal_name(SIGIO, text, sizeof(text));
	assert_string_equal(text, "IO");
}

static void signal_name_is_cut_to_its_buffer(void **state)
{
	char text[4] = "xxx";

	(void)state;
	signal_name(SIGVTALRM, text, sizeof(text));
	assert_string_equal(text, "VTA");
}

int main(void)
{
	UNIT_ADD_ROWS(sig, signal_rows);
	UNIT_ADD(realtime_signals_count_from_both_ends);
	UNIT_ADD(realtime_signals_end_at_both_ends);
	UNIT_ADD(signal_names_and_numbers_lead_back);
	UNIT_ADD(signal_name_takes_the_usual_one_of_two);
	UNIT_ADD(signal_name_is_cut_to_its_buffer);
	return unit_run("parse_signal");
}

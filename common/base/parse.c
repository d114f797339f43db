/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/parse.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"

int parse_digits(const char *text, size_t len, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (len == 0)
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		uint64_t digit = (uint64_t)(text[i] - '0');

		if (digit > max || value > (max - digit) / 10)
			return -ERANGE;
		value = value * 10 + digit;
	}
	*ret = value;
	return 0;
}

int parse_u64(const char *text, uint64_t max, uint64_t *ret)
{
	return parse_digits(text, strlen(text), max, ret);
}

int parse_id(const char *text, uint32_t *ret)
{
	uint64_t value;
	int rc = parse_u64(text, ID_MAX, &value);

	if (rc == 0)
		*ret = (uint32_t)value;
	return rc;
}

int parse_pid(const char *text, pid_t *ret)
{
	uint64_t value;
	int rc = parse_u64(text, INT32_MAX, &value);

	if (rc < 0)
		return rc;
	if (value == 0)
		return -ERANGE;
	*ret = (pid_t)value;
	return 0;
}

int parse_i64(const char *text, int64_t *ret)
{
	bool negative = *text == '-', sign = negative || *text == '+';
	uint64_t value;
	int rc = parse_u64(text + sign, (uint64_t)INT64_MAX + (negative ? 1 : 0), &value);

	if (rc < 0)
		return rc;
	/* -(2^63 - 1) - 1 rather than -2^63, which int64_t cannot hold as a positive number. */
	*ret = negative && value ? -(int64_t)(value - 1) - 1 : (int64_t)value;
	return 0;
}

int parse_decimal(const char *text, unsigned digits, uint64_t max, uint64_t *ret)
{
	size_t whole_len = strcspn(text, "."), len = text[whole_len] ? strlen(text + whole_len + 1) : 0;
	uint64_t whole, fraction = 0, unit = 1;
	int rc = parse_digits(text, whole_len, max, &whole);

	for (unsigned i = 0; i < digits; i++)
		unit *= 10;
	if (rc == 0 && text[whole_len])
		rc = len > digits ? -EINVAL :
				    parse_digits(text + whole_len + 1, len, unit - 1, &fraction);
	if (rc < 0)
		return rc;
	while (len && len++ < digits)
		fraction *= 10;
	if (whole == max && fraction)
		return -ERANGE;
	*ret = whole * unit + fraction;
	return 0;
}

/* signal(7). glibc has sigabbrev_np(3) only since 2.32, and musl does not have it. */
static const struct {
	int number;
	const char *name;
} signals[] = {
	{ SIGHUP, "HUP" },       { SIGINT, "INT" },       { SIGQUIT, "QUIT" },
	{ SIGILL, "ILL" },       { SIGTRAP, "TRAP" },     { SIGABRT, "ABRT" },
	{ SIGIOT, "IOT" },       { SIGBUS, "BUS" },       { SIGFPE, "FPE" },
	{ SIGKILL, "KILL" },     { SIGUSR1, "USR1" },     { SIGSEGV, "SEGV" },
	{ SIGUSR2, "USR2" },     { SIGPIPE, "PIPE" },     { SIGALRM, "ALRM" },
	{ SIGTERM, "TERM" },     { SIGCHLD, "CHLD" },     { SIGCHLD, "CLD" },
	{ SIGCONT, "CONT" },     { SIGSTOP, "STOP" },     { SIGTSTP, "TSTP" },
	{ SIGTTIN, "TTIN" },     { SIGTTOU, "TTOU" },     { SIGURG, "URG" },
	{ SIGXCPU, "XCPU" },     { SIGXFSZ, "XFSZ" },     { SIGVTALRM, "VTALRM" },
	{ SIGPROF, "PROF" },     { SIGWINCH, "WINCH" },   { SIGIO, "IO" },
	{ SIGPOLL, "POLL" },     { SIGSYS, "SYS" },
#ifdef SIGSTKFLT
	{ SIGSTKFLT, "STKFLT" },
#endif
#ifdef SIGPWR
	{ SIGPWR, "PWR" },
#endif
};

/* "MIN", "MIN+3", "MAX-2": the part after "RT". */
static int parse_realtime(const char *text, int *ret)
{
	bool from_min = strncasecmp(text, "MIN", 3) == 0;
	uint64_t distance = 0;
	char sign = from_min ? '+' : '-';
	int rc;

	if (!from_min && strncasecmp(text, "MAX", 3) != 0)
		return -EINVAL;
	text += 3;
	if (*text) {
		const uint64_t most = (uint64_t)(SIGRTMAX - SIGRTMIN);

		rc = *text == sign ? parse_u64(text + 1, most, &distance) : -EINVAL;
		if (rc < 0)
			return rc;
	}
	*ret = from_min ? SIGRTMIN + (int)distance : SIGRTMAX - (int)distance;
	return 0;
}

int parse_signal(const char *text, int *ret)
{
	uint64_t number;
	int rc = parse_u64(text, (uint64_t)SIGRTMAX, &number);

	if (rc == 0) {
		if (number == 0)
			return -ERANGE;
		*ret = (int)number;
		return 0;
	}
	if (rc == -ERANGE)
		return rc;
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (strncasecmp(text, signals[i].name, 16) == 0) {
			*ret = signals[i].number;
			return 0;
		}
	if (strncasecmp(text, "RT", 2) == 0)
		return parse_realtime(text + 2, ret);
	return -EINVAL;
}

int parse_word(const char *text, const char *const words[])
{
	for (int i = 0; words[i]; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return -EINVAL;
}

void signal_name(int sig, char *buf, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i].number == sig) {
			snprintf(buf, size, "%s", signals[i].name);
			return;
		}
	snprintf(buf, size, "%d", sig);
}

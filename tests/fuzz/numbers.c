/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse.h: nothing but digits is a number, and none is cut short. */
#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "fuzz.h"

static bool is_digits(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* The value as the C library has it; false: beyond 64 bits. */
static bool reference(const char *text, uint64_t *ret)
{
	errno = 0;
	*ret = strtoumax(text, NULL, 10);
	return errno == 0;
}

static void check_unsigned(const char *text, int rc, uint64_t got, uint64_t min, uint64_t max)
{
	uint64_t want;

	if (!is_digits(text))
		HOLDS(rc == -EINVAL);
	else if (!reference(text, &want) || want > max || want < min)
		HOLDS(rc == -ERANGE);
	else
		HOLDS(rc == 0 && got == want);
}

static void check_seconds(const char *text)
{
	int64_t seconds = 4242;
	int rc = parse_i64(text, &seconds);
	intmax_t want;

	if (!is_digits(text + (*text == '-' || *text == '+'))) {
		HOLDS(rc == -EINVAL && seconds == 4242);
		return;
	}
	errno = 0;
	want = strtoimax(text, NULL, 10);
	HOLDS(errno ? rc == -ERANGE : rc == 0 && seconds == want);
}

static void check_signal(const char *text)
{
	char name[32];
	int sig = 0, again = 0;

	if (parse_signal(text, &sig) < 0) {
		HOLDS(sig == 0);
		return;
	}
	HOLDS(sig > 0 && sig < 65);
	signal_name(sig, name, sizeof(name));
	HOLDS(parse_signal(name, &again) == 0 && again == sig);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	uint64_t number = 0;
	uint32_t id = 0;
	pid_t pid = 0;
	int rc;

	rc = parse_u64(text, UINT64_MAX, &number);
	check_unsigned(text, rc, number, 0, UINT64_MAX);
	rc = parse_u64(text, 1000, &number);
	check_unsigned(text, rc, number, 0, 1000);
	rc = parse_id(text, &id);
	check_unsigned(text, rc, id, 0, ID_MAX);
	rc = parse_pid(text, &pid);
	check_unsigned(text, rc, (uint64_t)pid, 1, INT32_MAX);
	check_seconds(text);
	check_signal(text);
	free(text);
	return 0;
}

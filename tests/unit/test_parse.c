/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, ids, pids, seconds and words: every edge, and what must be refused. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

enum { UNTOUCHED = 77 };

struct id_row {
	const char *name;
	const char *text;
	int rc;
	uint32_t value;
};

static const struct id_row id_rows[] = {
	{ "id: 0", "0", 0, 0 },
	{ "id: 1", "1", 0, 1 },
	{ "id: 1000", "1000", 0, 1000 },
	{ "id: nobody, 65534", "65534", 0, 65534 },
	{ "id: 2^16", "65536", 0, 65536 },
	{ "id: 2^31 - 1", "2147483647", 0, 2147483647 },
	{ "id: 2^31", "2147483648", 0, UINT32_C(2147483648) },
	{ "id: 2^32 - 2, the largest", "4294967294", 0, UINT32_C(4294967294) },
	{ "id: 2^32 - 1 means none", "4294967295", -ERANGE, 0 },
	{ "id: 2^32 does not wrap to root", "4294967296", -ERANGE, 0 },
	{ "id: 2^32 + 1000", "4294968296", -ERANGE, 0 },
	{ "id: a tenth digit too many", "10000000000", -ERANGE, 0 },
	{ "id: 2^63", "9223372036854775808", -ERANGE, 0 },
	{ "id: 2^64 - 1", "18446744073709551615", -ERANGE, 0 },
	{ "id: 2^64", "18446744073709551616", -ERANGE, 0 },
	{ "id: 2^64 + 1000", "18446744073709552616", -ERANGE, 0 },
	{ "id: 40 digits", "9999999999999999999999999999999999999999", -ERANGE, 0 },
	{ "id: leading zeros are decimal", "0000000000000000000000000001010", 0, 1010 },
	{ "id: only zeros", "000", 0, 0 },
	{ "id: empty", "", -EINVAL, 0 },
	{ "id: blank", " ", -EINVAL, 0 },
	{ "id: leading blank", " 1", -EINVAL, 0 },
	{ "id: trailing blank", "1 ", -EINVAL, 0 },
	{ "id: trailing newline", "1\n", -EINVAL, 0 },
	{ "id: leading tab", "\t1", -EINVAL, 0 },
	{ "id: minus", "-", -EINVAL, 0 },
	{ "id: -1", "-1", -EINVAL, 0 },
	{ "id: -0", "-0", -EINVAL, 0 },
	{ "id: +1", "+1", -EINVAL, 0 },
	{ "id: hexadecimal", "0x10", -EINVAL, 0 },
	{ "id: a letter after the number", "1000x", -EINVAL, 0 },
	{ "id: letter before", "x1000", -EINVAL, 0 },
	{ "id: exponent", "1e3", -EINVAL, 0 },
	{ "id: decimal point", "1.0", -EINVAL, 0 },
	{ "id: thousands", "1,000", -EINVAL, 0 },
	{ "id: Arabic-Indic digit", "\xd9\xa1", -EINVAL, 0 },
	{ "id: fullwidth digit", "\xef\xbc\x91", -EINVAL, 0 },
	{ "id: the byte before 0", "/", -EINVAL, 0 },
	{ "id: the byte after 9", ":", -EINVAL, 0 },
	{ "id: too large and not a number", "99999999999999999999x", -EINVAL, 0 },
	{ "id: a name", "root", -EINVAL, 0 },
};

static void id(void **state)
{
	const struct id_row *row = *state;
	uint32_t value = UNTOUCHED;

	assert_int_equal(parse_id(row->text, &value), row->rc);
	assert_int_equal(value, row->rc ? UNTOUCHED : row->value);
}

struct u64_row {
	const char *name;
	const char *text;
	uint64_t max;
	int rc;
	uint64_t value;
};

static const struct u64_row u64_rows[] = {
	{ "u64: 2^64 - 1", "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
	{ "u64: 2^64", "18446744073709551616", UINT64_MAX, -ERANGE, 0 },
	{ "u64: ten times too large", "184467440737095516150", UINT64_MAX, -ERANGE, 0 },
	{ "u64: the maximum", "255", 255, 0, 255 },
	{ "u64: one above the maximum", "256", 255, -ERANGE, 0 },
	{ "u64: above the maximum in the tens", "260", 255, -ERANGE, 0 },
	{ "u64: maximum 0, and 0", "0", 0, 0, 0 },
	{ "u64: maximum 0, and 1", "1", 0, -ERANGE, 0 },
	{ "u64: maximum 5, and 5", "5", 5, 0, 5 },
	{ "u64: maximum 5, and 6", "6", 5, -ERANGE, 0 },
	{ "u64: maximum 5, and 9", "9", 5, -ERANGE, 0 },
	{ "u64: maximum 5, and 10", "10", 5, -ERANGE, 0 },
	{ "u64: maximum 5, and 0005", "0005", 5, 0, 5 },
	{ "u64: empty", "", UINT64_MAX, -EINVAL, 0 },
	{ "u64: sign", "+5", UINT64_MAX, -EINVAL, 0 },
};

static void u64(void **state)
{
	const struct u64_row *row = *state;
	uint64_t value = UNTOUCHED;

	assert_int_equal(parse_u64(row->text, row->max, &value), row->rc);
	assert_true(value == (row->rc ? UNTOUCHED : row->value));
}

static void u64_counts_to_every_maximum_below_1000(void **state)
{
	(void)state;
	for (uint64_t max = 0; max < 1000; max++)
		for (uint64_t n = 0; n < 1000; n++) {
			uint64_t value = UNTOUCHED;
			char text[8];

			snprintf(text, sizeof(text), "%u", (unsigned)n);
			assert_int_equal(parse_u64(text, max, &value), n > max ? -ERANGE : 0);
			assert_true(value == (n > max ? UNTOUCHED : n));
		}
}

static const struct u64_row decimal_rows[] = {
	{ "decimal: whole", "3", 10, 0, 3000 },
	{ "decimal: point", "1.5", 10, 0, 1500 },
	{ "decimal: all digits", "0.001", 10, 0, 1 },
	{ "decimal: point at the end", "2.", 10, -EINVAL, 0 },
	{ "decimal: no whole", ".5", 10, -EINVAL, 0 },
	{ "decimal: too many digits", "0.0001", 10, -EINVAL, 0 },
	{ "decimal: two points", "1.2.3", 10, -EINVAL, 0 },
	{ "decimal: sign", "-1", 10, -EINVAL, 0 },
	{ "decimal: sign after the point", "1.-2", 10, -EINVAL, 0 },
	{ "decimal: empty", "", 10, -EINVAL, 0 },
	{ "decimal: the maximum", "10.0", 10, 0, 10000 },
	{ "decimal: above", "10.001", 10, -ERANGE, 0 },
};

static void decimal(void **state)
{
	const struct u64_row *row = *state;
	uint64_t value = UNTOUCHED;

	assert_int_equal(parse_decimal(row->text, 3, row->max, &value), row->rc);
	assert_true(value == (row->rc ? UNTOUCHED : row->value));
}

static void digits_stop_at_the_length_given(void **state)
{
	uint64_t value = UNTOUCHED;

	(void)state;
	assert_int_equal(parse_digits("123x", 3, 1000, &value), 0);
	assert_true(value == 123);
	value = UNTOUCHED;
	assert_int_equal(parse_digits("123x", 4, 1000, &value), -EINVAL);
	assert_int_equal(parse_digits("123", 0, 1000, &value), -EINVAL);
	assert_int_equal(parse_digits("12\0003", 4, 1000, &value), -EINVAL);
	assert_true(value == UNTOUCHED);
}

struct pid_row {
	const char *name;
	const char *text;
	int rc;
	pid_t value;
};

static const struct pid_row pid_rows[] = {
	{ "pid: 1", "1", 0, 1 },
	{ "pid: 2^22, the kernel's largest", "4194304", 0, 4194304 },
	{ "pid: 2^31 - 1", "2147483647", 0, 2147483647 },
	{ "pid: 2^31", "2147483648", -ERANGE, 0 },
	{ "pid: 2^32 + 1 does not wrap to init", "4294967297", -ERANGE, 0 },
	{ "pid: 0", "0", -ERANGE, 0 },
	{ "pid: 00", "00", -ERANGE, 0 },
	{ "pid: -1 would be everyone", "-1", -EINVAL, 0 },
	{ "pid: empty", "", -EINVAL, 0 },
	{ "pid: self", "self", -EINVAL, 0 },
	{ "pid: a path", "1/ns", -EINVAL, 0 },
	{ "pid: trailing newline", "1\n", -EINVAL, 0 },
};

static void pid(void **state)
{
	const struct pid_row *row = *state;
	pid_t value = UNTOUCHED;

	assert_int_equal(parse_pid(row->text, &value), row->rc);
	assert_int_equal(value, row->rc ? UNTOUCHED : row->value);
}

struct seconds_row {
	const char *name;
	const char *text;
	int rc;
	int64_t value;
};

static const struct seconds_row seconds_rows[] = {
	{ "seconds: 0", "0", 0, 0 },
	{ "seconds: -0", "-0", 0, 0 },
	{ "seconds: 1", "1", 0, 1 },
	{ "seconds: -1", "-1", 0, -1 },
	{ "seconds: 2^32", "4294967296", 0, INT64_C(4294967296) },
	{ "seconds: -2^32", "-4294967296", 0, -INT64_C(4294967296) },
	{ "seconds: 2^63 - 1", "9223372036854775807", 0, INT64_MAX },
	{ "seconds: 2^63", "9223372036854775808", -ERANGE, 0 },
	{ "seconds: -2^63 + 1", "-9223372036854775807", 0, -INT64_MAX },
	{ "seconds: -2^63", "-9223372036854775808", 0, INT64_MIN },
	{ "seconds: -2^63 - 1", "-9223372036854775809", -ERANGE, 0 },
	{ "seconds: -2^64", "-18446744073709551616", -ERANGE, 0 },
	{ "seconds: only a sign", "-", -EINVAL, 0 },
	{ "seconds: two signs", "--1", -EINVAL, 0 },
	{ "seconds: plus", "+1", 0, 1 },
	{ "seconds: plus, too much", "+9223372036854775808", -ERANGE, 0 },
	{ "seconds: two plus signs", "++1", -EINVAL, 0 },
	{ "seconds: only a plus", "+", -EINVAL, 0 },
	{ "seconds: minus and plus", "-+1", -EINVAL, 0 },
	{ "seconds: a space after the sign", "- 1", -EINVAL, 0 },
	{ "seconds: empty", "", -EINVAL, 0 },
	{ "seconds: fraction", "1.5", -EINVAL, 0 },
	{ "seconds: unit", "1s", -EINVAL, 0 },
};

static void seconds(void **state)
{
	const struct seconds_row *row = *state;
	int64_t value = UNTOUCHED;

	assert_int_equal(parse_i64(row->text, &value), row->rc);
	assert_true(value == (row->rc ? UNTOUCHED : row->value));
}

static const char *const words[] = { "allow", "deny", NULL };

struct word_row {
	const char *name;
	const char *text;
	int rc;
};

static const struct word_row word_rows[] = {
	{ "word: the first", "allow", 0 },
	{ "word: the second", "deny", 1 },
	{ "word: a beginning", "allo", -EINVAL },
	{ "word: one letter more", "allowed", -EINVAL },
	{ "word: other case", "Allow", -EINVAL },
	{ "word: empty", "", -EINVAL },
	{ "word: trailing newline", "deny\n", -EINVAL },
};

static void word(void **state)
{
	const struct word_row *row = *state;

	assert_int_equal(parse_word(row->text, words), row->rc);
}

static void word_of_none_is_refused(void **state)
{
	static const char *const none[] = { NULL };

	(void)state;
	assert_int_equal(parse_word("", none), -EINVAL);
}

int main(void)
{
	UNIT_ADD_ROWS(id, id_rows);
	UNIT_ADD_ROWS(u64, u64_rows);
	UNIT_ADD_ROWS(decimal, decimal_rows);
	UNIT_ADD(u64_counts_to_every_maximum_below_1000);
	UNIT_ADD(digits_stop_at_the_length_given);
	UNIT_ADD_ROWS(pid, pid_rows);
	UNIT_ADD_ROWS(seconds, seconds_rows);
	UNIT_ADD_ROWS(word, word_rows);
	UNIT_ADD(word_of_none_is_refused);
	return unit_run("parse");
}

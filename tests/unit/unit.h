/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations shared by the unit tests: cmocka after the headers that it needs, tests made from the
 * rows of a table, and a check of well-formed UTF-8 other than the one under test.
 */
#ifndef XNS_UNIT_H
#define XNS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"

enum { UNIT_TESTS_MAX = 1024 };

static struct CMUnitTest unit_tests[UNIT_TESTS_MAX];
static size_t unit_n_tests;

/* Adds one test. row comes to it as *state, and is not changed. */
static inline void unit_add(const char *name, CMUnitTestFunction function, const void *row)
{
	if (unit_n_tests == UNIT_TESTS_MAX)
		abort();
	unit_tests[unit_n_tests++] = (struct CMUnitTest){
		.name = name,
		.test_func = function,
		.initial_state = (void *)(uintptr_t)row,
	};
}

/* Adds a function under its own name. */
#define UNIT_ADD(function) unit_add(#function, function, NULL)

/* Adds one test for each row of a table; the row's first member is its name. */
#define UNIT_ADD_ROWS(function, rows)                                              \
	for (size_t unit_i = 0; unit_i < ARRAY_LEN(rows); unit_i++)                \
		unit_add(*(const char *const *)&(rows)[unit_i], function, &(rows)[unit_i])

/* Runs what was added; the number of failures. */
static inline int unit_run(const char *group)
{
	return _cmocka_run_group_tests(group, unit_tests, unit_n_tests, NULL, NULL);
}

/*
 * Length of the well-formed UTF-8 character at s, 0 if there is none: the rows of table 3-7 of the
 * Unicode standard as they stand there.
 */
static inline size_t unit_utf8_char(const unsigned char *s, size_t len)
{
	static const unsigned char forms[][9] = {
		/* length, then the least and the greatest of each byte */
		{ 1, 0x00, 0x7f },
		{ 2, 0xc2, 0xdf, 0x80, 0xbf },
		{ 3, 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf },
		{ 3, 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf },
		{ 3, 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf },
		{ 3, 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 4, 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf },
	};

	for (size_t f = 0; f < ARRAY_LEN(forms); f++) {
		size_t n = forms[f][0], i = 0;

		if (n > len)
			continue;
		while (i < n && s[i] >= forms[f][1 + 2 * i] && s[i] <= forms[f][2 + 2 * i])
			i++;
		if (i == n)
			return n;
	}
	return 0;
}

static inline bool unit_is_utf8(const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = unit_utf8_char((const unsigned char *)s + i, len - i);
		if (n == 0)
			return false;
	}
	return true;
}

/* The same numbers on every run. */
static inline uint32_t unit_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

#endif

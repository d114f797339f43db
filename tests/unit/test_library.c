/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading libraries: the real loader, with a library that the build wants anyhow. */
#include "kernel/library.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static int (*have)(int which, unsigned capability);
static void (*none)(void);

static void not_found(const char *soname, const struct library_symbol *symbols, size_t n,
		      const char *word)
{
	const char *text = NULL;

#ifndef STATIC_PROGRAM
	assert_int_equal(library_load(soname, symbols, n, &text), -ENOENT);
	assert_non_null(text);
	assert_non_null(strstr(text, word));
#else
	(void)word;
	assert_int_equal(library_load(soname, symbols, n, &text), 0);
#endif
}

static void symbols_are_found(void **state)
{
	static int here;
	const struct library_symbol symbols[] = {
		{ (void **)&have, "capng_have_capability", &here },
	};
	const char *text;

	(void)state;
	assert_int_equal(library_load(LIBCAP_NG_SONAME, symbols, 1, &text), 0);
	assert_non_null(have);
	/* Once more is the same. */
	assert_int_equal(library_load(LIBCAP_NG_SONAME, symbols, 1, &text), 0);
}

static void library_that_is_not_there(void **state)
{
	const struct library_symbol symbols[] = { { (void **)&none, "x", NULL } };

	(void)state;
	not_found("libxns-no-such-library.so.9", symbols, 1, "libxns-no-such-library.so.9");
}

static void symbol_that_is_not_there(void **state)
{
	const struct library_symbol symbols[] = {
		{ (void **)&none, "xns_no_such_function", NULL },
		{ (void **)&have, "capng_have_capability", NULL },
	};

	(void)state;
	not_found(LIBCAP_NG_SONAME, symbols, 2, "xns_no_such_function");
}

int main(void)
{
	UNIT_ADD(symbols_are_found);
	UNIT_ADD(library_that_is_not_there);
	UNIT_ADD(symbol_that_is_not_there);
	return unit_run("library");
}

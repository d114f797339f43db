/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which variables may be taken over, and which are listed. */
#include "ids/environ.h"

#include "unit.h"

struct variable {
	const char *name, *text;
	bool unsafe;
};

static const struct variable variables[] = {
	{ "a plain one", "HOME=/root", false },
	{ "an empty value", "A=", false },
	{ "no equals sign", "HOME", true },
	{ "no name", "=x", true },
	{ "nothing", "", true },
	{ "LD_PRELOAD", "LD_PRELOAD=/x.so", true },
	{ "LD_ANYTHING", "LD_ANYTHING=1", true },
	{ "LD without more", "LD=1", false },
	{ "MALLOC_ARENA_MAX", "MALLOC_ARENA_MAX=1", true },
	{ "GLIBC_TUNABLES", "GLIBC_TUNABLES=x", true },
	{ "GCONV_PATH", "GCONV_PATH=/x", true },
	{ "a name that begins so", "GCONV_PATHS=/x", false },
	{ "a name that ends so", "MY_GCONV_PATH=/x", false },
	{ "another case", "gconv_path=/x", false },
	{ "TMPDIR", "TMPDIR=/x", false },
	{ "LOCPATH", "LOCPATH=/x", true },
	{ "RESOLV_HOST_CONF", "RESOLV_HOST_CONF=/x", true },
};

static void is_judged(void **state)
{
	const struct variable *row = *state;

	assert_int_equal(environ_is_unsafe(row->text), row->unsafe);
}

static void lists(void **state)
{
	(void)state;
	assert_true(environ_is_listed("A=1", "A"));
	assert_true(environ_is_listed("A=1", "B,A"));
	assert_true(environ_is_listed("A=1", "A,B"));
	assert_true(environ_is_listed("A=1", ",,A,"));
	assert_true(environ_is_listed("A", "A"));
	assert_false(environ_is_listed("A=1", ""));
	assert_false(environ_is_listed("A=1", "AB"));
	assert_false(environ_is_listed("AB=1", "A"));
	assert_false(environ_is_listed("A=1", "a"));
	assert_false(environ_is_listed("A=1", "A=1"));
	assert_false(environ_is_listed("A=1", " A"));
}

int main(void)
{
	UNIT_ADD_ROWS(is_judged, variables);
	UNIT_ADD(lists);
	return unit_run("environ");
}

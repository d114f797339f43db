/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of capabilities, parsed and rendered. */
#include "base/capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define BIT(number) (UINT64_C(1) << (number))

struct parsed {
	const char *name, *text;
	uint64_t set; /* 0: refused */
};

static const struct parsed parsed[] = {
	{ "a name", "CAP_SYS_ADMIN", BIT(CAP_SYS_ADMIN) },
	{ "without the prefix, in lower case", "sys_admin", BIT(CAP_SYS_ADMIN) },
	{ "with half of it in lower case", "cap_SYS_admin", BIT(CAP_SYS_ADMIN) },
	{ "the first and the last", "chown,CAP_CHECKPOINT_RESTORE", BIT(0) | BIT(40) },
	{ "the same twice", "kill,kill", BIT(CAP_KILL) },
	{ "all", "all", CAPABILITIES_ALL },
	{ "all in capitals", "ALL", CAPABILITIES_ALL },
	{ "empty", "", 0 },
	{ "an empty element", "kill,", 0 },
	{ "a blank", "kill, chown", 0 },
	{ "the prefix alone", "cap_", 0 },
	{ "the prefix twice", "cap_cap_kill", 0 },
	{ "a beginning", "sys", 0 },
	{ "a name and more", "sys_admins", 0 },
	{ "a number", "21", 0 },
	{ "something else after a name", "kill,foo", 0 },
};

static void parses(void **state)
{
	const struct parsed *row = *state;
	uint64_t set = 77;
	int rc = capability_parse(row->text, &set);

	assert_int_equal(rc, row->set ? 0 : -EINVAL);
	assert_true(set == (row->set ? row->set : 77));
}

struct rendered {
	const char *name;
	uint64_t set;
	const char *text;
};

static const struct rendered rendered[] = {
	{ "none", 0, "" },
	{ "one", BIT(CAP_KILL), "CAP_KILL" },
	{ "two", BIT(CAP_KILL) | BIT(CAP_SYS_ADMIN), "CAP_KILL, CAP_SYS_ADMIN" },
	{ "every", CAPABILITIES_ALL, "all" },
	{ "every but two", ~(BIT(0) | BIT(40)), "all but CAP_CHOWN, CAP_CHECKPOINT_RESTORE" },
	{ "one that has no name", BIT(63), "a capability" },
};

static void renders(void **state)
{
	const struct rendered *row = *state;
	char text[256], small[9];

	capability_render(row->set, text, sizeof(text));
	assert_string_equal(text, row->text);
	capability_render(row->set, small, sizeof(small));
	assert_memory_equal(small, row->text, strnlen(row->text, sizeof(small) - 1));
}

/* The numbers are the kernel's, and what is rendered can be parsed. */
static void table_is_whole(void **state)
{
	(void)state;
	for (unsigned number = 0; number <= CAP_LAST_CAP; number++) {
		uint64_t set = 0;

		assert_int_equal(capability_parse(capability_name(number), &set), 0);
		assert_true(set == BIT(number));
	}
	assert_string_equal(capability_name(CAP_NET_RAW), "CAP_NET_RAW");
	assert_string_equal(capability_name(CAP_BPF), "CAP_BPF");
	assert_string_equal(capability_name(64), "a capability");
}

int main(void)
{
	UNIT_ADD_ROWS(parses, parsed);
	UNIT_ADD_ROWS(renders, rendered);
	UNIT_ADD(table_is_whole);
	return unit_run("capability");
}

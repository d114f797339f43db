/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users, found in the texts of passwd and group files. */
#include "base/user.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "short:x:1:1\n"
			     "long:x:2:2::/:/bin/sh:more\n"
			     ":x:3:3::/:\n"
			     "minus:x:-4:4::/:\n"
			     "large:x:4294967295:5::/:\n"
			     "anna:x:1000:100:Anna, who:/home/anna:/bin/sh\n"
			     "anna:x:2000:200::/second:/bin/sh\n"
			     "plain:x:7:8::/:";
static const char group[] = "root:x:0:\nusers:x:100:anna\nwheel:x:10:bert,anna\n"
			    "annas:x:11:annabell,hanna\nbad:x:x:anna\nlast:x:12:anna";

struct row {
	const char *name, *wanted;
	const char *found; /* "UID:GID HOME GROUPS"; NULL: nobody */
};

static const struct row rows[] = {
	{ "by name", "anna", "1000:100 /home/anna 100 10 12" },
	{ "by number", "1000", "1000:100 /home/anna 100 10 12" },
	{ "root", "root", "0:0 /root 0" },
	{ "the last line, without a newline", "plain", "7:8 / 8" },
	{ "a line of too few fields", "short", NULL },
	{ "a line of too many fields", "long", NULL },
	{ "a negative number", "minus", NULL },
	{ "a number that is no id", "large", NULL },
	{ "a beginning", "ann", NULL },
	{ "a name and more", "annab", NULL },
	{ "no name", "", NULL },
	{ "a line without a name", "3", NULL },
	{ "two fields", "anna:x", NULL },
};

static void finds(void **state)
{
	const struct row *row = *state;
	struct user user = { .uid = 0 };
	char text[160];
	size_t used;
	int rc = user_find(passwd, row->wanted, &user);

	assert_int_equal(rc, row->found ? 0 : -ENOENT);
	if (!row->found)
		return;
	assert_int_equal(user_find_groups(group, &user), 0);
	used = (size_t)snprintf(text, sizeof(text), "%u:%u %s", user.uid, user.gid, user.home);
	for (size_t i = 0; i < user.n_groups; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %u", user.groups[i]);
	assert_string_equal(text, row->found);
	user_free(&user);
	assert_null(user.name);
}

int main(void)
{
	UNIT_ADD_ROWS(finds, rows);
	return unit_run("user");
}

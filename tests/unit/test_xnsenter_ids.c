/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a program may keep ids of outside in a user namespace that it enters. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/idmap.h"
#include "diag_unit.h"
#include "unit.h"
#include "xnsenter/xnsenter.h"

enum { ARGS_MAX = 16, OWNER = 1000 };

/* Properties of the namespace and of the caller. */
enum {
	OWN = 1,     /* the caller owns it */
	ROOT = 2,    /* the caller's uid is 0 */
	DENIES = 4,  /* setgroups is denied */
	UNKNOWN = 8, /* it was not examined */
};

struct row {
	const char *name;
	const char *options;
	unsigned flags;
	const char *uid_map, *gid_map; /* as in /proc */
	uint32_t id, group;            /* the caller's uid and gid, and its supplementary group */
	const char *stray;             /* "uid 0"; NULL: it may */
	const char *remedy;
};

#define IDS "--preserve-credentials"
#define REPLACE(uid, gid)                                                                       \
	"replace --preserve-credentials with -S " uid " -G " gid " to run it with ids of that " \
	"namespace, or add --keep-outside-ids if you trust every process there"
#define OWNERS "run it as uid 1000, or add --keep-outside-ids if you trust every process there"
#define ALL "0 0 4294967295\n"
#define BLOCK "0 100000 65536\n"
#define SINGLE "0 1000 1\n"

static const struct row rows[] = {
	{ "another's, no map", IDS, ROOT, "", "", 0, 0, "uid 0", OWNERS },
	{ "another's, no map, setgroups denied", IDS, ROOT | DENIES, "", "", 0, 0, "uid 0",
	  OWNERS },
	{ "another's, a single id", IDS, ROOT | DENIES, SINGLE, SINGLE, 0, 0, "uid 0",
	  REPLACE("0", "0") },
	{ "another's, only the uids are mapped", IDS, ROOT, ALL, "", 0, 0, "gid 0", OWNERS },
	{ "another's, only the gids are mapped", IDS, ROOT, "", ALL, 0, 0, "uid 0", OWNERS },
	{ "another's, all ids", IDS, ROOT, ALL, ALL, 0, 7, NULL, NULL },
	{ "another's, not the group", IDS, ROOT, "0 0 5\n", "0 0 5\n", 0, 7, "group 7",
	  REPLACE("0", "0") },
	{ "a map without 0", IDS, ROOT, "3 100000 9\n", "4 100000 9\n", 0, 0, "uid 0",
	  REPLACE("3", "4") },
	{ "a map of ids that we do not have", IDS, ROOT, "0 4294967295 1\n", "0 4294967295 1\n", 0,
	  0, "uid 0", REPLACE("0", "0") },
	{ "the uid is taken from inside", IDS " -S 0", ROOT, BLOCK, BLOCK, 0, 0, "gid 0",
	  REPLACE("0", "0") },
	{ "the gid is taken from inside", IDS " -G 0", ROOT, BLOCK, BLOCK, 0, 0, "uid 0",
	  REPLACE("0", "0") },
	{ "both are, groups are dropped", IDS " -S 0 -G 0", ROOT, BLOCK, BLOCK, 0, 0, NULL, NULL },
	{ "both are, groups cannot be dropped", IDS " -S 0 -G 0", ROOT | DENIES, BLOCK, BLOCK, 0, 0,
	  "group 0", REPLACE("0", "0") },
	{ "both are the target's", IDS " -S follow -G follow", ROOT, BLOCK, BLOCK, 0, 0, NULL,
	  NULL },
	{ "a user's, of another", IDS, 0, BLOCK, BLOCK, 1001, 1001, "uid 1001", REPLACE("0", "0") },
	{ "own, no map", IDS, OWN, "", "", OWNER, 27, NULL, NULL },
	{ "root's own, no map", IDS, OWN | ROOT, "", "", 0, 27, NULL, NULL },
	{ "own, a map without it", IDS, OWN, BLOCK, BLOCK, OWNER, 27, "uid 1000",
	  REPLACE("0", "0") },
	{ "root's own, a map without it", IDS, OWN | ROOT, BLOCK, BLOCK, 0, 0, "uid 0",
	  REPLACE("0", "0") },
	{ "own, only a map of uids", IDS, OWN, SINGLE, "", OWNER, 27, NULL, NULL },
	{ "own, only a map of gids", IDS, OWN, "", SINGLE, OWNER, 27, NULL, NULL },
	{ "own, only a map of other uids", IDS, OWN, BLOCK, "", OWNER, 27, "uid 1000", OWNERS },
	{ "own, only a map of other gids", IDS, OWN, "", BLOCK, OWNER, 27, "gid 1000", OWNERS },
	{ "own, a group besides", IDS, OWN | DENIES, SINGLE, SINGLE, OWNER, 27, NULL, NULL },
	{ "own, a group besides, setgroups allowed", IDS, OWN, SINGLE, SINGLE, OWNER, 27, NULL,
	  NULL },
	{ "root's own, a group besides", IDS, OWN | ROOT | DENIES, "0 0 1\n", "0 0 1\n", 0, 27,
	  NULL, NULL },
	{ "root's own, a group that others may have dropped", IDS, OWN | ROOT, "0 0 1\n", "0 0 1\n",
	  0, 27, "group 27", REPLACE("0", "0") },
	{ "not examined", IDS, ROOT | UNKNOWN, "", "", 0, 0, NULL, NULL },
};

static void check(void **state)
{
	const struct row *row = *state;
	struct entered_ids ids = {
		.is_examined = !(row->flags & UNKNOWN),
		.is_own = row->flags & OWN,
		.is_privileged = row->flags & ROOT,
		.denies_setgroups = row->flags & DENIES,
		.owner = row->flags & OWN ? row->id : OWNER,
		.uids = { row->id, row->id, row->id },
		.gids = { row->id, row->id, row->id },
	};
	uint32_t groups[] = { row->group };
	char words[128], *argv[ARGS_MAX + 1] = { NULL }, *next = NULL, expected[128];
	struct xnsenter request;
	struct diag diag = { .err = 0 };
	int argc = 0;

	ids.groups = groups;
	ids.n_groups = 1;
	assert_int_equal(idmap_parse_file(row->uid_map, &ids.uid_map), 0);
	assert_int_equal(idmap_parse_file(row->gid_map, &ids.gid_map), 0);
	snprintf(words, sizeof(words), "xnsenter -t 7 -U %s true", row->options);
	for (char *word = strtok_r(words, " ", &next); word; word = strtok_r(NULL, " ", &next))
		argv[argc++] = word;
	assert_int_equal(xnsenter_parse(argc, argv, &request, &diag), 0);
	assert_int_equal(xnsenter_check_ids(&request, &ids, &diag), row->stray ? -EINVAL : 0);
	if (row->stray) {
		snprintf(expected, sizeof(expected),
			 "cannot keep %s in the user namespace that uid %u owns: ", row->stray,
			 (unsigned)ids.owner);
		assert_memory_equal(diag.what, expected, strlen(expected));
		assert_string_equal(diag.hint, row->remedy);
	}
	idmap_free(&ids.uid_map);
	idmap_free(&ids.gid_map);
}

/* A saved id comes back by setresuid(2). */
static void real_and_saved_ids_count(void **state)
{
	struct xnsenter request = { .pid = 7 };
	struct diag diag;

	(void)state;
	for (int i = 0; i < ENTERED_IDS; i++)
		for (int gid = 0; gid < 2; gid++) {
			struct entered_ids ids = { .is_examined = true, .owner = OWNER };

			assert_int_equal(idmap_parse_file("0 0 1\n", &ids.uid_map), 0);
			assert_int_equal(idmap_parse_file("0 0 1\n", &ids.gid_map), 0);
			assert_int_equal(xnsenter_check_ids(&request, &ids, &diag), 0);
			(gid ? ids.gids : ids.uids)[i] = 5;
			assert_int_equal(xnsenter_check_ids(&request, &ids, &diag), -EINVAL);
			idmap_free(&ids.uid_map);
			idmap_free(&ids.gid_map);
		}
}

int main(void)
{
	UNIT_ADD_ROWS(check, rows);
	UNIT_ADD(real_and_saved_ids_count);
	return unit_run("xnsenter_ids");
}

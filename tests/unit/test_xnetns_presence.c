/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a name, from the facts about it; and the name that a mount covers. */
#include "unit.h"

#include <string.h>

#include "base/macros.h"
#include "kernel/mountinfo.h"
#include "netns/presence.h"

struct decision {
	const char *name;
	struct presence_facts facts;
	enum presence state;
};

static const struct decision decisions[] = {
	{ "mounted here", { .mounted_here = true, .sight = SIGHT_FAILED }, PRESENCE_HERE },
	{ "mounted here, whatever is elsewhere",
	  { .mounted_here = true, .mounted_elsewhere = true, .never_mounted = true },
	  PRESENCE_HERE },
	{ "found elsewhere", { .mounted_elsewhere = true }, PRESENCE_ELSEWHERE },
	{ "found elsewhere, though not all could be read",
	  { .mounted_elsewhere = true, .sight = SIGHT_RIGHTS },
	  PRESENCE_ELSEWHERE },
	{ "found elsewhere, whatever the stamp says",
	  { .mounted_elsewhere = true, .never_mounted = true },
	  PRESENCE_ELSEWHERE },
	{ "all was read, and it is nowhere", { .sight = SIGHT_ALL }, PRESENCE_STALE },
	{ "never mounted, in a pid namespace",
	  { .never_mounted = true, .sight = SIGHT_PID_NS },
	  PRESENCE_STALE },
	{ "never mounted, nothing could be read",
	  { .never_mounted = true, .sight = SIGHT_FAILED },
	  PRESENCE_STALE },
	{ "in a pid namespace", { .sight = SIGHT_PID_NS }, PRESENCE_UNKNOWN },
	{ "one may not be read", { .sight = SIGHT_RIGHTS }, PRESENCE_UNKNOWN },
	{ "processes are hidden", { .sight = SIGHT_PROC }, PRESENCE_UNKNOWN },
	{ "one has no process", { .sight = SIGHT_HELD }, PRESENCE_UNKNOWN },
	{ "they come and go", { .sight = SIGHT_CHANGING }, PRESENCE_UNKNOWN },
	{ "nothing could be read", { .sight = SIGHT_FAILED }, PRESENCE_UNKNOWN },
};

static void decides(void **state)
{
	const struct decision *row = *state;

	assert_int_equal(presence_decide(&row->facts), row->state);
}

struct words {
	const char *name;
	struct sought sought;
	const char *word, *text, *clause;
};

static const struct words words[] = {
	{ "here", { .state = PRESENCE_HERE }, "here", "here", "it is here" },
	{ "stale", { .state = PRESENCE_STALE }, "stale", "stale", "it is stale" },
	{ "with a process",
	  { .state = PRESENCE_ELSEWHERE, .mnt = 7, .pid = 12 },
	  "elsewhere",
	  "mounted in the mount namespace of process 12",
	  "it is mounted in the mount namespace of process 12" },
	{ "without a process",
	  { .state = PRESENCE_ELSEWHERE, .mnt = 4026532347 },
	  "elsewhere",
	  "mounted in the mount namespace mnt:[4026532347]",
	  "it is mounted in the mount namespace mnt:[4026532347]" },
	{ "hidden",
	  { .state = PRESENCE_ELSEWHERE, .mnt = 7, .pid = 12, .own = true },
	  "elsewhere",
	  "mounted under another mount",
	  "a namespace is mounted on it under another mount" },
	{ "unknown",
	  { .state = PRESENCE_UNKNOWN, .sight = SIGHT_PID_NS },
	  "unknown",
	  "unknown: not mounted here",
	  "another mount namespace may have it mounted: this pid namespace does not show all of "
	  "them" },
};

static void says(void **state)
{
	const struct words *row = *state;
	char text[PRESENCE_TEXT];

	assert_string_equal(presence_word(row->sought.state), row->word);
	presence_text(&row->sought, text, sizeof(text));
	assert_string_equal(text, row->text);
	presence_clause(&row->sought, text, sizeof(text));
	assert_string_equal(text, row->clause);
}

/* Each obstacle has a text, which fits into the buffer. */
static void says_why(void **state)
{
	struct sought sought = { .state = PRESENCE_UNKNOWN };
	char text[PRESENCE_TEXT];

	(void)state;
	for (enum sight sight = SIGHT_PID_NS; sight <= SIGHT_FAILED; sight++) {
		assert_true(strlen(presence_why(sight)) > 10);
		sought.sight = sight;
		presence_clause(&sought, text, sizeof(text));
		assert_non_null(strstr(text, presence_why(sight)));
	}
}

struct cover {
	const char *name;
	const char *place;          /* path of the directory in its file system, device 0:30 */
	const char *parent, *child; /* mountinfo */
	const char *covered;        /* the name, or NULL */
};

#define PARENT(root, point) "40 1 0:30 " root " " point " rw - tmpfs t rw"
#define CHILD(point) "50 40 0:4 net:[7] " point " rw - nsfs n rw"

static const struct cover covers[] = {
	{ "at its own path", "/netns", PARENT("/netns", "/run/netns"), CHILD("/run/netns/a"), "a" },
	{ "in the mount of /run", "/netns", PARENT("/", "/run"), CHILD("/run/netns/a"), "a" },
	{ "by another path", "/netns", PARENT("/netns", "/mnt/x"), CHILD("/mnt/x/a"), "a" },
	{ "below a container's directory", "/netns", PARENT("/", "/srv/c/run"),
	  CHILD("/srv/c/run/netns/a"), "a" },
	{ "where it is the root", "/netns", PARENT("/netns", "/"), CHILD("/a"), "a" },
	{ "the whole file system is the root", "/netns", PARENT("/", "/"), CHILD("/netns/a"), "a" },
	{ "the directory is the file system", "", PARENT("/", "/run/netns"), CHILD("/run/netns/a"),
	  "a" },
	{ "on the file itself, mounted elsewhere", "/netns", PARENT("/netns/a", "/mnt/f"),
	  CHILD("/mnt/f"), "a" },
	{ "a name with a space", "/netns", PARENT("/netns", "/run/netns"),
	  CHILD("/run/netns/a\\040b"), "a b" },
	{ "another device", "/netns", "40 1 0:31 /netns /run/netns rw - tmpfs t rw",
	  CHILD("/run/netns/a"), NULL },
	{ "another directory of the file system", "/netns", PARENT("/other", "/run/netns"),
	  CHILD("/run/netns/a"), NULL },
	{ "a directory whose name begins like it", "/netns", PARENT("/netns2", "/run/netns"),
	  CHILD("/run/netns/a"), NULL },
	{ "a root whose name begins like an upper one", "/a/netns", PARENT("/a/net", "/x"),
	  CHILD("/x/ns/a"), NULL },
	{ "beside the directory", "/netns", PARENT("/", "/run"), CHILD("/run/other/a"), NULL },
	{ "beside it, with a longer name", "/netns", PARENT("/", "/run"), CHILD("/run/netns2/a"),
	  NULL },
	{ "on the directory", "/netns", PARENT("/", "/run"), CHILD("/run/netns"), NULL },
	{ "on the mount of the directory", "/netns", PARENT("/netns", "/run/netns"),
	  CHILD("/run/netns"), NULL },
	{ "deeper than a name", "/netns", PARENT("/netns", "/run/netns"), CHILD("/run/netns/a/b"),
	  NULL },
	{ "a root deeper than a name", "/netns", PARENT("/netns/a/b", "/mnt/f"), CHILD("/mnt/f"),
	  NULL },
	{ "below a file's own mount", "/netns", PARENT("/netns/a", "/mnt/f"), CHILD("/mnt/f/g"),
	  NULL },
	{ "a point that is shorter than its parent's", "/netns", PARENT("/netns", "/run/netns"),
	  CHILD("/run"), NULL },
};

static void covers_name(void **state)
{
	const struct cover *row = *state;
	char parent_line[128], child_line[128];
	struct presence_place place = { .dev = 30 };
	struct mount_entry parent, child;
	struct presence_parent known;
	const char *found = NULL;

	strcpy(place.path, row->place);
	strcpy(parent_line, row->parent);
	strcpy(child_line, row->child);
	assert_true(mountinfo_take_line(parent_line, &parent));
	assert_true(mountinfo_take_line(child_line, &child));
	if (presence_is_parent(&place, &parent, &known)) {
		assert_int_equal(known.id, 40);
		found = presence_name_at(&place, &known, child.point);
	}
	if (row->covered)
		assert_string_equal(found, row->covered);
	else
		assert_null(found);
}

int main(void)
{
	UNIT_ADD_ROWS(decides, decisions);
	UNIT_ADD_ROWS(says, words);
	UNIT_ADD_ROWS(covers_name, covers);
	UNIT_ADD(says_why);
	return unit_run("xnetns_presence");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why ids were not mapped or taken, and newuidmap did not do it. */
#include "cause_unit.h"

#include <errno.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/idmap.h"

static struct extent root_only[] = { { 0, 0, 1 } };
static struct extent user_only[] = { { 0, 1000, 1 } };
static struct extent block[] = { { 0, 1000, 1 }, { 1, 100000, 65536 } };
static struct extent six[] = { { 0, 1, 1 }, { 1, 3, 1 }, { 2, 5, 1 },
			       { 3, 7, 1 }, { 4, 9, 1 }, { 5, 11, 1 } };
static const struct idmap root_map = { root_only, 1 }, user_map = { user_only, 1 };
static const struct idmap block_map = { block, 2 }, six_map = { six, 6 };

#define OWN_MAP(text_, map_) { .kind = STEP_MAP, .map.ids = (text_), .map.map = &(map_) }
#define HELPED_MAP(text_, map_) \
	{ .kind = STEP_MAP, .map.ids = (text_), .map.map = &(map_), .by_helper = true }
#define PROGRAM_MAP(text_, program_) \
	{ .kind = STEP_MAP, .map.ids = (text_), .map.map = &block_map, .by_helper = true, \
	  .map.program = (program_) }

#define UNMAP_ROOT \
	"leave it out of the map, as --user (-U) alone does; " OF_CONTAINER("SETFCAP")

static const struct hint_row map_rows[] = {
	{ "map: Ubuntu", OWN_MAP("uid", user_map), EPERM, "restricted-user-ns", USERNS_WHY,
	  USERNS_REMEDY, .files = { { RESTRICTED }, { CONFINED } } },
	{ "map: Ubuntu, the file cannot be opened", OWN_MAP("uid", user_map), EACCES,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "map: uid 0 from inside", OWN_MAP("uid", root_map), EPERM, "setfcap",
	  "mapping uid 0 of the parent user namespace needs CAP_SETFCAP there", UNMAP_ROOT },
	{ "map: uid 0, but another errno", OWN_MAP("uid", root_map), EINVAL, NULL },
	{ "map: gid 0 takes no capability", OWN_MAP("gid", root_map), EPERM, NULL },
	{ "map: not uid 0", OWN_MAP("uid", user_map), EPERM, NULL },
	{ "map: uid 0 from outside", HELPED_MAP("uid", root_map), EPERM, "setfcap",
	  "mapping uid 0 of the parent user namespace needs CAP_SETFCAP there", UNMAP_ROOT,
	  .files = { { STATUS, "CapEff:\t00000000000000c0\n" } } },
	{ "map: uid 0 from outside, with CAP_SETFCAP", HELPED_MAP("uid", root_map), EPERM, NULL,
	  .files = { { STATUS, "CapEff:\t00000000800000c0\n" } } },
	{ "map: no CAP_SETUID", HELPED_MAP("uid", block_map), EPERM, "capability",
	  "mapping more than your own id needs CAP_SETUID in the parent user namespace", "run it as root",
	  .files = { { STATUS, "CapEff:\t0000000000000040\n" } } },
	{ "map: no CAP_SETGID", HELPED_MAP("gid", block_map), EPERM, "capability",
	  "mapping more than your own id needs CAP_SETGID in the parent user namespace", "run it as root",
	  .files = { { STATUS, "CapEff:\t0000000000000080\n" } } },
	{ "map: an id that is not there", HELPED_MAP("uid", block_map), EPERM, "unmapped-id",
	  "uid 100100 does not exist in the parent user namespace, whose uid map is "
	  "'0 0 2000; 100000 5 100'", NULL,
	  .files = { { "proc/100/uid_map", "0 0 2000\n100000 5 100\n" } } },
	{ "map: a block in two pieces", HELPED_MAP("uid", block_map), EPERM, NULL,
	  .files = { { "proc/100/uid_map", "0 0 100007\n100007 200000 70000\n" } } },
	{ "map: from inside nothing is known of that", OWN_MAP("uid", block_map), EPERM, NULL,
	  .files = { { "proc/100/uid_map", "" } } },
	{ "map: more lines than 4.14 takes", HELPED_MAP("uid", six_map), EINVAL, "extents",
	  "the map has 6 lines; before Linux 4.15 the kernel accepts only 5", NULL },
	{ "map: five lines", HELPED_MAP("uid", block_map), EINVAL, NULL },

	{ "program: missing", PROGRAM_MAP("uid", "none/newuidmap"), ENOENT, "program-missing",
	  "without privileges, mapping more than your own id needs this program",
	  "install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora), shadow-uidmap (Alpine) "
	  "or shadow (Arch, openSUSE)" },
	{ "program: a missing file is no missing program", OWN_MAP("uid", user_map), ENOENT, NULL },
	{ "program: without privilege", PROGRAM_MAP("uid", "proc/sys/fs/mount-max"), 0,
	  "program-unprivileged",
	  "proc/sys/fs/mount-max is not setuid root, and has no file capability",
	  "as root: setcap cap_setuid+ep proc/sys/fs/mount-max" },
	{ "program: without privilege, for groups", PROGRAM_MAP("gid", "proc/sys/fs/mount-max"), 0,
	  "program-unprivileged",
	  "proc/sys/fs/mount-max is not setuid root, and has no file capability",
	  "as root: setcap cap_setgid+ep proc/sys/fs/mount-max" },

	{ "setgroups: Ubuntu", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" }, EACCES,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "setgroups: denied above", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "allow" }, EPERM,
	  "setgroups-denied",
	  "setgroups is denied in the parent user namespace, and cannot be allowed again below it",
	  NULL, .files = { { "proc/100/setgroups", "deny\n" } } },
	{ "setgroups: allowed above", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "allow" }, EPERM, NULL },
	{ "setgroups: deny fails", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" }, EPERM, NULL,
	  .files = { { "proc/100/setgroups", "deny\n" } } },

	{ "groups: denied", { .kind = STEP_DROP_GROUPS }, EPERM, "setgroups-denied",
	  "setgroups is denied in this user namespace, as always if a group was mapped without "
	  "privileges", "leave out --setgid, or map groups with --map-auto or --map-groups, "
	  "which keep setgroups allowed",
	  .files = { { "proc/100/setgroups", "deny\n" } } },
	{ "groups: no map yet", { .kind = STEP_DROP_GROUPS }, EPERM, "setgroups-denied",
	  "setgroups is refused until groups are mapped in the user namespace",
	  "add --map-auto or --map-groups", .files = { { "proc/100/gid_map", "" } } },
	{ "groups: no capability", { .kind = STEP_DROP_GROUPS }, EPERM, "capability",
	  LACKS("CAP_SETGID"), "run it as root", .files = { { STATUS, NO_CAPS } } },
	{ "setgid: not mapped", { .kind = STEP_SETGID, .setgid.gid = 5 }, EINVAL, "unmapped-id",
	  "gid 5 does not exist in this user namespace: its gid map is '0 1000 1'",
	  "map it with --map-groups or --map-auto",
	  .files = { { "proc/100/gid_map", "0 1000 1\n" } } },
	{ "setuid: not mapped", { .kind = STEP_SETUID, .setuid.uid = 5 }, EINVAL, "unmapped-id",
	  "uid 5 does not exist in this user namespace: its uid map is empty",
	  "map your own id to it: --map-user=5", .files = { { "proc/100/uid_map", "" } } },
	{ "setgid: not mapped where others are entered", { .kind = STEP_SETGID, .setgid.gid = 0 }, EINVAL,
	  "unmapped-id", "gid 0 does not exist in this user namespace: its gid map is empty",
	  "keep your ids: --preserve-credentials, without --setuid and --setgid",
	  .files = { { "proc/100/gid_map", "" } },
	  .before = { { .kind = STEP_SETNS, .setns.ns = NS_USER, .setns.path = "/f" } } },
	{ "setuid: mapped", { .kind = STEP_SETUID, .setuid.uid = 5 }, EINVAL, NULL },
	{ "setuid: no capability", { .kind = STEP_SETUID, .setuid.uid = 5 }, EPERM, "capability",
	  LACKS("CAP_SETUID"), "run it as root", .files = { { STATUS, NO_CAPS } } },
	{ "owner: not mapped", { .kind = STEP_OWNER, .owner.uid = 5, .owner.gid = 0 }, EINVAL, "unmapped-id",
	  "uid 5 does not exist in this user namespace: its uid map is '0 1000 1'", NULL,
	  .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "owner: its group is not mapped", { .kind = STEP_OWNER, .owner.uid = 5, .owner.gid = 6 }, EINVAL,
	  "unmapped-id", "gid 6 does not exist in this user namespace: its gid map is '0 1000 1'",
	  NULL, .files = { { "proc/100/gid_map", "0 1000 1\n" } } },
	{ "owner: no capability", { .kind = STEP_OWNER, .owner.uid = 5, .owner.gid = 6 }, EPERM, "capability",
	  LACKS("CAP_SETGID and CAP_SETUID"), "run it as root",
	  .files = { { STATUS, NO_CAPS } } },
	{ "owner: setgroups denied", { .kind = STEP_OWNER, .owner.uid = 5, .owner.gid = 6 }, EPERM,
	  "setgroups-denied",
	  "setgroups is denied in this user namespace, as always if a group was mapped without "
	  "privileges", NULL, .files = { { "proc/100/setgroups", "deny\n" } } },
	{ "ambient: securebits", { .kind = STEP_AMBIENT_CAPS }, EPERM, "securebits",
	  "the securebits of this process forbid ambient capabilities", NULL,
	  .fakes = { .securebits = SECBIT_NO_CAP_AMBIENT_RAISE } },
	{ "ambient: other securebits", { .kind = STEP_AMBIENT_CAPS }, EPERM, NULL,
	  .fakes = { .securebits = SECBIT_NOROOT } },
};

static const char *put_newuidmap(unsigned mode)
{
	hint_put_program("newuidmap", "#!/bin/sh\n", mode);
	return "newuidmap";
}

/* Only root can make a file that is setuid root; anybody else's has no privilege anyway. */
static void program_on_nosuid(void **state)
{
	const struct step step = PROGRAM_MAP("uid", put_newuidmap(04755));
	struct stat st;

	(void)state;
	hint_fakes.fs_flags = ST_NOSUID;
	assert_int_equal(stat("newuidmap", &st), 0);
	if (st.st_uid == 0)
		hint_assert(&step, 0, "program-unprivileged",
			    "newuidmap lies on a file system that is mounted nosuid, so it gains "
			    "no privileges", NULL);
	else
		hint_assert(&step, 0, "program-unprivileged",
			    "newuidmap is not setuid root, and has no file capability",
			    "as root: setcap cap_setuid+ep newuidmap");
}

static void program_under_no_new_privs(void **state)
{
	const struct step step = PROGRAM_MAP("uid", "/proc/self/exe/none");

	(void)state;
	hint_put("proc/100/status", "NoNewPrivs:\t1\n");
	hint_assert(&step, 0, "no-new-privs",
		    "this process runs with no_new_privs, so /proc/self/exe/none gains no "
		    "privileges",
		    "in a container: leave out --security-opt no-new-privileges; in a systemd unit: "
		    "NoNewPrivileges=no");
}

/* A program that exists only where nothing else is wrong with it: it is not looked at further. */
static const struct step uid_program = PROGRAM_MAP("uid", "none/newuidmap");
static const struct step gid_program = PROGRAM_MAP("gid", "none/newgidmap");

static void put_subids(const char *first, const char *second)
{
	char text[128];

	snprintf(text, sizeof(text), "%u:%s\n%u:%s\n", (unsigned)getuid(), first,
		 (unsigned)getuid(), second);
	hint_put("etc/subuid", text);
}

static struct extent foreign[] = { { 0, 7, 2 } }, touching[] = { { 0, 199999, 2 } };
static struct extent last[] = { { 0, 4294967294, 1 } };

static void assert_foreign(struct extent *extents, const char *why, const char *remedy)
{
	const struct passwd *user = getpwuid(getuid());
	const struct idmap map = { extents, 1 };
	struct step step = uid_program;
	char grant[256];

	snprintf(grant, sizeof(grant), "as root: usermod --add-subgids 100000-165535 %s; "
		 "--map-groups=auto then maps those", user ? user->pw_name : "USER");
	step.map.map = &map;
	hint_assert(&step, 0, why ? "foreign-ids" : NULL, why, remedy);
	step = gid_program;
	step.map.map = &map;
	hint_assert(&step, 0, "foreign-ids",
		    extents == foreign ? "gids 7 to 8 are not among your subordinate gids in "
					 "/etc/subgid, which has none" :
		    extents == touching ? "gids 199999 to 200000 are not among your subordinate gids "
					  "in /etc/subgid, which has none" :
					  "gids 4294967294 to 4294967294 are not among your "
					  "subordinate gids in /etc/subgid, which has none",
		    grant);
}

static void program_for_ids_of_others(void **state)
{
	(void)state;
	put_subids("100000:100000", "none");
	assert_foreign(foreign, "uids 7 to 8 are not among your subordinate uids in /etc/subuid",
		       "use 100000 to 199999");
	assert_foreign(touching,
		       "uids 199999 to 200000 are not among your subordinate uids in /etc/subuid",
		       "use 100000 to 199999");
	put_subids("100000:100000", "4294967294:1");
	assert_foreign(foreign, "uids 7 to 8 are not among your subordinate uids in /etc/subuid",
		       "use 100000 to 199999, or another of your ranges");
	assert_foreign(last, NULL, NULL);
}

static void program_for_ones_own_id(void **state)
{
	struct extent own[] = { { 0, (uint32_t)getuid(), 1 }, { 1, 100000, 65536 } };
	const struct idmap map = { own, 2 };
	struct step step = uid_program;
	char why[128];

	(void)state;
	put_subids("100000:65536", "none");
	step.map.map = &map;
	hint_assert(&step, 0, NULL, NULL, NULL);
	snprintf(why, sizeof(why),
		 "uids %u to %u are not among your subordinate uids in /etc/subuid", own[0].outer,
		 own[0].outer + 1);
	own[0].count = 2;
	hint_assert(&step, 0, "foreign-ids", why, "use 100000 to 165535");
}

int main(void)
{
	HINT_ADD_ROWS(hint_test_row, map_rows);
	HINT_ADD(program_on_nosuid);
	HINT_ADD(program_under_no_new_privs);
	HINT_ADD(program_for_ids_of_others);
	HINT_ADD(program_for_ones_own_id);
	return unit_run("hint_map");
}

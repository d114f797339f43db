/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why ids were not mapped, nothing mounted, no directory entered, no program run. */
#include "hint_unit.h"

#include <errno.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "idmap.h"
#include "kernel.h"
#include "target.h"

#define STATUS "proc/100/status"
#define NO_CAPS "CapEff:\t0000000000000000\n"
#define ALL_CAPS "CapEff:\t000001ffffffffff\n"
#define USER_NS "proc/100/ns/user", "-> user:[4026532000]"
#define MOUNTS "proc/100/mountinfo"
#define ROOT_MOUNT "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
#define RESTRICTED "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"
#define CONFINED "proc/100/attr/current", "unprivileged_userns (enforce)\n"
#define USERNS_REMEDY                                                                         \
	"as root: cp " PKGDATADIR "/apparmor/xns /etc/apparmor.d/xns; "                        \
	"apparmor_parser -r /etc/apparmor.d/xns; or "                                          \
	"sysctl kernel.apparmor_restrict_unprivileged_userns=0"
#define USERNS_WHY                                                                             \
	"AppArmor takes the capabilities in user namespaces from programs that have no profile " \
	"with 'userns' (kernel.apparmor_restrict_unprivileged_userns is 1)"
#define FILTERED "a seccomp filter refuses mount(2)"
#define FILTERED_REMEDY \
	"in a container: run it with --cap-add SYS_ADMIN or --security-opt seccomp=unconfined"

/* --- id maps ---------------------------------------------------------------------------------- */

static struct extent root_only[] = { { 0, 0, 1 } };
static struct extent user_only[] = { { 0, 1000, 1 } };
static struct extent block[] = { { 0, 1000, 1 }, { 1, 100000, 65536 } };
static struct extent six[] = { { 0, 1, 1 }, { 1, 3, 1 }, { 2, 5, 1 },
			       { 3, 7, 1 }, { 4, 9, 1 }, { 5, 11, 1 } };
static const struct idmap root_map = { root_only, 1 }, user_map = { user_only, 1 };
static const struct idmap block_map = { block, 2 }, six_map = { six, 6 };

#define OWN_MAP(text_, map_) { .kind = STEP_MAP, .text = (text_), .map = &(map_) }
#define HELPED_MAP(text_, map_) \
	{ .kind = STEP_MAP, .text = (text_), .map = &(map_), .by_helper = true }
#define PROGRAM_MAP(text_, program_) \
	{ .kind = STEP_MAP, .text = (text_), .map = &block_map, .by_helper = true, \
	  .program = (program_) }

static const struct hint_row map_rows[] = {
	{ "map: Ubuntu", OWN_MAP("uid", user_map), EPERM, "restricted-user-ns", USERNS_WHY,
	  USERNS_REMEDY, .files = { { RESTRICTED }, { CONFINED } } },
	{ "map: Ubuntu, the file cannot be opened", OWN_MAP("uid", user_map), EACCES,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "map: uid 0 from inside", OWN_MAP("uid", root_map), EPERM, "setfcap",
	  "mapping uid 0 of the user namespace above needs CAP_SETFCAP there", NULL },
	{ "map: uid 0, but another errno", OWN_MAP("uid", root_map), EINVAL, NULL },
	{ "map: gid 0 takes no capability", OWN_MAP("gid", root_map), EPERM, NULL },
	{ "map: not uid 0", OWN_MAP("uid", user_map), EPERM, NULL },
	{ "map: uid 0 from outside", HELPED_MAP("uid", root_map), EPERM, "setfcap",
	  "mapping uid 0 of the user namespace above needs CAP_SETFCAP there", NULL,
	  .files = { { STATUS, "CapEff:\t00000000000000c0\n" } } },
	{ "map: uid 0 from outside, with CAP_SETFCAP", HELPED_MAP("uid", root_map), EPERM, NULL,
	  .files = { { STATUS, "CapEff:\t00000000800000c0\n" } } },
	{ "map: no CAP_SETUID", HELPED_MAP("uid", block_map), EPERM, "capability",
	  "mapping more than one's own id needs CAP_SETUID outside", NULL,
	  .files = { { STATUS, "CapEff:\t0000000000000040\n" } } },
	{ "map: no CAP_SETGID", HELPED_MAP("gid", block_map), EPERM, "capability",
	  "mapping more than one's own id needs CAP_SETGID outside", NULL,
	  .files = { { STATUS, "CapEff:\t0000000000000080\n" } } },
	{ "map: an id that is not there", HELPED_MAP("uid", block_map), EPERM, "unmapped-id",
	  "uid 100100 does not exist in the user namespace above, whose uid map is "
	  "'0 0 2000; 100000 5 100'", NULL,
	  .files = { { "proc/100/uid_map", "0 0 2000\n100000 5 100\n" } } },
	{ "map: a block in two pieces", HELPED_MAP("uid", block_map), EPERM, NULL,
	  .files = { { "proc/100/uid_map", "0 0 100007\n100007 200000 70000\n" } } },
	{ "map: from inside nothing is known of that", OWN_MAP("uid", block_map), EPERM, NULL,
	  .files = { { "proc/100/uid_map", "" } } },
	{ "map: more lines than 4.14 takes", HELPED_MAP("uid", six_map), EINVAL, "extents",
	  "the map has 6 lines; before Linux 4.15 the kernel takes 5", NULL },
	{ "map: five lines", HELPED_MAP("uid", block_map), EINVAL, NULL },

	{ "program: missing", PROGRAM_MAP("uid", "none/newuidmap"), ENOENT, "program-missing",
	  "an ordinary user maps more than the own id by it only",
	  "install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora), shadow-uidmap (Alpine) "
	  "or shadow (Arch, openSUSE)" },
	{ "program: a missing file is no missing program", OWN_MAP("uid", user_map), ENOENT, NULL },
	{ "program: without privilege", PROGRAM_MAP("uid", "proc/sys/fs/mount-max"), 0,
	  "program-unprivileged",
	  "proc/sys/fs/mount-max is neither setuid root nor has it a file capability",
	  "as root: setcap cap_setuid+ep proc/sys/fs/mount-max" },
	{ "program: without privilege, for groups", PROGRAM_MAP("gid", "proc/sys/fs/mount-max"), 0,
	  "program-unprivileged",
	  "proc/sys/fs/mount-max is neither setuid root nor has it a file capability",
	  "as root: setcap cap_setgid+ep proc/sys/fs/mount-max" },

	{ "setgroups: Ubuntu", { .kind = STEP_SETGROUPS, .text = "deny" }, EACCES,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "setgroups: denied above", { .kind = STEP_SETGROUPS, .text = "allow" }, EPERM,
	  "setgroups-denied",
	  "setgroups is denied in the user namespace above, and with that for good in those below",
	  NULL, .files = { { "proc/100/setgroups", "deny\n" } } },
	{ "setgroups: allowed above", { .kind = STEP_SETGROUPS, .text = "allow" }, EPERM, NULL },
	{ "setgroups: deny fails", { .kind = STEP_SETGROUPS, .text = "deny" }, EPERM, NULL,
	  .files = { { "proc/100/setgroups", "deny\n" } } },

	{ "groups: denied", { .kind = STEP_DROP_GROUPS }, EPERM, "setgroups-denied",
	  "setgroups is denied in this user namespace, as it is wherever a group was mapped without "
	  "privilege", "leave out --setgid, or map groups with --map-auto or --map-groups "
	  "instead, which leave it allowed",
	  .files = { { "proc/100/setgroups", "deny\n" } } },
	{ "groups: no map yet", { .kind = STEP_DROP_GROUPS }, EPERM, "setgroups-denied",
	  "setgroups is refused until groups are mapped in the user namespace",
	  "add --map-auto or --map-groups", .files = { { "proc/100/gid_map", "" } } },
	{ "groups: no capability", { .kind = STEP_DROP_GROUPS }, EPERM, "capability",
	  "it needs CAP_SETGID, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "setgid: not mapped", { .kind = STEP_SETGID, .id = 5 }, EINVAL, "unmapped-id",
	  "gid 5 does not exist in this user namespace: its gid map is '0 1000 1'",
	  "map it with --map-groups or --map-auto",
	  .files = { { "proc/100/gid_map", "0 1000 1\n" } } },
	{ "setuid: not mapped", { .kind = STEP_SETUID, .id = 5 }, EINVAL, "unmapped-id",
	  "uid 5 does not exist in this user namespace: its uid map is empty",
	  "map your own id to it: --map-user=5", .files = { { "proc/100/uid_map", "" } } },
	{ "setgid: not mapped where others are entered", { .kind = STEP_SETGID, .id = 0 }, EINVAL,
	  "unmapped-id", "gid 0 does not exist in this user namespace: its gid map is empty",
	  "keep your ids: --preserve-credentials, without --setuid and --setgid",
	  .files = { { "proc/100/gid_map", "" } },
	  .before = { { .kind = STEP_SETNS, .ns = NS_USER, .path = "/f" } } },
	{ "setuid: mapped", { .kind = STEP_SETUID, .id = 5 }, EINVAL, NULL },
	{ "setuid: no capability", { .kind = STEP_SETUID, .id = 5 }, EPERM, "capability",
	  "it needs CAP_SETUID, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "owner: not mapped", { .kind = STEP_OWNER, .id = 5, .id2 = 0 }, EINVAL, "unmapped-id",
	  "uid 5 does not exist in this user namespace: its uid map is '0 1000 1'", NULL,
	  .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "owner: its group is not mapped", { .kind = STEP_OWNER, .id = 5, .id2 = 6 }, EINVAL,
	  "unmapped-id", "gid 6 does not exist in this user namespace: its gid map is '0 1000 1'",
	  NULL, .files = { { "proc/100/gid_map", "0 1000 1\n" } } },
	{ "owner: no capability", { .kind = STEP_OWNER, .id = 5, .id2 = 6 }, EPERM, "capability",
	  "it needs CAP_SETGID, which this process does not have", "run it as root",
	  .files = { { STATUS, NO_CAPS } } },
	{ "owner: setgroups denied", { .kind = STEP_OWNER, .id = 5, .id2 = 6 }, EPERM,
	  "setgroups-denied",
	  "setgroups is denied in this user namespace, as it is wherever a group was mapped without "
	  "privilege", NULL, .files = { { "proc/100/setgroups", "deny\n" } } },
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
			    "newuidmap lies on a file system that is mounted nosuid, so it has no "
			    "privilege", NULL);
	else
		hint_assert(&step, 0, "program-unprivileged",
			    "newuidmap is neither setuid root nor has it a file capability",
			    "as root: setcap cap_setuid+ep newuidmap");
}

static void program_under_no_new_privs(void **state)
{
	const struct step step = PROGRAM_MAP("uid", "/proc/self/exe/none");

	(void)state;
	hint_put("proc/100/status", "NoNewPrivs:\t1\n");
	hint_assert(&step, 0, "no-new-privs",
		    "this process runs with no_new_privs, under which /proc/self/exe/none gains no "
		    "privilege",
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
	step.map = &map;
	hint_assert(&step, 0, why ? "foreign-ids" : NULL, why, remedy);
	step = gid_program;
	step.map = &map;
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
		       "you have 100000 to 199999");
	assert_foreign(touching,
		       "uids 199999 to 200000 are not among your subordinate uids in /etc/subuid",
		       "you have 100000 to 199999");
	put_subids("100000:100000", "4294967294:1");
	assert_foreign(foreign, "uids 7 to 8 are not among your subordinate uids in /etc/subuid",
		       "you have 100000 to 199999 and more");
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
	step.map = &map;
	hint_assert(&step, 0, NULL, NULL, NULL);
	snprintf(why, sizeof(why),
		 "uids %u to %u are not among your subordinate uids in /etc/subuid", own[0].outer,
		 own[0].outer + 1);
	own[0].count = 2;
	hint_assert(&step, 0, "foreign-ids", why, "you have 100000 to 165535");
}

/* --- mounts ----------------------------------------------------------------------------------- */

#define MOUNT(type_) { .kind = STEP_MOUNT, .text = (type_), .path = "proc" }
#define DOCKER "unmount these outside; a container: --security-opt systempaths=unconfined " \
	       "(Docker), unmask=ALL (Podman)"

static const struct hint_row mount_rows[] = {
	{ "proc: a directory that is not there", { .kind = STEP_MOUNT, .text = "proc",
	  .path = "none/proc" }, ENOENT, "path", "'none' does not exist", NULL },
	{ "proc: the same in a new root", { .kind = STEP_MOUNT, .text = "proc",
	  .path = "/none" }, ENOENT, "path",
	  "'/none' does not exist, as seen from the new root directory '/srv'", NULL,
	  .before = { { .kind = STEP_CHROOT, .path = "/srv" } } },
	{ "proc: Ubuntu", MOUNT("proc"), EACCES, "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "proc: seccomp", MOUNT("proc"), EPERM, "seccomp", FILTERED, FILTERED_REMEDY,
	  .fakes = { .mount_filter = EPERM } },
	{ "proc: no capability", MOUNT("proc"), EPERM, "capability",
	  "it needs CAP_SYS_ADMIN, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "proc: the pid namespace of others", MOUNT("proc"), EPERM, "foreign-pid-namespace",
	  "a new proc shows the pid namespace of this process, which belongs to a user namespace "
	  "above this one", "add --pid --fork (-pf)", .fakes = { .foreign = true } },
	{ "proc: covered by a file", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, and so a user namespace may not mount another: "
	  "/proc/kcore (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, ROOT_MOUNT "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 /null /proc/kcore rw - tmpfs tmpfs rw\n" } } },
	{ "proc: covered by many", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, and so a user namespace may not mount another: "
	  "/proc/a b (tmpfs), /proc/b (proc), /proc/c (tmpfs), /proc/d (tmpfs) and 2 more", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 / /proc/a\\040b rw - tmpfs tmpfs rw\n"
				   "23 21 0:5 /b /proc/b ro - proc proc rw\n"
				   "24 21 0:5 / /proc/c rw - tmpfs tmpfs rw\n"
				   "25 21 0:5 / /proc/d rw - tmpfs tmpfs rw\n"
				   "26 21 0:5 / /proc/e rw - tmpfs tmpfs rw\n"
				   "27 21 0:5 / /proc/f rw - tmpfs tmpfs rw\n" } } },
	{ "proc: covered as a whole", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, and so a user namespace may not mount another: "
	  "/proc (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 / /proc rw - tmpfs tmpfs rw\n" } } },
	{ "proc: read-only", MOUNT("proc"), EPERM, "masked-proc",
	  "/proc is mounted read-only, and so a user namespace may not mount another", NULL,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc ro - proc proc rw\n" } } },
	{ "proc: none is mounted", MOUNT("proc"), EPERM, "masked-proc",
	  "no /proc is mounted here, so a user namespace may not mount one", NULL,
	  .files = { { USER_NS }, { MOUNTS, ROOT_MOUNT } } },
	{ "proc: a part of it is none", MOUNT("proc"), EPERM, "masked-proc",
	  "no /proc is mounted here, so a user namespace may not mount one", NULL,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 /sys /x rw - proc proc rw\n" } } },
	{ "proc: covered where that is harmless", MOUNT("proc"), EPERM, NULL,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
			"22 21 0:5 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n" } } },
	{ "proc: one of two is whole", MOUNT("proc"), EPERM, NULL,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 / /proc/kcore rw - tmpfs tmpfs rw\n"
				   "23 20 0:20 / /p rw - proc proc rw\n" } } },
	{ "proc: covered, but in the initial user namespace", MOUNT("proc"), EPERM, NULL,
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
			       "22 21 0:5 / /proc/kcore rw - tmpfs tmpfs rw\n" } } },
	{ "proc: covered, seen from a chroot", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, and so a user namespace may not mount another: "
	  "/proc/kcore (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "" },
		     { "proc/99/mountinfo", "21 20 0:20 / /proc rw - proc proc rw\n"
					    "22 21 0:5 / /proc/kcore rw - tmpfs tmpfs rw\n" } },
	  .before = { { .kind = STEP_FORK }, { .kind = STEP_CHROOT, .path = "/srv" } } },
	{ "mount: too many", MOUNT("proc"), ENOSPC, "mount-max",
	  "the mount namespace would hold more than the 100000 mounts that fs.mount-max allows",
	  "as root: sysctl fs.mount-max=200000" },
	{ "binfmt_misc: not in the kernel", MOUNT("binfmt_misc"), ENODEV, "no-kernel-support",
	  "this kernel has no binfmt_misc (CONFIG_BINFMT_MISC)", "as root: modprobe binfmt_misc" },
	{ "binfmt_misc: before 6.7", MOUNT("binfmt_misc"), EPERM, "old-kernel",
	  "binfmt_misc can be mounted in a user namespace from Linux 6.7 on; this is 6.1.0", NULL,
	  .files = { { USER_NS } } },
	{ "binfmt_misc: from 6.7 on", MOUNT("binfmt_misc"), EPERM, NULL,
	  .files = { { USER_NS }, { "proc/sys/kernel/osrelease", "6.7.0-rc1\n" } } },
	{ "binfmt_misc: 10.0", MOUNT("binfmt_misc"), EPERM, NULL,
	  .files = { { USER_NS }, { "proc/sys/kernel/osrelease", "10.0.0\n" } } },
	{ "binfmt_misc: as root", MOUNT("binfmt_misc"), EPERM, NULL },
	{ "proc: an old kernel is no matter", MOUNT("proc"), EPERM, NULL,
	  .files = { { USER_NS } } },

	{ "register: a bad line", { .kind = STEP_BINFMT_REGISTER, .path = "b" }, EINVAL, "bad-line",
	  "the line is :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS, with TYPE E or M", NULL },
	{ "register: taken", { .kind = STEP_BINFMT_REGISTER, .path = "b" }, EEXIST, "taken-name",
	  "an interpreter of that name is registered already", NULL },
	{ "register: uid 0 is not mapped", { .kind = STEP_BINFMT_REGISTER, .path = "b" }, EACCES,
	  "unmapped-id", "it belongs to uid 0 of the new user namespace, and no id is mapped to that",
	  "add --map-root-user (-r)", .files = { { "proc/100/uid_map", "5 1000 1\n" } } },
	{ "register: uid 0 is mapped", { .kind = STEP_BINFMT_REGISTER, .path = "b" }, EACCES, NULL,
	  .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "register: no interpreter", { .kind = STEP_BINFMT_REGISTER, .path = "b" }, ENOENT,
	  "missing-interpreter", "with the flag F the interpreter must exist when it is registered",
	  NULL },
	{ "register: no interpreter in the new root",
	  { .kind = STEP_BINFMT_REGISTER, .path = "b" }, ENOENT, "missing-interpreter",
	  "with the flag F the interpreter must exist when it is registered, below the new root "
	  "'/srv'", NULL, .before = { { .kind = STEP_CHROOT, .path = "/srv" } } },

	{ "propagation: a chroot", { .kind = STEP_PROPAGATION }, EINVAL, "chroot",
	  "the root directory is no mount point, as in a chroot", "add --propagation unchanged",
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "propagation: the root is a mount", { .kind = STEP_PROPAGATION }, EINVAL, NULL },
	{ "propagation: no capability", { .kind = STEP_PROPAGATION }, EPERM, "capability",
	  "it needs CAP_SYS_ADMIN, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },
	{ "propagation: seccomp", { .kind = STEP_PROPAGATION }, EPERM, "seccomp", FILTERED,
	  FILTERED_REMEDY, .fakes = { .mount_filter = EPERM } },

	{ "pin: no capability", { .kind = STEP_PIN, .path = "f", .ns = NS_UTS }, EPERM,
	  "capability",
	  "a pin is a mount outside the new namespaces, and that needs CAP_SYS_ADMIN there",
	  "run it as root, or within: xunshare -rm", .files = { { STATUS, NO_CAPS } } },
	{ "pin: the mounts of others", { .kind = STEP_PIN, .path = "f", .ns = NS_UTS }, EPERM,
	  "foreign-mount-namespace",
	  "this mount namespace belongs to a user namespace above this one, so nothing can be "
	  "mounted in it from here", "make the outer user namespace with --mount (-m) too",
	  .fakes = { .foreign = true } },
	{ "pin: another type on a shared mount", { .kind = STEP_PIN, .path = "proc",
	  .ns = NS_UTS }, EINVAL, NULL,
	  .files = { { MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n" } } },

	{ "pivot: the root itself", { .kind = STEP_PIVOT, .path = "/" }, EBUSY, "same-root",
	  "it is the root directory already", "leave --root and --pivot out" },
	{ "pivot: the initial RAM file system", { .kind = STEP_PIVOT, .path = "/" }, EINVAL,
	  "initial-ramfs", "the root is the initial RAM file system, which stays where it is",
	  "leave --pivot out",
	  .files = { { MOUNTS, "1 1 0:2 / / rw - rootfs rootfs rw\n" } } },
	{ "pivot: a chroot", { .kind = STEP_PIVOT, .path = "/" }, EINVAL, "chroot",
	  "the root directory is no mount point, as in a chroot", NULL,
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "pivot: nothing to be seen", { .kind = STEP_PIVOT, .path = "/" }, EINVAL, NULL },
};

/* Whichever number our descriptor will have, it lies on this mount, at this path. */
static void put_descriptors(const char *mount, const char *path)
{
	char name[64], text[64];

	for (int fd = 0; fd < 32; fd++) {
		snprintf(name, sizeof(name), "proc/100/fdinfo/%d", fd);
		snprintf(text, sizeof(text), "pos:\t0\nflags:\t0\nmnt_id:\t%s\n", mount);
		hint_put(name, text);
		snprintf(name, sizeof(name), "proc/100/fd/%d", fd);
		hint_put(name, path);
	}
}

static const struct step mount_pin = { .kind = STEP_PIN, .path = "pin", .ns = NS_MNT };
#define PIN_WHY " and a mount namespace can be pinned on a private one only"

static void pin_below_a_shared_mount(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /run rw shared:4 - tmpfs tmpfs rw\n");
	put_descriptors("30", "-> /run/ns/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount", "it lies on the shared mount /run," PIN_WHY,
		    "as root: mount --bind /run/ns /run/ns && mount --make-private /run/ns");
}

static void pin_in_a_shared_mount_of_its_own(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /run/ns rw shared:4 - tmpfs tmpfs rw\n");
	put_descriptors("30", "-> /run/ns/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount",
		    "it lies on the shared mount /run/ns," PIN_WHY,
		    "as root: mount --make-private /run/ns");
}

static void pin_in_the_root_directory(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n");
	put_descriptors("20", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount", "it lies on the shared mount /," PIN_WHY,
		    "as root: mount --bind /srv /srv && mount --make-private /srv");
}

static void pin_on_a_private_mount(void **state)
{
	(void)state;
	hint_put("pin", "");
	put_descriptors("20", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
}

static void pin_on_a_mount_that_is_not_listed(void **state)
{
	(void)state;
	hint_put("pin", "");
	put_descriptors("77", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
	put_descriptors("x", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
}

static void pivot_on_a_shared_mount(void **state)
{
	const struct step step = { .kind = STEP_PIVOT, .path = "/srv" };

	(void)state;
	put_descriptors("31", "-> /srv");
	hint_put(MOUNTS, ROOT_MOUNT "31 20 8:1 /srv /srv rw shared:4 - ext4 /dev/sda1 rw\n");
	hint_assert(&step, EINVAL, "shared-mount",
		    "the mount at /srv is shared, and pivot_root(2) takes no shared mounts",
		    "use --propagation private, the default, or slave");
	hint_put(MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
			 "31 20 8:1 /srv /srv rw - ext4 /dev/sda1 rw\n");
	hint_assert(&step, EINVAL, "shared-mount",
		    "the mount at / is shared, and pivot_root(2) takes no shared mounts",
		    "use --propagation private, the default, or slave");
}

/* --- paths and programs ----------------------------------------------------------------------- */

#define CHDIR(path_) { .kind = STEP_CHDIR, .path = (path_) }
#define EXEC(path_) { .kind = STEP_EXEC, .path = (path_), .argv = named }
#define SHELL(path_) { .kind = STEP_EXEC, .path = (path_), .argv = named + 1 }
static char *named[] = { (char *)"program", NULL };
static const struct target target = { .pid = 77, .pidfd = -1, .dir = -1 };
#define IN_SRV .before = { { .kind = STEP_CHROOT, .path = "/srv" } }

#define NAME_ONE "it is your shell, as no program was named: name one, such as /bin/sh"

static const struct hint_row path_rows[] = {
	{ "path: the message has said it", CHDIR("none"), ENOENT, NULL },
	{ "path: a directory above", CHDIR("proc/none/a/b"), ENOENT, "path",
	  "'proc/none' does not exist", NULL },
	{ "path: absolute", CHDIR("/none/a"), ENOENT, "path", "'/none' does not exist", NULL },
	{ "path: slashes", CHDIR("proc//none//a"), ENOENT, "path", "'proc//none' does not exist",
	  NULL },
	{ "path: a file on the way", CHDIR("proc/100/status/a"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "path: a file at the end", CHDIR("proc/100/status"), ENOTDIR, "path",
	  "'proc/100/status' is a file", NULL },
	{ "path: a file and a slash", CHDIR("proc/100/status/"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "path: a broken link", CHDIR("proc/link"), ENOENT, "path",
	  "'proc/link' is a link to 'none', which does not exist", NULL,
	  .files = { { "proc/link", "-> none" } } },
	{ "path: a broken link on the way", CHDIR("proc/link/a"), ENOENT, "path",
	  "'proc/link' is a link to 'none', which does not exist", NULL,
	  .files = { { "proc/link", "-> none" } } },
	{ "path: in a new root", CHDIR("/none"), ENOENT, "path",
	  "'/none' does not exist, as seen from the new root directory '/srv'", NULL, IN_SRV },
	{ "path: a root that comes later is none", CHDIR("none"), ENOENT, NULL },
	{ "path: all is there", CHDIR("proc"), ENOENT, NULL },
	{ "chroot: no capability", { .kind = STEP_CHROOT, .path = "proc" }, EPERM, "capability",
	  "it needs CAP_SYS_CHROOT, which this process does not have",
	  "run it as root, or add --map-root-user (-r)", .files = { { STATUS, NO_CAPS } } },

	{ "exec: no name", EXEC(""), ENOENT, "not-found", "its name is empty", NULL },
	{ "exec: not in PATH", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NULL },
	{ "exec: not in PATH, in a new root", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, below the new root directory '/srv'",
	  NULL, IN_SRV },
	{ "exec: no such directory", EXEC("none/x"), ENOENT, "not-found", "'none' does not exist",
	  NULL },
	{ "exec: no such file", EXEC("./none"), ENOENT, "not-found", "'./none' does not exist",
	  NULL },
	{ "exec: no such shell", SHELL("/none"), ENOENT, "not-found", "'/none' does not exist",
	  NAME_ONE },
	{ "exec: no such shell in PATH", SHELL("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NAME_ONE },
	{ "exec: no such file in a new root", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the new root directory '/srv'", NULL, IN_SRV },
	{ "exec: not in PATH, in the mounts of another", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, in the mount namespace of process 77",
	  "give its whole path, or take the target's PATH with --env",
	  .before = { { .kind = STEP_ENTER, .flags = CLONE_NEWNS, .target = &target } } },
	{ "exec: not in PATH, in the network of another", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NULL,
	  .before = { { .kind = STEP_ENTER, .flags = CLONE_NEWNET, .target = &target } } },
	{ "exec: not in PATH, in mounts from a file", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, in the mount namespace of '/f'",
	  "give its whole path, or take the target's PATH with --env",
	  .before = { { .kind = STEP_SETNS, .ns = NS_MNT, .path = "/f" } } },
	{ "exec: no such file, in the root of another", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the root directory of process 77", NULL,
	  .before = { { .kind = STEP_ROOT_FD, .path = "the target's", .target = &target } } },
	{ "exec: no such file, in a root that was opened", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the root directory '/r'", NULL,
	  .before = { { .kind = STEP_ROOT_FD, .path = "/r" } } },
	{ "exec: below a file", EXEC("proc/100/status/x"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "exec: a directory", EXEC("./proc"), EACCES, "not-a-file", "'./proc' is a directory",
	  NULL },
	{ "exec: a device", EXEC("/dev/null"), EACCES, "not-a-file",
	  "'/dev/null' is no regular file", NULL },
	{ "exec: not executable", EXEC("proc/100/status"), EACCES, "not-executable",
	  "'proc/100/status' is not executable", NULL },
	{ "exec: a script that is not executable", EXEC("proc/script"), EACCES, "not-executable",
	  "'proc/script' is not executable", "chmod +x 'proc/script'",
	  .files = { { "proc/script", "#!/bin/sh\n" } } },
	{ "exec: no format", EXEC("x"), ENOEXEC, "format",
	  "it is neither a program for this machine nor a script that begins with '#!'", NULL },
	{ "exec: too long", EXEC("x"), E2BIG, "too-long",
	  "arguments and environment together are longer than the kernel takes (a quarter of ulimit "
	  "-s; 128 KiB for each)", NULL },
};

static const struct step script = EXEC("./script");

static void a_missing_interpreter(void **state)
{
	(void)state;
	hint_put_program("script", "#!/none/sh -e\n", 0755);
	hint_assert(&script, ENOENT, "interpreter", "its interpreter '/none/sh' does not exist",
		    NULL);
}

static void an_interpreter_with_a_carriage_return(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\r\n", 0755);
	hint_assert(&script, ENOENT, "interpreter", "its interpreter '/bin/sh\r' does not exist",
		    "its lines end as on DOS: take the carriage returns away");
}

static void an_interpreter_that_is_not_executable(void **state)
{
	(void)state;
	hint_put_program("script", "#!proc/100/status\n", 0755);
	hint_assert(&script, EACCES, "interpreter",
		    "its interpreter 'proc/100/status' may not be executed", NULL);
}

static void a_program_without_fault(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_assert(&script, ENOENT, NULL, NULL, NULL);
	hint_assert(&script, EACCES, NULL, NULL, NULL);
}

static void a_program_on_noexec(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_fakes.fs_flags = ST_NOEXEC;
	hint_assert(&script, EACCES, "noexec", "the file system that it lies on is mounted noexec",
		    NULL);
	put_descriptors("30", "-> /tmp/x");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /tmp rw,noexec - tmpfs tmpfs rw\n");
	hint_assert(&script, EACCES, "noexec", "the file system at /tmp is mounted noexec", NULL);
}

static void an_empty_path(void **state)
{
	const struct step step = EXEC("none");

	(void)state;
	assert_int_equal(setenv("PATH", "", 1), 0);
	hint_assert(&step, ENOENT, "not-found",
		    "it is in none of the directories of PATH: (empty)", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

static void no_path(void **state)
{
	const struct step step = EXEC("none");

	(void)state;
	assert_int_equal(unsetenv("PATH"), 0);
	hint_assert(&step, ENOENT, "not-found",
		    "PATH is not set, and it is neither in /bin nor in /usr/bin", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

static void found_in_path_without_interpreter(void **state)
{
	const struct step step = EXEC("script");

	(void)state;
	hint_put_program("bin/script", "#!/none/sh\n", 0755);
	assert_int_equal(setenv("PATH", "/a:bin", 1), 0);
	hint_assert(&step, ENOENT, "interpreter", "its interpreter '/none/sh' does not exist", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

/* --- what every step may meet ------------------------------------------------------------------ */

static const struct hint_row refusable_rows[] = {
	{ "refused: clock", { .kind = STEP_CLOCK, .text = "monotonic" } },
	{ "refused: setgroups", { .kind = STEP_SETGROUPS, .text = "deny" } },
	{ "refused: map", OWN_MAP("uid", user_map) },
	{ "refused: groups", { .kind = STEP_DROP_GROUPS } },
	{ "refused: gid", { .kind = STEP_SETGID } },
	{ "refused: uid", { .kind = STEP_SETUID } },
	{ "refused: pin", { .kind = STEP_PIN, .path = "proc", .ns = NS_MNT } },
	{ "refused: propagation", { .kind = STEP_PROPAGATION } },
	{ "refused: private proc", { .kind = STEP_PRIVATE_PROC, .path = "proc" } },
	{ "refused: loopback", { .kind = STEP_LOOPBACK } },
	{ "refused: host name", { .kind = STEP_HOSTNAME } },
	{ "refused: mount", { .kind = STEP_MOUNT, .text = "proc", .path = "proc" } },
	{ "refused: chroot", { .kind = STEP_CHROOT, .path = "proc" } },
	{ "refused: pivot", { .kind = STEP_PIVOT, .path = "proc" } },
	{ "refused: ambient capabilities", { .kind = STEP_AMBIENT_CAPS } },
	{ "refused: directory", { .kind = STEP_CHDIR, .path = "proc" } },
};

/* These do not happen in a user namespace of ours, or take no capability there. */
static bool is_outside(enum step_kind kind)
{
	return kind == STEP_PIN || kind == STEP_AMBIENT_CAPS;
}

static void refused(void **state)
{
	const struct hint_row *row = *state;

	hint_put("proc/100/attr/current", "box (enforce)\n");
	hint_assert(&row->step, EPERM, "apparmor",
		    "the AppArmor profile box, under which this process runs, may have refused it",
		    "as root: journalctl -k -g apparmor=");
	hint_put("proc/100/attr/current", "unprivileged_userns (enforce)\n");
	hint_put("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
	if (!is_outside(row->step.kind))
		hint_assert(&row->step, EPERM, "restricted-user-ns", USERNS_WHY, USERNS_REMEDY);
}

static const struct hint_row mountable_rows[] = {
	{ "mounting: pin", { .kind = STEP_PIN, .path = "none/f", .ns = NS_MNT } },
	{ "mounting: mount", { .kind = STEP_MOUNT, .text = "proc", .path = "none/f" } },
	{ "mounting: pivot", { .kind = STEP_PIVOT, .path = "none/f" } },
};

static void mounting(void **state)
{
	const struct hint_row *row = *state;

	hint_assert(&row->step, ENOENT, "path", "'none' does not exist", NULL);
	hint_assert(&row->step, ENOSPC, "mount-max",
		    "the mount namespace would hold more than the 100000 mounts that fs.mount-max "
		    "allows", "as root: sysctl fs.mount-max=200000");
	hint_fakes.mount_filter = EPERM;
	hint_assert(&row->step, EPERM, "seccomp", FILTERED, FILTERED_REMEDY);
	hint_fakes.mount_filter = 0;
	hint_put(STATUS, NO_CAPS);
	hint_assert(&row->step, EPERM, "capability",
		    row->step.kind == STEP_PIN ?
			    "a pin is a mount outside the new namespaces, and that needs "
			    "CAP_SYS_ADMIN there" :
			    "it needs CAP_SYS_ADMIN, which this process does not have",
		    row->step.kind == STEP_PIN ? "run it as root, or within: xunshare -rm" :
						 "run it as root, or add --map-root-user (-r)");
}

static void a_program_that_a_profile_refuses(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_put("proc/100/attr/current", "box (enforce)\n");
	hint_assert(&script, EACCES, "apparmor",
		    "the AppArmor profile box, under which this process runs, may have refused it",
		    "as root: journalctl -k -g apparmor=");
}

int main(void)
{
	/* Programs are looked for in here only where a test says so; rm is found by hint_leave(). */
	if (setenv("PATH", "/a:/b", 1) < 0)
		return 1;
	HINT_ADD_ROWS(hint_test_row, map_rows);
	HINT_ADD_ROWS(hint_test_row, mount_rows);
	HINT_ADD_ROWS(hint_test_row, path_rows);
	HINT_ADD_ROWS(refused, refusable_rows);
	HINT_ADD_ROWS(mounting, mountable_rows);
	HINT_ADD(a_program_that_a_profile_refuses);
	HINT_ADD(program_on_nosuid);
	HINT_ADD(program_under_no_new_privs);
	HINT_ADD(program_for_ids_of_others);
	HINT_ADD(program_for_ones_own_id);
	HINT_ADD(pin_below_a_shared_mount);
	HINT_ADD(pin_in_a_shared_mount_of_its_own);
	HINT_ADD(pin_in_the_root_directory);
	HINT_ADD(pin_on_a_private_mount);
	HINT_ADD(pin_on_a_mount_that_is_not_listed);
	HINT_ADD(pivot_on_a_shared_mount);
	HINT_ADD(a_missing_interpreter);
	HINT_ADD(an_interpreter_with_a_carriage_return);
	HINT_ADD(an_interpreter_that_is_not_executable);
	HINT_ADD(a_program_without_fault);
	HINT_ADD(a_program_on_noexec);
	HINT_ADD(an_empty_path);
	HINT_ADD(no_path);
	HINT_ADD(found_in_path_without_interpreter);
	return unit_run("hint_fs");
}

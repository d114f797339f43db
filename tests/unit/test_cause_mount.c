/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why nothing was mounted, pinned or made the root. */
#include "cause_unit.h"

#include <errno.h>

#include "base/kernel.h"

#define MOUNT(type_) { .kind = STEP_MOUNT, .mount.type = (type_), .mount.path = "proc" }
#define DOCKER                                                           \
	"unmount these outside; run a container with --security-opt "    \
	"systempaths=unconfined (Docker) or unmask=ALL (Podman)"

static const struct hint_row mount_rows[] = {
	{ "proc: a directory that is not there", { .kind = STEP_MOUNT, .mount.type = "proc",
	  .mount.path = "none/proc" }, ENOENT, "path", "'none' does not exist", NULL },
	{ "proc: the same in a new root", { .kind = STEP_MOUNT, .mount.type = "proc",
	  .mount.path = "/none" }, ENOENT, "path",
	  "'/none' does not exist, as seen from the new root directory '/srv'", NULL,
	  .before = { { .kind = STEP_CHROOT, .chroot.path = "/srv" } } },
	{ "proc: Ubuntu", MOUNT("proc"), EACCES, "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "proc: seccomp", MOUNT("proc"), EPERM, "seccomp", FILTERED, FILTERED_REMEDY,
	  .fakes = { .mount_filter = EPERM } },
	{ "proc: no capability", MOUNT("proc"), EPERM, "capability",
	  LACKS("CAP_SYS_ADMIN"), AS_ROOT, .files = { { STATUS, NO_CAPS } } },
	{ "proc: the pid namespace of others", MOUNT("proc"), EPERM, "foreign-pid-namespace",
	  "a new proc shows the pid namespace of this process, which belongs to a user namespace "
	  "above this one", "add --pid --fork (-pf)", .fakes = { .foreign = true } },
	{ "proc: covered by a file", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, so a user namespace may not mount another: "
	  "/proc/kcore (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, ROOT_MOUNT "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 /null /proc/kcore rw - tmpfs tmpfs rw\n" } } },
	{ "proc: covered by many", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, so a user namespace may not mount another: "
	  "/proc/a b (tmpfs), /proc/b (proc), /proc/c (tmpfs), /proc/d (tmpfs) and 2 more", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 / /proc/a\\040b rw - tmpfs tmpfs rw\n"
				   "23 21 0:5 /b /proc/b ro - proc proc rw\n"
				   "24 21 0:5 / /proc/c rw - tmpfs tmpfs rw\n"
				   "25 21 0:5 / /proc/d rw - tmpfs tmpfs rw\n"
				   "26 21 0:5 / /proc/e rw - tmpfs tmpfs rw\n"
				   "27 21 0:5 / /proc/f rw - tmpfs tmpfs rw\n" } } },
	{ "proc: covered as a whole", MOUNT("proc"), EPERM, "masked-proc",
	  "parts of /proc are covered, so a user namespace may not mount another: "
	  "/proc (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n"
				   "22 21 0:5 / /proc rw - tmpfs tmpfs rw\n" } } },
	{ "proc: read-only", MOUNT("proc"), EPERM, "masked-proc",
	  "/proc is mounted read-only, so a user namespace may not mount another", NULL,
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
	  "parts of /proc are covered, so a user namespace may not mount another: "
	  "/proc/kcore (tmpfs)", DOCKER,
	  .files = { { USER_NS }, { MOUNTS, "" },
		     { "proc/99/mountinfo", "21 20 0:20 / /proc rw - proc proc rw\n"
					    "22 21 0:5 / /proc/kcore rw - tmpfs tmpfs rw\n" } },
	  .before = { { .kind = STEP_FORK }, { .kind = STEP_CHROOT, .chroot.path = "/srv" } } },
	{ "mount: too many", MOUNT("proc"), ENOSPC, "mount-max",
	  "the mount namespace would hold more than the 100000 mounts that fs.mount-max allows",
	  "as root: sysctl fs.mount-max=200000" },
	{ "binfmt_misc: not in the kernel", MOUNT("binfmt_misc"), ENODEV, "no-kernel-support",
	  "this kernel has no binfmt_misc (CONFIG_BINFMT_MISC)", "as root: modprobe binfmt_misc" },
	{ "binfmt_misc: before 6.7", MOUNT("binfmt_misc"), EPERM, "old-kernel",
	  "mounting binfmt_misc in a user namespace needs Linux 6.7; this is 6.1.0", NULL,
	  .files = { { USER_NS } } },
	{ "binfmt_misc: from 6.7 on", MOUNT("binfmt_misc"), EPERM, NULL,
	  .files = { { USER_NS }, { "proc/sys/kernel/osrelease", "6.7.0-rc1\n" } } },
	{ "binfmt_misc: 10.0", MOUNT("binfmt_misc"), EPERM, NULL,
	  .files = { { USER_NS }, { "proc/sys/kernel/osrelease", "10.0.0\n" } } },
	{ "binfmt_misc: as root", MOUNT("binfmt_misc"), EPERM, NULL },
	{ "proc: an old kernel is no matter", MOUNT("proc"), EPERM, NULL,
	  .files = { { USER_NS } } },

	{ "register: a bad line", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, EINVAL, "bad-line",
	  "the line is :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS, with TYPE E or M", NULL },
	{ "register: taken", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, EEXIST, "taken-name",
	  "an interpreter of that name is registered already", NULL },
	{ "register: uid 0 is not mapped", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, EACCES,
	  "unmapped-id", "it belongs to uid 0 of the new user namespace, which is not mapped",
	  "add --map-root-user (-r)", .files = { { "proc/100/uid_map", "5 1000 1\n" } } },
	{ "register: uid 0 is mapped", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, EACCES, NULL,
	  .files = { { "proc/100/uid_map", "0 1000 1\n" } } },
	{ "register: no interpreter", { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, ENOENT,
	  "missing-interpreter", "with the flag F the interpreter must exist when it is registered",
	  NULL },
	{ "register: no interpreter in the new root",
	  { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "b" }, ENOENT, "missing-interpreter",
	  "with the flag F the interpreter must exist when it is registered, below the new root "
	  "'/srv'", NULL, .before = { { .kind = STEP_CHROOT, .chroot.path = "/srv" } } },

	{ "propagation: a chroot", { .kind = STEP_PROPAGATION }, EINVAL, "chroot",
	  "the root directory is not a mount point, as in a chroot", "add --propagation unchanged",
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "propagation: the root is a mount", { .kind = STEP_PROPAGATION }, EINVAL, NULL },
	{ "propagation: no capability", { .kind = STEP_PROPAGATION }, EPERM, "capability",
	  LACKS("CAP_SYS_ADMIN"), AS_ROOT, .files = { { STATUS, NO_CAPS } } },
	{ "propagation: seccomp", { .kind = STEP_PROPAGATION }, EPERM, "seccomp", FILTERED,
	  FILTERED_REMEDY, .fakes = { .mount_filter = EPERM } },

	{ "pin: no capability", { .kind = STEP_PIN, .pin.path = "f", .pin.ns = NS_UTS }, EPERM,
	  "capability",
	  "a pin is a mount outside the new namespaces, and mounting there requires CAP_SYS_ADMIN",
	  "run it as root, or inside: xunshare -rm", .files = { { STATUS, NO_CAPS } } },
	{ "pin: the mounts of others", { .kind = STEP_PIN, .pin.path = "f", .pin.ns = NS_UTS }, EPERM,
	  "foreign-mount-namespace",
	  "this mount namespace belongs to a user namespace above this one, so this process may "
	  "not mount in it", "create the outer user namespace with --mount (-m), too",
	  .fakes = { .foreign = true } },
	{ "pin: another type on a shared mount", { .kind = STEP_PIN, .pin.path = "proc",
	  .pin.ns = NS_UTS }, EINVAL, NULL,
	  .files = { { MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n" } } },

	{ "pivot: the root itself", { .kind = STEP_PIVOT, .pivot.path = "/" }, EBUSY, "same-root",
	  "it is the root directory already", "leave out --root and --pivot" },
	{ "pivot: the initial RAM file system", { .kind = STEP_PIVOT, .pivot.path = "/" }, EINVAL,
	  "initial-ramfs", "the root is the initial RAM file system, which cannot be moved",
	  "leave out --pivot",
	  .files = { { MOUNTS, "1 1 0:2 / / rw - rootfs rootfs rw\n" } } },
	{ "pivot: a chroot", { .kind = STEP_PIVOT, .pivot.path = "/" }, EINVAL, "chroot",
	  "the root directory is not a mount point, as in a chroot", NULL,
	  .files = { { MOUNTS, "21 20 0:20 / /proc rw - proc proc rw\n" } } },
	{ "pivot: nothing to be seen", { .kind = STEP_PIVOT, .pivot.path = "/" }, EINVAL, NULL },
};

static const struct step mount_pin = { .kind = STEP_PIN, .pin.path = "pin", .pin.ns = NS_MNT };
#define PIN_WHY " and a mount namespace can be pinned only on a private mount"

static void pin_below_a_shared_mount(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /run rw shared:4 - tmpfs tmpfs rw\n");
	hint_put_descriptors("30", "-> /run/ns/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount", "it lies on the shared mount /run," PIN_WHY,
		    "as root: mount --bind /run/ns /run/ns && mount --make-private /run/ns");
}

static void pin_in_a_shared_mount_of_its_own(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /run/ns rw shared:4 - tmpfs tmpfs rw\n");
	hint_put_descriptors("30", "-> /run/ns/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount",
		    "it lies on the shared mount /run/ns," PIN_WHY,
		    "as root: mount --make-private /run/ns");
}

static void pin_in_the_root_directory(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put(MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n");
	hint_put_descriptors("20", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, "shared-mount", "it lies on the shared mount /," PIN_WHY,
		    "as root: mount --bind /srv /srv && mount --make-private /srv");
}

static void pin_on_a_private_mount(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put_descriptors("20", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
}

static void pin_on_a_mount_that_is_not_listed(void **state)
{
	(void)state;
	hint_put("pin", "");
	hint_put_descriptors("77", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
	hint_put_descriptors("x", "-> /srv/pin");
	hint_assert(&mount_pin, EINVAL, NULL, NULL, NULL);
}

static void pivot_on_a_shared_mount(void **state)
{
	const struct step step = { .kind = STEP_PIVOT, .pivot.path = "/srv" };

	(void)state;
	hint_put_descriptors("31", "-> /srv");
	hint_put(MOUNTS, ROOT_MOUNT "31 20 8:1 /srv /srv rw shared:4 - ext4 /dev/sda1 rw\n");
	hint_assert(&step, EINVAL, "shared-mount",
		    "the mount at /srv is shared, and pivot_root(2) accepts no shared mounts",
		    "use --propagation private, the default, or slave");
	hint_put(MOUNTS, "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
			 "31 20 8:1 /srv /srv rw - ext4 /dev/sda1 rw\n");
	hint_assert(&step, EINVAL, "shared-mount",
		    "the mount at / is shared, and pivot_root(2) accepts no shared mounts",
		    "use --propagation private, the default, or slave");
}

static const struct hint_row mountable_rows[] = {
	{ "mounting: pin", { .kind = STEP_PIN, .pin.path = "none/f", .pin.ns = NS_MNT } },
	{ "mounting: mount", { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "none/f" } },
	{ "mounting: pivot", { .kind = STEP_PIVOT, .pivot.path = "none/f" } },
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
	hint_fakes.uid = 1000;
	hint_put(STATUS, NO_CAPS);
	hint_assert(&row->step, EPERM, "capability",
		    row->step.kind == STEP_PIN ?
			    "a pin is a mount outside the new namespaces, and mounting there "
			    "requires CAP_SYS_ADMIN" :
			    LACKS("CAP_SYS_ADMIN"),
		    row->step.kind == STEP_PIN ? "run it as root, or inside: xunshare -rm" :
						 AS_ROOT);
}

int main(void)
{
	HINT_ADD_ROWS(hint_test_row, mount_rows);
	HINT_ADD_ROWS(mounting, mountable_rows);
	HINT_ADD(pin_below_a_shared_mount);
	HINT_ADD(pin_in_a_shared_mount_of_its_own);
	HINT_ADD(pin_in_the_root_directory);
	HINT_ADD(pin_on_a_private_mount);
	HINT_ADD(pin_on_a_mount_that_is_not_listed);
	HINT_ADD(pivot_on_a_shared_mount);
	return unit_run("hint_mount");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to mount a file system, or to pin a namespace. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "base/text.h"
#include "cause/internal.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

bool find_mount_max(struct search *search, struct finding *ret)
{
	long long max;

	if (!fact_number(search, "fs/mount-max", &max))
		return false;
	cause_why(ret,
		  "the mount namespace would hold more than the %lld mounts that fs.mount-max "
		  "allows",
		  max);
	cause_command(ret, REMEDY_MORE_MOUNTS, 2 * max);
	return true;
}

/* Our capabilities have no effect in a mount namespace that a user namespace above ours owns. */
bool find_foreign_mounts(struct search *search, struct finding *ret)
{
	if (fact_owns(search, NS_MNT) != 0)
		return false;
	cause_why(
		ret,
		"this mount namespace belongs to a user namespace above this one, so this process "
		"may not mount in it");
	cause_remedy(ret, "create the outer user namespace with --mount (-m), too");
	return true;
}

static bool find_pin_capability(struct search *search, struct finding *ret)
{
	uint64_t missing = rights_missing(search, search->needs);
	char as_root[320];

	if (!missing)
		return false;
	cause_why(ret, "a pin is a mount outside the new namespaces, and mounting there requires "
		       "CAP_SYS_ADMIN");
	rights_remedy(search, missing, "as root", as_root, sizeof(as_root));
	if (rights_option(search, CLONE_NEWNS) && !rights_lacks_setfcap(search))
		cause_remedy(ret, "%s%s", as_root,
			     sys_geteuid() == 0 ? "; or inside: xunshare -rm" :
						  ", or inside: xunshare -rm");
	else
		cause_remedy(ret, "%s", as_root);
	return true;
}

/* The path of the directory that holds the open file, without symbolic links. */
static bool real_directory(const struct search *search, int fd, char *buf, size_t size)
{
	char link[32];
	char *slash;

	snprintf(link, sizeof(link), "fd/%d", fd);
	if (io_read_link(search->self, link, buf, size) < 0)
		return false;
	slash = strrchr(buf, '/');
	if (!slash)
		return false;
	slash[slash == buf] = '\0';
	return true;
}

/*
 * The kernel copies a mount on a shared mount to all peers. One of them is in the new namespace,
 * and no mount namespace may be mounted in itself (EINVAL, copy_tree() in fs/namespace.c).
 */
static bool find_shared_parent(struct search *search, struct finding *ret)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, search->refusal->path, O_PATH, 0);
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	const struct mount_entry *mount;
	char dir[PATH_MAX];

	if (search->refusal->flags != CLONE_NEWNS || fd < 0 || !fact_mounts(search, &mounts))
		return false;
	mount = fact_mount_of(search, &mounts, fd);
	if (!mount || !mount->shared || !real_directory(search, fd, dir, sizeof(dir)))
		return false;
	cause_why(ret,
		  "it lies on the shared mount %s, and a mount namespace can be pinned only on a "
		  "private mount",
		  mount->point);
	/* We advise making a mount private only if nothing but that directory lies on it. */
	if (strcmp(mount->point, dir) == 0)
		cause_command(ret, REMEDY_MAKE_PRIVATE, dir);
	else
		cause_command(ret, REMEDY_BIND_PRIVATE, dir, dir, dir);
	return true;
}

const struct cause pin_causes[] = {
	{ "path", { ENOENT, ENOTDIR, EACCES }, find_path },
	{ "shared-mount", { EINVAL }, find_shared_parent },
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_mount },
	{ "capability", { EPERM }, find_pin_capability },
	{ "foreign-mount-namespace", { EPERM }, find_foreign_mounts },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

bool find_no_root_mount(struct search *search, struct finding *ret)
{
	if (!fact_lacks_root_mount(search))
		return false;
	cause_why(ret, "the root directory is not a mount point, as in a chroot");
	return true;
}

static bool find_fixed_propagation(struct search *search, struct finding *ret)
{
	cause_remedy(ret, "add --propagation unchanged");
	return find_no_root_mount(search, ret);
}

const struct cause propagation_causes[] = {
	{ "chroot", { EINVAL }, find_fixed_propagation },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_mount },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

/* The empty directories of procfs that exist to be mount points; a mount there covers nothing. */
static bool is_made_for_mounts(const char *below_proc)
{
	static const char *const dirs[] = { "/sys/fs/binfmt_misc", "/fs/nfsd", "/openprom" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (strcmp(below_proc, dirs[i]) == 0)
			return true;
	return false;
}

/* Lists the mounts that cover a part of this procfs, or all of it. Returns their number. */
static size_t list_covers(const struct mount_table *mounts, const struct mount_entry *proc,
			  char *buf, size_t size)
{
	enum { NAMED = 4 };
	size_t len = strlen(proc->point), n = 0, named = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < mounts->n; i++) {
		const struct mount_entry *mount = &mounts->entries[i];

		if (mount->parent != proc->id || strncmp(mount->point, proc->point, len) != 0 ||
		    is_made_for_mounts(mount->point + len))
			continue;
		if (n++ < NAMED)
			named += text_join(buf, size, ", ", "%s (%s)", mount->point, mount->type);
	}
	if (n > named)
		text_join(buf, size, " and ", "%zu more", n - named);
	return n;
}

/*
 * Whether this procfs is covered or read-only, so that it does not permit another one. The finding
 * keeps the fault of the first.
 */
static bool find_fault_of_proc(const struct mount_table *mounts, const struct mount_entry *proc,
			       struct finding *ret)
{
	char covers[FINDING_TEXT / 2];
	bool covered = list_covers(mounts, proc, covers, sizeof(covers)) > 0;

	if (!covered && !mountinfo_has_option(proc->options, "ro"))
		return false;
	if (ret->why[0])
		return true;
	if (covered) {
		cause_why(ret,
			  "parts of %s are covered, so a user namespace may not mount another: %s",
			  proc->point, covers);
		cause_remedy(ret, "unmount these outside; run a container with --security-opt "
				  "systempaths=unconfined (Docker) or unmask=ALL (Podman)");
	} else {
		cause_why(ret, "%s is mounted read-only, so a user namespace may not mount another",
			  proc->point);
	}
	return true;
}

/*
 * In a user namespace procfs may be mounted only if the mount namespace already has a procfs that
 * is writable and that no mount covers in part (mount_too_revealing() in fs/namespace.c).
 */
static bool find_masked_proc(struct search *search, struct finding *ret)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	bool enough = false;

	if (strcmp(search->refusal->word, "proc") != 0 || fact_is_initial_user_ns(search) ||
	    !fact_mounts(search, &mounts))
		return false;
	/* The last mount first, because it may be the one that covers an earlier one. */
	for (size_t i = mounts.n; i-- > 0 && !enough;)
		if (strcmp(mounts.entries[i].type, "proc") == 0 &&
		    strcmp(mounts.entries[i].root, "/") == 0)
			enough = !find_fault_of_proc(&mounts, &mounts.entries[i], ret);
	if (!enough && !ret->why[0])
		cause_why(ret, "no /proc is mounted here, so a user namespace may not mount one");
	return !enough;
}

/* Mounting procfs needs CAP_SYS_ADMIN in the user namespace that owns our pid namespace, which the
 * new procfs shows (proc_init_fs_context() in fs/proc/root.c). */
static bool find_foreign_pids(struct search *search, struct finding *ret)
{
	if (strcmp(search->refusal->word, "proc") != 0 || fact_owns(search, NS_PID) != 0)
		return false;
	cause_why(ret,
		  "a new proc shows the pid namespace of this process, which belongs to a user "
		  "namespace above this one");
	cause_remedy(ret, "add --pid --fork (-pf)");
	return true;
}

static bool find_unknown_file_system(struct search *search, struct finding *ret)
{
	bool binfmt = strcmp(search->refusal->word, "binfmt_misc") == 0;

	ret->replaces_error = true;
	cause_why(ret, "this kernel has no %s%s", search->refusal->word,
		  binfmt ? " (CONFIG_BINFMT_MISC)" : "");
	if (binfmt)
		cause_remedy(ret, "as root: modprobe binfmt_misc");
	return true;
}

/* Since Linux 6.7 each user namespace can have its own binfmt_misc. */
static bool find_old_binfmt(struct search *search, struct finding *ret)
{
	char release[128];
	int major, minor;

	if (strcmp(search->refusal->word, "binfmt_misc") != 0 || fact_is_initial_user_ns(search) ||
	    io_read_line(search->proc, "sys/kernel/osrelease", release, sizeof(release)) < 0 ||
	    sscanf(release, "%d.%d", &major, &minor) != 2)
		return false;
	if (major > 6 || (major == 6 && minor >= 7))
		return false;
	cause_why(ret, "mounting binfmt_misc in a user namespace needs Linux 6.7; this is %s",
		  release);
	return true;
}

const struct cause mount_causes[] = {
	{ "path", { ENOENT, ENOTDIR, EACCES }, find_path },
	{ "no-kernel-support", { ENODEV }, find_unknown_file_system },
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_mount },
	{ "capability", { EPERM }, find_capability },
	{ "foreign-pid-namespace", { EPERM }, find_foreign_pids },
	{ "masked-proc", { EPERM }, find_masked_proc },
	{ "old-kernel", { EPERM }, find_old_binfmt },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

/* The format is in Documentation/admin-guide/binfmt-misc.rst. */
static bool find_bad_line(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret,
		  "the line is :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS, with TYPE E or M");
	return true;
}

static bool find_taken_name(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret, "an interpreter of that name is registered already");
	return true;
}

static bool find_missing_interpreter(struct search *search, struct finding *ret)
{
	const char *root = search->refusal->root;

	cause_why(ret, "with the flag F the interpreter must exist when it is registered%s%s%s",
		  root ? ", below the new root '" : "", root ? root : "", root ? "'" : "");
	return true;
}

/* The file "register" belongs to uid 0 of the user namespace that has mounted the file system
 * (fs/binfmt_misc.c). If that uid is not mapped, nobody may write the file. */
static bool find_unmapped_root(struct search *search, struct finding *ret)
{
	struct idmap map;
	uint32_t outer;
	bool mapped;

	if (!fact_map(search, "uid", &map))
		return false;
	mapped = idmap_outer(&map, 0, &outer);
	idmap_free(&map);
	if (mapped)
		return false;
	cause_why(ret, "it belongs to uid 0 of the new user namespace, which is not mapped");
	cause_remedy(ret, "add --map-root-user (-r)");
	return true;
}

const struct cause binfmt_register_causes[] = {
	{ "unmapped-id", { EACCES, EPERM }, find_unmapped_root },
	{ "bad-line", { EINVAL }, find_bad_line },
	{ "taken-name", { EEXIST }, find_taken_name },
	{ "missing-interpreter", { ENOENT }, find_missing_interpreter },
	{ 0 },
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why something could not be mounted or pinned. */
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

/* Our capabilities do not reach a mount namespace that a user namespace above ours owns. */
static bool find_foreign_mounts(struct search *search, struct finding *ret)
{
	if (fact_owns(search, NS_MNT) != 0)
		return false;
	cause_why(ret,
		  "this mount namespace belongs to a user namespace above this one, so nothing "
		  "can be mounted in it from here");
	cause_remedy(ret, "make the outer user namespace with --mount (-m) too");
	return true;
}

static bool find_pin_capability(struct search *search, struct finding *ret)
{
	if (!find_capability(search, ret))
		return false;
	cause_why(ret, "a pin is a mount outside the new namespaces, and that needs CAP_SYS_ADMIN "
		       "there");
	cause_remedy(ret, "run it as root, or within: xunshare -rm");
	return true;
}

/* The directory of a file, with no link in it. */
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
 * A mount on a shared mount is copied to its peers, the new namespace's among them, and no mount
 * namespace may be bound into itself: copy_tree() in fs/namespace.c, EINVAL.
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
	cause_why(
		ret,
		"it lies on the shared mount %s, and a mount namespace can be pinned on a private "
		"one only",
		mount->point);
	/* Only what is no more than that directory is made private without a question. */
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
	cause_why(ret, "the root directory is no mount point, as in a chroot");
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

/* Directories of procfs made to be mounted on: covering them hides nothing. */
static bool is_made_for_mounts(const char *below_proc)
{
	static const char *const dirs[] = { "/sys/fs/binfmt_misc", "/fs/nfsd", "/openprom" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (strcmp(below_proc, dirs[i]) == 0)
			return true;
	return false;
}

/* The names of what covers a part of this procfs, or all of it; their number. */
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

/* Why this procfs is not enough; what has been told of another stays. False if it is. */
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
			  "parts of %s are covered, and so a user namespace may not mount "
			  "another: %s",
			  proc->point, covers);
		cause_remedy(ret, "unmount these outside; a container: --security-opt "
				  "systempaths=unconfined (Docker), unmask=ALL (Podman)");
	} else {
		cause_why(ret,
			  "%s is mounted read-only, and so a user namespace may not mount "
			  "another",
			  proc->point);
	}
	return true;
}

/*
 * mount_too_revealing() in fs/namespace.c: in a user namespace procfs may be mounted where one is
 * mounted already, nothing of which is covered, and which may be written to.
 */
static bool find_masked_proc(struct search *search, struct finding *ret)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	bool enough = false;

	if (strcmp(search->refusal->word, "proc") != 0 || fact_is_initial_user_ns(search) ||
	    !fact_mounts(search, &mounts))
		return false;
	/* The last first: it may lie over another, which is covered by just that. */
	for (size_t i = mounts.n; i-- > 0 && !enough;)
		if (strcmp(mounts.entries[i].type, "proc") == 0 &&
		    strcmp(mounts.entries[i].root, "/") == 0)
			enough = !find_fault_of_proc(&mounts, &mounts.entries[i], ret);
	if (!enough && !ret->why[0])
		cause_why(ret, "no /proc is mounted here, so a user namespace may not mount one");
	return !enough;
}

/* A procfs shows a pid namespace, and takes the rights of the user namespace that owns it. */
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

/* Since Linux 6.7 each user namespace can have its own. */
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
	cause_why(ret,
		  "binfmt_misc can be mounted in a user namespace from Linux 6.7 on; this is %s",
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

/* Documentation/admin-guide/binfmt-misc.rst */
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

/* The file belongs to uid 0 of the user namespace that the file system is of (fs/binfmt_misc.c). */
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
	cause_why(ret,
		  "it belongs to uid 0 of the new user namespace, and no id is mapped to that");
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

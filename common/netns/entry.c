/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files in the directory of names, and their types. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "netns/store.h"

/* iproute2 and others hold no lock, but mount within milliseconds of creating the file. */
enum { PENDING_SECONDS = 2 };

const char *entry_type(const struct entry *entry)
{
	if (entry->is_other_ns)
		return "a namespace of another type";
	return nsref_file_type(entry->mode);
}

enum file_kind { FILE_PLAIN, FILE_NETNS, FILE_OTHER_NS };

/*
 * A file whose stamp lies in the future counts as old as one from the past: the clock may have been
 * set back.
 */
static bool is_young(const struct stat *st)
{
	struct timespec now;
	long long age_ms;

	sys_clock_gettime(CLOCK_REALTIME, &now);
	age_ms = (long long)(now.tv_sec - st->st_mtim.tv_sec) * 1000 +
		 (now.tv_nsec - st->st_mtim.tv_nsec) / 1000000;
	return age_ms > -1000LL * PENDING_SECONDS && age_ms < 1000LL * PENDING_SECONDS;
}

/*
 * Some programs pin namespaces of other types here too. A file that cannot be opened counts as
 * ours.
 */
static bool is_other_ns(int fd)
{
	_cleanup_close_ int ns = io_reopen(fd, O_RDONLY | O_NONBLOCK);
	int type = ns < 0 ? ns : sys_ioctl(ns, NS_GET_NSTYPE, NULL);

	return type >= 0 && (unsigned)type != (unsigned)ns_types[NS_NET].flag;
}

static int stat_entry(int dir, const char *name, int flags, struct stat *ret_st, enum file_kind *ret)
{
	_cleanup_close_ int fd = sys_openat(dir, name, O_PATH | flags, 0);
	int rc = fd < 0 ? fd : nsref_examine(fd, ret_st);

	if (rc < 0)
		return rc;
	*ret = rc == 0 ? FILE_PLAIN : is_other_ns(fd) ? FILE_OTHER_NS : FILE_NETNS;
	return 0;
}

/* A link: to what it leads, as far as that matters. */
static void follow(int dir, const char *name, struct stat *st, enum file_kind *kind,
		   struct entry *ret)
{
	enum file_kind behind = FILE_PLAIN;
	struct stat target;
	int rc = stat_entry(dir, name, 0, &target, &behind);

	if (rc == -ENOENT)
		ret->link = link_target(dir, name);
	if (rc < 0 || behind == FILE_PLAIN)
		return;
	ret->leads_to_mount = link_target(dir, name) != DANGLING_PROCESS;
	if (behind == FILE_NETNS) {
		*kind = behind;
		*st = target;
	}
}

static bool is_anchors(int dir)
{
	struct stat st;

	return dir >= 0 && sys_fstat(dir, &st) == 0 && st.st_uid == sys_geteuid() &&
	       (st.st_mode & 07777) == ANCHOR_DIR_MODE;
}

int entry_examine(int dir, const char *name, struct entry *ret)
{
	enum file_kind kind;
	struct stat st;
	int rc = stat_entry(dir, name, O_NOFOLLOW, &st, &kind);

	*ret = (struct entry){ .kind = ENTRY_NONE };
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	ret->mode = st.st_mode;
	if (S_ISLNK(st.st_mode))
		follow(dir, name, &st, &kind, ret);
	ret->is_other_ns = kind == FILE_OTHER_NS;
	if (kind == FILE_NETNS) {
		ret->kind = ENTRY_NETNS;
		ret->dev = st.st_dev;
		ret->ino = st.st_ino;
	} else if (ret->link) {
		ret->kind = ENTRY_DANGLING;
	} else if (kind == FILE_PLAIN && S_ISREG(st.st_mode) && st.st_size == 0) {
		ret->kind = is_young(&st) ? ENTRY_PENDING : ENTRY_EMPTY;
		ret->never_mounted = st.st_mtim.tv_sec == STAMP_NOT_MOUNTED || is_anchors(dir);
	} else {
		ret->kind = ENTRY_OTHER;
	}
	return 0;
}

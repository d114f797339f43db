/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remedies that are commands. A reader pastes them, so each says who must run it and whose programs
 * it runs, and quotes names. None runs a program that the owner of another user namespace could
 * have put there, in a mount namespace or below a root directory of that owner. Pure.
 */
#ifndef XNS_REMEDY_H
#define XNS_REMEDY_H

#include <stdarg.h>
#include <stddef.h>

#include "base/macros.h"

struct diag;

enum remedy_who {
	BY_READER,       /* the person who reads it */
	BY_ROOT,         /* "as root" */
	BY_ROOT_OUTSIDE, /* "as root outside" */
};

enum remedy_programs {
	RUNS_NOTHING, /* no command: it names the process to end, or the option to leave out */
	RUNS_OURS,    /* programs in the mount namespace of the reader */
	RUNS_THEIRS,  /* programs in another one; refused */
};

/*
 * The rows. Each has arguments of remedy_render() and similar functions: who, whose programs, and
 * the words as a format. tests/unit/test_remedy.c reads all of them, and refuses one that breaks the
 * rule.
 */
#define REMEDY_TOUCH BY_READER, RUNS_OURS, "the file must exist: touch %s"
#define REMEDY_CHMOD BY_READER, RUNS_OURS, "chmod +x %s"
#define REMEDY_INSTALL_PROFILE                                                                 \
	BY_ROOT, RUNS_OURS,                                                                    \
		"as root: cp " PKGDATADIR "/apparmor/xns %s; apparmor_parser -r %s; or sysctl " \
		"kernel.apparmor_restrict_unprivileged_userns=0"
#define REMEDY_LOAD_PROFILE                                                                    \
	BY_ROOT, RUNS_OURS,                                                                    \
		"as root: apparmor_parser -r %s, the profile for xns that is there; see whether " \
		"its path is where xns lies"
#define REMEDY_SETCAP BY_ROOT, RUNS_OURS, "as root: setcap cap_set%s+ep %s"
#define REMEDY_GRANT_IDS BY_ROOT, RUNS_OURS, "as root: usermod --add-sub%ss %s %s"
#define REMEDY_GRANT_AND_MAP \
	BY_ROOT, RUNS_OURS, "as root: usermod --add-sub%ss %s %s; --map-%ss=auto then maps those"
#define REMEDY_GRANT_UNNAMED \
	BY_ROOT, RUNS_OURS, "as root: echo %s >>/etc/passwd; echo %s >>/etc/sub%s"
#define REMEDY_ADD_USER BY_ROOT, RUNS_OURS, "as root: echo %s >>/etc/passwd"
#define REMEDY_MORE_MOUNTS BY_ROOT, RUNS_OURS, "as root: sysctl fs.mount-max=%lld"
#define REMEDY_MAKE_PRIVATE BY_ROOT, RUNS_OURS, "as root: mount --make-private %s"
#define REMEDY_BIND_PRIVATE                \
	BY_ROOT, RUNS_OURS,                \
		"as root: mount --bind %s %s && mount --make-private %s"
#define REMEDY_SET_LIMIT BY_ROOT, RUNS_OURS, "as root: sysctl user.%s=%lld"
#define REMEDY_SET_LIMIT_HERE \
	BY_ROOT, RUNS_OURS, "as root of this user namespace: sysctl user.%s=%lld"
#define REMEDY_LOOK_AT_LIMIT BY_ROOT_OUTSIDE, RUNS_OURS, \
		"as root outside: look with 'sysctl user.%s', and raise it"
#define REMEDY_LOOK_AT_LIMITS BY_ROOT, RUNS_OURS, \
		"as root, here and outside: look with 'sysctl user.%s', and raise it"
#define REMEDY_UNMOUNT BY_ROOT, RUNS_OURS, "umount %s"
#define REMEDY_DELETE_NAME BY_ROOT, RUNS_OURS, "xnetns delete %s"
#define REMEDY_DELETE_DASHED_NAME BY_ROOT, RUNS_OURS, "xnetns delete -- %s"
#define REMEDY_DELETE_USERS_NAME BY_READER, RUNS_OURS, "the user of process %d: xnetns delete -- %s"
#define REMEDY_CLOSE_TO_OTHERS BY_READER, RUNS_OURS, "chmod 700 %s"
#define REMEDY_GIVE_UP_NETWORKS \
	BY_READER, RUNS_OURS, "to give up these networks, and begin anew: rm -r %s"
#define REMEDY_CLOSE BY_READER, RUNS_NOTHING, "process %d (%s) has to close it or to end"
#define REMEDY_CLOSE_UNNAMED BY_READER, RUNS_NOTHING, "process %d has to close it or to end"
#define REMEDY_CLOSE_ALL BY_READER, RUNS_NOTHING, "process %d (%s) has to close them or to end"
#define REMEDY_CLOSE_ALL_UNNAMED BY_READER, RUNS_NOTHING, "process %d has to close them or to end"
#define REMEDY_END_MEMBER \
	BY_READER, RUNS_NOTHING, "end process %d (%s): the mount is in its mount namespace"
#define REMEDY_END_UNNAMED_MEMBER \
	BY_READER, RUNS_NOTHING, "end process %d: the mount is in its mount namespace"
#define REMEDY_END_MEMBERS                                                                        \
	BY_READER, RUNS_NOTHING,                                                                  \
		"end process %d (%s) and %zu more: the mount is in their mount namespace (to see them: " \
		"xnsls %llu)"
#define REMEDY_END_UNNAMED_MEMBERS                                                                \
	BY_READER, RUNS_NOTHING,                                                                  \
		"end process %d and %zu more: the mount is in their mount namespace (to see them: " \
		"xnsls %llu)"

#define REMEDY_MOUNT_CGROUP2 BY_ROOT, RUNS_OURS, "as root: mount -t cgroup2 none /sys/fs/cgroup"
#define REMEDY_ENABLE_CONTROLLER BY_ROOT, RUNS_OURS, "as root: echo +%s >%s/cgroup.subtree_control"
#define REMEDY_GIVE_CGROUP                                                                      \
	BY_ROOT, RUNS_OURS,                                                                     \
		"as root: chown %u %s %s/cgroup.procs %s/cgroup.subtree_control"
#define REMEDY_DELEGATE                                                                         \
	BY_ROOT, RUNS_OURS,                                                                     \
		"as root: mkdir -p /etc/systemd/system/%s.d; printf '[Service]\\nDelegate=yes\\n' "  \
		">/etc/systemd/system/%s.d/delegate.conf; systemctl daemon-reload; systemctl "  \
		"restart %s"

/*
 * Writes the words with their arguments: %s as one word of a shell, quoted unless it has only
 * letters, digits and _.@:+-/ ; %d, %u, %zu, %lld and %llu as they are. Returns the length. Writes
 * an empty text and returns 0 for RUNS_THEIRS or if size is too small, because half a command may
 * be another one.
 */
size_t remedy_render(char *buf, size_t size, enum remedy_who who, enum remedy_programs programs,
		     const char *words, ...) PRINTF_LIKE(5, 6);
size_t remedy_vrender(char *buf, size_t size, enum remedy_programs programs, const char *words,
		      va_list args);

/* Sets the hint as diag_hint() does. */
void remedy_hint(struct diag *diag, enum remedy_who who, enum remedy_programs programs,
		 const char *words, ...) PRINTF_LIKE(4, 5);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses /proc/PID/mountinfo (proc_pid_mountinfo(5)): the mounts in the mount namespace of a
 * process that are reachable from its root directory.
 */
#ifndef XNS_MOUNTINFO_H
#define XNS_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/bounded.h"

/*
 * One mount. The strings, with the kernel's octal escapes decoded, point into the text that was
 * read; each may be empty.
 */
struct mount_entry {
	int id, parent;       /* the parent of the topmost mount is not in the list */
	dev_t dev;
	const char *root;     /* the mounted part of the file system: "/", "net:[4026531833]" */
	const char *point;    /* the mount point, relative to the process's root directory */
	const char *options;  /* per mount: "rw,nosuid" */
	int shared;           /* its peer group, 0 if not shared */
	int master;           /* the peer group that it is a slave of, or 0 */
	bool unbindable;
	const char *type;     /* "ext4"; with a subtype "fuse.sshfs" */
	const char *source;
	const char *super_options;
};

/* A file that is read line by line, because it may have a gigabyte. */
struct mountinfo {
	struct bounded_lines lines;
	int rc; /* -errno if the file could not be read to its end */
};

/* Begins with the first line of an open file. Borrows fd until the last mountinfo_next(). */
void mountinfo_begin(int fd, struct mountinfo *ret);

/* Does the same with a copy of text, of len bytes. 0 or -ENOMEM. */
int mountinfo_from_text(const char *text, size_t len, struct mountinfo *ret);

/*
 * Reads the next mount, in the order of the file; its strings stay valid until the next call. False
 * at the end, or if reading fails, and then info->rc is set. Skips malformed lines.
 */
bool mountinfo_next(struct mountinfo *info, struct mount_entry *ret);

/*
 * Parses one line without its newline, in place, for callers that read the lines themselves. False,
 * with ret untouched, if the line is malformed.
 */
bool mountinfo_take_line(char *line, struct mount_entry *ret);

void mountinfo_free(struct mountinfo *info);

/* Whether a comma-separated list, such as a mount's options, contains the word. */
bool mountinfo_has_option(const char *options, const char *word);

#endif

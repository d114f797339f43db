/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/PID/mountinfo (proc_pid_mountinfo(5)): the mounts of a mount namespace, as far as they can
 * be reached from the root directory of the process whose file it is.
 */
#ifndef XNS_MOUNTINFO_H
#define XNS_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/bounded.h"

/*
 * One mount. The strings lie in the text that was read, with the kernel's octal escapes decoded;
 * each may be empty.
 */
struct mount_entry {
	int id, parent;       /* the parent of the topmost mount is not in the list */
	dev_t dev;
	const char *root;     /* what of the file system is mounted: "/", "net:[4026531833]" */
	const char *point;    /* where, seen from the process's root directory */
	const char *options;  /* of this mount: "rw,nosuid" */
	int shared;           /* number of its peer group, 0: not shared */
	int master;           /* number of the peer group that it is a slave of, 0: of none */
	bool unbindable;
	const char *type;     /* "ext4"; with a subtype "fuse.sshfs" */
	const char *source;
	const char *super_options;
};

/* A file that is read line by line, since it may have a gigabyte. */
struct mountinfo {
	struct bounded_lines lines;
	int rc; /* -errno, if the file could not be read to its end */
};

/* Begins with the first line of an open file, which the caller keeps open until the last one. */
void mountinfo_begin(int fd, struct mountinfo *ret);

/* The same with text of len bytes, which is copied. 0 or -ENOMEM. */
int mountinfo_from_text(const char *text, size_t len, struct mountinfo *ret);

/*
 * The next mount, in the order of the file. Its strings stay until the next call. False at the end,
 * or if the rest cannot be read, and then info->rc is set. A line that is malformed is skipped.
 */
bool mountinfo_next(struct mountinfo *info, struct mount_entry *ret);

/*
 * The same for one line, without its newline, where a file is read line by line: takes it apart
 * in place. False if it is malformed, with ret untouched.
 */
bool mountinfo_take_line(char *line, struct mount_entry *ret);

void mountinfo_free(struct mountinfo *info);

/* Whether a comma list, such as the options of a mount, has the word. */
bool mountinfo_has_option(const char *options, const char *word);

#endif

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

/* A whole file. Owns its text. All zero is an empty list. */
struct mountinfo {
	char *text;
	char *next; /* the line that mountinfo_next() will take */
};

/* Reads all that fd gives, lines of any length. 0, or -errno with ret untouched. */
int mountinfo_read(int fd, struct mountinfo *ret);

/* The same from text of len bytes, which is copied. 0 or -ENOMEM. */
int mountinfo_from_text(const char *text, size_t len, struct mountinfo *ret);

/*
 * The next mount, in the order of the file; false at the end. A line that is malformed is skipped.
 * Each mount is given once, as its text is taken apart in place.
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

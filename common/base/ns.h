/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The namespace types. ns_types.def is the only table of them: code and tests that concern "every type"
 * go through it, and tests compare option tables, help texts and pages with it.
 */
#ifndef XNS_BASE_NS_H
#define XNS_BASE_NS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ns_type.h"

struct ns_type_info {
	const char *name;         /* as in /proc/PID/ns and namespaces(7): "mnt" */
	const char *option;       /* the long option that unshare(1) and nsenter(1) use: "mount" */
	char letter;              /* and its letter */
	const char *article;      /* "a" or "an", for messages */
	const char *label;        /* its name in messages: "mount" */
	int flag;                 /* CLONE_NEW* */
	const char *flag_name;    /* "CLONE_NEW*" */
	const char *for_children; /* the second file in /proc/PID/ns, or NULL */
	const char *sysctl;       /* its limit: the file in /proc/sys/user */
	const char *config;       /* kernel configuration symbol; NULL: always present */
	const char *since;        /* first kernel that has it */
	unsigned init_ino;        /* inode number of the initial namespace */
	unsigned pidfd_ioctl;     /* the number of the ioctl that opens it by a pidfd */
	bool nested;              /* a namespace of this type has a parent of the same type */
};

extern const struct ns_type_info ns_types[NS_COUNT];

/* The directory in which network namespaces are mounted by their names (ip-netns(8)). */
#define NETNS_DIR "/run/netns"

/*
 * A set of pins (--pins DIR) is a tmpfs at DIR with this source, and the files "net", "uts" and so on, on which the
 * namespaces are mounted. As long as it is not complete, it has this file, locked by the process that makes it.
 */
#define PIN_SET_SOURCE "xns-pins"
#define PIN_SET_UNFINISHED "unfinished"

/* The type with this /proc name ("mnt"), or NS_NONE. */
enum ns_type ns_by_name(const char *name);

/* The type of one CLONE_NEW* flag, or NS_NONE. */
enum ns_type ns_by_flag(int flag);

/*
 * Writes "PID/ns/FILE", a path below /proc, into buf and returns buf. FILE is the name or for_children
 * of a type.
 */
enum { NS_PATH_SIZE = sizeof("-2147483648/ns/time_for_children") };
const char *ns_path(int pid, const char *file, char buf[NS_PATH_SIZE]);

/* The same path in an array that lives as long as the enclosing block. */
#define NS_PATH(pid, file) ns_path(pid, file, (char[NS_PATH_SIZE]){ "" })

/*
 * Writes the labels of all types in flags, joined by ", " ("mount, user"), in the order of the
 * table. The text is truncated to whole words if it does not fit.
 */
void ns_labels(int flags, char *buf, size_t size);

/* Does the same with the names of the flags, joined by "|" ("CLONE_NEWNS|CLONE_NEWUSER"). */
void ns_flag_names(int flags, char *buf, size_t size);

#endif

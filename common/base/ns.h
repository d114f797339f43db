/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the namespace types. Nothing else in xns enumerates them: an option, a column, a
 * hint or a test that concerns "every type" walks this table.
 */
#ifndef XNS_NS_H
#define XNS_NS_H

#include <stdbool.h>
#include <stddef.h>

enum ns_kind {
	NS_MNT,
	NS_UTS,
	NS_IPC,
	NS_NET,
	NS_PID,
	NS_USER,
	NS_CGROUP,
	NS_TIME,
	NS_COUNT,
	NS_NONE = -1,
};

struct ns_type {
	const char *name;         /* as in /proc/PID/ns and namespaces(7): "mnt" */
	const char *option;       /* the long option that unshare(1) and nsenter(1) use: "mount" */
	char letter;              /* and its letter */
	const char *article;      /* "a" or "an", for messages */
	const char *label;        /* what messages call it: "mount" */
	int flag;                 /* CLONE_NEW* */
	const char *for_children; /* the second file in /proc/PID/ns, or NULL */
	const char *sysctl;       /* file below /proc/sys/user with the limit */
	const char *config;       /* kernel configuration symbol, or NULL: cannot be left out */
	const char *since;        /* first kernel that has it */
	unsigned init_ino;        /* inode number of the initial one (uapi/linux/nsfs.h), or 0 */
};

extern const struct ns_type ns_types[NS_COUNT];

/* The type with this /proc name ("mnt"), or NS_NONE. */
enum ns_kind ns_by_name(const char *name);

/* The type of one CLONE_NEW* flag, or NS_NONE. */
enum ns_kind ns_by_flag(int flag);

/*
 * Writes the path of a file of a process below /proc, "PID/ns/FILE", into buf and returns it. FILE is
 * the name or the for_children of a type.
 */
enum { NS_PATH_SIZE = sizeof("-2147483648/ns/time_for_children") };
const char *ns_path(int pid, const char *file, char buf[NS_PATH_SIZE]);

/* The same in an array that lives as long as the block around it. */
#define NS_PATH(pid, file) ns_path(pid, file, (char[NS_PATH_SIZE]){ "" })

/*
 * Writes the labels of all types in flags, joined by ", " ("user, mount"), in table order.
 * Always terminates; what does not fit is cut.
 */
void ns_labels(int flags, char *buf, size_t size);

/* The same with the names of the flags, joined by "|" ("CLONE_NEWNS|CLONE_NEWUSER"). */
void ns_flag_names(int flags, char *buf, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Namespaces with their members, other holders, owners and parents. Pure: the scan adds records, and no
 * function here makes a system call. Lookups use a hash table, since hosts may have 10,000 namespaces.
 *
 * The index of a namespace stays valid while more are added; pointers into the arrays do not.
 */
#ifndef XNS_INVENTORY_MODEL_H
#define XNS_INVENTORY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

#define MODEL_NONE UINT32_MAX   /* no such index */
#define MODEL_NO_UID UINT32_MAX /* (uid_t)-1 is no user */

/* Bits of ns_process.known: what was read beyond the namespaces. */
enum {
	PROCESS_STATUS = 1,  /* ppid and uid */
	PROCESS_COMMAND = 2, /* command */
	PROCESS_LISTED = 4,  /* free for use by the caller */
	PROCESS_UNTITLED = 8, /* it has no command line; command is its name */
};

struct ns_process {
	pid_t pid;
	pid_t ppid;    /* 0: unknown, or outside of this /proc */
	uint32_t uid;  /* effective, or MODEL_NO_UID */
	unsigned known;
	char *command; /* its command line, or its name with PROCESS_UNTITLED; NULL: unknown */
	uint64_t ns[NS_COUNT]; /* inode numbers; 0: unknown, or it has none */
	uint64_t cgroups; /* the same in all processes that are in the same cgroups; 0: unknown */
};

/*
 * Holders keep a namespace alive, as do its members, its children, and the namespaces that it owns.
 */
enum holder_kind {
	HOLDER_THREAD,   /* thread fd of process pid is in it, and its first thread is not */
	HOLDER_CHILDREN, /* future children of process pid will be in it */
	HOLDER_FD,       /* descriptor fd of process pid refers to it */
	HOLDER_SOCKET,   /* descriptor fd of process pid is a socket that belongs to it */
	HOLDER_MOUNT,    /* it is mounted at path */
};

struct ns_holder {
	enum holder_kind by;
	enum ns_type type;
	uint64_t ino;
	pid_t pid; /* HOLDER_MOUNT: a process in the mount namespace of the mount; 0: ours */
	int fd;
	char *path;
	bool in_set; /* path is in a set of pins, as the file with the name of the type */
	uint32_t next; /* the namespace's next holder, or MODEL_NONE */
};

struct ns_node {
	uint64_t ino;
	uint64_t id; /* 64-bit id (NS_GET_ID), or 0 */
	enum ns_type type;
	uint32_t n_processes;
	uint32_t process;   /* index of the member with the lowest PID, or MODEL_NONE */
	uint32_t owner_uid; /* the creator (user namespaces only), or MODEL_NO_UID */
	uint32_t parent;    /* of a user or pid namespace, or MODEL_NONE */
	uint32_t owner;     /* the owning user namespace, or MODEL_NONE */
	uint32_t first_child, next_child; /* by parent; valid after model_link() */
	uint32_t first_owned, next_owned; /* by owner; valid after model_link() */
	uint32_t first_holder, n_holders;
};

struct model {
	struct ns_process *processes; /* ascending by PID */
	size_t n_processes;
	struct ns_node *nodes;
	size_t n_nodes, nodes_size;
	uint32_t *table; /* hash table of indices of nodes */
	size_t table_size;
	struct ns_holder *holders;
	size_t n_holders, holders_size;
	uint32_t *order; /* indices of nodes by inode number; valid after model_link() */
};

/* Releases all, and leaves an empty model, which is all zero. */
void model_free(struct model *model);

/*
 * Takes the processes, which are sorted by PID, and adds their namespaces. Call it once. The model owns
 * the array and its command lines, even after a failure. 0 or -ENOMEM.
 */
int model_take_processes(struct model *model, struct ns_process *processes, size_t n);

/* The index of a namespace, or MODEL_NONE. NS_NONE matches any type. */
uint32_t model_find(const struct model *model, enum ns_type type, uint64_t ino);

/* Finds a namespace, or adds it. 0 or -ENOMEM. */
int model_add(struct model *model, enum ns_type type, uint64_t ino, uint32_t *ret_index);

/* Adds a holder, and its namespace if that is new. Copies path. 0 or -ENOMEM. */
int model_add_holder(struct model *model, const struct ns_holder *holder);

/*
 * Replaces the holders of a namespace by those that it has in another model. Call it after model_link() of
 * both. 0 or -ENOMEM.
 */
int model_take_holders(struct model *model, uint32_t index, const struct model *from,
		       uint32_t from_index);

/* The process with this PID, or NULL. */
struct ns_process *model_process(const struct model *model, pid_t pid);

/*
 * The uid that created the owning user namespace; for a user namespace, the uid that created it.
 * MODEL_NO_UID if unknown.
 */
uint32_t model_owner_uid(const struct model *model, const struct ns_node *node);

/*
 * Whether the namespace with the index owned, which node owns, is also its child. A user namespace
 * owns the user namespaces whose parent it is (user_namespaces(7)), so they are in both lists.
 */
bool model_is_child(const struct model *model, const struct ns_node *node, uint32_t owned);

/* Sorts, and links the lists of children and of owned namespaces. Call it last. 0 or -ENOMEM. */
int model_link(struct model *model);

#endif

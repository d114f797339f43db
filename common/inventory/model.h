/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Namespaces, their members, what else holds them, their owners and parents. Pure: the scan adds
 * records, and nothing here makes a system call. Everything is found by hash table; a host with
 * 10,000 namespaces is an ordinary one.
 *
 * Namespaces are referred to by their index, which stays valid while more are added.
 */
#ifndef XNS_XNSLS_MODEL_H
#define XNS_XNSLS_MODEL_H

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
	PROCESS_LISTED = 4,  /* for whoever makes a list of them */
	PROCESS_UNTITLED = 8, /* no command line: command is its name */
};

struct ns_process {
	pid_t pid;
	pid_t ppid;    /* 0: it has none, as far as we can see */
	uint32_t uid;  /* effective, or MODEL_NO_UID */
	unsigned known;
	char *command; /* command line, or the name of a process that has none; NULL: unknown */
	uint64_t ns[NS_COUNT]; /* inode numbers; 0: could not be read, or there is none */
};

/* What keeps a namespace alive besides its members, its children and what it owns. */
enum holder_kind {
	HOLDER_THREAD,   /* thread fd of process pid has it, and the process has not */
	HOLDER_CHILDREN, /* process pid made it for its children */
	HOLDER_FD,       /* descriptor fd of process pid */
	HOLDER_SOCKET,   /* a socket, descriptor fd of process pid, lives in it */
	HOLDER_MOUNT,    /* mounted at path */
};

struct ns_holder {
	enum holder_kind by;
	enum ns_kind kind;
	uint64_t ino;
	pid_t pid; /* HOLDER_MOUNT: a process that sees the mount, or 0: we do ourselves */
	int fd;
	char *path;
	uint32_t next; /* the namespace's next holder, or MODEL_NONE */
};

struct ns_node {
	uint64_t ino;
	uint64_t id; /* 64-bit id (NS_GET_ID), or 0 */
	enum ns_kind kind;
	uint32_t n_processes;
	uint32_t process;   /* index of the member with the lowest PID, or MODEL_NONE */
	uint32_t owner_uid; /* who made it (user namespaces only), or MODEL_NO_UID */
	uint32_t parent;    /* of a user or pid namespace, or MODEL_NONE */
	uint32_t owner;     /* the owning user namespace, or MODEL_NONE */
	uint32_t first_child, next_child; /* by parent, after model_link() */
	uint32_t first_owned, next_owned; /* by owner */
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
	uint32_t *order; /* indices of nodes by inode number, after model_link() */
};

/* All zero is an empty model. */
void model_free(struct model *model);

/*
 * The members, ascending by PID; the array and its command lines belong to the model from here on,
 * also on failure. To be called once. 0 or -ENOMEM.
 */
int model_take_processes(struct model *model, struct ns_process *processes, size_t n);

/* The namespace's index, or MODEL_NONE. kind NS_NONE finds any type. */
uint32_t model_find(const struct model *model, enum ns_kind kind, uint64_t ino);

/* The same; what is not there is added. 0 or -ENOMEM. */
int model_add(struct model *model, enum ns_kind kind, uint64_t ino, uint32_t *ret_index);

/* Adds a holder, and its namespace where that is new. path is copied. 0 or -ENOMEM. */
int model_add_holder(struct model *model, const struct ns_holder *holder);

/* The process with this PID, or NULL. */
struct ns_process *model_process(const struct model *model, pid_t pid);

/*
 * The uid that made the owning user namespace; of a user namespace the one that made it. Or
 * MODEL_NO_UID.
 */
uint32_t model_owner_uid(const struct model *model, const struct ns_node *node);

/* Sorts, and links children and what is owned. To be called when all has been added. 0 or -ENOMEM. */
int model_link(struct model *model);

#endif

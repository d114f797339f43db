/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files inventory/scan*.c share. */
#ifndef XNS_XNSLS_SCAN_INTERNAL_H
#define XNS_XNSLS_SCAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/parallel.h"

enum { LINK_MAX_LEN = 64 }; /* "cgroup:[18446744073709551615]" and "socket:[...]" fit */

/* A socket's network namespace, known by the socket's inode number. */
struct socket_entry {
	uint64_t socket; /* 0: free */
	uint64_t netns;  /* 0: could not be found out */
};

/* What one namespace said about itself. */
struct answer {
	enum ns_kind kind;
	uint32_t owner_uid;
	uint64_t ino, parent, owner, id; /* 0: it did not say */
};

struct answers {
	struct answer *list;
	size_t n, size;
	bool no_memory;
};

void answers_add(struct answers *answers, const struct answer *answer);

/* One thread's part of the walk over the processes. */
struct walker {
	const struct scan *scan;
	struct ns_holder *holders;
	size_t n_holders, holders_size;
	struct socket_entry *sockets; /* hash table: children inherit their parents' */
	size_t n_sockets, sockets_size;
	size_t unreadable;
	bool no_memory;
	int kept[NS_COUNT]; /* the namespaces of the last process, or -1 */
};

/* The processes, ascending by PID. */
struct found {
	struct ns_process *processes;
	size_t n;
	uint32_t *rest; /* indices of those that are still to be read from /proc; NULL: all */
	size_t n_rest;
	struct answers told; /* that came along */
};

void found_free(struct found *found);

void walker_init(struct walker *walker, const struct scan *scan);
void walker_free(struct walker *walker);

/* Remembers a holder; path is not set. Lack of memory is noted in no_memory. */
void walker_add(struct walker *walker, const struct ns_holder *holder);

/* Whether a PID of this /proc is a pidfd's as well, and that leads to namespaces (Linux 6.11). */
bool scan_has_pidfds(int proc);

/* Adds what the descriptors of a process hold, which are those of this thread. 0 or -errno. */
int scan_fds(struct walker *walker, const struct ns_process *process, pid_t task);

/* Adds what its threads have that the process itself has not, and what it keeps for its children. */
int scan_threads(struct walker *walker, const struct ns_process *process);

/* Calls take() for each entry of a directory whose name is a number. 0 or -errno. */
int scan_numbers(int dir, const char *path, void (*take)(void *state, int dir, pid_t number),
		 void *state);

/* Up to size - 1 bytes of /proc/PID/NAME, terminated; the length or -errno. The rest is not read. */
ssize_t scan_read_head(int proc, pid_t pid, const char *name, char *buf, size_t size);

/* scan_details() for the command lines alone. */
void scan_commands(int proc, struct ns_process *const *processes, size_t n,
		   struct scan_silent *silent);

/* Opens the namespace that a socket lives in (SIOCGSKNS). -errno. */
int scan_open_socket(pid_t pid, int fd, uint64_t socket);

/* Adds what is mounted in our own mount namespace; SCAN_DEEP: in every one that can be read. */
int scan_mounts(struct scan *scan, struct model *model);

/* Opens a mount that a process sees; what is there must be a namespace. -errno. */
int scan_open_mount(int proc, pid_t pid, const char *path);

/*
 * Finds owners, parents and ids, and so the namespaces that nothing else holds. told: owners and
 * parents that need not be asked for. 0 or -errno.
 */
int scan_relations(const struct scan *scan, struct model *model, const struct answers *told);

/* The inode number of an open namespace, 0 where it is none. */
uint64_t scan_ino(int fd);

#endif

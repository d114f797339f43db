/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations shared by the files inventory/scan*.c, in the order of their dependencies: a file
 * calls only functions of its own section and of those above.
 */
#ifndef XNS_INVENTORY_SCAN_INTERNAL_H
#define XNS_INVENTORY_SCAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/parallel.h"

enum { LINK_MAX_LEN = 64 }; /* "cgroup:[18446744073709551615]" and "socket:[...]" fit */

/* ---- scan_read.c: single questions ---- */

/* The inode number of an open namespace, or 0 on failure. */
uint64_t scan_ino(int fd);

/*
 * Opens the namespace that an open file (O_PATH) of a stranger is, and asks no other file system about
 * it: -ESTALE if it is something else. -errno.
 */
int scan_open_path(const struct scan *scan, int fd);

/* The device of nsfs, or 0. */
dev_t scan_nsfs(int proc);

/* Whether pidfd_open(2) takes the PIDs of this /proc, and pidfds give namespaces (Linux 6.11). */
bool scan_has_pidfds(int proc);

/* Calls take() for each entry of a directory whose name is a number. 0 or -errno. */
int scan_numbers(int dir, const char *path, void (*take)(void *state, int dir, pid_t number),
		 void *state);

/* Reads up to size - 1 bytes of /proc/PID/NAME, and terminates them. The length or -errno. */
ssize_t scan_read_head(int proc, pid_t pid, const char *name, char *buf, size_t size);

/* ---- scan_collect.c: the results of one thread ---- */

/* The network namespace of a socket, by the socket's inode number. */
struct socket_entry {
	uint64_t socket; /* 0: free */
	uint64_t netns;  /* 0: unknown */
};

/* A network namespace by what the kernel says of a socket in it; 0: unknown. */
struct netns_cookie {
	uint64_t cookie, netns;
};

/* Each thread that reads processes has one, so that no lock is needed. */
struct collector {
	const struct scan *scan;
	struct ns_holder *holders;
	size_t n_holders, holders_size;
	struct socket_entry *sockets; /* hash table: children inherit their parents' sockets */
	size_t n_sockets, sockets_size;
	struct netns_cookie last_netns; /* most sockets are in the same one */
	int pidfd; /* of the process whose socket was read last, or -1 */
	pid_t pidfd_of;
	size_t unreadable;
	bool no_memory;
	int last_ns[NS_COUNT]; /* of the last process read by pidfd, or -1 */
};

void collector_init(struct collector *collector, const struct scan *scan);
void collector_free(struct collector *collector);

/* Adds a holder, unless its type is not asked for. path is not set. May set no_memory. */
void collector_add(struct collector *collector, const struct ns_holder *holder);

/* The inode number of a socket's network namespace, asked once for each socket; 0: unknown. */
uint64_t collector_socket_netns(struct collector *collector, pid_t pid, int fd, uint64_t socket);

/* ---- scan_socket.c ---- */

/*
 * Opens the network namespace of a socket (SIOCGSKNS, net/socket.c). socket is its inode number, or
 * 0 for any. The caller owns the descriptor. -errno; -ESRCH if the descriptor refers to another
 * file now.
 */
int scan_open_socket(pid_t pid, int fd, uint64_t socket);

/*
 * The inode number of that network namespace; 0 on failure. Creating a descriptor of a namespace takes as long as
 * all the rest, so a socket in the namespace *last, which it sets, is recognised without.
 */
uint64_t scan_socket_netns(struct netns_cookie *last, int pidfd, int fd, uint64_t socket);

/* ---- scan_process.c, scan_fd.c: one process ---- */

/*
 * Reads the namespaces of a process, by pidfd or in /proc. If the first thread has ended, sets
 * *ret_task to another one, through which /proc shows the descriptors. 0 or -errno; -ESRCH if the
 * process has ended.
 */
int scan_process_namespaces(struct collector *collector, struct ns_process *process, pid_t *ret_task);

/* Turns the error of a process that has ended meanwhile into -ESRCH; passes the others on. */
int scan_process_error(int proc, pid_t pid, int rc);

/*
 * Adds the namespaces that descriptors of a process hold; task is the thread that has them. 0 or
 * -errno.
 */
int scan_fds(struct collector *collector, const struct ns_process *process, pid_t task);

/* Adds the namespaces of its threads that the process itself does not have, and those for children. */
int scan_threads(struct collector *collector, const struct ns_process *process);

/* ---- scan_list.c: all processes ---- */

/* The owner, parent, creator and id of one namespace. */
struct relation {
	enum ns_type type;
	uint32_t owner_uid;
	uint64_t ino, parent, owner, id; /* 0: unknown, or there is none */
};

struct relations {
	struct relation *list;
	size_t n, size;
	bool no_memory;
	struct scan_silent unopened;
};

/* Lack of memory sets no_memory. */
void relations_add(struct relations *relations, const struct relation *relation);

/* Processes, ascending by PID. */
struct process_list {
	struct ns_process *processes;
	size_t n;
	uint32_t *unread; /* indices of the processes to be read from /proc; NULL: all */
	size_t n_unread;
	struct relations relations; /* of their namespaces, as far as the BPF program reports them */
};

/* Lists all PIDs in /proc, and reads nothing about them. 0 or -errno. */
int process_list_from_proc(int proc, struct process_list *ret);

void process_list_free(struct process_list *list);

/* ---- scan_cost.c ---- */

/* Fills the diagnosis for --scan=bpf, with the reason in scan->no_bpf. Returns rc, an -errno. */
int scan_fail_bpf(const struct scan *scan, int rc, struct diag *diag);

#ifdef HAVE_BPF
/* scan_bpf_load.c: starts the program as an iterator. The caller owns the descriptor. -errno. */
int scan_open_iterator(void);

/*
 * scan_bpf.c: lists all processes with status, namespaces and relations. -errno if BPF is not
 * available, with no_bpf set, or SCAN_AUTO and estimated to cost more; then ret is empty, and
 * process_list_from_proc() can be used.
 */
int process_list_from_bpf(struct scan *scan, struct process_list *ret);
#endif

/* ---- scan_mount.c ---- */

/* Adds the namespaces mounted in our own mount namespace; SCAN_DEEP: in each that can be read. */
int scan_mounts(struct scan *scan, struct model *model);

/* Opens a namespace that is mounted on a path, as the process sees it (pid 0: as we do). -errno. */
int scan_open_mount(const struct scan *scan, pid_t pid, const char *path);

/* ---- scan_relations.c ---- */

/*
 * Finds owners, parents and ids, and thereby namespaces that have no other holder. reported: relations
 * that are known already, so that those namespaces are not asked. 0 or -errno.
 */
int scan_relations(struct scan *scan, struct model *model, const struct relations *reported);

/* ---- scan_command.c ---- */

/* scan_details() for command lines only. */
void scan_commands(int proc, struct ns_process *const *processes, size_t n,
		   struct scan_silent *silent);

#endif

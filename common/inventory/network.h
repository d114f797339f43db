/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what a network namespace contains: its interfaces, and the ports on which something listens. A
 * thread of root's enters it and asks the kernel; a user who may not enter it reads /proc/PID/net.
 */
#ifndef XNS_INVENTORY_NETWORK_H
#define XNS_INVENTORY_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct model;
struct scan;

enum {
	NETWORK_MAX = 65536, /* sockets, and interfaces, that are read of a network */
	NETWORK_NAME = 16,   /* IFNAMSIZ */
};

struct network_port {
	uint16_t number;
	bool udp;
};

struct network_link {
	char name[NETWORK_NAME];
	int index;
	bool is_veth;
	int peer;          /* the index of its other end there; 0: unknown */
	int32_t peer_nsid; /* the id of that network; NETNSID_NONE: this one */
	uint32_t other;    /* the index of that network in the model, or MODEL_NONE */
	char other_name[NETWORK_NAME];
};

struct network {
	bool has_ports, has_links; /* they could be read */
	bool is_cut;               /* there are more than NETWORK_MAX */
	struct network_port *ports; /* each once, ascending */
	size_t n_ports, ports_room;
	struct network_link *links;
	size_t n_links, links_room;
};

/* By index in the model. All zero: empty. */
struct networks {
	struct network *list;
	size_t n;
};

enum network_what { NETWORK_PORTS = 1, NETWORK_LINKS = 2 };

/*
 * Reads the networks of the model: what[index] is a mask of enum network_what. Leaves out what cannot
 * be read. 0, or -ENOMEM.
 */
int networks_read(const struct scan *scan, const struct model *model, const unsigned *what,
		  struct networks *ret);

void networks_free(struct networks *networks);

/* ---- common to both ways; 0 or -ENOMEM, 1 if there are too many ---- */

int network_add_port(struct network *network, uint16_t number, bool udp);
int network_add_link(struct network *network, const struct network_link *link);

/* A port may have a socket in each family, and many that share it (SO_REUSEPORT). Each stays once. */
void network_sort_ports(struct network *network);

/* ---- network_proc.c: the same by /proc/PID/net ---- */

/* A line of /proc/net/tcp or udp: whether anybody may call it, and then its port. Pure. */
bool network_parse_socket(const char *line, bool udp, uint16_t *ret_port);

/* A line of /proc/net/dev: the name of an interface. False for the headings. Pure. */
bool network_parse_device(const char *line, char ret[NETWORK_NAME]);

/* Reads what is missing through a process, if that is still in the network ino. 0 or -ENOMEM. */
int network_read_proc(int proc, pid_t pid, uint64_t ino, unsigned what, struct network *network);

/* ---- network_ask.c, with libmnl ---- */

/* Asks the kernel for each network that can be entered. Does nothing if libmnl is missing. */
int networks_ask(const struct scan *scan, const struct model *model, const unsigned *what,
		 struct networks *networks);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ids of network namespaces beyond common/kernel/netnsid.h, through libmnl: setting one, listing all, those
 * of another namespace (rtnetlink: RTM_NEWNSID, RTM_GETNSID).
 */
#ifndef XNS_XNETNS_NSID_H
#define XNS_XNETNS_NSID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;

/* ---- messages; pure, after nsid_load() ---- */

/* Loads libmnl. -errno with the diagnosis filled. */
int nsid_load(struct diag *diag);

enum { NSID_MESSAGE_MAX = 64 };

/* What a request says; a member that is -1 is left out. */
struct nsid_request {
	bool set;       /* RTM_NEWNSID, else RTM_GETNSID */
	bool dump;
	int fd;         /* the namespace, by a descriptor... */
	int32_t nsid;   /* ...or by its id; with set the id to give it */
	int32_t target; /* tell ids as the namespace with this id has them */
	uint32_t seq;
};

/* Writes the message; buf has NSID_MESSAGE_MAX bytes, aligned for a header. Its length. */
size_t nsid_build(const struct nsid_request *request, void *buf);

struct nsid_reply {
	uint32_t seq;
	bool done;         /* the end of a dump, or an acknowledgement */
	int err;           /* errno value that the kernel reports, or 0 */
	int32_t nsid;      /* NETNSID_NONE: none is assigned */
	int32_t current;   /* with a target: the id in our own namespace, else NETNSID_NONE */
	char text[128];    /* the kernel's words for the error, or empty */
};

/*
 * Takes the next message of what was received, and moves on behind it. False at the end; what
 * is cut short or of another kind is passed over.
 */
bool nsid_parse(const void **data, size_t *len, struct nsid_reply *ret);

/* ---- asking the kernel ---- */

/* netnsid_open(), with the kernel's words for errors. -errno with the diagnosis filled. */
int nsid_open(struct diag *diag);

/*
 * One request; calls seen for each id that is told. A refusal of the kernel's is -errno, with its
 * words in text (of size bytes).
 */
typedef int nsid_seen(const struct nsid_reply *reply, void *arg);
int nsid_ask(int socket, const struct nsid_request *request, nsid_seen *seen, void *arg,
	     char *text, size_t size);

#endif

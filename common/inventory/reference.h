/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A namespace by what the applets print of it: the columns NS, PNS, ONS, ID and HELDBY of xnsls, the text of
 * a link in /proc, and the names of xnetns. Paths are files; the applets try those first.
 */
#ifndef XNS_INVENTORY_REFERENCE_H
#define XNS_INVENTORY_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;

enum { REFERENCE_PATH = 1024 }; /* bytes of a mount point that is printed, at most */

enum reference_kind {
	REFERENCE_INO,     /* "4026531838", "uts:[4026531838]", "child user:[4026531837]" */
	REFERENCE_ID,      /* ":4711" */
	REFERENCE_PROCESS, /* "process 12" */
	REFERENCE_THREAD,  /* "thread 12/13" */
	REFERENCE_CHILDREN, /* "children of 12" */
	REFERENCE_FD,      /* "fd 12/3" */
	REFERENCE_SOCKET,  /* "socket 12/3" */
	REFERENCE_MOUNT,   /* "mount /path", "mount /path (of 12)" */
	REFERENCE_PINS,    /* "pins /directory", also with "(of 12)" */
	REFERENCE_NAME,    /* anything else without a slash: a name of xnetns */
};

struct reference {
	enum reference_kind kind;
	enum ns_type type; /* REFERENCE_INO: as the text has it, or NS_NONE */
	uint64_t number;   /* REFERENCE_INO, REFERENCE_ID */
	pid_t pid;
	int fd; /* or thread */
	char text[REFERENCE_PATH]; /* REFERENCE_MOUNT, REFERENCE_PINS, REFERENCE_NAME */
};

/* reference_parse.c: pure. False: it is none of these. Of several holders the first counts. */
bool reference_parse(const char *text, struct reference *ret);

/*
 * Opens the namespace. type: the wanted one, or NS_NONE. The caller owns the descriptor. -errno with the
 * diagnosis filled.
 */
int reference_open(const struct reference *reference, enum ns_type type, struct diag *diag);

/*
 * Opens what a user has given for a namespace: an existing file, else what reference_parse() reads. If that is
 * a name without a file, the diagnosis is that of the file. -errno; -ENOENT only then.
 */
int reference_open_text(const char *text, enum ns_type type, struct diag *diag);

/* If the number is no namespace's but a process's, a hint says how to enter the namespaces of that. */
void reference_hint_process(const struct reference *reference, struct diag *diag);

#endif

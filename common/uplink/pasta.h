/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of pasta(1), which connects a network namespace to the host's network by sockets of
 * its own, without privileges there. Pure.
 */
#ifndef XNS_UPLINK_PASTA_H
#define XNS_UPLINK_PASTA_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct publish;

/* If pasta enters no user namespace, it gets a tmpfs over this directory, which AppArmor's profile allows. */
#define PASTA_DIR "/tmp"
#define PASTA_NETNS PASTA_DIR "/net" /* the network namespace, bind-mounted */

/* pasta answers queries for names at this address, by the host's name servers. */
#define PASTA_DNS "169.254.1.1"

/* The uplink that a user requests. */
struct uplink {
	struct publish *ports; /* owned */
	size_t n_ports, room;
	bool host_loopback; /* the program may reach what listens on the host's loopback */
};

/* What --publish wants. */
#define UPLINK_PORT                                                                              \
	"[ADDRESS:]PORT[:PORT][/udp] with ports from 1 to 65535, and an IPv6 address in brackets"

/* Adds a port to publish: 0, -EINVAL or -ENOMEM. */
int uplink_add_port(struct uplink *uplink, const char *text);

/* Whether outbound, the interface of the IPv4 default route, will do. 0, or -ENETUNREACH diagnosed. */
int uplink_check_route(const struct uplink *uplink, const char *outbound, struct diag *diag);

/*
 * Makes the command line, which ends with NULL, in one block, which the caller frees: without the
 * namespaces, which are known later. Once interface, addresses and routes are there, pasta writes its PID to
 * its standard output. outbound is the interface to the internet, to which it points. NULL without memory.
 */
char **pasta_command(const struct uplink *uplink, const char *outbound);

enum pasta_probe {
	PROBE_ALL,   /* whether pasta knows all options of the command */
	PROBE_OLDER, /* all but those that Debian 12's does not know */
};

/*
 * Makes from the command another, by which pasta only reads its options and prints its version: it ends
 * with status 0 if it knows them. argv points into command; the caller frees the array. NULL without
 * memory.
 */
char **pasta_probe(char *const *command, enum pasta_probe probe);

/*
 * The last line of pasta's log that says something: without the time, and without complaints about
 * the system log. Writes to text. Returns "" if there is none.
 */
const char *pasta_last_words(char *text);

void uplink_free(struct uplink *uplink);

#endif

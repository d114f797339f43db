/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports that an uplink publishes: "8080:80", "192.0.2.1:8080:80", "[::1]:53:53/udp". Pure. */
#ifndef XNS_UPLINK_PUBLISH_H
#define XNS_UPLINK_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct publish {
	int family; /* AF_INET, AF_INET6, or 0: all addresses of the host */
	uint8_t address[16]; /* in network order; AF_INET uses the first four */
	uint16_t outer, inner; /* the host's port, and the port inside */
	bool udp;
};

/* Parses [ADDR:]PORT[:PORT][/udp]. 0, or -EINVAL with *ret untouched. */
int publish_parse(const char *text, struct publish *ret);

/* Prints the port as pasta(1) takes it, without the protocol: "192.0.2.1/8080:80". */
enum { PUBLISH_TEXT = 46 + sizeof("[]:65535:65535/udp") };
void publish_print_spec(const struct publish *port, char buf[PUBLISH_TEXT]);

/* As publish_parse() reads it: "192.0.2.1:8080:80/udp". */
void publish_print(const struct publish *port, char buf[PUBLISH_TEXT]);

/* The outer half for messages: "port 8080", "UDP port 53 of 192.0.2.1". */
enum { PUBLISH_NAME = 46 + sizeof("UDP port 65535 of ") };
void publish_print_name(const struct publish *port, char buf[PUBLISH_NAME]);

#endif

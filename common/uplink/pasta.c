/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uplink/pasta.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "uplink/publish.h"

static const char *const program = PASTA_PATH;
static const char *const always[] = {
	"-f", "--config-net", "--dns-forward", PASTA_DNS, "--pid", "/dev/stdout",
	"--no-netns-quit", /* it would also end when the program cannot be traced any more */
};

/*
 * By default pasta lets the program reach the host's loopback: by ports that it forwards, and by the
 * gateway's address.
 */
static const char *const closed[] = { "-T", "none", "-U", "none", "--no-map-gw" };

/*
 * Without these, a program that adds a route through the tap device still gets there. And pasta of 2025
 * takes a datagram to ::ffff:127.0.0.1 for one to 127.0.0.1: the socket must be bound to another interface.
 */
static const char *const tight[] = { "--map-host-loopback", "none", "--map-guest-addr", "none" };

int uplink_add_port(struct uplink *uplink, const char *text)
{
	struct publish port, *larger;

	if (publish_parse(text, &port) < 0)
		return -EINVAL;
	larger = array_reserve(uplink->ports, uplink->n_ports + 1, &uplink->room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	uplink->ports = larger;
	uplink->ports[uplink->n_ports++] = port;
	return 0;
}

int uplink_check_route(const struct uplink *uplink, const char *outbound, struct diag *diag)
{
	if (uplink->host_loopback || outbound[0])
		return 0;
	diag_set(diag, 0, "without an IPv4 default route, an uplink cannot keep the program from the host's "
		 "loopback");
	diag_hint(diag, "add the route; or add --host-loopback, if the program may reach what listens there");
	return -ENETUNREACH;
}

static char **append(char **at, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*at++ = (char *)words[i];
	return at;
}

/* The ports of a protocol; without any pasta would choose itself. Texts go to *specs. */
static char **append_ports(char **at, const struct uplink *uplink, bool udp, char **specs)
{
	const char *const option = udp ? "-u" : "-t";
	const char *const none[] = { option, "none" };
	char **start = at;

	for (size_t i = 0; i < uplink->n_ports; i++) {
		if (uplink->ports[i].udp != udp)
			continue;
		publish_print_spec(&uplink->ports[i], *specs);
		at = append(at, &option, 1);
		*at++ = *specs;
		*specs += PUBLISH_TEXT;
	}
	return at == start ? append(at, none, ARRAY_LEN(none)) : at;
}

char **pasta_command(const struct uplink *uplink, const char *outbound)
{
	const char *const bound[] = { "--outbound-if4", outbound };
	size_t most = 1 + ARRAY_LEN(always) + ARRAY_LEN(closed) + ARRAY_LEN(tight) + ARRAY_LEN(bound) +
		      2 * uplink->n_ports + 4 + 1;
	char **argv = calloc(1, most * sizeof(*argv) + uplink->n_ports * PUBLISH_TEXT);
	char **at, *specs;

	if (!argv)
		return NULL;
	specs = (char *)(argv + most);
	at = append(argv, &program, 1);
	at = append(at, always, ARRAY_LEN(always));
	at = append_ports(at, uplink, false, &specs);
	at = append_ports(at, uplink, true, &specs);
	if (!uplink->host_loopback) {
		at = append(at, closed, ARRAY_LEN(closed));
		at = append(at, tight, ARRAY_LEN(tight));
		append(at, bound, ARRAY_LEN(bound));
	}
	return argv;
}

char **pasta_probe(char *const *command, enum pasta_probe probe)
{
	static const char *const version = "--version";
	size_t n = 0, kept = 0;
	char **argv;

	while (command[n])
		n++;
	argv = calloc(n + 2, sizeof(*argv));
	if (!argv)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (probe == PROBE_OLDER &&
		    (strcmp(command[i], tight[0]) == 0 || strcmp(command[i], tight[2]) == 0))
			i++;
		else
			argv[kept++] = command[i];
	}
	append(argv + kept, &version, 1);
	return argv;
}

/* "1796072443.2772: " or "12.3456: ": older versions print the time. */
static const char *skip_time(const char *line)
{
	size_t len = strspn(line, "0123456789.");

	return len > 0 && line[len] == ':' && line[len + 1] == ' ' ? line + len + 2 : line;
}

const char *pasta_last_words(char *text)
{
	static const char syslog_fails[] = "Failed to send ";
	const char *last = "";

	for (char *line = text, *end; *line; line = end) {
		const char *words;

		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		words = skip_time(line);
		if (*words && strncmp(words, syslog_fails, sizeof(syslog_fails) - 1) != 0)
			last = words;
	}
	return last;
}

void uplink_free(struct uplink *uplink)
{
	free(uplink->ports);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uplink/publish.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

/* Reads an address that ends with a colon, if there is one. 0 with *text after it, or -EINVAL. */
static int take_address(const char **text, struct publish *port)
{
	bool v6 = **text == '[';
	const char *start = *text + v6, *end = v6 ? strchr(start, ']') : strchr(start, ':');
	char address[INET6_ADDRSTRLEN];

	if (!v6 && (!end || !memchr(start, '.', (size_t)(end - start))))
		return 0;
	if (!end || end - start >= (ptrdiff_t)sizeof(address) || (v6 && end[1] != ':'))
		return -EINVAL;
	memcpy(address, start, (size_t)(end - start));
	address[end - start] = '\0';
	port->family = v6 ? AF_INET6 : AF_INET;
	*text = end + 1 + v6;
	return inet_pton(port->family, address, port->address) == 1 ? 0 : -EINVAL;
}

static int take_port(const char *text, size_t len, uint16_t *ret)
{
	uint64_t value;

	if (parse_digits(text, len, UINT16_MAX, &value) < 0 || value == 0)
		return -EINVAL;
	*ret = (uint16_t)value;
	return 0;
}

int publish_parse(const char *text, struct publish *ret)
{
	struct publish port = { .family = 0 };
	size_t outer_len, len;
	int rc = take_address(&text, &port);

	if (rc < 0)
		return rc;
	len = strcspn(text, "/");
	port.udp = strcmp(text + len, "/udp") == 0;
	if (text[len] && !port.udp)
		return -EINVAL;
	outer_len = strcspn(text, ":/");
	rc = take_port(text, outer_len, &port.outer);
	port.inner = port.outer;
	if (rc == 0 && text[outer_len] == ':')
		rc = take_port(text + outer_len + 1, len - outer_len - 1, &port.inner);
	if (rc == 0)
		*ret = port;
	return rc;
}

static void print_address(const struct publish *port, char buf[INET6_ADDRSTRLEN])
{
	buf[0] = '\0';
	if (port->family)
		inet_ntop(port->family, port->address, buf, INET6_ADDRSTRLEN);
}

void publish_print_spec(const struct publish *port, char buf[PUBLISH_TEXT])
{
	char address[INET6_ADDRSTRLEN];

	print_address(port, address);
	snprintf(buf, PUBLISH_TEXT, "%s%s%u:%u", address, *address ? "/" : "", port->outer,
		 port->inner);
}

void publish_print(const struct publish *port, char buf[PUBLISH_TEXT])
{
	char address[INET6_ADDRSTRLEN];
	bool v6 = port->family == AF_INET6;

	print_address(port, address);
	snprintf(buf, PUBLISH_TEXT, "%s%s%s%s%u:%u%s", v6 ? "[" : "", address, v6 ? "]" : "",
		 *address ? ":" : "", port->outer, port->inner, port->udp ? "/udp" : "");
}

void publish_print_name(const struct publish *port, char buf[PUBLISH_NAME])
{
	char address[INET6_ADDRSTRLEN];

	print_address(port, address);
	snprintf(buf, PUBLISH_NAME, "%sport %u%s%s", port->udp ? "UDP " : "", port->outer,
		 *address ? " of " : "", address);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the ends, and the arguments of the options. Pure. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/parse.h"
#include "xnetns/connect.h"

enum {
	CUT = 10,                     /* before "-" and four digits: 15 bytes in all */
	MTU_MIN = 68, MTU_MAX = 65535, /* net/core/dev.c; IP needs 68 */
};

bool connect_link_name_is_valid(const char *name)
{
	if (!*name || strlen(name) >= LINK_NAME_SIZE || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || strchr(" \t\n\v\f\r", *name))
			return false;
	return true;
}

/* FNV-1a, folded to 16 bits. */
static unsigned hash(const char *text)
{
	uint32_t value = 2166136261;

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 16777619;
	return (value >> 16) ^ (value & 0xffff);
}

void connect_link_name(const char *space, char ret[LINK_NAME_SIZE])
{
	char cut[CUT + 1];

	if (strcmp(space, ".") == 0) {
		snprintf(ret, LINK_NAME_SIZE, "outer");
		return;
	}
	if (connect_link_name_is_valid(space)) {
		snprintf(ret, LINK_NAME_SIZE, "%s", space);
		return;
	}
	snprintf(cut, sizeof(cut), "%s", space);
	for (char *c = cut; *c; c++)
		if (*c == ':' || (unsigned char)*c <= ' ')
			*c = '_';
	snprintf(ret, LINK_NAME_SIZE, "%s-%04x", cut, hash(space));
}

/* The only comma of a text, with a part before and after it; or NULL. */
static const char *only_comma(const char *text)
{
	const char *comma = strchr(text, ',');

	return comma && comma > text && comma[1] && !strchr(comma + 1, ',') ? comma : NULL;
}

int connect_parse_names(const char *text, struct connect_options *ret)
{
	const char *comma = only_comma(text);
	char names[2][LINK_NAME_SIZE];

	if (!comma || comma - text >= LINK_NAME_SIZE || strlen(comma + 1) >= LINK_NAME_SIZE)
		return -EINVAL;
	snprintf(names[0], LINK_NAME_SIZE, "%.*s", (int)(comma - text), text);
	snprintf(names[1], LINK_NAME_SIZE, "%s", comma + 1);
	if (!connect_link_name_is_valid(names[0]) || !connect_link_name_is_valid(names[1]))
		return -EINVAL;
	memcpy(ret->names, names, sizeof(names));
	ret->named = true;
	return 0;
}

int connect_parse_mtu(const char *text, struct connect_options *ret)
{
	uint64_t value;

	if (parse_u64(text, MTU_MAX, &value) < 0 || value < MTU_MIN)
		return -EINVAL;
	ret->mtu = (uint32_t)value;
	return 0;
}

int connect_parse_addresses(const char *text, struct connect_options *ret)
{
	const char *comma = only_comma(text);
	struct cidr pair[2];

	if (!comma || ret->n_addresses == CONNECT_ADDRESSES_MAX ||
	    cidr_parse(text, (size_t)(comma - text), &pair[0]) < 0 ||
	    cidr_parse(comma + 1, strlen(comma + 1), &pair[1]) < 0 ||
	    pair[0].family != pair[1].family)
		return -EINVAL;
	memcpy(ret->addresses[ret->n_addresses++], pair, sizeof(pair));
	return 0;
}

bool connect_uses_ipv6(const struct connect_options *options)
{
	for (size_t i = 0; i < options->n_addresses; i++)
		if (options->addresses[i][0].family == AF_INET6)
			return true;
	return false;
}

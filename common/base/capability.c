/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/capability.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"

#define PREFIX "CAP_"

static const char names[][24] = {
#define CAPABILITY(number, name) [number] = PREFIX name,
#include "base/capabilities.def"
#undef CAPABILITY
};

const char *capability_name(unsigned capability)
{
	return capability < ARRAY_LEN(names) ? names[capability] : "a capability";
}

static bool is_name(unsigned capability, const char *text, size_t len)
{
	const char *name = names[capability];

	if (strncasecmp(text, PREFIX, strlen(PREFIX)) != 0)
		name += strlen(PREFIX);
	return strlen(name) == len && strncasecmp(name, text, len) == 0;
}

static int parse_one(const char *text, size_t len, uint64_t *set)
{
	if (len == 3 && strncasecmp(text, "all", len) == 0) {
		*set = CAPABILITIES_ALL;
		return 0;
	}
	for (unsigned capability = 0; capability < ARRAY_LEN(names); capability++)
		if (is_name(capability, text, len)) {
			*set |= UINT64_C(1) << capability;
			return 0;
		}
	return -EINVAL;
}

int capability_parse(const char *text, uint64_t *ret)
{
	uint64_t set = 0;
	int rc;

	for (;;) {
		size_t len = strcspn(text, ",");

		rc = parse_one(text, len, &set);
		if (rc < 0 || !text[len])
			break;
		text += len + 1;
	}
	if (rc == 0)
		*ret = set;
	return rc;
}

static unsigned count(uint64_t set)
{
	unsigned n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

void capability_render(uint64_t set, char *buf, size_t size)
{
	bool inverted = count(set) > ARRAY_LEN(names) / 2 && set >> 63;
	uint64_t left = inverted ? ~set : set;
	size_t used;

	snprintf(buf, size, "%s", inverted ? left ? "all but " : "all" : "");
	for (unsigned capability = 0; left >> capability; capability++) {
		used = strlen(buf);
		if (left >> capability & 1)
			snprintf(buf + used, size - used, "%s%s", capability_name(capability),
				 left >> capability > 1 ? ", " : "");
		if (capability == 63)
			break;
	}
}

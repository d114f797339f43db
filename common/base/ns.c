/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/ns.h"

#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "base/text.h"

const struct ns_type_info ns_types[NS_COUNT] = {
#define NS_TYPE(kind, clone_flag, ...) \
	[NS_##kind] = { .flag = (clone_flag), .flag_name = #clone_flag, __VA_ARGS__ },
#include "base/ns_types.def"
#undef NS_TYPE
};

enum ns_type ns_by_name(const char *name)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (strcmp(ns_types[k].name, name) == 0)
			return (enum ns_type)k;
	return NS_NONE;
}

enum ns_type ns_by_flag(int flag)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (ns_types[k].flag == flag)
			return (enum ns_type)k;
	return NS_NONE;
}

const char *ns_path(int pid, const char *file, char buf[NS_PATH_SIZE])
{
	snprintf(buf, NS_PATH_SIZE, "%d/ns/%s", pid, file);
	return buf;
}

void ns_labels(int flags, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int k = 0; k < NS_COUNT; k++)
		if (flags & ns_types[k].flag)
			text_join(buf, size, ", ", "%s", ns_types[k].label);
}

void ns_flag_names(int flags, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int k = 0; k < NS_COUNT; k++)
		if (flags & ns_types[k].flag)
			text_join(buf, size, "|", "%s", ns_types[k].flag_name);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ids/environ.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

bool environ_is_unsafe(const char *variable)
{
	/* The list of glibc (sysdeps/generic/unsecvars.h) without TMPDIR, which affects no code. */
	static const char *const names[] = {
		"GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES",   "HOSTALIASES", "LOCALDOMAIN",
		"LOCPATH",    "NIS_PATH",    "NLSPATH",          "RES_OPTIONS",
		"RESOLV_ADD_TRIM_DOMAINS", "RESOLV_HOST_CONF", "RESOLV_MULTI",
		"RESOLV_OVERRIDE_TRIM_DOMAINS", "RESOLV_SPOOF_CHECK", "TZDIR",
	};
	size_t len = strcspn(variable, "=");

	if (variable[len] != '=' || len == 0)
		return true;
	if (strncmp(variable, "LD_", 3) == 0 || strncmp(variable, "MALLOC_", 7) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len && memcmp(variable, names[i], len) == 0)
			return true;
	return false;
}

bool environ_is_listed(const char *variable, const char *list)
{
	size_t len = strcspn(variable, "=");

	while (*list) {
		size_t word = strcspn(list, ",");

		if (word == len && memcmp(variable, list, len) == 0)
			return true;
		list += word + (list[word] == ',');
	}
	return false;
}

char **environ_split(char *text, size_t len, bool all)
{
	size_t n = 0;
	char **list;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\0' && i > 0 && text[i - 1] != '\0';
	/* Skips empty strings. The last string may lack its NUL; the caller has put one there. */
	list = calloc(n + 2, sizeof(*list));
	n = 0;
	for (char *at = text; list && at < text + len; at += strlen(at) + 1)
		if (*at && (all || !environ_is_unsafe(at)))
			list[n++] = at;
	return list;
}

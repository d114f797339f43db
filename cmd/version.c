/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "version.h"

#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "base/macros.h"

#ifdef STATIC_PROGRAM
#define HOW "linked in"
#else
#define HOW "loaded when needed"
#endif

/* The results of configure, and what a build without them lacks. */
static const struct {
	const char *library, *lack;
	bool found;
} parts[] = {
	{ "libcap-ng", NULL, true },
	{ "libsmartcols", "xnsls",
#ifdef HAVE_LIBSMARTCOLS
	  true
#endif
	},
	{ "libmnl", "xnetns",
#ifdef HAVE_LIBMNL
	  true
#endif
	},
	{ "libjansson", "names of containers",
#ifdef HAVE_LIBJANSSON
	  true
#endif
	},
	{ "libsubid", "subordinate ids that are not in files",
#ifdef HAVE_LIBSUBID
	  true
#endif
	},
	{ NULL, "xnsls --scan=bpf",
#ifdef HAVE_BPF
	  true
#endif
	},
};

const char *version_lacks(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!parts[i].found && parts[i].library && strcmp(parts[i].lack, name) == 0)
			return parts[i].library;
	return NULL;
}

void version_print(const struct applet *applets, size_t n)
{
	const char *separator = "";

	fputs(PACKAGE_STRING "\napplets:", stdout);
	for (size_t i = 0; i < n; i++)
		printf(" %s", applets[i].name);
	fputs("\nlibraries, " HOW ":", stdout);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].found && parts[i].library)
			printf(" %s", parts[i].library);
	fputs("\nleft out: ", stdout);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!parts[i].found) {
			printf("%s%s", separator, parts[i].lack);
			separator = ", ";
		}
	puts(*separator ? "" : "nothing");
}

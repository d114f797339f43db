/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/library.h"

#include <errno.h>

#ifdef STATIC_PROGRAM

int library_load(const char *soname, const struct library_symbol *symbols, size_t n,
		 const char **ret_text)
{
	(void)soname;
	(void)ret_text;
	for (size_t i = 0; i < n; i++)
		*symbols[i].place = symbols[i].linked;
	return 0;
}

#else

#include <dlfcn.h>

int library_load(const char *soname, const struct library_symbol *symbols, size_t n,
		 const char **ret_text)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < n; i++) {
		*symbols[i].place = dlsym(library, symbols[i].name);
		if (!*symbols[i].place)
			library = NULL;
	}
	if (library)
		return 0;
	*ret_text = dlerror();
	return -ENOENT;
}

#endif

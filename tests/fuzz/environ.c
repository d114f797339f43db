/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/environ: nothing that steers the loader gets through, and all else does. */
#include "fuzz.h"
#include "ids/environ.h"

static size_t count_strings(const char *text, size_t size)
{
	size_t n = 0;

	for (const char *at = text; at < text + size; at += strlen(at) + 1)
		n += *at != '\0';
	return n;
}

static void check_safe(const char *variable)
{
	const char *equals = strchr(variable, '=');
	char name[32];

	HOLDS(equals && equals != variable);
	HOLDS(strncmp(variable, "LD_", 3) != 0);
	HOLDS(strncmp(variable, "GCONV_PATH=", 11) != 0);
	HOLDS(strncmp(variable, "GLIBC_TUNABLES=", 15) != 0);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - variable), variable);
	if ((size_t)(equals - variable) < sizeof(name) && !strchr(name, ','))
		HOLDS(environ_is_listed(variable, name));
	HOLDS(!environ_is_listed(variable, ""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char own_path[] = "PATH=/own";
	static char *const own[] = { own_path, NULL };
	char *text = fuzz_text(data, size), **safe, **all, **plain;
	size_t n = 0, kept = 0, plains = 0;

	all = environ_split(text, size, ENVIRON_ALL, own);
	safe = environ_split(text, size, ENVIRON_SAFE, own);
	plain = environ_split(text, size, ENVIRON_DATA, own);
	HOLDS(all && safe && plain);
	while (all[n]) {
		HOLDS(all[n] >= text && all[n] < text + size && *all[n]);
		if (safe[kept] == all[n])
			check_safe(safe[kept++]);
		else
			HOLDS(environ_is_unsafe(all[n]));
		n++;
	}
	HOLDS(!safe[kept]);
	for (size_t i = 0; i < kept; i++)
		if (plain[plains] == safe[i])
			plains++;
		else
			HOLDS(environ_chooses_code(safe[i]));
	HOLDS(plain[plains] == own_path && !plain[plains + 1]);
	HOLDS(n == count_strings(text, size));
	free(all);
	free(safe);
	free(plain);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ids/environ.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

static bool is_named(const char *variable, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && memcmp(variable, names[i], len) == 0)
			return true;
	return false;
}

static bool begins_like(const char *variable, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

bool environ_is_unsafe(const char *variable)
{
	/* The list of glibc (sysdeps/generic/unsecvars.h) without TMPDIR, which affects no code. */
	static const char *const names[] = {
		"GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES",   "HOSTALIASES", "LOCALDOMAIN",
		"LOCPATH",    "NIS_PATH",    "NLSPATH",          "RES_OPTIONS",
		"RESOLV_ADD_TRIM_DOMAINS", "RESOLV_HOST_CONF", "RESOLV_MULTI",
		"RESOLV_OVERRIDE_TRIM_DOMAINS", "RESOLV_SPOOF_CHECK", "TZDIR",
	};
	static const char *const prefixes[] = { "LD_", "MALLOC_" };
	size_t len = strcspn(variable, "=");

	if (variable[len] != '=' || len == 0)
		return true;
	return begins_like(variable, prefixes, ARRAY_LEN(prefixes)) ||
	       is_named(variable, len, names, ARRAY_LEN(names));
}

/*
 * Programs find other programs, start-up files and shells by these. The caller's value replaces the
 * target's.
 */
static const char *const replaced[] = { "HOME", "PATH", "SHELL" };

bool environ_chooses_code(const char *variable)
{
	/* bash(1), environ(7), perlrun(1), python(1) and so on: what is executed, or loaded as code. */
	static const char *const names[] = {
		"BASHOPTS", "BASH_ENV", "BROWSER", "CDPATH", "CLASSPATH", "EDITOR", "ENV", "FPATH",
		"GEM_HOME", "GEM_PATH", "GIO_EXTRA_MODULES", "GLOBIGNORE", "GTK_MODULES", "GTK_PATH",
		"IFS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "KRB5_CONFIG", "LESSCLOSE", "LESSOPEN",
		"MAKEFLAGS", "MANPAGER", "NODE_OPTIONS", "NODE_PATH", "NULLCMD", "PAGER", "PHPRC",
		"PHP_INI_SCAN_DIR", "PROMPT_COMMAND", "PS4", "QT_PLUGIN_PATH", "READNULLCMD",
		"SHELLOPTS", "SSH_ASKPASS", "SUDO_ASKPASS", "SYSTEMD_EDITOR", "SYSTEMD_PAGER",
		"TCLLIBPATH", "TERMCAP", "TERMINFO", "TERMINFO_DIRS", "VISUAL", "ZDOTDIR",
		"_JAVA_OPTIONS",
	};
	static const char *const prefixes[] = { "BASH_FUNC_", "GIT_",	 "LUA_", "OPENSSL_", "PERL",
						"PYTHON",     "RUBY", "XDG_CONFIG_", "XDG_DATA_" };
	size_t len = strcspn(variable, "=");

	return begins_like(variable, prefixes, ARRAY_LEN(prefixes)) ||
	       is_named(variable, len, names, ARRAY_LEN(names)) ||
	       is_named(variable, len, replaced, ARRAY_LEN(replaced));
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

static bool is_wanted(const char *variable, enum environ_choice choice)
{
	return choice == ENVIRON_ALL ||
	       (!environ_is_unsafe(variable) &&
		(choice == ENVIRON_SAFE || !environ_chooses_code(variable)));
}

char **environ_split(char *text, size_t len, enum environ_choice choice, char *const *own)
{
	size_t n = ARRAY_LEN(replaced);
	char **list;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\0' && i > 0 && text[i - 1] != '\0';
	/* Skips empty strings. The last string may lack its NUL; the caller has put one there. */
	list = calloc(n + 2, sizeof(*list));
	n = 0;
	for (char *at = text; list && at < text + len; at += strlen(at) + 1)
		if (*at && is_wanted(at, choice))
			list[n++] = at;
	if (choice != ENVIRON_DATA || !list)
		return list;
	for (size_t i = 0; i < ARRAY_LEN(replaced); i++) {
		size_t length = strlen(replaced[i]);

		for (char *const *at = own; at && *at; at++)
			if (strncmp(*at, replaced[i], length) == 0 && (*at)[length] == '=') {
				list[n++] = *at;
				break;
			}
	}
	return list;
}

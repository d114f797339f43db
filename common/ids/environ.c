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

static bool ends_like(const char *variable, size_t len, const char *const *suffixes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t end = strlen(suffixes[i]);

		if (len >= end && memcmp(variable + len - end, suffixes[i], end) == 0)
			return true;
	}
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

/*
 * bash(1), environ(7), ip(8), tar(1) and so on: what is executed or loaded as code, which commands a program runs by
 * itself, and which files it writes without being asked.
 */
bool environ_chooses_code(const char *variable)
{
	static const char *const names[] = {
		"APT_CONFIG", "BROWSER", "CURL_HOME", "ENV", "EXINIT", "GEM_HOME", "GIO_EXTRA_MODULES",
		"GLOBIGNORE", "GTK_MODULES", "HISTFILE", "HISTFILESIZE", "HISTSIZE", "IFS", "INPUTRC", "KRB5_CONFIG", "KUBECONFIG",
		"LS_COLORS", "MAKEFLAGS", "MANLESS", "MANOPT", "MANROFFOPT", "MYVIMRC", "NULLCMD", "PHPRC", "PHP_INI_SCAN_DIR", "PS0", "PS1",
		"PS2", "PS3", "PS4", "PSQLRC", "READNULLCMD", "RSYNC_RSH", "SCREENRC", "SHELLOPTS",
		"SSH_ASKPASS", "SYSTEM_WGETRC", "TERMCAP", "TERMINFO", "TERMINFO_DIRS", "TMPDIR", "VISUAL",
		"WGETRC", "ZDOTDIR", "debian_chroot",
	};
	static const char *const prefixes[] = {
		"BASH", "DBUS_", "DOTNET_", "FZF_", "GIT_", "JAVA_", "LESS", "LUA_", "OPENSSL_",
		"PERL", "PROMPT", "PYTHON", "RUBY", "SUDO_", "SYSTEMD_", "VIM", "XDG_CONFIG_", "XDG_DATA_",
		"fish_", "npm_config_",
	};
	/* Of a program's own: XTABLES_LIBDIR, TC_LIB_DIR, TAR_OPTIONS, RIPGREP_CONFIG_PATH. */
	static const char *const suffixes[] = {
		"EDITOR", "LIBDIR", "LIB_DIR", "OPTIONS", "OPTS", "PAGER", "PATH",
	};
	size_t len = strcspn(variable, "=");

	return begins_like(variable, prefixes, ARRAY_LEN(prefixes)) ||
	       ends_like(variable, len, suffixes, ARRAY_LEN(suffixes)) ||
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

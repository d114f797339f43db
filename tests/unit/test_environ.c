/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The variables that may be taken over, and those that are listed. */
#include "ids/environ.h"

#include <stdlib.h>

#include "unit.h"

struct variable {
	const char *name, *text;
	bool unsafe;
};

static const struct variable variables[] = {
	{ "a plain one", "HOME=/root", false },
	{ "an empty value", "A=", false },
	{ "no equals sign", "HOME", true },
	{ "no name", "=x", true },
	{ "nothing", "", true },
	{ "LD_PRELOAD", "LD_PRELOAD=/x.so", true },
	{ "LD_ANYTHING", "LD_ANYTHING=1", true },
	{ "LD without more", "LD=1", false },
	{ "MALLOC_ARENA_MAX", "MALLOC_ARENA_MAX=1", true },
	{ "GLIBC_TUNABLES", "GLIBC_TUNABLES=x", true },
	{ "GCONV_PATH", "GCONV_PATH=/x", true },
	{ "a name that begins so", "GCONV_PATHS=/x", false },
	{ "a name that ends so", "MY_GCONV_PATH=/x", false },
	{ "another case", "gconv_path=/x", false },
	{ "TMPDIR", "TMPDIR=/x", false },
	{ "LOCPATH", "LOCPATH=/x", true },
	{ "RESOLV_HOST_CONF", "RESOLV_HOST_CONF=/x", true },
};

static void is_judged(void **state)
{
	const struct variable *row = *state;

	assert_int_equal(environ_is_unsafe(row->text), row->unsafe);
}

static const struct variable code[] = {
	{ "PATH", "PATH=/x", true },
	{ "HOME", "HOME=/x", true },
	{ "SHELL", "SHELL=/x", true },
	{ "BASH_ENV", "BASH_ENV=/x", true },
	{ "a function of bash", "BASH_FUNC_ls%%=() { id; }", true },
	{ "PYTHONSTARTUP", "PYTHONSTARTUP=/x", true },
	{ "PERL5OPT", "PERL5OPT=-Mx", true },
	{ "GIT_SSH_COMMAND", "GIT_SSH_COMMAND=x", true },
	{ "LESSOPEN", "LESSOPEN=|x", true },
	{ "XDG_CONFIG_HOME", "XDG_CONFIG_HOME=/x", true },
	{ "a prompt of bash", "PS0=$(id)", true },
	{ "a file that bash cuts", "HISTFILE=/x", true },
	{ "keys of readline", "INPUTRC=/x", true },
	{ "libraries of ip", "IP_LIB_DIR=/x", true },
	{ "libraries of iptables", "XTABLES_LIBDIR=/x", true },
	{ "options of tar", "TAR_OPTIONS=--to-command=x", true },
	{ "options of less", "LESS=+!x", true },
	{ "a bus that is executed", "DBUS_SYSTEM_BUS_ADDRESS=unixexec:path=/x", true },
	{ "a path of a program's own", "RIPGREP_CONFIG_PATH=/x", true },
	{ "an end in the value", "A=PATH", false },
	{ "a short name", "H=/x", false },
	{ "XDG_RUNTIME_DIR", "XDG_RUNTIME_DIR=/x", false },
	{ "a name that begins so", "PATHS=/x", false },
	{ "LANG", "LANG=C", false },
	{ "TERM", "TERM=xterm", false },
	{ "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_HOST=x", false },
};

static void chooses_code(void **state)
{
	const struct variable *row = *state;

	assert_int_equal(environ_chooses_code(row->text), row->unsafe);
}

static void split_with_our_own(void **state)
{
	static char text[] = "A=1\0PATH=/theirs\0LD_PRELOAD=x\0HOME=/theirs\0PYTHONPATH=/x";
	static char path[] = "PATH=/ours", paths[] = "PATHS=x", shell[] = "SHELL=/ours";
	static char *const own[] = { paths, path, shell, NULL };
	char **list = environ_split(text, sizeof(text) - 1, ENVIRON_DATA, own);

	(void)state;
	assert_string_equal(list[0], "A=1");
	assert_ptr_equal(list[1], path);
	assert_ptr_equal(list[2], shell);
	assert_null(list[3]);
	free(list);
	list = environ_split(text, sizeof(text) - 1, ENVIRON_SAFE, own);
	assert_string_equal(list[1], "PATH=/theirs");
	assert_string_equal(list[2], "HOME=/theirs");
	free(list);
}

static void lists(void **state)
{
	(void)state;
	assert_true(environ_is_listed("A=1", "A"));
	assert_true(environ_is_listed("A=1", "B,A"));
	assert_true(environ_is_listed("A=1", "A,B"));
	assert_true(environ_is_listed("A=1", ",,A,"));
	assert_true(environ_is_listed("A", "A"));
	assert_false(environ_is_listed("A=1", ""));
	assert_false(environ_is_listed("A=1", "AB"));
	assert_false(environ_is_listed("AB=1", "A"));
	assert_false(environ_is_listed("A=1", "a"));
	assert_false(environ_is_listed("A=1", "A=1"));
	assert_false(environ_is_listed("A=1", " A"));
}

int main(void)
{
	UNIT_ADD_ROWS(is_judged, variables);
	UNIT_ADD_ROWS(chooses_code, code);
	UNIT_ADD(split_with_our_own);
	UNIT_ADD(lists);
	return unit_run("environ");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xnetns: manages named network namespaces. The table of commands; finds the command and runs it.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

enum { NAMES_ALL = INT_MAX };

enum { COMMAND_WIDTH = 31 }; /* "list-id [target-nsid N] [nsid N]" without a space */

/* In the order in which iproute2 resolves abbreviations: "s" is show, "a" is add. */
const struct xnetns_command xnetns_commands[] = {
	{ "list", NULL, "list names and their nsids (also: show, lst)", xnetns_list, 0, 0, 0, 0,
	  { OPT_ALL } },
	{ "show", NULL, NULL, xnetns_list, 0, 0, 0, 0, { OPT_ALL } },
	{ "lst", NULL, NULL, xnetns_list, 0, 0, 0, 0, { OPT_ALL } },
	{ "list-id", "[target-nsid N] [nsid N]", "list the nsids of this namespace or another",
	  xnetns_list_id, 0, -1, 0, 0, { 0 } },
	{ "help", NULL, "print the usage to standard error", xnetns_help, 0, -1, 0, 0, { OPT_ALL } },
	{ "add", "NAME...", "create network namespaces", xnetns_add, 1, -1, NAMES_ALL,
	  COMMAND_LEAVES | COMMAND_STORE | COMMAND_RECORDS | COMMAND_ADDS,
	  { OPT_UP, OPT_EXISTS_OK, OPT_EXPLAIN } },
	{ "set", "NAME|PID NSID|auto", "assign an nsid, valid in this namespace", xnetns_set, 2, 2, 1,
	  COMMAND_STORE | COMMAND_LOBBY,
	  { OPT_EXPLAIN } },
	{ "delete", "NAME...", "delete names", xnetns_delete, 0, -1, NAMES_ALL, COMMAND_STORE | COMMAND_RECORDS,
	  { OPT_ALL, OPT_KILL, OPT_WAIT, OPT_EXPLAIN } },
	{ "identify", "[PID]", "print the names of a process's namespace", xnetns_identify, 0, 1, 0, 0,
	  { 0 } },
	{ "pids", "NAME...", "print the processes in the namespaces", xnetns_pids, 1, -1, NAMES_ALL, 0, { 0 } },
	{ "exec", "NAME COMMAND...", "run a command in the namespace", xnetns_exec, 0, -1, 1,
	  COMMAND_LEAVES | COMMAND_STORE,
	  { OPT_ALL, OPT_RUN_AS, OPT_USER_NAME, OPT_NO_SYSFS, OPT_NO_ETC, OPT_JOBS, OPT_EXPLAIN } },
	{ "monitor", NULL, "print events that concern names", xnetns_monitor, 0, 0, 0, 0, { 0 } },
	{ "attach", "NAME PID", "give a name to a process's namespace", xnetns_attach, 2, 2, 1,
	  COMMAND_STORE | COMMAND_RECORDS | COMMAND_ADDS,
	  { OPT_EXPLAIN } },
	{ "gc", "[--unseen NAME...]", "remove stale names and redundant mounts", xnetns_gc, 0, -1, NAMES_ALL,
	  COMMAND_STORE | COMMAND_RECORDS,
	  { OPT_DRY_RUN, OPT_UNSEEN, OPT_EXPLAIN } },
	{ "connect", "NAME|. NAME|.", "connect two namespaces by a veth pair", xnetns_connect, 2, 2, 2,
	  COMMAND_LEAVES | OPTIONS_FOLLOW | COMMAND_STORE | COMMAND_HERE, { OPT_ADDRESS, OPT_MTU, OPT_NAMES, OPT_EXPLAIN } },
	{ "disconnect", "NAME|. NAME|.", "remove what connect created", xnetns_disconnect, 2, 2, 2,
	  COMMAND_LEAVES | OPTIONS_FOLLOW | COMMAND_STORE | COMMAND_HERE, { OPT_NAMES, OPT_EXPLAIN } },
	{ "uplink", "NAME", "connect a namespace to the network here", xnetns_uplink, 1, 1, 1,
	  OPTIONS_FOLLOW | COMMAND_STORE | COMMAND_OUTSIDE,
	  { OPT_PUBLISH, OPT_HOST_LOOPBACK, OPT_OFF, OPT_EXPLAIN } },
	{ "shell", "[COMMAND...]", "run a shell among an ordinary user's names", xnetns_shell, 0, -1,
	  0, COMMAND_LEAVES | COMMAND_STORE | COMMAND_NEEDS, { 0 } },
	{ 0 },
};

static const char synopsis[] = "[OPTION...] [COMMAND [OPTION...] [ARGUMENT...]]\n"
			       "[-force] -batch FILE";
static const char purpose[] = "Manage named network namespaces.";

/* Builds the list of commands for the help. */
static char *commands_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("Commands:\n", out);
	for (const struct xnetns_command *c = xnetns_commands; c->name; c++)
		if (c->purpose)
			fprintf(out, " %s %-*s  %s\n", c->name,
				COMMAND_WIDTH - (int)strlen(c->name),
				c->operands ? c->operands : "", c->purpose);
	fputs("Commands may be abbreviated. Without a command, the names are listed.\n", out);
	return fclose(out) == 0 ? text : NULL;
}

static int print_help(void)
{
	_cleanup_free_ char *text = commands_text();

	return applet_help(xnetns_options, synopsis, purpose, text);
}

static bool exists(const char *name)
{
	char path[sizeof(STORE_DIR) + 1 + NAME_MAX];
	struct stat st;

	if (!xnetns_name_is_valid(name))
		return false;
	snprintf(path, sizeof(path), STORE_DIR "/%.*s", NAME_MAX, name);
	return sys_fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Runs the command on the store that it needs, whose namespaces this process may enter. */
static int run_in_store(const struct xnetns *chosen)
{
	struct user_store store = USER_STORE_CLOSED;
	struct xnetns request = *chosen;
	struct diag diag;
	int status;

	if (user_choose(&request, &store, &diag) < 0) {
		/* As exec itself, if it does not come to the program. */
		if (!diag.status && request.command->run == xnetns_exec)
			diag.status = STATUS_USAGE;
		status = xnetns_fail(&diag);
	} else {
		status = request.command->run(&request);
	}
	if (status != EXIT_SUCCESS)
		user_give_up(&store);
	home_close(&store.home);
	return status;
}

static int run_command(struct xnetns *request, int argc, char **argv, bool in_child)
{
	const struct xnetns_command *command;
	struct diag diag;

	if (xnetns_parse_command(request, xnetns_commands, argc, argv, &command, &diag) < 0)
		return xnetns_fail(&diag);
	if (opt_given(&request->given, OPT_HELP))
		return print_help();
	if (opt_given(&request->given, OPT_VERSION))
		return applet_version();
	request->command = command;
	return in_child && (command->flags & (COMMAND_LEAVES | COMMAND_STORE))
		       ? xnetns_run_child(request, run_in_store)
		       : run_in_store(request);
}

static int run(const struct xnetns *global, int argc, char **argv, bool in_child)
{
	static char list[] = "list";
	char *nothing[] = { list, NULL };
	struct xnetns request = *global;
	int status;

	request.commands = xnetns_commands;
	request.exists = exists;
	status = argc == 0 ? run_command(&request, 1, nothing, in_child)
			   : run_command(&request, argc, argv, in_child);
	uplink_free(&request.uplink);
	return status;
}

static int run_line(const struct xnetns *global, int argc, char **argv)
{
	return xnetns_written(run(global, argc, argv, true));
}

/* -n NAME; the words after it may be the mark that list prints after a name. */
static int enter(struct xnetns *global, char *const *words, int *first, struct diag *diag)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%s", global->netns);
	if (!exists(name))
		name[xnetns_name_length(name)] = '\0';
	*first += (int)xnetns_mark_words(words + *first);
	if (!exists(name) || opt_given(&global->given, OPT_USER_STORE)) {
		int rc = user_enter_for(global, name, diag);

		if (rc < 0)
			return rc;
	}
	return xnetns_enter(name, diag);
}

int xnetns_main(int argc, char **argv)
{
	struct xnetns global;
	struct diag diag;
	int first, status, rc = xnetns_parse_global(&global, argc, argv, &first, &diag);

	if (rc == 0 && opt_given(&global.given, OPT_HELP)) {
		status = print_help();
	} else if (rc == 0 && opt_given(&global.given, OPT_VERSION)) {
		status = applet_version();
	} else {
		if (rc == 0 && global.netns)
			rc = enter(&global, argv, &first, &diag);
		if (rc < 0) {
			diag.status = STATUS_USAGE;
			status = xnetns_fail(&diag);
		} else if (global.batch) {
			status = xnetns_run_batch(&global, run_line);
		} else {
			status = xnetns_written(run(&global, argc - first, argv + first, false));
		}
	}
	free(global.text);
	return status;
}

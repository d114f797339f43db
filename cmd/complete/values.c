/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types, signals, users, groups and processes. A failure to read them adds no candidate. */
#include "complete/values.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/array.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "complete/names.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum { COMMAND_LEN = 60 };

static void print_types(const struct completion *completion)
{
	char help[64];

	for (int k = 0; k < NS_COUNT; k++) {
		snprintf(help, sizeof(help), "%s namespaces", ns_types[k].label);
		complete_word(completion, ns_types[k].name, help);
	}
}

static void print_signals(const struct completion *completion)
{
	char name[16];

	/* Skips the real-time signals, which have no names. */
	for (int sig = 1; sig < NSIG; sig++) {
		signal_name(sig, name, sizeof(name));
		if (name[0] >= 'A' && name[0] <= 'Z')
			complete_word(completion, name, NULL);
	}
}

static void print_users(const struct completion *completion)
{
	const struct passwd *user;

	while ((user = getpwent()))
		complete_word(completion, user->pw_name, user->pw_gecos);
}

static void print_groups(const struct completion *completion)
{
	const struct group *group;

	while ((group = getgrent()))
		complete_word(completion, group->gr_name, NULL);
}

/* Skips kernel threads, which have no command line, and only the initial namespaces. */
static void print_process(const struct completion *completion, const struct ns_process *process)
{
	char pid[16];
	size_t len;

	if (!process->command || process->known & PROCESS_UNTITLED)
		return;
	len = strlen(process->command);
	if (len > COMMAND_LEN)
		scan_parse_command(process->command, COMMAND_LEN, true);
	snprintf(pid, sizeof(pid), "%d", (int)process->pid);
	complete_word(completion, pid, process->command);
}

static struct ns_process *list_processes(DIR *list, size_t *ret_n)
{
	struct ns_process *processes = NULL, *grown;
	size_t n = 0, size = 0;
	const char *name;
	int rc = 0;
	pid_t pid;

	while ((name = io_next_name(list, &rc)) != NULL) {
		if (parse_pid(name, &pid) < 0)
			continue;
		grown = array_reserve(processes, n + 1, &size, sizeof(*grown));
		if (!grown)
			break;
		processes = grown;
		processes[n++] = (struct ns_process){ .pid = pid };
	}
	*ret_n = n;
	return processes;
}

static void print_processes(const struct completion *completion)
{
	_cleanup_free_ struct ns_process *processes = NULL, **pointers = NULL;
	struct scan_silent silent = { .n = 0 };
	size_t n;
	DIR *list;

	if (io_open_dir(AT_FDCWD, "/proc", &list) < 0)
		return;
	processes = list_processes(list, &n);
	pointers = calloc(n + 1, sizeof(*pointers));
	for (size_t i = 0; pointers && i < n; i++)
		pointers[i] = &processes[i];
	if (pointers)
		scan_details(dirfd(list), pointers, n, PROCESS_COMMAND, &silent);
	for (size_t i = 0; i < n; i++) {
		print_process(completion, &processes[i]);
		free(processes[i].command);
	}
	closedir(list);
	complete_names(completion);
}

/* The literal alternatives of a metavariable: "follow" in "UID|follow". */
static void print_literals(const struct completion *completion, const char *metavar)
{
	for (size_t len; metavar && *metavar; metavar += len + (metavar[len] == '|')) {
		char word[32];

		len = strcspn(metavar, "|");
		if (*metavar < 'a' || *metavar > 'z')
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)len, metavar);
		complete_word(completion, word, NULL);
	}
}

void complete_value(const struct completion *completion, const struct applet *applet,
		    enum opt_value value, const char *metavar)
{
	static void (*const print[])(const struct completion *completion) = {
		[VALUE_NS_TYPE] = print_types, [VALUE_SIGNAL] = print_signals,
		[VALUE_USER] = print_users, [VALUE_GROUP] = print_groups,
		[VALUE_PID] = print_processes,
	};

	print_literals(completion, metavar);
	if (applet->values && applet->values(completion, value))
		return;
	if (value < ARRAY_LEN(print) && print[value])
		print[value](completion);
}

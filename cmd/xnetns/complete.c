/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions of the command line of xnetns. */
#include <fcntl.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/leftover.h"
#include "netns/store.h"
#include "xnetns/xnetns.h"

static void print_commands(const struct completion *completion)
{
	for (const struct xnetns_command *c = xnetns_commands; c->name; c++)
		if (c->purpose)
			complete_word(completion, c->name, c->purpose);
}

/*
 * The n-th word of "NAME COMMAND..." or "[PID]"; a word with dots also serves for all further ones.
 */
static const char *operand_word(const char *operands, int n)
{
	while (operands) {
		size_t len = strcspn(operands, " ");
		size_t end = len - (len > 0 && operands[len - 1] == ']');

		if (n-- == 0 || (end > 3 && strncmp(operands + end - 3, "...", 3) == 0))
			return operands + (*operands == '[');
		operands = operands[len] ? operands + len + 1 : NULL;
	}
	return "";
}

static bool begins_with(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

enum opt_value xnetns_operand(const struct completion *completion, bool print)
{
	const struct xnetns_command *command;
	const char *word;
	int n = completion->n_operands - 1;

	if (n < 0) {
		if (print)
			print_commands(completion);
		return VALUE_NONE;
	}
	command = xnetns_find_command(xnetns_commands, completion->operand);
	/* add creates the name, so no existing name fits. */
	if (!command || command->run == xnetns_add)
		return VALUE_NONE;
	/* With --all, the operands of exec are "COMMAND...". */
	if (opt_given(&completion->given, OPT_ALL))
		n++;
	if (command->run == xnetns_gc)
		return opt_given(&completion->given, OPT_UNSEEN) ? VALUE_NETNS : VALUE_NONE;
	word = operand_word(command->operands, n);
	if (begins_with(word, "NSID|auto") && print)
		complete_word(completion, "auto", "the next free one");
	return begins_with(word, "NAME")    ? VALUE_NETNS :
	       begins_with(word, "PID")     ? VALUE_PID :
	       begins_with(word, "COMMAND") ? VALUE_COMMAND :
					      VALUE_NONE;
}

/*
 * Offers names that are mounted here or stale; after gc --unseen, unknown ones instead. A command
 * cannot use a name here that is mounted elsewhere.
 */
static void print_names(const struct completion *completion)
{
	bool unseen = opt_given(&completion->given, OPT_UNSEEN);
	struct named *list;
	size_t n;
	DIR *dir;

	if (io_open_dir(AT_FDCWD, STORE_DIR, &dir) < 0)
		return;
	if (named_list(dir, &list, &n) == 0) {
		for (size_t i = 0; i < n; i++) {
			enum presence state =
				list[i].examined ? list[i].sought.state : PRESENCE_HERE;

			if (list[i].sought.name[0] == '.' ||
			    unseen != (state == PRESENCE_UNKNOWN) || state == PRESENCE_ELSEWHERE)
				continue;
			complete_word(completion, list[i].sought.name,
				      state == PRESENCE_HERE    ? "network namespace"
				      : state == PRESENCE_STALE ? "stale name"
								: "not mounted here");
		}
		named_free(list, n);
	}
	closedir(dir);
}

static int print_own_name(const struct home_name *name, void *arg)
{
	if (name->name[0] != '.')
		complete_word(arg, name->name, name->stale ? "stale name" : "your own network namespace");
	return 0;
}

bool xnetns_values(const struct completion *completion, enum opt_value value)
{
	struct diag ignored;

	if (value != VALUE_NETNS)
		return false;
	print_names(completion);
	if (sys_geteuid() != 0)
		home_visit(print_own_name, (void *)completion, &ignored);
	return true;
}

/* Options precede the command, or directly follow it. */
bool xnetns_offers(const struct completion *completion, const struct opt *row)
{
	const struct xnetns_command *command;

	if (completion->n_operands != 1)
		return completion->n_operands == 0;
	command = xnetns_find_command(xnetns_commands, completion->operand);
	return command && xnetns_takes(command, row->id, false);
}

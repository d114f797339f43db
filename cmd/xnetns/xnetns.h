/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnetns: what its files share. One invocation, or one line of a batch, is one struct xnetns. */
#ifndef XNS_XNETNS_H
#define XNS_XNETNS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "opt/opt.h"
#include "options.h"
#include "output/json.h"
#include "xnetns/connect.h"

struct diag;

/* Exit statuses that scripts know from `ip netns`. */
enum {
	STATUS_KERNEL = 2,  /* the kernel refused an nsid */
	STATUS_USAGE = 255, /* the command line is at fault, or a namespace cannot be entered */
};

enum { WAIT_DEFAULT = 10 };

struct xnetns_command;

struct xnetns {
	const struct xnetns_command *commands; /* all of them, for help */
	struct opt_set given;
	const char *netns; /* -n NAME */
	const char *batch; /* -b FILE */
	const char *user;
	int kill_signal;
	uint64_t wait; /* seconds */
	uint64_t jobs;
	bool explain_json;
	struct connect_options connect;
	char *text; /* of arguments that are not in argv as they stand; owned by the invocation */
	char **operands; /* of the command, NULL-terminated; in argv */
	int n_operands;
};

/* Carries a command out and returns the exit status. */
typedef int xnetns_run(const struct xnetns *request);

enum command_flags {
	COMMAND_LEAVES = 1 << 0, /* the process is in another namespace afterwards */
	OPTIONS_FOLLOW = 1 << 1, /* options may also stand after the operands */
};

struct xnetns_command {
	const char *name;
	const char *operands; /* as the help shows them, or NULL */
	const char *purpose;  /* NULL: another word for the row above */
	xnetns_run *run;
	int min, max; /* operands; max < 0: any number */
	unsigned flags; /* of enum command_flags */
	int options[8]; /* besides those that any command takes; 0 ends them */
};

/* xnetns/parse.c */

/*
 * The global options. Options may have one dash ("-all") as well as two. ret_operand is the index
 * of the command in argv. -errno with the diagnosis filled.
 */
int xnetns_parse_global(struct xnetns *request, int argc, char **argv, int *ret_operand,
			struct diag *diag);

/*
 * A command with its options and operands; argv[0] is the command's name, which may be cut short:
 * the first row of the table that begins with it counts. -errno with the diagnosis filled.
 */
int xnetns_parse_command(struct xnetns *request, const struct xnetns_command *commands, int argc,
			 char **argv, const struct xnetns_command **ret, struct diag *diag);

/* The command of this name, which may be cut short, or NULL. */
const struct xnetns_command *xnetns_find_command(const struct xnetns_command *commands,
						 const char *word);

/* Whether the command takes the option: before it (global), or after it. */
bool xnetns_takes(const struct xnetns_command *command, int option, bool global);

/* Whether a namespace can have this name: 1 to 255 bytes, no "/", not "." or "..". */
bool xnetns_name_is_valid(const char *name);

/* The same as a check: -EINVAL with the diagnosis filled. */
int xnetns_check_name(const char *name, struct diag *diag);

/* xnetns/main.c */
extern const struct xnetns_command xnetns_commands[]; /* ends with an unnamed row */

/* xnetns/output.c */

int xnetns_fail(const struct diag *diag);

/* The output of a command: lines or, with -j, an array, even if it is empty. */
struct results {
	bool as_json;
	struct json json;
};

struct results results_begin(const struct xnetns *request);
void results_end(struct results *results);

/* Flushes standard output; the exit status is status, or 1 if the output could not be written. */
int xnetns_written(int status);

/* Fills the diagnosis for lost output, so that xnetns_written() does not report it again. Returns rc. */
int xnetns_output_lost(int rc, const char *what, struct diag *diag);

/* Prints the name, escaped, between two texts that are not. */
void xnetns_print_name(const char *before, const char *name, const char *after);

/* the commands */
xnetns_run xnetns_list, xnetns_list_id, xnetns_set, xnetns_help, xnetns_add, xnetns_delete,
	xnetns_attach, xnetns_identify, xnetns_pids, xnetns_exec, xnetns_monitor, xnetns_gc,
	xnetns_connect, xnetns_disconnect;

/* Runs one command line without global options; the exit status. */
typedef int xnetns_run_line(const struct xnetns *global, int argc, char **argv);

/* xnetns/batch.c: -b FILE. The exit status. */
int xnetns_run_batch(const struct xnetns *global, xnetns_run_line *run);

/* xnetns/enter.c: enters the network namespace of this name. -errno with the diagnosis filled. */
int xnetns_enter(const char *name, struct diag *diag);

/* xnetns/child.c */

/* Runs the command in a child, so that this process stays where it is; the child's exit status. */
int xnetns_run_child(const struct xnetns *request, xnetns_run *run);

/* The exit status of a shell for this wait status: 128 and the signal's number if one killed. */
int xnetns_exit_status(int wait_status);

#endif

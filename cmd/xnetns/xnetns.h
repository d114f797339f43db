/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xnetns: declarations shared by its files. struct xnetns is one command line, or one line of a
 * batch.
 */
#ifndef XNS_XNETNS_H
#define XNS_XNETNS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "opt/opt.h"
#include "options.h"
#include "output/json.h"
#include "uplink/pasta.h"
#include "xnetns/connect.h"

struct diag;

/* The exit statuses of `ip netns`. */
enum {
	STATUS_KERNEL = 2,  /* the kernel refused an nsid */
	STATUS_USAGE = 255, /* the command line is wrong, or a namespace cannot be entered */
};

enum { WAIT_DEFAULT = 10 };

struct user_store;
struct xnetns_command;

struct xnetns {
	const struct xnetns_command *command;
	struct user_store *store; /* the user's store if the command uses it; NULL: the system's */
	const struct xnetns_command *commands; /* the table of commands, for help */
	struct opt_set given;
	const char *netns; /* -n NAME */
	const char *batch; /* -b FILE */
	const char *user;
	int kill_signal;
	uint64_t wait; /* seconds */
	uint64_t jobs;
	bool explain_json;
	struct connect_options connect;
	struct uplink uplink; /* its ports are freed after the command */
	char *text; /* holds arguments that were rewritten; owned by the caller of the parser */
	bool (*exists)(const char *name); /* whether there is a file of this name; or NULL */
	char **operands; /* of the command, in argv, NULL-terminated */
	int n_operands;
};

/* Carries out a command and returns the exit status. */
typedef int xnetns_run(const struct xnetns *request);

enum command_flags {
	COMMAND_LEAVES = 1 << 0, /* afterwards the process is in another namespace */
	OPTIONS_FOLLOW = 1 << 1, /* options may also follow the operands */
	COMMAND_STORE = 1 << 2,  /* an ordinary user may use it on names of his own */
	COMMAND_RECORDS = 1 << 3, /* it changes the records of these names */
	COMMAND_ADDS = 1 << 4,    /* it creates such records */
	COMMAND_LOBBY = 1 << 5,   /* for a user it acts in the network namespace of the anchor */
	COMMAND_HERE = 1 << 6,    /* "." is the network namespace of the caller */
	COMMAND_NEEDS = 1 << 7,   /* it works only with an ordinary user's names */
	COMMAND_OUTSIDE = 1 << 8, /* it acts on an ordinary user's names from outside */
};

struct xnetns_command {
	const char *name;
	const char *operands; /* as printed in the help, or NULL */
	const char *purpose;  /* NULL: a synonym of the row above */
	xnetns_run *run;
	int min, max; /* number of operands; max < 0: no limit */
	int n_names; /* so many operands are names, from the first on */
	unsigned flags; /* of enum command_flags */
	int options[8]; /* in addition to those of all commands; 0 ends them */
};

/* xnetns/parse.c */

/*
 * Parses the global options, which may have one dash ("-all") instead of two. *ret_operand is the
 * index of the command in argv. 0, or -errno with the diagnosis filled.
 */
int xnetns_parse_global(struct xnetns *request, int argc, char **argv, int *ret_operand,
			struct diag *diag);

/*
 * Parses a command with its options and operands. argv[0] is the name of the command or an
 * abbreviation: the first row of the table that begins with it is taken. 0, or -errno with the
 * diagnosis filled.
 */
int xnetns_parse_command(struct xnetns *request, const struct xnetns_command *commands, int argc,
			 char **argv, const struct xnetns_command **ret, struct diag *diag);

/* The first command that begins with this name, or NULL. */
const struct xnetns_command *xnetns_find_command(const struct xnetns_command *commands,
						 const char *word);

/* Whether the command takes the option, before the command (global) or after it. */
bool xnetns_takes(const struct xnetns_command *command, int option, bool global);

/* Whether the name is valid: 1 to 255 bytes, no "/", not "." or "..". */
bool xnetns_name_is_valid(const char *name);

/* Checks the same. 0, or -EINVAL with the diagnosis filled. */
int xnetns_check_name(const char *name, struct diag *diag);

/* xnetns/marks.c */

/* Whether the text is one that list prints after a name: "(id: 7)". */
bool xnetns_is_mark(const char *text);

/* How many of these words, from the first on, are a mark together; 0: they begin with none. */
size_t xnetns_mark_words(char *const *words);

/* The bytes of "n1 (id: 7)" that are the name. */
size_t xnetns_name_length(const char *word);

/* Takes the marks from the operands, in place, as long as these are names. */
void xnetns_drop_marks(struct xnetns *request, int n_names);

/* xnetns/main.c */
extern const struct xnetns_command xnetns_commands[]; /* ends with an unnamed row */

/* xnetns/output.c */

int xnetns_fail(const struct diag *diag);

/* Whether to print more than ip-netns(8) does: if fd is a terminal, or with --details. */
bool xnetns_is_detailed(const struct xnetns *request, int fd);

/* The output of a command: lines or, with -j, a JSON array, even if it is empty. */
struct results {
	bool as_json;
	struct json json;
};

struct results results_begin(const struct xnetns *request);
void results_end(struct results *results);

/* Flushes standard output. Returns status, or 1 if the output could not be written. */
int xnetns_written(int status);

/*
 * Fills the diagnosis for lost output, so that xnetns_written() does not report it again. Returns
 * rc.
 */
int xnetns_output_lost(int rc, const char *what, struct diag *diag);

/* Prints the escaped name between two texts. */
void xnetns_print_name(const char *before, const char *name, const char *after);

/* The commands. */
xnetns_run xnetns_list, xnetns_list_id, xnetns_set, xnetns_help, xnetns_add, xnetns_delete,
	xnetns_attach, xnetns_identify, xnetns_pids, xnetns_exec, xnetns_monitor, xnetns_gc,
	xnetns_connect, xnetns_disconnect, xnetns_shell, xnetns_uplink;

/* Runs one command line without global options. Returns the exit status. */
typedef int xnetns_run_line(const struct xnetns *global, int argc, char **argv);

/* xnetns/batch.c: runs the file of -b FILE. Returns the exit status. */
int xnetns_run_batch(const struct xnetns *global, xnetns_run_line *run);

/* xnetns/enter.c */

/*
 * Opens the network namespace of this name. If no namespace has it, the text may be what an applet prints of one:
 * a path, "net:[4026531833]", an inode number, ":ID", a holder. -errno with the diagnosis filled.
 */
int xnetns_open_ns(const char *text, struct diag *diag);

/* Enters the network namespace of the descriptor, which stays open; name is for messages. 0 or -errno, diagnosed. */
int xnetns_enter_opened(int fd, const char *name, struct diag *diag);

/* Opens and enters it. -errno with the diagnosis filled. */
int xnetns_enter(const char *name, struct diag *diag);

/* Of the network namespace that this process is in: the loopback device. */
int xnetns_bring_up(struct diag *diag);

/* xnetns/child.c */

/*
 * Runs the command in a child, so that this process changes no namespace. Returns its exit status.
 */
int xnetns_run_child(const struct xnetns *request, xnetns_run *run);

/*
 * The exit status as a shell reports it: 128 plus the number of the signal that killed the process.
 */
int xnetns_exit_status(int wait_status);

#endif

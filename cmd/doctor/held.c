/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces that live on without a process: their holders, and how to release them. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/ns.h"
#include "base/text.h"
#include "doctor/doctor.h"
#include "inventory/holders.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "netns/home.h"
#include "netns/store.h"

enum {
	SHOWN = 8,    /* namespaces and holders; xnsls lists them all */
	LISTED = 4,   /* namespaces of one holder; more are counted */
	MANY = 1000,  /* namespaces of one holder that are a problem: something leaks */
	REMEDIES = 4, /* holders of each kind in one remedy */
	COMMAND_LEN = 40,
};

/* Whether the namespace has a thread, or is for a process's children: both count as members. */
static bool is_in_use(const struct ns_holder *holder)
{
	return holder->by == HOLDER_THREAD || holder->by == HOLDER_CHILDREN;
}

/* Whether only mounts and descriptors keep it alive. */
static bool is_left_over(const struct model *model, const struct ns_node *node)
{
	if (node->n_processes || node->first_child != MODEL_NONE ||
	    node->first_owned != MODEL_NONE || node->first_holder == MODEL_NONE)
		return false;
	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next)
		if (is_in_use(&model->holders[i]))
			return false;
	return true;
}

enum { REMEDY_TEXT = 5 * PATH_MAX }; /* escaping makes a quotation mark four characters long */

/* Appends a part of the remedy, or nothing if the part is too long. */
#define PUT(out, ...)                                                     \
	do {                                                              \
		char text_[REMEDY_TEXT];                                  \
                                                                          \
		if (remedy_render(text_, sizeof(text_), __VA_ARGS__) > 0) \
			fputs(text_, out);                                \
	} while (0)

static void put_unmount(const struct ns_holder *mount, FILE *out)
{
	static const char names[] = STORE_DIR "/";
	const char *name = mount->path + strlen(names);

	if (strncmp(mount->path, names, strlen(names)) != 0)
		PUT(out, REMEDY_UNMOUNT, mount->path);
	else if (*name == '-')
		PUT(out, REMEDY_DELETE_DASHED_NAME, name);
	else
		PUT(out, REMEDY_DELETE_NAME, name);
}

/* The command line of a process, truncated; NULL if it has none. The caller frees it. */
static char *command_of(struct doctor *doctor, const struct model *model, pid_t pid)
{
	struct ns_process *process = model_process(model, pid);
	char *text;

	if (process)
		scan_details(doctor->proc, &process, 1, PROCESS_COMMAND, &doctor->silent);
	if (!process || !process->command)
		return NULL;
	text = strdup(process->command);
	if (text && strlen(text) > COMMAND_LEN)
		scan_parse_command(text, COMMAND_LEN, true);
	return text;
}

/* Whether its command line is an anchor's. Its user can forge that, so it only chooses the words. */
static bool is_anchor(struct doctor *doctor, const struct model *model, pid_t pid)
{
	static const char words[] = "xns " HOME_WORD " ";
	_cleanup_free_ char *command = command_of(doctor, model, pid);

	return command && strncmp(command, words, strlen(words)) == 0;
}

static void put_closing(struct doctor *doctor, const struct model *model, pid_t pid, FILE *out)
{
	_cleanup_free_ char *command = command_of(doctor, model, pid);

	if (command)
		PUT(out, REMEDY_CLOSE, (int)pid, command);
	else
		PUT(out, REMEDY_CLOSE_UNNAMED, (int)pid);
}

static size_t count_members(const struct model *model, uint64_t mnt)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_processes; i++)
		n += model->processes[i].ns[NS_MNT] == mnt;
	return n;
}

/*
 * Advises to end the processes in another mount namespace, which ends its mounts. No remedy
 * unmounts there: root would run the umount of that mount namespace, which its owner chose.
 */
static void put_ending(struct doctor *doctor, const struct model *model, pid_t pid, FILE *out)
{
	_cleanup_free_ char *command = command_of(doctor, model, pid);
	const struct ns_process *process = model_process(model, pid);
	unsigned long long mnt = process ? process->ns[NS_MNT] : 0;
	size_t others = mnt ? count_members(model, mnt) : 1;

	others -= others > 0;
	if (command && others)
		PUT(out, REMEDY_END_MEMBERS, (int)pid, command, others, mnt);
	else if (others)
		PUT(out, REMEDY_END_UNNAMED_MEMBERS, (int)pid, others, mnt);
	else if (command)
		PUT(out, REMEDY_END_MEMBER, (int)pid, command);
	else
		PUT(out, REMEDY_END_UNNAMED_MEMBER, (int)pid);
}

/* Writes the umount commands for our own mounts as one line for a shell. Returns their number. */
static size_t put_unmounts(const struct model *model, const struct ns_node *node, FILE *out)
{
	size_t n = 0;

	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next) {
		const struct ns_holder *holder = &model->holders[i];

		if (holder->by != HOLDER_MOUNT || holder->pid || ++n > REMEDIES)
			continue;
		fputs(n == 1 ? ", as root: " : "; ", out);
		put_unmount(holder, out);
	}
	return n;
}

/* Advises which processes to end or which descriptors to close; each process is named once. */
static void put_advice(struct doctor *doctor, const struct model *model, const struct ns_node *node,
		      const char *separator, FILE *out)
{
	pid_t last = 0;
	size_t n = 0;

	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next) {
		const struct ns_holder *holder = &model->holders[i];

		if (!holder->pid || holder->pid == last || ++n > REMEDIES)
			continue;
		fputs(n == 1 ? separator : ", ", out);
		if (holder->by == HOLDER_MOUNT && strncmp(holder->path, STORE_DIR "/", strlen(STORE_DIR "/")) == 0 &&
		    is_anchor(doctor, model, holder->pid))
			PUT(out, REMEDY_DELETE_USERS_NAME, (int)holder->pid,
			    holder->path + strlen(STORE_DIR "/"));
		else if (holder->by == HOLDER_MOUNT)
			put_ending(doctor, model, holder->pid, out);
		else
			put_closing(doctor, model, holder->pid, out);
		last = holder->pid;
	}
}

static char *remedy_text(struct doctor *doctor, const struct model *model,
			 const struct ns_node *node)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("if nobody needs it", out);
	put_advice(doctor, model, node, put_unmounts(model, node, out) ? "; and " : ", ", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static void say_held(struct doctor *doctor, const struct model *model, const struct ns_node *node)
{
	_cleanup_free_ char *held = holders_text(model, node);
	_cleanup_free_ char *remedy = remedy_text(doctor, model, node);
	char subject[64];

	if (!held || !remedy) {
		doctor->no_memory = true;
		return;
	}
	snprintf(subject, sizeof(subject), "%s:[%" PRIu64 "]", ns_types[node->type].name,
		 node->ino);
	doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, subject, "held by nothing but %s", held);
	doctor_remedy(doctor, "%s", remedy);
}

/* ---- many with one holder ---- */

/* The namespaces that one process keeps alive, or our own mounts. */
struct leak {
	pid_t pid;      /* 0: our own mounts */
	bool by_mounts; /* in the mount namespace of that process */
	size_t n;
	size_t types[NS_COUNT];
};

/* A namespace with several holders belongs to the first that is a process. */
static struct leak holder_of(const struct model *model, const struct ns_node *node)
{
	struct leak leak = { .pid = 0 };

	for (uint32_t i = node->first_holder; i != MODEL_NONE && !leak.pid; i = model->holders[i].next) {
		leak.pid = model->holders[i].pid;
		leak.by_mounts = leak.pid && model->holders[i].by == HOLDER_MOUNT;
	}
	leak.n = 1;
	leak.types[node->type] = 1;
	return leak;
}

static int by_holder(const void *left, const void *right)
{
	const struct leak *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->by_mounts - b->by_mounts;
}

static int by_number(const void *left, const void *right)
{
	const struct leak *a = left, *b = right;

	return a->n != b->n ? (a->n < b->n ? 1 : -1) : by_holder(left, right);
}

/* One entry for each holder, the worst first. The caller frees the list; NULL: no memory. */
static struct leak *find_leaks(const struct model *model, size_t *ret_n)
{
	struct leak *leaks = calloc(model->n_nodes + 1, sizeof(*leaks));
	size_t n = 0, last = 0;

	if (!leaks)
		return NULL;
	for (size_t i = 0; i < model->n_nodes; i++)
		if (is_left_over(model, &model->nodes[i]))
			leaks[n++] = holder_of(model, &model->nodes[i]);
	qsort(leaks, n, sizeof(*leaks), by_holder);
	for (size_t i = 1; i < n; i++) {
		if (by_holder(&leaks[last], &leaks[i]) != 0) {
			leaks[++last] = leaks[i];
			continue;
		}
		leaks[last].n++;
		for (int k = 0; k < NS_COUNT; k++)
			leaks[last].types[k] += leaks[i].types[k];
	}
	*ret_n = n ? last + 1 : 0;
	qsort(leaks, *ret_n, sizeof(*leaks), by_number);
	return leaks;
}

static bool is_grouped(const struct leak *leaks, size_t n, const struct leak *holder)
{
	for (size_t i = 0; i < n && leaks[i].n > LISTED; i++)
		if (by_holder(&leaks[i], holder) == 0)
			return true;
	return false;
}

static void remedy_leak(struct doctor *doctor, const struct model *model, const struct leak *leak)
{
	static const char see[] = "to see them: xnsls --persistent -o +HELDBY";
	_cleanup_free_ char *command = leak->pid ? command_of(doctor, model, leak->pid) : NULL;
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out) {
		doctor->no_memory = true;
		return;
	}
	if (leak->by_mounts)
		put_ending(doctor, model, leak->pid, out);
	else if (command)
		PUT(out, REMEDY_CLOSE_ALL, (int)leak->pid, command);
	else if (leak->pid)
		PUT(out, REMEDY_CLOSE_ALL_UNNAMED, (int)leak->pid);
	if (fclose(out) != 0)
		doctor->no_memory = true;
	else if (*text)
		doctor_remedy(doctor, "if nobody needs them, %s; %s", text, see);
	else
		doctor_remedy(doctor, "%s", see);
}

static void say_leak(struct doctor *doctor, const struct model *model, const struct leak *leak)
{
	char subject[32] = "mounts", types[128] = "";

	if (leak->pid)
		snprintf(subject, sizeof(subject), "process %d", (int)leak->pid);
	for (int k = 0; k < NS_COUNT; k++)
		if (leak->types[k])
			text_join(types, sizeof(types), ", ", "%zu %s", leak->types[k], ns_types[k].name);
	doctor_say(doctor, SECTION_NAMES, leak->n >= MANY ? DOCTOR_PROBLEM : DOCTOR_NOTE, subject,
		   "%s keeps %zu namespaces without a process alive: %s",
		   !leak->pid	     ? "nothing but mounts" :
		   leak->by_mounts ? "a mount in its mount namespace" :
				       "a descriptor",
		   leak->n, types);
	remedy_leak(doctor, model, leak);
}

static void say_more(struct doctor *doctor, size_t n)
{
	doctor_say(doctor, SECTION_NAMES, n >= MANY ? DOCTOR_PROBLEM : DOCTOR_NOTE, "more of these", "%zu", n);
	doctor_remedy(doctor, "to see them all: xnsls --persistent -o +HELDBY");
}

void doctor_examine_held(struct doctor *doctor, const struct model *model)
{
	size_t n = 0, n_leaks = 0, grouped = 0;
	_cleanup_free_ struct leak *leaks = find_leaks(model, &n_leaks);

	if (!leaks) {
		doctor->no_memory = true;
		return;
	}
	for (; grouped < n_leaks && grouped < SHOWN && leaks[grouped].n > LISTED; grouped++)
		say_leak(doctor, model, &leaks[grouped]);
	for (size_t i = 0; i < model->n_nodes; i++) {
		const struct ns_node *node = &model->nodes[i];
		struct leak holder;

		if (!is_left_over(model, node))
			continue;
		holder = holder_of(model, node);
		if (!is_grouped(leaks, grouped, &holder) && n++ < SHOWN)
			say_held(doctor, model, node);
	}
	if (doctor->silent.n)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, "command lines",
			   "that of process %d could not be read within seconds",
			   (int)doctor->silent.pid);
	if (n > SHOWN)
		say_more(doctor, n - SHOWN);
	if (n_leaks == 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "namespaces",
			   "none is held by nothing but mounts or descriptors");
}

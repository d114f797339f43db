/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespaces that live on without a process: what holds them, and how to let them go. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ns.h"
#include "doctor/doctor.h"
#include "inventory/held.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "netns/store.h"

enum {
	SHOWN = 8,      /* the rest is xnsls's */
	REMEDIES = 4,   /* of each kind: as many holders as are told */
	COMMAND_LEN = 40,
};

/* A thread, or a process that wants it for its children, is as good as a member. */
static bool is_in_use(const struct ns_holder *holder)
{
	return holder->by == HOLDER_THREAD || holder->by == HOLDER_CHILDREN;
}

/* Whether nothing but mounts and descriptors holds it. */
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

/* The command is there to be pasted, and the path was anybody's choice. */
static void put_quoted(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void put_unmount(const struct ns_holder *mount, FILE *out)
{
	static const char names[] = STORE_DIR "/";

	if (mount->pid)
		fprintf(out, "xnsenter -t %d -m ", (int)mount->pid);
	if (!mount->pid && strncmp(mount->path, names, strlen(names)) == 0) {
		fputs("xnetns delete ", out);
		put_quoted(mount->path + strlen(names), out);
	} else {
		fputs("umount ", out);
		put_quoted(mount->path, out);
	}
}

static void put_closing(struct doctor *doctor, const struct model *model, pid_t pid, FILE *out)
{
	struct ns_process *process = model_process(model, pid);

	fprintf(out, "process %d", (int)pid);
	if (process)
		scan_details(doctor->proc, &process, 1, PROCESS_COMMAND, &doctor->silent);
	if (process && process->command)
		fprintf(out, " (%.*s)", COMMAND_LEN, process->command);
	fputs(" has to close it or to end", out);
}

/* The commands that undo the mounts first, as one line for a shell. Returns how many there are. */
static size_t put_unmounts(const struct model *model, const struct ns_node *node, FILE *out)
{
	size_t n = 0;

	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next) {
		if (model->holders[i].by != HOLDER_MOUNT || ++n > REMEDIES)
			continue;
		fputs(n == 1 ? ", as root: " : "; ", out);
		put_unmount(&model->holders[i], out);
	}
	return n;
}

/* A process with several descriptors is named once. */
static void put_closings(struct doctor *doctor, const struct model *model, const struct ns_node *node,
			 const char *separator, FILE *out)
{
	pid_t last = 0;
	size_t n = 0;

	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next) {
		const struct ns_holder *holder = &model->holders[i];

		if (holder->by == HOLDER_MOUNT || holder->pid == last || ++n > REMEDIES)
			continue;
		fputs(n == 1 ? separator : ", ", out);
		put_closing(doctor, model, holder->pid, out);
		last = holder->pid;
	}
}

static char *remedy_text(struct doctor *doctor, const struct model *model, const struct ns_node *node)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("if nobody needs it", out);
	put_closings(doctor, model, node, put_unmounts(model, node, out) ? "; and " : ", ", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static void say_held(struct doctor *doctor, const struct model *model, const struct ns_node *node)
{
	_cleanup_free_ char *held = held_text(model, node);
	_cleanup_free_ char *remedy = remedy_text(doctor, model, node);
	char subject[64];

	if (!held || !remedy) {
		doctor->no_memory = true;
		return;
	}
	snprintf(subject, sizeof(subject), "%s:[%" PRIu64 "]", ns_types[node->kind].name,
		 node->ino);
	doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, subject, "held by nothing but %s", held);
	doctor_remedy(doctor, "%s", remedy);
}

void doctor_look_at_held(struct doctor *doctor, const struct model *model)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_nodes; i++)
		if (is_left_over(model, &model->nodes[i]) && n++ < SHOWN)
			say_held(doctor, model, &model->nodes[i]);
	if (doctor->silent.n)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, "command lines",
			   "that of process %d could not be read within seconds",
			   (int)doctor->silent.pid);
	if (n > SHOWN) {
		doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, "more of these", "%zu", n - SHOWN);
		doctor_remedy(doctor, "to see them all: xnsls --persistent -o +HELDBY");
	}
	if (n == 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "namespaces",
			   "none is held by nothing but mounts or descriptors");
}

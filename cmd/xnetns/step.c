/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps and their descriptions. Pure. */
#include "xnetns/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/text.h"
#include "kernel/netnsid.h"
#include "xnetns/connect.h"
#include "xnetns/uplink.h"

static const struct {
	const char *name, *words, *call;
} kinds[NETNS_KINDS] = {
#define STEP(kind, name, words, call, function) [NETNS_##kind] = { name, words, call },
#include "xnetns/steps.def"
#undef STEP
};

struct netns_step *netns_plan_add(struct netns_plan *plan, enum netns_step_kind kind,
				  const char *name)
{
	struct netns_step *steps =
		array_reserve(plan->steps, plan->n + 1, &plan->room, sizeof(*steps));
	struct netns_step *step = &plan->spare;

	if (steps) {
		plan->steps = steps;
		step = &steps[plan->n++];
	} else {
		plan->incomplete = true;
	}
	*step = (struct netns_step){ .kind = kind, .name = name, .fd = -1 };
	return step;
}

void netns_plan_free(struct netns_plan *plan)
{
	free(plan->steps);
	*plan = (struct netns_plan){ 0 };
}

const char *netns_step_name(enum netns_step_kind kind)
{
	return kinds[kind].name;
}

static void print_names(char *const *names, char *buf, size_t size)
{
	for (bool fits = true; *names && fits; names++)
		fits = text_join(buf, size, " ", "%s", *names);
}

static void print_space(const struct connection_end *end, char *buf, size_t size)
{
	if (strcmp(end->space, ".") == 0)
		snprintf(buf, size, "this network namespace");
	else
		snprintf(buf, size, STORE_DIR "/%s", end->space);
}

/* "give it 10.0.0.1/24, 10.1.0.1/24, ", or nothing. */
static void print_addresses(const struct connect_options *options, int k, char *buf, size_t size)
{
	for (size_t i = 0; i < options->n_addresses; i++) {
		char text[CIDR_TEXT];
		size_t used = strlen(buf);

		cidr_print(&options->addresses[i][k], text);
		snprintf(buf + used, size - used, "%s%s, ", i ? "" : "give it ", text);
	}
}

static void print_connection(const struct netns_step *step, const char *word, size_t len, char *buf,
			     size_t size)
{
	const struct connection_end *ends = step->connection->ends;

	if (strncmp(word, "near", len) == 0)
		snprintf(buf, size, "%s", ends[0].link);
	else if (strncmp(word, "far", len) == 0)
		snprintf(buf, size, "%s", ends[1].link);
	else if (strncmp(word, "first", len) == 0)
		print_space(&ends[0], buf, size);
	else if (strncmp(word, "other", len) == 0)
		print_space(&ends[1], buf, size);
	else if (strncmp(word, "space", len) == 0)
		print_space(&ends[step->end], buf, size);
	else if (strncmp(word, "link", len) == 0)
		snprintf(buf, size, "%s", ends[step->end].link);
	else
		print_addresses(step->connection->options, step->end, buf, size);
}

/* Writes the member of the step that the word in braces names. */
static void print_member(const struct netns_step *step, const char *word, size_t len, char *buf,
			 size_t size)
{
	if (strncmp(word, "name", len) == 0)
		snprintf(buf, size, "%s", step->name);
	else if (strncmp(word, "path", len) == 0)
		snprintf(buf, size, STORE_DIR "/%s", step->name);
	else if (strncmp(word, "target", len) == 0)
		snprintf(buf, size, "%s%s",
			 step->of_process ? "the network namespace of process " : STORE_DIR "/",
			 step->name);
	else if (strncmp(word, "source", len) == 0)
		snprintf(buf, size, "%s%s", step->source.pid ? "of process " : "", step->source.text);
	else if (strncmp(word, "signal", len) == 0)
		signal_name(step->kill.signal, buf, size);
	else if (strncmp(word, "seconds", len) == 0)
		snprintf(buf, size, "%" PRIu64, step->kill.seconds);
	else if (strncmp(word, "command", len) == 0)
		print_names(step->uplink->command, buf, size);
	else if (strncmp(word, "names", len) == 0)
		print_names(step->names, buf, size);
	else if (strncmp(word, "nsid", len) == 0 && step->nsid == NETNSID_NONE)
		snprintf(buf, size, "the next free nsid");
	else if (strncmp(word, "nsid", len) == 0)
		snprintf(buf, size, "the nsid %" PRId32, step->nsid);
	else
		print_connection(step, word, len, buf, size);
}

static void expand(const struct netns_step *step, const char *text, char *buf, size_t size)
{
	size_t used = strlen(buf);

	while (*text && used + 1 < size) {
		size_t len = strcspn(text, "{");

		snprintf(buf + used, size - used, "%.*s", (int)len, text);
		used += strlen(buf + used);
		text += len;
		if (*text != '{')
			continue;
		len = strcspn(++text, "}");
		buf[used] = '\0';
		print_member(step, text, len, buf + used, size - used);
		used += strlen(buf + used);
		text += len + 1;
	}
}

void netns_step_describe(const struct netns_step *step, char *buf, size_t size)
{
	snprintf(buf, size, "%s", step->dry_run ? "print what a run would do: " : "");
	expand(step, kinds[step->kind].words, buf, size);
}

void netns_step_call(const struct netns_step *step, char *buf, size_t size)
{
	buf[0] = '\0';
	if (!step->dry_run)
		expand(step, kinds[step->kind].call, buf, size);
}

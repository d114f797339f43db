/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps, and how they describe themselves. Pure. */
#include "xnetns/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/text.h"
#include "kernel/netnsid.h"

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

/* The member that the word in braces stands for. */
static void print_member(const struct netns_step *step, const char *word, size_t len, char *buf,
			 size_t size)
{
	if (strncmp(word, "name", len) == 0)
		snprintf(buf, size, "%s", step->name);
	else if (strncmp(word, "path", len) == 0)
		snprintf(buf, size, STORE_DIR "/%s", step->name);
	else if (strncmp(word, "pid", len) == 0)
		snprintf(buf, size, "%d", (int)step->pid);
	else if (strncmp(word, "signal", len) == 0)
		signal_name(step->kill.signal, buf, size);
	else if (strncmp(word, "seconds", len) == 0)
		snprintf(buf, size, "%" PRIu64, step->kill.seconds);
	else if (strncmp(word, "names", len) == 0)
		print_names(step->names, buf, size);
	else if (strncmp(word, "nsid", len) == 0 && step->nsid == NETNSID_NONE)
		snprintf(buf, size, "the next free nsid");
	else if (strncmp(word, "nsid", len) == 0)
		snprintf(buf, size, "the nsid %" PRId32, step->nsid);
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

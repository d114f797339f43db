/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/capability.h"
#include "base/macros.h"
#include "base/parse.h"
#include "base/text.h"

struct calls {
	const char *usual, *inside, *helper, *program;
};

static const struct {
	const char *name;
	const char *words;
	struct calls calls;
	unsigned properties;
} kinds[] = {
#define CALLS(...)          \
	{                   \
		__VA_ARGS__ \
	}
#define STEP(KIND, id, name, words, calls, members, check, properties, ...) \
	[STEP_##KIND] = { name, words, calls, properties },
#include "plan/steps.def"
#undef CALLS
};

#define STEP(KIND, id, ...) KIND_OF_##id = STEP_##KIND,
enum {
#include "plan/steps.def"
};

/* The table holds the names themselves: pointers would have to be relocated at each start. */
const struct step_member step_members[] = {
#define MEMBERS(...) __VA_ARGS__
/* NOLINTBEGIN(bugprone-macro-parentheses): the arguments are names. */
#define MEMBER(TYPE, id, name) \
	{ #name, KIND_OF_##id, MEMBER_##TYPE, offsetof(struct step, id.name) },
/* NOLINTEND(bugprone-macro-parentheses) */
#define HIDDEN(c_type, name)
#define STEP(KIND, id, name, words, calls, members, ...) members
#include "plan/steps.def"
#undef MEMBERS
#undef MEMBER
#undef HIDDEN
};
const size_t step_n_members = ARRAY_LEN(step_members);

const void *step_value(const struct step *step, enum member_type type)
{
	for (size_t i = 0; i < ARRAY_LEN(step_members); i++)
		if (step_members[i].kind == step->kind && step_members[i].type == type)
			return (const char *)step + step_members[i].offset;
	return NULL;
}

int step_ns_flags(const struct step *step)
{
	const int *flags = step_value(step, MEMBER_NS_FLAGS);
	const enum ns_type *ns = step_value(step, MEMBER_NS);

	if (ns)
		return *ns == NS_NONE ? 0 : ns_types[*ns].flag;
	return flags ? *flags : 0;
}

static bool enters_root(const struct step *step)
{
	unsigned properties = kinds[step->kind].properties;

	if (properties & PROP_ENTERS_NS)
		return step_ns_flags(step) & ns_types[NS_MNT].flag;
	return properties & PROP_ENTERS_ROOT;
}

/* Whether a step of this kind, if added now, looks its path up in a root that the plan enters. */
static bool is_inside(const struct plan *plan, enum step_kind kind)
{
	if (!(kinds[kind].properties & PROP_LOOKS_UP))
		return false;
	for (size_t i = 0; i < plan->n; i++)
		if (enters_root(&plan->steps[i]))
			return true;
	return false;
}

static void make_room(struct plan *plan)
{
	size_t room = plan->room ? 2 * plan->room : PLAN_STEPS_FEW;
	struct step *grown;

	if (plan->n < plan->room)
		return;
	grown = plan->room ? malloc(room * sizeof(*grown)) : plan->few;
	if (!grown)
		abort();
	if (plan->n)
		memcpy(grown, plan->steps, plan->n * sizeof(*grown));
	if (plan->steps != plan->few)
		free(plan->steps);
	plan->steps = grown;
	plan->room = room;
}

struct step *plan_add(struct plan *plan, enum step_kind kind)
{
	struct step *step;

	make_room(plan);
	step = &plan->steps[plan->n];
	*step = (struct step){ .kind = kind, .inside = is_inside(plan, kind) };
	plan->n++;
	return step;
}

const struct step *plan_find(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == kind)
			return &plan->steps[i];
	return NULL;
}

void plan_free(struct plan *plan)
{
	idmap_free(&plan->uid_map);
	idmap_free(&plan->gid_map);
	if (plan->steps != plan->few)
		free(plan->steps);
	plan->steps = NULL;
	plan->n = plan->room = 0;
	free(plan->command);
	plan->command = NULL;
}

const char *step_name(enum step_kind kind)
{
	return kinds[kind].name;
}

unsigned step_properties(enum step_kind kind)
{
	return kinds[kind].properties;
}

const char *step_actor(const struct plan *plan, size_t index)
{
	const char *actor = "self";

	for (size_t i = 0; i < index; i++) {
		const int *flags = step_value(&plan->steps[i], MEMBER_FORK_FLAGS);

		if (kinds[plan->steps[i].kind].properties & PROP_FORKS)
			actor = flags && *flags & FORK_INIT ? "init" : "child";
	}
	return plan->steps[index].by_helper ? "helper" : actor;
}

/* --- texts ------------------------------------------------------------------------------------- */

static void append(char *buf, size_t size, const char *text, size_t len)
{
	size_t used = strlen(buf);

	if (used + len < size) {
		memcpy(buf + used, text, len);
		buf[used + len] = '\0';
	}
}

/* Appends the argument as for a shell: in single quotes if it has characters special to a shell. */
static void append_quoted(char *buf, size_t size, const char *arg)
{
	if (*arg && !arg[strcspn(arg, " \t\n'\"\\$`|&;<>()*?[]#~")]) {
		append(buf, size, arg, strlen(arg));
		return;
	}
	append(buf, size, "'", 1);
	for (; *arg; arg++)
		append(buf, size, *arg == '\'' ? "'\\''" : arg, *arg == '\'' ? 4 : 1);
	append(buf, size, "'", 1);
}

static void render_argv(char *const *argv, char *buf, size_t size)
{
	for (size_t i = 0; argv && argv[i]; i++) {
		append(buf, size, " ", i > 0);
		append_quoted(buf, size, argv[i]);
	}
}

static const char *mount_flag_name(int flag)
{
	return flag == MS_PRIVATE ? "MS_PRIVATE" :
	       flag == MS_SHARED  ? "MS_SHARED" :
	       flag == MS_SLAVE   ? "MS_SLAVE" :
				    "";
}

static void render_signal(int sig, char *buf, size_t size)
{
	char name[16];

	if (!sig)
		return;
	signal_name(sig, name, sizeof(name));
	snprintf(buf, size, "SIG%s", name);
}

static void render_flags(int flags, bool as_argument, char *buf, size_t size)
{
	if (as_argument)
		ns_flag_names(flags, buf, size);
	else
		ns_labels(flags, buf, size);
}

void step_render(const struct step *step, const struct step_member *member, bool as_argument,
		 char *buf, size_t size)
{
	union {
#define TYPE(NAME, c_type) const member_##NAME *NAME;
		MEMBER_TYPES(TYPE)
#undef TYPE
	} value = { .WORD = (const void *)((const char *)step + member->offset) };

	buf[0] = '\0';
	switch ((enum member_type)member->type) {
	case MEMBER_PATH:
	case MEMBER_WORD:
	case MEMBER_PROGRAM:
		snprintf(buf, size, "%s", *value.WORD ? *value.WORD : "");
		break;
	case MEMBER_ARGV:
		render_argv(*value.ARGV, buf, size);
		break;
	case MEMBER_NS:
	case MEMBER_NS_FLAGS:
		render_flags(step_ns_flags(step), as_argument, buf, size);
		break;
	case MEMBER_FORK_FLAGS:
		snprintf(buf, size, "%s",
			 *value.FORK_FLAGS & FORK_FORWARD ? "passes signals on" : "");
		break;
	case MEMBER_MOUNT_FLAG:
		snprintf(buf, size, "%s", mount_flag_name(*value.MOUNT_FLAG));
		break;
	case MEMBER_SIGNAL:
		render_signal(*value.SIGNAL, buf, size);
		break;
	case MEMBER_SWITCH:
		snprintf(buf, size, "%s", *value.SWITCH ? "yes" : "");
		break;
	case MEMBER_UID:
	case MEMBER_GID:
		snprintf(buf, size, "%" PRIu32, *value.UID);
		break;
	case MEMBER_PID:
		if (*value.PID)
			snprintf(buf, size, "%d", (int)*value.PID);
		break;
	case MEMBER_CALLERS_FD:
		snprintf(buf, size, "%d", *value.CALLERS_FD);
		break;
	case MEMBER_CAP_SET:
		capability_render(*value.CAP_SET, buf, size);
		break;
	case MEMBER_SECONDS:
		snprintf(buf, size, "%" PRId64, *value.SECONDS);
		break;
	case MEMBER_MAP:
		if (*value.MAP)
			idmap_render(*value.MAP, "; ", buf, size);
		break;
	case MEMBER_FD:
	case MEMBER_TARGET:
		break;
	}
}

static const struct step_member *find_member(enum step_kind kind, const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(step_members); i++) {
		const struct step_member *member = &step_members[i];

		if (member->kind == kind && strlen(member->name) == len &&
		    memcmp(member->name, name, len) == 0)
			return member;
	}
	abort(); /* cannot happen: tests/unit/test_step.c checks each name in words and CALLS */
}

/* FOR_ERRORS quotes paths, and leaves out what has a colon. */
enum style { FOR_PEOPLE, AS_CALL, FOR_ERRORS };

/* Expands a choice such as "path:, below *"; end points after it. False if its value is empty. */
static bool expand_choice(const struct step *step, const char *choice, const char *end,
			  enum style style, char *buf, size_t size)
{
	const char *colon = memchr(choice, ':', (size_t)(end - choice));
	const struct step_member *member =
		find_member(step->kind, choice, (size_t)((colon ? colon : end) - choice));
	bool quotes = style == FOR_ERRORS && member->type == MEMBER_PATH;
	const char *text = colon ? colon + 1 : quotes ? "'*'" : "*";
	const char *text_end = colon ? end : text + strlen(text);
	const char *star = memchr(text, '*', (size_t)(text_end - text));
	size_t before = (size_t)(star - text), used;

	buf[0] = '\0';
	if (before >= size)
		return true;
	if (style == FOR_ERRORS && colon)
		return false;
	step_render(step, member, style == AS_CALL, buf + before, size - before);
	if (!buf[before]) {
		buf[0] = '\0';
		return false;
	}
	memcpy(buf, text, before);
	used = strlen(buf);
	snprintf(buf + used, size - used, "%.*s", (int)(text_end - star - 1), star + 1);
	return true;
}

/* Expands "{this|that}"; choices begins after the opening brace, and end is the closing one. */
static void expand_choices(const struct step *step, const char *choices, const char *end,
			   enum style style, char *buf, size_t size)
{
	while (choices < end) {
		const char *bar = memchr(choices, '|', (size_t)(end - choices));
		const char *choice_end = bar ? bar : end;

		if (expand_choice(step, choices, choice_end, style, buf, size))
			return;
		choices = choice_end + 1;
	}
}

static void expand(const struct step *step, const char *template, enum style style, char *buf,
		   size_t size)
{
	size_t used = 0;

	while (*template && used + 1 < size) {
		const char *end = *template == '{' ? strchr(template, '}') : NULL;

		if (!end) {
			buf[used++] = *template ++;
			continue;
		}
		expand_choices(step, template + 1, end, style, buf + used, size - used);
		used += strlen(buf + used);
		template = end + 1;
	}
	buf[used] = '\0';
}

void step_describe(const struct step *step, char *buf, size_t size)
{
	size_t used;

	snprintf(buf, size, "%s", step->tentative ? "try to " : "");
	used = strlen(buf);
	expand(step, kinds[step->kind].words, FOR_PEOPLE, buf + used, size - used);
	used += strlen(buf + used);
	if (step->tentative)
		snprintf(buf + used, size - used, "; may fail, and is tried again below");
}

void step_call(const struct step *step, char *buf, size_t size)
{
	const struct calls *calls = &kinds[step->kind].calls;
	const member_PROGRAM *program = step_value(step, MEMBER_PROGRAM);
	const char *template = calls->usual;

	if (program && *program)
		template = calls->program;
	else if (step->by_helper && calls->helper)
		template = calls->helper;
	else if (step->inside && calls->inside)
		template = calls->inside;
	expand(step, template, AS_CALL, buf, size);
}

const char *step_operation(const struct step *step, char *buf, size_t size)
{
	expand(step, kinds[step->kind].words, FOR_ERRORS, buf, size);
	return buf;
}

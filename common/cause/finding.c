/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes findings, and searches the causes of a table. */
#include <stdarg.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/proc.h"

PRINTF_LIKE(2, 0) static void format(char *buf, const char *fmt, va_list args)
{
	vsnprintf(buf, FINDING_TEXT, fmt, args);
}

void cause_why(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(finding->why, fmt, args);
	va_end(args);
}

void cause_remedy(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(finding->remedy, fmt, args);
	va_end(args);
}

void cause_command(struct finding *finding, enum remedy_who who, enum remedy_programs programs,
		   const char *words, ...)
{
	va_list args;

	(void)who;
	va_start(args, words);
	remedy_vrender(finding->remedy, sizeof(finding->remedy), programs, words, args);
	va_end(args);
}

static bool explains(const struct cause *cause, int err)
{
	if (cause->errors[0] == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(cause->errors) && cause->errors[i]; i++)
		if (cause->errors[i] == err)
			return true;
	return false;
}

bool cause_first(struct search *search, const struct cause *causes, struct finding *ret)
{
	for (const struct cause *cause = causes; cause->name; cause++) {
		struct finding found = { .types = 0 };

		if (!explains(cause, search->refusal->err) || !cause->test(search, &found))
			continue;
		/* The test may have set a more exact word, such as "selinux". */
		if (!found.cause[0])
			snprintf(found.cause, sizeof(found.cause), "%s", cause->name);
		*ret = found;
		return true;
	}
	return false;
}

bool search_among(const struct refusal *refusal, uint64_t needs, int proc,
		  const struct cause *causes, struct finding *ret)
{
	_cleanup_close_ int own_proc = -1, self = -1;
	struct search search = { .refusal = refusal };
	struct diag ignored; /* without /proc less is found */

	if (proc < 0)
		proc = own_proc = proc_open_root(&ignored);
	if (proc >= 0)
		self = proc_open_self(proc, NULL, &ignored);
	search.needs = needs;
	search.proc = proc;
	search.self = self;
	if (!cause_first(&search, causes, ret))
		return false;
	if (search.probed && search.types != refusal->flags)
		ret->types = search.types;
	return true;
}

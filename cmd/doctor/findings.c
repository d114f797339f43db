/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of findings. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "doctor/doctor.h"

enum { REMEDY_TEXT = 1024 };

PRINTF_LIKE(2, 0)
static char *format(struct doctor *doctor, const char *fmt, va_list args)
{
	char *text = text_format_list(fmt, args);

	doctor->no_memory = doctor->no_memory || !text;
	return text;
}

void doctor_say(struct doctor *doctor, enum doctor_section section, enum doctor_state state,
		const char *subject, const char *fmt, ...)
{
	struct doctor_finding *finding;
	va_list args;

	finding = array_reserve(doctor->findings, doctor->n + 1, &doctor->room, sizeof(*finding));
	if (!finding) {
		doctor->no_memory = true;
		return;
	}
	doctor->findings = finding;
	finding = &doctor->findings[doctor->n++];
	*finding = (struct doctor_finding){
		.section = section, .state = state, .limit = -1, .taken = -1,
	};
	snprintf(finding->subject, sizeof(finding->subject), "%s", subject);
	va_start(args, fmt);
	finding->text = format(doctor, fmt, args);
	va_end(args);
}

void doctor_remedy(struct doctor *doctor, const char *fmt, ...)
{
	va_list args;

	if (doctor->no_memory)
		return;
	va_start(args, fmt);
	doctor->findings[doctor->n - 1].remedy = format(doctor, fmt, args);
	va_end(args);
}

void doctor_command(struct doctor *doctor, enum remedy_who who, enum remedy_programs programs,
		    const char *words, ...)
{
	char text[REMEDY_TEXT];
	va_list args;

	(void)who;
	va_start(args, words);
	if (remedy_vrender(text, sizeof(text), programs, words, args) > 0)
		doctor_remedy(doctor, "%s", text);
	va_end(args);
}

void doctor_free(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n; i++) {
		free(doctor->findings[i].text);
		free(doctor->findings[i].remedy);
	}
	free(doctor->findings);
}

int64_t doctor_count(const struct doctor *doctor, enum doctor_state state)
{
	int64_t n = 0;

	for (size_t i = 0; i < doctor->n; i++)
		n += doctor->findings[i].state == state;
	return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The causes of each kind of step, from plan/steps.def, and the search. */
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "cause/internal.h"

#define CAP(name) (UINT64_C(1) << (name))

static const struct {
	uint64_t needs; /* capabilities */
	const struct cause *causes;
} rows[] = {
#define CAPS(mask) (mask)
#define CAUSES(name) name##_causes
#define NO_CAUSES NULL
#define STEP(KIND, id, name, words, calls, members, check, properties, capabilities, causes, ...) \
	[STEP_##KIND] = { capabilities, causes },
#include "plan/steps.def"
#undef CAPS
#undef CAUSES
#undef NO_CAUSES
};

bool cause_search(const struct refusal *refusal, int proc, struct finding *ret)
{
	const struct cause *causes = rows[refusal->operation].causes;

	return causes &&
	       search_among(refusal, rows[refusal->operation].needs, proc, causes, ret);
}

/* Appends the reason instead of the errno's text: "cannot create a time namespace: this kernel has
 * no time namespaces". */
static void replace_error(const struct finding *finding, struct diag *diag)
{
	size_t used = strlen(diag->what);

	diag->err = 0;
	snprintf(diag->what + used, sizeof(diag->what) - used, ": %s", finding->why);
	if (finding->remedy[0])
		diag_hint(diag, "%s", finding->remedy);
}

/* "it is the time namespace: ", if the finding is about some of the requested types. */
static void name_types(const struct finding *finding, char *buf, size_t size)
{
	enum ns_type only = ns_by_flag(finding->types);
	char labels[128];

	buf[0] = '\0';
	if (only != NS_NONE) {
		snprintf(buf, size, "it is the %s namespace: ", ns_types[only].label);
	} else if (finding->types) {
		ns_labels(finding->types, labels, sizeof(labels));
		snprintf(buf, size, "it is these namespaces: %s: ", labels);
	}
}

void cause_explain(const struct refusal *refusal, int proc, struct diag *diag)
{
	struct finding finding;
	char types[192];

	if (diag->hint[0] || !cause_search(refusal, proc, &finding))
		return;
	if (finding.replaces_error) {
		replace_error(&finding, diag);
		return;
	}
	name_types(&finding, types, sizeof(types));
	diag_hint(diag, "%s%s%s%s", types, finding.why, finding.remedy[0] ? "; " : "",
		  finding.remedy);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pins of a plan: each at a file of its own, and all in the set of --pins. Pure. */
#include "base/ns.h"
#include "plan/step.h"
#include "xunshare/xunshare.h"

bool pins_wanted(const struct xunshare *request)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (request->pins[k])
			return true;
	return request->pin_set;
}

/* By the helper, which is outside the new namespaces. */
static void add_pin(enum ns_type type, const char *path, const char *file, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_PIN);

	step->pin.ns = type;
	step->pin.path = path;
	step->pin.file = file;
	step->by_helper = true;
}

static void add_set(const struct xunshare *request, int flags, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_PIN_SET);

	step->pin_set.path = request->pin_set;
	step->by_helper = true;
	for (int k = 0; k < NS_COUNT; k++)
		if (flags & ns_types[k].flag)
			add_pin((enum ns_type)k, request->pin_set, ns_types[k].name, plan);
	step = plan_add(plan, STEP_PIN_SET_DONE);
	step->pin_set_done.path = request->pin_set;
	step->by_helper = true;
}

void pins_add(const struct xunshare *request, int flags, struct plan *plan)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (request->pins[k])
			add_pin((enum ns_type)k, request->pins[k], NULL, plan);
	if (request->pin_set)
		add_set(request, flags, plan);
}

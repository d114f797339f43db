/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a step that failed to what the search for its cause has to know. */
#ifndef XNS_APPLY_REFUSE_H
#define XNS_APPLY_REFUSE_H

struct plan;
struct refusal;
struct step;

/* The step is one of the plan, which has to outlive *ret; those before it have been done. */
void apply_refusal(const struct plan *plan, const struct step *failed, int err,
		   struct refusal *ret);

#endif

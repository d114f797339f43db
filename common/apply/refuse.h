/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes a failed step for the search for its cause. */
#ifndef XNS_APPLY_REFUSE_H
#define XNS_APPLY_REFUSE_H

struct plan;
struct refusal;
struct step;

/* failed points into the plan, which must outlive *ret; the steps before it succeeded. */
void apply_refusal(const struct plan *plan, const struct step *failed, int err,
		   struct refusal *ret);

#endif

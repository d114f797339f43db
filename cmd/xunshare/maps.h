/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of xunshare's plan: what was asked for, its extents, and who writes them. Pure. */
#ifndef XNS_XUNSHARE_MAPS_H
#define XNS_XUNSHARE_MAPS_H

struct caller;
struct diag;
struct plan;
struct xunshare;

/* Fills the plan's uid_map and gid_map. 0 or -errno with the diagnosis filled. */
int xunshare_build_maps(const struct xunshare *request, const struct caller *caller,
			struct plan *plan, struct diag *diag);

/* Adds the steps that write them. */
void xunshare_add_maps(const struct xunshare *request, const struct caller *caller,
		       struct plan *plan);

#endif

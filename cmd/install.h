/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xns --install: links to this program under the applets' names. */
#ifndef XNS_INSTALL_H
#define XNS_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

struct applet;
struct diag;

/*
 * Makes symbolic links to the running program in dir; with compat also under the names that the
 * applets replace. A link of ours that is there already stays; anything else of that name is an
 * error, and then no link is made. 0 or -errno with the diagnosis filled.
 */
int install_links(const char *dir, const struct applet *applets, size_t n, bool compat,
		  struct diag *diag);

#endif

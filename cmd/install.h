/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xns --install: creates links to this program with the names of the applets. */
#ifndef XNS_INSTALL_H
#define XNS_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

struct applet;
struct diag;

/*
 * Creates a symbolic link in dir to the running program for each applet; with compat also for the
 * names of the tools that they replace. A link to this program stays. Any other file of such a name
 * is an error; then no link is created. 0 or -errno with the diagnosis filled.
 */
int install_links(const char *dir, const struct applet *applets, size_t n, bool compat,
		  struct diag *diag);

#endif

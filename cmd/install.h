/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xns --install: creates links to this program with the names of the applets. */
#ifndef XNS_INSTALL_H
#define XNS_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

struct applet;
struct diag;

/*
 * Creates a symbolic link in dir to the running program for each applet, and with compat for each
 * program that an applet replaces. Keeps existing links to this program. If there is any other file
 * of such a name, creates no link. 0, or -errno with the diagnosis filled.
 */
int install_links(const char *dir, const struct applet *applets, size_t n, bool compat,
		  struct diag *diag);

#endif

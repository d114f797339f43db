/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xns --version: what this build has, and what was left out of it. */
#ifndef XNS_VERSION_H
#define XNS_VERSION_H

#include <stddef.h>

struct applet;

/* Prints to standard output; the caller flushes. */
void version_print(const struct applet *applets, size_t n);

/* The library without which configure left the applet out of this build, or NULL. */
const char *version_lacks(const char *name);

#endif

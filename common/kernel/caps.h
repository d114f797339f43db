/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities, through libcap-ng, which is loaded when first needed. */
#ifndef XNS_CAPS_H
#define XNS_CAPS_H

/*
 * Loads the library. Call it before the root directory or a namespace changes: afterwards the
 * loader would find another system's files. 0, or -errno with text set to the loader's message
 * (static storage).
 */
int caps_load(const char **ret_text);

/*
 * Makes every permitted capability inheritable and ambient (capabilities(7)), so that a program
 * keeps them without being run as root; then reads the sets back to verify. Call caps_load() first.
 * 0 or -errno.
 */
int caps_make_ambient(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities, through libcap-ng, which is loaded when first needed. */
#ifndef XNS_CAPS_H
#define XNS_CAPS_H

/*
 * Makes the library ready. Call it before the root directory or a namespace changes: afterwards
 * the files of another system would be found. 0, or -errno with text set to the loader's words
 * (static storage).
 */
int caps_load(const char **ret_text);

/*
 * Makes every permitted capability inheritable and ambient (capabilities(7)), so that a program
 * that is not run as root has it; then reads the result back. After caps_load(). 0 or -errno.
 */
int caps_make_ambient(void);

#endif

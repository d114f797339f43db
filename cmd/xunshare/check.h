/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare --check: which namespaces this caller may create here, and why not. */
#ifndef XNS_XUNSHARE_CHECK_H
#define XNS_XUNSHARE_CHECK_H

struct xunshare;

/*
 * Tries each type asked for, all when none is, in a child, and prints a line each: type, yes or no,
 * the reason, the remedy; then whether block maps would work. As JSON where the request says so.
 * Returns the exit status: 0 only if all that was asked for is possible.
 */
int xunshare_check(const struct xunshare *request);

#endif

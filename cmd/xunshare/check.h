/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare --check: which namespaces this caller may create here, and why not. */
#ifndef XNS_XUNSHARE_CHECK_H
#define XNS_XUNSHARE_CHECK_H

struct xunshare;

/*
 * Tries in a child each type that was asked for, or all types if none was, and prints a line for
 * each: type, yes or no, the reason, the remedy; then whether block maps would work. Prints JSON if
 * the request says so. Returns the exit status: 0 only if everything that was asked for is possible.
 */
int xunshare_check(const struct xunshare *request);

#endif

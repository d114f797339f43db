/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare --check: prints which namespaces the caller may create here, or why not. */
#ifndef XNS_XUNSHARE_CHECK_H
#define XNS_XUNSHARE_CHECK_H

struct check_table;
struct xunshare;

/*
 * Tries each requested type in a child, or all types if none is requested, and prints a line for
 * each with the result, the reason and the remedy; with the user namespace also for block maps.
 * Prints JSON if the request says so. Returns the exit status: 0 only if all requested is possible.
 */
int xunshare_check(const struct xunshare *request);

/* mounts_check.c: adds a row for what the mount options and --seccomp need; without types, all of them. */
void mounts_check(const struct xunshare *request, struct check_table *table);

/* limits_check.c: adds a row for each controller that is asked for; without types, for the usual ones. */
void limits_check(const struct xunshare *request, struct check_table *table);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The anchor keeps an ordinary user's names: a process in user, mount and network namespaces of its
 * own, in whose mount namespace the names are mounted. It has no protocol: commands enter it.
 */
#ifndef XNS_XNETNS_ANCHOR_H
#define XNS_XNETNS_ANCHOR_H

struct diag;
struct home;

/*
 * Starts the anchor and waits until it has written its record; under the home's lock. user is the
 * user namespace that it enters, or -1 for a new one. 0, or -errno with the diagnosis filled.
 */
int anchor_start(const struct home *home, int user, struct diag *diag);

/*
 * Starts an anchor that takes over the names of one that was killed, if a process in its user namespace
 * lives; under the home's lock, with the old record in home->anchor. 0; -ESRCH, with no diagnosis, if no
 * such process is found; another -errno with the diagnosis filled.
 */
int anchor_adopt(struct home *home, struct diag *diag);

/*
 * Enters the user and mount namespaces of the home's anchor, and keeps the working directory. If
 * lobby is not 0, enters its network namespace, too. -ESRCH, with no diagnosis, if the anchor has ended.
 */
int anchor_enter(const struct home *home, int lobby, struct diag *diag);

#endif

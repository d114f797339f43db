/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids by which our network namespace knows others (RTM_GETNSID). */
#ifndef XNS_XNSLS_NETNSID_H
#define XNS_XNSLS_NETNSID_H

/* A netlink socket for netnsid_ask(). The caller owns it. -errno. */
int netnsid_open(void);

/* 0, and the id of an open network namespace, -1 where none is assigned; or -errno. */
int netnsid_ask(int socket, int netns, int *ret_id);

#endif

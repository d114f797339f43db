/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a short-lived child, which any process of its uid may stop or trace for ever. */
#ifndef XNS_REAP_H
#define XNS_REAP_H

#include <sys/types.h>

enum { REAP_SECONDS = 10 };

/* Waits until the descriptor is readable, or its other end closed: 0. -ETIMEDOUT after REAP_SECONDS, or -errno. */
int reap_poll(int fd);

/*
 * Waits for the child, and kills it after REAP_SECONDS. 0 with its status as of wait(2), -ETIMEDOUT if it had
 * to be killed, or -errno; ECHILD if our caller ignores SIGCHLD.
 */
int reap_child(pid_t pid, int *ret_status);

#endif

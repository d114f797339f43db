/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number and perhaps a descriptor, from one process of ours to another, on a socket with packets. */
#ifndef XNS_APPLY_MESSAGE_H
#define XNS_APPLY_MESSAGE_H

#include <sys/types.h>

/* Sends the number, and the descriptor fd if that is not -1. 0 or -errno. */
int message_send(int socket, int number, int fd);

/*
 * Returns 1 with a number and a descriptor or -1 (the caller owns it), 0 at end of file, or -errno. Sets
 * *ret_client to the sender's PID if the kernel adds it (SO_PASSCRED in socket(7)).
 */
int message_receive(int socket, int *ret_number, int *ret_fd, pid_t *ret_client);

#endif

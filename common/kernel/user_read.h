/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up a user whom the program is to be run as. */
#ifndef XNS_USER_READ_H
#define XNS_USER_READ_H

#include "base/user.h"

struct diag;

/*
 * Looks up a user by name or number, through the name service. Refuses uid 0 unless the name is
 * root. 0, or -errno with the diagnosis filled; the caller calls user_free() in both cases.
 */
int user_read(const char *name, struct user *ret, struct diag *diag);

/*
 * Does the same in the files /etc/passwd and /etc/group of a root directory, which a stranger may
 * have prepared.
 */
int user_read_in(int root, const char *name, struct user *ret, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of users. Each is looked up once, because NSS may ask a server. */
#ifndef XNS_INVENTORY_USERS_H
#define XNS_INVENTORY_USERS_H

#include <stdint.h>

struct user_names;

struct user_names *user_names_new(void); /* NULL: no memory */
/* The name of a user, or NULL. It is valid until user_names_free(). */
const char *user_name(struct user_names *users, uint32_t uid);
void user_names_free(struct user_names *users);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/users.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256 };

struct user_name {
	uint32_t uid;
	char *name; /* NULL: it has none */
	struct user_name *next;
};

struct user_names {
	struct user_name *buckets[BUCKETS];
};

struct user_names *user_names_new(void)
{
	return calloc(1, sizeof(struct user_names));
}

const char *user_name(struct user_names *users, uint32_t uid)
{
	struct user_name **bucket = &users->buckets[uid % BUCKETS], *user;
	const struct passwd *entry;

	for (user = *bucket; user; user = user->next)
		if (user->uid == uid)
			return user->name;
	user = calloc(1, sizeof(*user));
	if (!user)
		return NULL;
	entry = getpwuid(uid);
	*user = (struct user_name){ .uid = uid, .next = *bucket };
	if (entry)
		user->name = strdup(entry->pw_name);
	*bucket = user;
	return user->name;
}

void user_names_free(struct user_names *users)
{
	for (size_t i = 0; users && i < BUCKETS; i++)
		while (users->buckets[i]) {
			struct user_name *user = users->buckets[i];

			users->buckets[i] = user->next;
			free(user->name);
			free(user);
		}
	free(users);
}

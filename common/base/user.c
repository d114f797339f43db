/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/user.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/text.h"

enum { FIELDS_MAX = 7 };

struct field {
	const char *text;
	size_t len;
};

/* Splits a line of n fields at its colons. Returns whether it has as many. */
static bool cut(const char *line, size_t len, struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *colon = memchr(line, ':', len);
		bool is_last = i == n - 1;

		if (is_last != !colon)
			return false;
		fields[i] = (struct field){ line, colon ? (size_t)(colon - line) : len };
		line += fields[i].len + 1;
		len -= is_last ? len : fields[i].len + 1;
	}
	return true;
}

static bool is_text(const struct field *field, const char *text)
{
	return strlen(text) == field->len && memcmp(field->text, text, field->len) == 0;
}

static bool read_id(const struct field *field, uint32_t *ret)
{
	uint64_t id;

	if (parse_digits(field->text, field->len, ID_MAX, &id) < 0)
		return false;
	*ret = (uint32_t)id;
	return true;
}

int user_find(const char *passwd, const char *name, struct user *ret)
{
	uint32_t number = 0, uid, gid;
	bool by_number = parse_id(name, &number) == 0;

	for (const char *line = passwd; *line;) {
		size_t len = strcspn(line, "\n");
		struct field fields[FIELDS_MAX] = { { NULL, 0 } };

		if (cut(line, len, fields, FIELDS_MAX) && read_id(&fields[2], &uid) &&
		    read_id(&fields[3], &gid) && fields[0].len > 0 &&
		    (by_number ? uid == number : is_text(&fields[0], name))) {
			*ret = (struct user){
				.name = text_copy(fields[0].text, fields[0].len),
				.home = text_copy(fields[5].text, fields[5].len),
				.uid = uid,
				.gid = gid,
			};
			return ret->name && ret->home ? 0 : -ENOMEM;
		}
		line += len + (line[len] == '\n');
	}
	return -ENOENT;
}

static bool lists(const struct field *members, const char *name)
{
	const char *at = members->text, *end = at + members->len;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct field member = { at, (size_t)((comma ? comma : end) - at) };

		if (is_text(&member, name))
			return true;
		at += member.len + 1;
	}
	return false;
}

static int add_group(struct user *user, gid_t gid, size_t *room)
{
	gid_t *grown = array_reserve(user->groups, user->n_groups + 1, room, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	user->groups = grown;
	user->groups[user->n_groups++] = gid;
	return 0;
}

int user_find_groups(const char *group, struct user *user)
{
	size_t room = 0;
	uint32_t gid;
	int rc = add_group(user, user->gid, &room);

	for (const char *line = group; rc == 0 && *line;) {
		size_t len = strcspn(line, "\n");
		struct field fields[4] = { { NULL, 0 } };

		if (cut(line, len, fields, 4) && read_id(&fields[2], &gid) && gid != user->gid &&
		    lists(&fields[3], user->name))
			rc = add_group(user, gid, &room);
		line += len + (line[len] == '\n');
	}
	return rc;
}

void user_free(struct user *user)
{
	free(user->name);
	free(user->home);
	free(user->groups);
	*user = (struct user){ .uid = 0 };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/news.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Between file and mount, and between unmount and removal, a healthy name needs milliseconds. */
enum { STALE_MS = 2000 };

const char *news_word(enum news_event event)
{
	static const char *const words[] = {
		[NEWS_ADD] = "add",
		[NEWS_ATTACH] = "attach",
		[NEWS_CHANGED] = "changed",
		[NEWS_DELETE] = "delete",
		[NEWS_IS_STALE] = "stale",
	};

	return words[event];
}

/* Where the name is, or would have to be. */
static size_t place_of(const struct news *news, const char *name)
{
	size_t low = 0, high = news->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(news->names[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct news_name *get(struct news *news, const char *name, int64_t now)
{
	size_t at = place_of(news, name);
	struct news_name *larger;
	char *copy;

	if (at < news->n && strcmp(news->names[at].name, name) == 0)
		return &news->names[at];
	larger = array_reserve(news->names, news->n + 1, &news->room, sizeof(*larger));
	if (!larger)
		return NULL;
	news->names = larger;
	copy = strdup(name);
	if (!copy)
		return NULL;
	memmove(news->names + at + 1, news->names + at,
		(news->n - at) * sizeof(*news->names));
	news->names[at] = (struct news_name){ .name = copy, .since = now };
	news->n++;
	return &news->names[at];
}

int news_report(struct news *news, const char *name, bool created, int64_t now)
{
	struct news_name *entry = get(news, name, now);

	if (!entry)
		return -ENOMEM;
	if (created)
		entry->created = true;
	else
		entry->deleted = true;
	return 0;
}

void news_look(struct news *news)
{
	for (size_t i = 0; i < news->n; i++)
		news->names[i].present = false;
}

int news_see(struct news *news, const char *name, const struct entry *entry, int64_t now)
{
	struct news_name *known = get(news, name, now);

	if (!known)
		return -ENOMEM;
	/* Young or old: here what counts is how long we have seen it. */
	if (known->kind != entry->kind &&
	    !(known->kind == ENTRY_PENDING && entry->kind == ENTRY_EMPTY))
		known->since = now;
	known->kind = entry->kind;
	known->now_ino = entry->ino;
	known->present = true;
	return 0;
}

static bool is_empty_file(const struct news_name *name)
{
	return name->present && (name->kind == ENTRY_PENDING || name->kind == ENTRY_EMPTY);
}

void news_accept(struct news *news)
{
	for (size_t i = 0; i < news->n; i++) {
		struct news_name *name = &news->names[i];

		name->ino = name->now_ino;
		if (name->kind == ENTRY_NETNS)
			name->told = NEWS_NETNS;
		else if (name->kind == ENTRY_EMPTY)
			name->told = NEWS_STALE;
	}
}

bool news_is_fresh(const struct news_name *name)
{
	return name->present && name->kind == ENTRY_NETNS &&
	       (name->told != NEWS_NETNS || name->deleted);
}

static void compare_netns(struct news_name *name, news_tell *tell, void *arg)
{
	/* Gone and there again since we looked last: not the same one changed. */
	if (name->deleted && name->told != NEWS_NOTHING) {
		tell(NEWS_DELETE, name->name, arg);
		name->told = NEWS_NOTHING;
	}
	if (name->told != NEWS_NETNS)
		tell(name->attached ? NEWS_ATTACH : NEWS_ADD, name->name, arg);
	else if (name->ino != name->now_ino)
		tell(NEWS_CHANGED, name->name, arg);
	name->told = NEWS_NETNS;
	name->ino = name->now_ino;
}

static void compare_gone(struct news_name *name, news_tell *tell, void *arg)
{
	bool was_there = name->told != NEWS_NOTHING;

	/* Made and removed since we looked last: nobody can tell any more what it was. */
	if (!was_there && name->created && name->deleted) {
		tell(NEWS_ADD, name->name, arg);
		was_there = true;
	}
	if (was_there)
		tell(NEWS_DELETE, name->name, arg);
	name->told = NEWS_NOTHING;
}

/* The ms until an empty file is stale, 0 if it is now. */
static int64_t until_stale(const struct news_name *name, int64_t now)
{
	int64_t left = name->since + STALE_MS - now;

	return left > 0 ? left : 0;
}

static void forget_gone(struct news *news)
{
	size_t kept = 0;

	for (size_t i = 0; i < news->n; i++) {
		if (news->names[i].present)
			news->names[kept++] = news->names[i];
		else
			free(news->names[i].name);
	}
	news->n = kept;
}

int news_compare(struct news *news, int64_t now, news_tell *tell, void *arg)
{
	int64_t next = -1;

	for (size_t i = 0; i < news->n; i++) {
		struct news_name *name = &news->names[i];

		if (!name->present) {
			compare_gone(name, tell, arg);
		} else if (name->kind == ENTRY_NETNS) {
			compare_netns(name, tell, arg);
		} else if (is_empty_file(name) && name->told != NEWS_STALE) {
			int64_t left = until_stale(name, now);

			if (left == 0) {
				tell(NEWS_IS_STALE, name->name, arg);
				name->told = NEWS_STALE;
			} else if (next < 0 || left < next) {
				next = left;
			}
		} else if (!is_empty_file(name)) {
			compare_gone(name, tell, arg); /* something else stands in its place */
		}
		name->created = name->deleted = name->attached = false;
	}
	forget_gone(news);
	return (int)next;
}

void news_free(struct news *news)
{
	for (size_t i = 0; i < news->n; i++)
		free(news->names[i].name);
	free(news->names);
	*news = (struct news){ 0 };
}

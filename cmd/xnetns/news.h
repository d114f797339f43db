/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to names, found by comparing what is there with what was. Pure: the caller looks, and
 * brings the time.
 */
#ifndef XNS_XNETNS_NEWS_H
#define XNS_XNETNS_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "netns/store.h"

/* What a name stands for, as far as anybody was told. */
enum news_state {
	NEWS_NOTHING, /* not there, or a file that may become a name */
	NEWS_NETNS,
	NEWS_STALE,
};

struct news_name {
	char *name; /* owned */
	enum news_state told;
	ino_t ino;              /* of the namespace that was told */
	enum entry_kind kind;   /* what is there now */
	ino_t now_ino;
	int64_t since;          /* ms: when this kind was first seen */
	bool created, deleted;  /* the directory reported it since the last comparison */
	bool attached;          /* for news_is_fresh(): set by the caller */
	bool present;           /* seen in the present look */
};

struct news {
	struct news_name *names; /* in the order of their names */
	size_t n, room;
};

enum news_event { NEWS_ADD, NEWS_ATTACH, NEWS_CHANGED, NEWS_DELETE, NEWS_IS_STALE };

typedef void news_tell(enum news_event event, const char *name, void *arg);

/* The word for an event: "add". */
const char *news_word(enum news_event event);

/* The directory reported that a file was made or removed. 0 or -ENOMEM. */
int news_report(struct news *news, const char *name, bool created, int64_t now);

/* A look at the whole directory: begin, each entry, then news_compare(). */
void news_look(struct news *news);
int news_see(struct news *news, const char *name, const struct entry *entry, int64_t now);

/* Takes what is there as known, without telling. */
void news_accept(struct news *news);

/* Whether the name is a namespace that nobody was told of yet: the caller sets attached. */
bool news_is_fresh(const struct news_name *name);

/*
 * Tells what has changed. Returns the ms until it should be called again at the latest, since a
 * file has to stay empty for a while before its name is stale; -1: when something happens.
 */
int news_compare(struct news *news, int64_t now, news_tell *tell, void *arg);

void news_free(struct news *news);

#endif

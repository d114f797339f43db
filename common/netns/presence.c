/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/presence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernel/mountinfo.h"

enum presence presence_decide(const struct presence_facts *facts)
{
	if (facts->mounted_here)
		return PRESENCE_HERE;
	if (facts->mounted_elsewhere)
		return PRESENCE_ELSEWHERE;
	if (facts->never_mounted || facts->sight == SIGHT_ALL)
		return PRESENCE_STALE;
	return PRESENCE_UNKNOWN;
}

const char *presence_word(enum presence state)
{
	static const char *const words[] = {
		[PRESENCE_HERE] = "here",
		[PRESENCE_ELSEWHERE] = "elsewhere",
		[PRESENCE_STALE] = "stale",
		[PRESENCE_UNKNOWN] = "unknown",
	};

	return words[state];
}

const char *presence_why(enum sight sight)
{
	static const char *const reasons[] = {
		[SIGHT_ALL] = "",
		[SIGHT_PID_NS] = "this pid namespace does not show all of them",
		[SIGHT_RIGHTS] = "not all of them may be read from here",
		[SIGHT_PROC] = "this /proc does not show every process",
		[SIGHT_HELD] = "one without a process cannot be read before Linux 6.12",
		[SIGHT_CHANGING] = "they come and go too fast",
		[SIGHT_FAILED] = "they could not be read",
	};

	return reasons[sight];
}

void presence_text(const struct sought *sought, char *buf, size_t size)
{
	if (sought->link)
		snprintf(buf, size, sought->state == PRESENCE_STALE ? "stale: the process has ended"
								    : "unknown: it leads nowhere here");
	else if (sought->state == PRESENCE_UNKNOWN)
		snprintf(buf, size, "unknown: not mounted here");
	else if (sought->state != PRESENCE_ELSEWHERE)
		snprintf(buf, size, "%s", presence_word(sought->state));
	else if (sought->own)
		snprintf(buf, size, "mounted under another mount");
	else if (sought->pid > 0)
		snprintf(buf, size, "mounted in the mount namespace of process %d",
			 (int)sought->pid);
	else
		snprintf(buf, size, "mounted in the mount namespace mnt:[%" PRIu64 "]",
			 sought->mnt);
}

void presence_clause(const struct sought *sought, char *buf, size_t size)
{
	char text[PRESENCE_TEXT];

	presence_text(sought, text, sizeof(text));
	if (sought->state == PRESENCE_UNKNOWN && sought->link == DANGLING_PROCESS)
		snprintf(buf, size, "it is a link to a process that this /proc does not show");
	else if (sought->state == PRESENCE_UNKNOWN && sought->link)
		snprintf(buf, size, "it is a link to what another mount namespace may have");
	else if (sought->state == PRESENCE_UNKNOWN)
		snprintf(buf, size, "another mount namespace may have it mounted: %s",
			 presence_why(sought->sight));
	else if (sought->own)
		snprintf(buf, size, "a namespace is mounted on it under another mount");
	else
		snprintf(buf, size, "it is %s", text);
}

/* The length of a directory's path without a slash at the end: 0 for "/". */
static size_t directory_len(const char *path)
{
	return strcmp(path, "/") == 0 ? 0 : strlen(path);
}

bool presence_is_parent(const struct presence_place *place, const struct mount_entry *entry,
			struct presence_parent *ret)
{
	size_t root_len = directory_len(entry->root), place_len = strlen(place->path);
	const char *rest;

	if (entry->dev != place->dev)
		return false;
	*ret = (struct presence_parent){
		.id = entry->id,
		.point_len = directory_len(entry->point),
		.root_len = root_len,
	};
	if (root_len <= place_len)
		return strncmp(place->path, entry->root, root_len) == 0 &&
		       (place->path[root_len] == '/' || place->path[root_len] == '\0');
	/* The mount shows a single file: the name's own file, bind-mounted elsewhere. */
	if (strncmp(place->path, entry->root, place_len) != 0 || entry->root[place_len] != '/')
		return false;
	rest = entry->root + place_len + 1;
	ret->name = rest;
	return !strchr(rest, '/');
}

const char *presence_name_at(const struct presence_place *place,
			     const struct presence_parent *parent, const char *point)
{
	const char *below = place->path + parent->root_len, *rest;
	size_t below_len;

	if (strlen(point) < parent->point_len)
		return NULL;
	rest = point + parent->point_len;
	if (parent->name)
		return *rest ? NULL : parent->name;
	below_len = strlen(below);
	if (strncmp(rest, below, below_len) != 0 || rest[below_len] != '/')
		return NULL;
	rest += below_len + 1;
	return *rest && !strchr(rest, '/') ? rest : NULL;
}

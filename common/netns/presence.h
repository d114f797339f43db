/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a name is mounted: here, in another mount namespace, nowhere, or unknown.
 * Removing the file of a name takes the mount away from every mount namespace (unlink(2) detaches
 * it), so no command may call a name stale because it sees no mount on it itself.
 */
#ifndef XNS_NETNS_PRESENCE_H
#define XNS_NETNS_PRESENCE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mount_entry;

enum presence {
	PRESENCE_HERE,
	PRESENCE_ELSEWHERE, /* another mount namespace has it, or a mount that hides it from us */
	PRESENCE_STALE,     /* no mount namespace has it */
	PRESENCE_UNKNOWN,   /* not here; whether another one has it cannot be found out */
};

/* How much a look into the other mount namespaces has seen. */
enum sight {
	SIGHT_ALL,
	SIGHT_PID_NS,   /* mount namespaces outside of our pid namespace are out of sight */
	SIGHT_RIGHTS,   /* one at least may not be entered or read */
	SIGHT_PROC,     /* /proc does not show every process */
	SIGHT_HELD,     /* one without a process cannot be opened before Linux 6.12 */
	SIGHT_CHANGING, /* they came and went as long as we looked */
	SIGHT_FAILED,
};

/* The facts about one name. */
struct presence_facts {
	bool mounted_here;
	bool mounted_elsewhere;
	bool never_mounted; /* the stamp of the file says so */
	enum sight sight;
};

/* THE decision; everything that prints, offers or removes a name goes by it. Pure. */
enum presence presence_decide(const struct presence_facts *facts);

/* "here", "elsewhere", "stale", "unknown": as JSON has it. */
const char *presence_word(enum presence state);

/* A name whose file is empty as we see it, and what the look has found. */
struct sought {
	const char *name;   /* borrowed */
	bool never_mounted; /* its file's stamp */
	enum presence state;
	enum sight sight; /* of an unknown one: what kept us from seeing */
	bool own;         /* elsewhere, but in our own mount namespace: another mount hides it */
	uint64_t mnt;     /* elsewhere: the inode number of the mount namespace */
	pid_t pid;        /* elsewhere: a process in it, or 0 */
};

enum { PRESENCE_TEXT = 160 }; /* bytes that are enough for each of these texts */

/* "mounted in the mount namespace of process 12", "stale": for list, gc and doctor. */
void presence_text(const struct sought *sought, char *buf, size_t size);

/* The same as a clause for messages about what is not stale: "it is mounted in ...". */
void presence_clause(const struct sought *sought, char *buf, size_t size);

/* The reason why the state is unknown: the end of a sentence. */
const char *presence_why(enum sight sight);

/* ---- which mount covers a name; pure ---- */

/* The directory of names, as every mount namespace can recognise it. */
struct presence_place {
	dev_t dev;           /* the file system, as in mountinfo */
	char path[PATH_MAX]; /* of the directory in it, without a slash at the end: "/netns" */
};

/* A mount of the place's file system that a name may lie in. */
struct presence_parent {
	int id;
	size_t point_len; /* bytes of its mount point, which begin that of each mount in it */
	size_t root_len;  /* bytes of the place's path that its root covers already */
	const char *name; /* its root is this name's own file, in the text of the entry; or NULL */
};

/* Whether a name's file can be reached through this mount; then fills *ret. */
bool presence_is_parent(const struct presence_place *place, const struct mount_entry *entry,
			struct presence_parent *ret);

/* The name that a mount at this point in the parent lies on, or NULL. */
const char *presence_name_at(const struct presence_place *place,
			     const struct presence_parent *parent, const char *point);

/* ---- netns/elsewhere.c ---- */

/*
 * Decides about names whose files are empty as we see them: dir is the open directory. Reads each
 * mount namespace once, as far as that is needed and possible; what fails makes a name unknown, so
 * this itself cannot fail. No name twice.
 */
void presence_look(int dir, struct sought *list, size_t n);

#endif

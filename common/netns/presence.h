/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether a name is mounted: here, in another mount namespace, nowhere, or unknown.
 * unlink(2) of its file detaches the mounts on it in every mount namespace (fs/namei.c,
 * detach_mounts()), so no command may call a name stale only because it is not mounted here.
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
	PRESENCE_ELSEWHERE, /* in another mount namespace, or in ours, hidden by another mount */
	PRESENCE_STALE,     /* mounted in no mount namespace */
	PRESENCE_UNKNOWN,   /* not mounted here, and not every mount namespace could be read */
};

/* The obstacle, if any, that kept a search from reading all mount namespaces. */
enum sight {
	SIGHT_ALL,
	SIGHT_PID_NS,   /* our pid namespace does not show those outside it */
	SIGHT_RIGHTS,   /* we may not enter or read one of them */
	SIGHT_PROC,     /* /proc does not show every process */
	SIGHT_HELD,     /* before Linux 6.12, one without a process cannot be opened */
	SIGHT_CHANGING, /* new ones appeared in every round of the search */
	SIGHT_FAILED,
};

/* A link that leads nowhere from here. */
enum dangling {
	DANGLING_NOT,
	DANGLING_PROCESS, /* its text leads into /proc: to a process, which has ended */
	DANGLING_PATH,    /* another mount namespace may have what is missing here */
};

/* The facts about one name. */
struct presence_facts {
	bool mounted_here;
	bool mounted_elsewhere;
	bool never_mounted; /* according to the time stamp of its file */
	enum sight sight;
};

/*
 * The only place that decides whether a name is stale; list, gc, delete and all others call it.
 * Pure.
 */
enum presence presence_decide(const struct presence_facts *facts);

/* "here", "elsewhere", "stale" or "unknown", as in JSON. */
const char *presence_word(enum presence state);

/* A name whose file looks empty here, or a dangling link, and the result of the search for its mount. */
struct sought {
	const char *name;   /* borrowed */
	bool never_mounted; /* according to its file's stamp */
	enum dangling link; /* nothing can be mounted on it */
	enum presence state;
	enum sight sight; /* unknown: the obstacle to the search */
	bool own;         /* elsewhere: in our own mount namespace, hidden by another mount */
	uint64_t mnt;     /* elsewhere: the inode number of the mount namespace */
	pid_t pid;        /* elsewhere: a process in it, or 0 */
};

enum { PRESENCE_TEXT = 160 }; /* bytes that suffice for each of these texts */

/*
 * The state in words, for list, gc and doctor: "mounted in the mount namespace of process 12",
 * "stale".
 */
void presence_text(const struct sought *sought, char *buf, size_t size);

/* The state as a clause, for messages about a name that is not stale: "it is mounted in ...". */
void presence_clause(const struct sought *sought, char *buf, size_t size);

/* The obstacle in words, as the end of a sentence. */
const char *presence_why(enum sight sight);

/* ---- the name that a mount covers; pure ---- */

/* The directory of names by its file system and path there: the same in every mount namespace. */
struct presence_place {
	dev_t dev;           /* of the file system, as in mountinfo */
	char path[PATH_MAX]; /* its path in the file system, without a slash at the end: "/netns" */
};

/* A mount of that file system, on whose files names may be mounted. */
struct presence_parent {
	int id;
	size_t point_len; /* length of its mount point, a prefix of the mount points below it */
	size_t root_len;  /* length of its root directory, a prefix of the place's path */
	const char *name; /* the name whose file is its root, within entry->root; or NULL */
};

/* Whether names' files are reachable through this mount; if so, fills *ret. */
bool presence_is_parent(const struct presence_place *place, const struct mount_entry *entry,
			struct presence_parent *ret);

/* The name on which a mount at this point below the parent lies, or NULL. */
const char *presence_name_at(const struct presence_place *place,
			     const struct presence_parent *parent, const char *point);

/* ---- netns/link.c ---- */

/* Finds out where the text of a dangling link leads. DANGLING_NOT if it cannot be read. */
enum dangling link_target(int dir, const char *name);

/* Decides about a link that dangles: whether its process has ended. */
void link_look(struct sought *sought);

/* ---- netns/elsewhere.c ---- */

/*
 * Decides about names whose files are empty in our mount namespace; each name only once. dir is the
 * open directory. Reads each mount namespace at most once, and none if the stamps suffice. Cannot
 * fail: after an error the names are unknown.
 */
void presence_search(int dir, struct sought *list, size_t n);

#endif

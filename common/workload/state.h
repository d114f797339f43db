/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of containers, from the files that their runtimes leave. A file is looked up by an id that the
 * path of a cgroup already showed, so a forged one can only give its own user's container another name.
 */
#ifndef XNS_WORKLOAD_STATE_H
#define XNS_WORKLOAD_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workload/path.h"
#include "workload/state_json.h"

/* Why the first file that was there could not be believed. */
struct state_trouble {
	int rc; /* -errno, or 0 */
	char file[PATH_MAX];
};

/* Why a file is not believed: "it is too large". */
const char *state_trouble_text(const struct state_trouble *trouble);

struct state_listed;

/* The files that were read so far: lists of containers are read once. */
struct states {
	int root;            /* "/", O_PATH (owned); -1: it is opened when first needed */
	bool with_users;     /* files of other users' too, if root asks for a user's container */
	struct state_listed *lists;
	size_t n_lists, room;
	struct state_trouble trouble;
};

#define STATES_NONE { .root = -1 }

/*
 * Finds the state of an engine's container, whose cgroup the owner could make. ret_file, if not NULL, has
 * room for PATH_MAX bytes and gets the file's path. 0; -ENOENT with ret untouched if no file is there or can be
 * believed, and then states->trouble says why; or -ENOMEM.
 */
int states_find(struct states *states, enum workload_engine engine, uint32_t owner, const char *id,
		struct container_state *ret, char *ret_file);

/*
 * Finds the state of a container that crun or runc were started with by hand; ret_engine says which one.
 * Otherwise as above.
 */
int states_find_by_hand(struct states *states, uint32_t owner, const char *id, struct container_state *ret,
			enum workload_engine *ret_engine, char *ret_file);

void states_free(struct states *states);

#endif

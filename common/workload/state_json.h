/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses the JSON that runtimes write about their containers. Calls nothing but libjansson, which is
 * loaded when it is first needed; its parser takes 2,048 levels at most, and neither NULs nor invalid
 * UTF-8.
 */
#ifndef XNS_WORKLOAD_STATE_JSON_H
#define XNS_WORKLOAD_STATE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "workload/path.h"

enum state_format {
	STATE_DOCKER, /* config.v2.json */
	STATE_BUNDLE, /* config.json of the OCI bundle, with the annotations of CRI */
	STATE_CRUN,   /* status */
	STATE_RUNC,   /* state.json */
	STATE_LIST,   /* containers.json of containers/storage; for state_parse_list() */
};

/* Of one container; empty or 0: the file does not say it. */
struct container_state {
	char name[WORKLOAD_NAME];
	char pod[2 * WORKLOAD_NAME]; /* "NAMESPACE/NAME" */
	bool is_sandbox;             /* the pause container of a pod */
	pid_t pid;                   /* crun and runc */
	uint64_t start;              /* field 22 of its /proc/PID/stat then */
};

/* Loads libjansson, once. 0; -ELIBACC: it is not installed, or -ENOSYS: it was not built in. */
int state_json_load(void);

/*
 * Reads the state of the container with this id. 0; -EINVAL with ret untouched if the text is not JSON, or not
 * that of this container; -ENOMEM, or what state_json_load() returns.
 */
int state_parse(enum state_format format, const char *text, size_t len, const char *id,
		struct container_state *ret);

/* Calls add() with the id and the name of each container in a list, until that fails. As above. */
int state_parse_list(const char *text, size_t len,
		     int (*add)(void *arg, const char *id, const char *name), void *arg);

#endif

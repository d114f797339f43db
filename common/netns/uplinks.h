/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of uplinks of named networks: /run/xns/uplink/NAME, or uplink/NAME beside the records of an
 * ordinary user (netns/home.h). The process that keeps an uplink holds a lock on its record, so without that
 * lock a record is what a killed one left. It watches its record, and ends if that is emptied or removed; the record
 * stays until pasta has ended, so that a command that follows a killed one knows of it.
 */
#ifndef XNS_NETNS_UPLINKS_H
#define XNS_NETNS_UPLINKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct diag;
struct home;

struct uplink_record {
	bool runs;
	pid_t pid;    /* of the process that keeps it */
	uint64_t ino; /* of the network namespace */
	bool host_loopback;
	char *ports; /* owned: what it publishes, each after a blank; "" if nothing */
};

/*
 * Opens the directory of the home's uplinks, or of the system's if home is NULL; with create, makes it if it
 * is missing. The caller owns the descriptor. -ENOENT, with no diagnosis, if it does not exist; another
 * -errno with the diagnosis filled.
 */
int uplinks_open(const struct home *home, bool create, struct diag *diag);

/* Waits for the lock under which uplinks are started and ended. 0, or -errno with the diagnosis filled. */
int uplinks_lock(int dir, struct diag *diag);

/* Reads a record. 0 with *ret filled, for uplink_record_free(); -ENOENT if there is none. */
int uplinks_read(int dir, const char *name, struct uplink_record *ret);
void uplink_record_free(struct uplink_record *record);

/* Whether an uplink of this name runs. dir may be -1. */
bool uplinks_runs(int dir, const char *name);

/*
 * Writes the record of this process, whose PID and runs are not looked at. Returns a descriptor that holds its lock, or
 * -errno. Under the lock of the directory.
 */
int uplinks_hold(int dir, const char *name, const struct uplink_record *record);

/* Whether the record is still the one that this descriptor holds. */
bool uplinks_is_held(int dir, const char *name, int held);

/* Whether nobody has emptied it. */
bool uplinks_is_wanted(int held);

/*
 * Empties the record, and waits until its uplink has ended. 1 if there was a record, otherwise 0; or -errno with the
 * diagnosis filled. Under the lock of the directory, or if the name has gone.
 */
int uplinks_stop(int dir, const char *name, struct diag *diag);

/* The same, and removes the record. */
int uplinks_end(int dir, const char *name, struct diag *diag);

#endif

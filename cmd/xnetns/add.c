/* SPDX-License-Identifier: GPL-2.0-or-later */
/* add and attach: new names. */
#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "kernel/loopback.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/clock.h"
#include "netns/store.h"
#include "output/diag.h"
#include "xnetns/process.h"
#include "xnetns/xnetns.h"

enum {
	RETRY_MS = 50,
	RETRIES = 60, /* longer than a file may be taken for one that is being mounted on */
};

/*
 * Frees the name. Others hold no lock while they make one: if a file may be theirs, they get the
 * time to finish, with the lock given back. 1 if the name has a namespace already, else 0 or -errno.
 */
static int claim(struct store *store, const char *name, struct diag *diag)
{
	bool repaired = false;
	int rc = store_clear(store, name, &repaired, diag);

	for (int i = 0; rc == -EAGAIN && i < RETRIES; i++) {
		store_unlock(store);
		clock_wait_ms(RETRY_MS);
		rc = store_lock(store, diag);
		if (rc == 0)
			rc = store_clear(store, name, &repaired, diag);
	}
	if (repaired)
		diag_warn("xnetns", "the name '%s' was stale; it is made anew", name);
	return rc;
}

/* Whether --exists-ok makes this failure none: the name must stand for a namespace. */
static bool exists_already(const struct xnetns *request, struct store *store, const char *name)
{
	struct entry entry;

	return opt_given(&request->given, OPT_EXISTS_OK) &&
	       entry_examine(store->dir, name, &entry) == 0 && entry.kind == ENTRY_NETNS;
}

/* An existing namespace's loopback device; we stay in it, as in one that we made. */
static int raise_existing(const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = store_open_ns(name, diag);
	int rc;

	if (fd < 0)
		return fd;
	rc = sys_setns(fd, ns_types[NS_NET].flag);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot enter the network namespace '%s'", name);
	return loopback_up(diag);
}

/* Creates the namespace, and leaves this process in it: the next one needs no way back. */
static int create(int self, bool up, struct diag *diag)
{
	int rc = sys_unshare(ns_types[NS_NET].flag), fd;

	if (rc < 0) {
		diag_set(diag, -rc, "cannot create a network namespace");
		if (rc == -EPERM)
			diag_hint(diag, "this needs root, or root of a user namespace: "
					"xunshare -rmn");
		if (rc == -ENOSPC)
			diag_hint(diag, "a limit is reached: sysctl user.max_net_namespaces, here "
					"or in a user namespace above");
		return rc;
	}
	if (up && (rc = loopback_up(diag)) < 0)
		return rc;
	fd = proc_open_ns(self, ns_types[NS_NET].name);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the new network namespace") : fd;
}

static int add_one(const struct xnetns *request, struct store *store, int self, const char *name,
		   struct diag *diag)
{
	_cleanup_close_ int ns = -1;
	bool up = opt_given(&request->given, OPT_UP);
	int rc = claim(store, name, diag);

	if (rc == -EEXIST && exists_already(request, store, name))
		return up ? raise_existing(name, diag) : 0;
	if (rc < 0)
		return rc;
	ns = create(self, up, diag);
	return ns < 0 ? ns : store_mount(store, name, ns, diag);
}

int xnetns_add(const struct xnetns *request)
{
	struct store store = STORE_CLOSED;
	_cleanup_close_ int self = -1;
	struct diag diag;
	int status = EXIT_SUCCESS, rc = 0;

	for (int i = 0; i < request->n_operands; i++)
		if (xnetns_check_name(request->operands[i], &diag) < 0)
			return xnetns_fail(&diag);
	self = proc_open_own(&diag);
	rc = self < 0 ? self : store_lock(&store, &diag);
	if (rc < 0)
		return xnetns_fail(&diag);
	for (int i = 0; i < request->n_operands && store.dir >= 0; i++)
		if (add_one(request, &store, self, request->operands[i], &diag) < 0)
			status = xnetns_fail(&diag);
	store_unlock(&store);
	return status;
}

int xnetns_attach(const struct xnetns *request)
{
	const char *name = request->operands[0];
	struct store store = STORE_CLOSED;
	_cleanup_close_ int ns = -1;
	struct diag diag;
	pid_t pid;
	int rc = xnetns_check_name(name, &diag);

	if (rc == 0 && parse_pid(request->operands[1], &pid) < 0)
		rc = diag_set(&diag, 0, "'%s' is not a process id", request->operands[1]);
	if (rc == 0)
		rc = ns = process_open_ns(pid, &diag);
	if (rc >= 0)
		rc = store_lock(&store, &diag);
	if (rc == 0)
		rc = claim(&store, name, &diag);
	if (rc == 0)
		rc = store_mount(&store, name, ns, &diag);
	store_unlock(&store);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* delete: names go; the processes in the namespaces too, if that is wanted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "xnetns/holders.h"
#include "xnetns/names.h"
#include "xnetns/process.h"
#include "xnetns/xnetns.h"

/* Without the lock: others shall not wait as long as a process may take to end. */
static int end_processes(const struct xnetns *request, const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = -1;
	struct entry entry;
	struct stat st;
	int dir = store_open_dir(diag), rc;

	/* What is no namespace has no processes; the removal says what it thinks of it. */
	rc = dir < 0 ? dir : entry_examine(dir, name, &entry);
	cleanup_close(&dir);
	if (rc < 0 || entry.kind != ENTRY_NETNS || S_ISLNK(entry.mode))
		return 0;
	fd = store_open_ns(name, diag);
	rc = fd < 0 ? fd : sys_fstat(fd, &st);
	if (fd >= 0 && rc < 0)
		diag_set(diag, -rc, "cannot examine the network namespace '%s'", name);
	return rc < 0 ? rc : process_end_all(st.st_ino, request->kill_signal, request->wait, name,
					     diag);
}

/* Names that keep processes are struck out. */
static int end_all(const struct xnetns *request, struct names *names)
{
	int status = EXIT_SUCCESS;
	struct diag diag;
	size_t i = 0;

	while (i < names->n) {
		if (end_processes(request, names->list[i], &diag) == 0) {
			i++;
		} else {
			status = xnetns_fail(&diag);
			names_strike(names, i);
		}
	}
	return status;
}

static int remove_all(const struct names *names)
{
	struct store store = STORE_CLOSED;
	struct holders holders = { 0 };
	int status = EXIT_SUCCESS;
	struct diag diag;
	int rc = store_lock_existing(&store, &diag);

	if (rc < 0 && rc != -ENOENT)
		return xnetns_fail(&diag);
	for (size_t i = 0; i < names->n; i++) {
		if (rc == -ENOENT)
			diag_set(&diag, ENOENT, "cannot remove " STORE_DIR "/%s", names->list[i]);
		if (rc == 0)
			holders_note(&holders, store.dir, names->list[i]);
		if (rc == -ENOENT || store_remove(&store, names->list[i], &diag) < 0) {
			status = xnetns_fail(&diag);
			holders_forget(&holders, names->list[i]);
		}
	}
	store_unlock(&store);
	holders_report(&holders);
	return status;
}

int xnetns_delete(const struct xnetns *request)
{
	struct names names = { 0 };
	struct diag diag;
	int status = EXIT_SUCCESS;
	int rc = names_of_request(request, request->n_operands, &names, &diag);

	if (rc < 0)
		return xnetns_fail(&diag);
	if (opt_given(&request->given, OPT_KILL))
		status = end_all(request, &names);
	if (names.n > 0) {
		int removed = remove_all(&names);

		status = status ? status : removed;
	}
	names_free(&names);
	return status;
}

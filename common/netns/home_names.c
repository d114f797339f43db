/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of names. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "netns/store.h"


/* ---- reading ---- */

static int visit(const struct home *home, bool alive, home_visitor *seen, void *arg, struct diag *diag)
{
	DIR *list;
	int rc = io_open_dir(home->dir, HOME_NAMES, &list), failed = 0;
	const char *name;

	if (rc < 0)
		return rc == -ENOENT ? 0 : diag_set(diag, -rc, "cannot open %s/" HOME_NAMES, home->path);
	while (rc >= 0 && (name = io_next_name(list, &failed)) != NULL) {
		struct home_name record;

		if (!home_read_name(home, dirfd(list), name, &record))
			continue;
		record.stale = record.stale || !alive;
		rc = seen(&record, arg);
	}
	closedir(list);
	return failed < 0 ? diag_set(diag, -failed, "cannot read %s/" HOME_NAMES, home->path) : rc;
}

int home_visit(home_visitor *seen, void *arg, struct diag *diag)
{
	struct anchor_handle handle;
	struct diag ignored;
	struct home home;
	bool alive;
	int rc;

	if (home_open(&home, 0, &ignored) < 0)
		return 0;
	alive = anchor_open(&home, &handle, &ignored) == 0;
	if (alive)
		anchor_close(&handle);
	rc = visit(&home, alive, seen, arg, diag);
	home_close(&home);
	return rc;
}

int home_visit_in(const struct home *home, home_visitor *seen, void *arg, struct diag *diag)
{
	return visit(home, true, seen, arg, diag);
}

bool home_has(const struct home *home, const char *name)
{
	_cleanup_close_ int names = sys_openat(home->dir, HOME_NAMES, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	struct home_name record;

	return names >= 0 && home_read_name(home, names, name, &record);
}

int home_open_ns(const char *name, struct diag *diag)
{
	char path[sizeof("root" STORE_DIR "/") + NAME_MAX];
	struct anchor_handle handle;
	struct diag ignored;
	struct home home;
	int fd = home_open(&home, 0, &ignored);

	if (fd < 0)
		return -ENOENT;
	if (strlen(name) > NAME_MAX || !home_has(&home, name))
		fd = -ENOENT;
	else
		fd = anchor_open(&home, &handle, diag);
	home_close(&home);
	if (fd == -ESRCH) {
		diag_set(diag, 0, "the name '%s' is stale: its anchor has ended", name);
		diag_hint(diag, "create it again with 'xnetns add', or remove it with 'xnetns gc'");
	}
	if (fd < 0)
		return fd;
	snprintf(path, sizeof(path), "root" STORE_DIR "/%s", name);
	fd = nsref_open_file(handle.proc, path, NS_NET, 0, diag);
	anchor_close(&handle);
	return fd;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the records agree with the names. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "netns/store.h"

static int cannot(int rc, const struct home *home, struct diag *diag)
{
	return diag_set(diag, -rc, "cannot write the records in %s", home->path);
}

/*
 * Removes the records of names that the directory of names has lost; dir -1: all. Those of an earlier anchor
 * stay until gc, which reports them. 0 or -errno.
 */
static int remove_lost(const struct home *home, int names, int dir)
{
	DIR *list;
	int rc = io_open_dir(names, ".", &list);
	const char *name;

	if (rc < 0)
		return rc;
	while (rc == 0 && (name = io_next_name(list, &rc)) != NULL) {
		struct entry entry = { .kind = ENTRY_NONE };
		struct home_name record;

		if (dir >= 0 && home_read_name(home, names, name, &record) && record.stale)
			continue;
		if (dir >= 0)
			rc = entry_examine(dir, name, &entry);
		if (rc == 0 && entry.kind != ENTRY_NETNS)
			rc = sys_unlinkat(names, name, 0);
		if (rc == -ENOENT)
			rc = 0;
	}
	closedir(list);
	return rc;
}

/* Writes the missing records. Returns the number of names, or -errno. */
static int write_missing(const struct home *home, int names, DIR *list)
{
	int n = 0, rc = 0;
	const char *name;

	while (rc == 0 && (name = io_next_name(list, &rc)) != NULL) {
		struct home_name record;
		char text[RECORD_TEXT];
		struct entry entry;

		rc = entry_examine(dirfd(list), name, &entry);
		if (rc < 0 || entry.kind != ENTRY_NETNS)
			continue;
		n++;
		if (home_read_name(home, names, name, &record) && !record.stale &&
		    record.ino == entry.ino)
			continue;
		snprintf(text, sizeof(text), NAME_FORMAT, RECORD_VERSION, (uint64_t)entry.ino,
			 (int)home->anchor.pid, home->anchor.start);
		rc = home_write_record(home->dir, names, name, text);
	}
	return rc < 0 ? rc : n;
}

/* The anchor watches its record (inotify(7)), and ends when that is removed. */
static int remove_all(const struct home *home, int names, struct diag *diag)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = { { HOME_RECORD, 0 }, { HOME_NEW, 0 }, { HOME_NAMES, AT_REMOVEDIR }, { HOME_UPLINKS, AT_REMOVEDIR } };
	_cleanup_close_ int uplinks = sys_openat(home->dir, HOME_UPLINKS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	int rc = names < 0 ? 0 : remove_lost(home, names, -1);

	if (rc == 0 && uplinks >= 0)
		rc = remove_lost(home, uplinks, -1); /* the uplinks then end */
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(files); i++) {
		rc = sys_unlinkat(home->dir, files[i].name, files[i].flags);
		if (rc == -ENOENT)
			rc = 0;
	}
	if (rc == 0)
		rc = sys_unlinkat(AT_FDCWD, home->path, AT_REMOVEDIR);
	/* ENOTEMPTY: the user keeps other files there. */
	return rc < 0 && rc != -ENOENT && rc != -ENOTEMPTY ? cannot(rc, home, diag) : 0;
}

static int open_names(const struct home *home, bool create)
{
	int rc = create ? sys_mkdirat(home->dir, HOME_NAMES, 0700) : 0;

	if (rc < 0 && rc != -EEXIST)
		return rc;
	return sys_openat(home->dir, HOME_NAMES, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

int home_sync(struct home *home, struct diag *diag)
{
	_cleanup_close_ int names = open_names(home, true);
	DIR *list;
	int n, rc = names < 0 ? cannot(names, home, diag) : store_open_list(&list, diag);

	if (rc == -ENOENT)
		diag_set(diag, ENOENT, "cannot open the directory " STORE_DIR);
	if (rc < 0)
		return rc;
	rc = n = write_missing(home, names, list);
	if (rc >= 0)
		rc = remove_lost(home, names, dirfd(list));
	closedir(list);
	if (rc < 0)
		return cannot(rc, home, diag);
	return n == 0 ? remove_all(home, names, diag) : 0;
}

int home_end(const struct home *home, struct diag *diag)
{
	_cleanup_close_ int names = open_names(home, false);
	DIR *list;
	int rc = names < 0 ? names : io_open_dir(names, ".", &list), failed = 0;
	bool empty = rc < 0 || (!io_next_name(list, &failed) && failed == 0);

	if (rc == 0)
		closedir(list);
	return empty ? remove_all(home, names, diag) : 0;
}

int home_forget(const struct home *home, const char *name, struct diag *diag)
{
	_cleanup_close_ int names = open_names(home, false);
	int rc = names < 0 ? names : sys_unlinkat(names, name, 0);

	return rc < 0 && rc != -ENOENT ? cannot(rc, home, diag) : 0;
}

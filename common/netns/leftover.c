/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/store.h"

/* Examines the entry after its file was locked. -EAGAIN if the name is another file now. */
static int examine_locked(int dir, const char *name, int fd, struct entry *ret)
{
	struct stat here, there;
	int rc = sys_fstat(fd, &here);

	if (rc == 0)
		rc = sys_fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW);
	if (rc == 0 && (here.st_dev != there.st_dev || here.st_ino != there.st_ino))
		rc = -EAGAIN;
	if (rc == 0)
		rc = entry_examine(dir, name, ret);
	return rc;
}

/*
 * Locks the file (flock(2), as whoever creates a name does), and then reads its time stamp, which
 * may have changed since the search. Returns the descriptor or -errno.
 */
static int lock_file(int dir, const char *name, bool young, bool *ret_never_mounted)
{
	_cleanup_close_ int fd =
		sys_openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	struct entry entry;
	int rc = fd < 0 ? fd : sys_flock(fd, LOCK_EX | LOCK_NB);

	if (rc == 0)
		rc = examine_locked(dir, name, fd, &entry);
	if (rc == -EWOULDBLOCK ||
	    (rc == 0 && entry.kind != ENTRY_EMPTY && !(young && entry.kind == ENTRY_PENDING)))
		rc = -EAGAIN;
	if (rc < 0)
		return rc;
	*ret_never_mounted = entry.never_mounted;
	return take_fd(&fd);
}

/* Nobody mounts on a link, so it takes no lock of its own. */
static enum dangling dangling_link(int dir, const char *name)
{
	struct entry entry;

	return entry_examine(dir, name, &entry) < 0 ? DANGLING_NOT : entry.link;
}

int leftovers_add(struct leftovers *leftovers, int dir, const char *name, bool young)
{
	struct leftover *one = &leftovers->list[leftovers->n];
	struct sought *sought = &leftovers->sought[leftovers->n];

	one->name = strdup(name);
	if (!one->name)
		return -ENOMEM;
	*sought = (struct sought){ .name = one->name, .link = dangling_link(dir, name) };
	one->lock = sought->link ? -ELOOP
				 : lock_file(dir, name, young, &sought->never_mounted);
	leftovers->n++;
	return 0;
}

void leftovers_search(struct leftovers *leftovers, int dir)
{
	presence_search(dir, leftovers->sought, leftovers->n);
	for (size_t i = 0; i < leftovers->n; i++) {
		struct sought *sought = &leftovers->sought[i];

		/* Its lock could not be taken, so another process may be mounting on it. */
		if (leftovers->list[i].lock < 0 && !sought->link &&
		    sought->state == PRESENCE_STALE) {
			sought->state = PRESENCE_UNKNOWN;
			sought->sight = SIGHT_RIGHTS;
		}
	}
}

int leftovers_remove(const struct leftovers *leftovers, int dir, size_t index)
{
	const struct leftover *one = &leftovers->list[index];

	/* A link may have been replaced since. */
	if (leftovers->sought[index].link)
		return dangling_link(dir, one->name) ? sys_unlinkat(dir, one->name, 0) : -EAGAIN;
	return one->lock < 0 ? one->lock : sys_unlinkat(dir, one->name, 0);
}

void leftovers_free(struct leftovers *leftovers)
{
	for (size_t i = 0; i < leftovers->n; i++) {
		free(leftovers->list[i].name);
		cleanup_close(&leftovers->list[i].lock);
	}
	leftovers->n = 0;
}

int leftover_remove_stale(int dir, const char *name, bool young, struct sought *ret)
{
	struct leftovers *one = calloc(1, sizeof(*one));
	int rc = one ? leftovers_add(one, dir, name, young) : -ENOMEM;

	if (rc < 0) {
		free(one);
		return rc;
	}
	rc = one->list[0].lock;
	if (rc >= 0 || rc == -EACCES || one->sought[0].link) {
		leftovers_search(one, dir);
		*ret = one->sought[0];
		ret->name = name;
		rc = ret->state == PRESENCE_STALE ? leftovers_remove(one, dir, 0) : -EEXIST;
	}
	leftovers_free(one);
	free(one);
	return rc;
}

/* ---- advice ---- */

/*
 * Whether paths are safe to use in the mount namespace of the process: it has our root directory,
 * and our user namespace owns it (NS_GET_USERNS, ioctl_nsfs(2)), so only users whom we trust can
 * have put links into it.
 */
static bool is_like_ours(int proc, pid_t pid)
{
	_cleanup_close_ int ns = -1, owner = -1;
	struct stat root, other, user, ours;
	char path[48];

	snprintf(path, sizeof(path), "%d/ns/mnt", (int)pid);
	ns = sys_openat(proc, path, O_RDONLY, 0);
	owner = ns < 0 ? ns : sys_ioctl(ns, NS_GET_USERNS, NULL);
	if (owner < 0 || sys_fstat(owner, &user) < 0 ||
	    sys_fstatat(proc, "self/ns/user", &ours, 0) < 0 || user.st_ino != ours.st_ino)
		return false;
	snprintf(path, sizeof(path), "%d/root", (int)pid);
	return sys_fstatat(proc, path, &other, 0) == 0 &&
	       sys_fstatat(AT_FDCWD, "/", &root, 0) == 0 && other.st_dev == root.st_dev &&
	       other.st_ino == root.st_ino;
}

/* Whether our path leads to the network namespace in the other mount namespace too. */
static bool has_it_there(const struct sought *sought)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	char path[sizeof(STORE_DIR) + NAME_MAX + 32];
	struct entry entry;

	if (proc < 0 || sought->pid <= 0 || !is_like_ours(proc, sought->pid))
		return false;
	snprintf(path, sizeof(path), "%d/root" STORE_DIR "/%s", (int)sought->pid, sought->name);
	return entry_examine(proc, path, &entry) == 0 && entry.kind == ENTRY_NETNS;
}

/*
 * The name if a shell takes it literally, otherwise a placeholder: the user may paste the command.
 */
static const char *pasted(const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@:+";

	return strspn(name, plain) == strlen(name) ? name : "NAME";
}

void leftover_advice(const struct sought *sought, char *buf, size_t size)
{
	const char *name = pasted(sought->name);

	if (sought->state == PRESENCE_UNKNOWN)
		snprintf(buf, size, "if nobody needs it: xnetns gc --unseen %s", name);
	else if (sought->own)
		snprintf(buf, size, "see /proc/self/mountinfo");
	else if (has_it_there(sought))
		snprintf(buf, size,
			 "to use it: xnsenter --net=/proc/%d/root" STORE_DIR "/%s COMMAND",
			 (int)sought->pid, name);
	else
		snprintf(buf, size, "use it, or delete it, in that mount namespace");
}

void leftover_hint(const struct sought *sought, struct diag *diag)
{
	char text[PRESENCE_TEXT + NAME_MAX];

	leftover_advice(sought, text, sizeof(text));
	diag_hint(diag, "%s", text);
}

/* ---- for commands that change nothing ---- */

static int add_named(DIR *dir, const char *name, struct named **list, size_t *n, size_t *room)
{
	struct named *larger, named = { .examined = false };
	struct entry entry;

	if (entry_examine(dirfd(dir), name, &entry) < 0 || entry.kind == ENTRY_NONE)
		return 0;
	larger = array_reserve(*list, *n + 1, room, sizeof(**list));
	if (larger)
		*list = larger;
	named.sought.name = larger ? strdup(name) : NULL;
	if (!named.sought.name)
		return -ENOMEM;
	named.examined = entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_DANGLING ||
			 (entry.kind == ENTRY_NETNS && !S_ISLNK(entry.mode));
	named.sought.state = entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_DANGLING
				     ? PRESENCE_UNKNOWN
				     : PRESENCE_HERE;
	named.sought.never_mounted = entry.never_mounted;
	named.sought.link = entry.link;
	(*list)[(*n)++] = named;
	return 0;
}

/* Searches other mount namespaces for all names that are not mounted here, at once. */
static int search_unmounted(int dir, struct named *list, size_t n)
{
	struct sought *sought = calloc(n + 1, sizeof(*sought));
	size_t m = 0;

	if (!sought)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (list[i].examined && list[i].sought.state == PRESENCE_UNKNOWN)
			sought[m++] = list[i].sought;
	if (m > 0)
		presence_search(dir, sought, m);
	m = 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].examined && list[i].sought.state == PRESENCE_UNKNOWN)
			list[i].sought = sought[m++];
	free(sought);
	return 0;
}

int named_list(DIR *dir, struct named **ret, size_t *ret_n)
{
	struct named *list = NULL;
	size_t n = 0, room = 0;
	const char *name;
	int rc = 0;

	while (rc == 0 && (name = io_next_name(dir, &rc)) != NULL)
		rc = add_named(dir, name, &list, &n, &room);
	if (rc == 0)
		rc = search_unmounted(dirfd(dir), list, n);
	if (rc < 0) {
		named_free(list, n);
		return rc;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

void named_free(struct named *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)list[i].sought.name);
	free(list);
}

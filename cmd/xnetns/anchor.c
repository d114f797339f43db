/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters the anchor, and takes over the names of one that was killed. */
#include "xnetns/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/store.h"
#include "output/diag.h"
#include "xnetns/process.h"

/* ---- enter ---- */

/* setns(2) of a mount namespace leads to its root. */
static void restore_cwd(const char *cwd)
{
	int rc = cwd[0] == '/' ? sys_chdir(cwd) : -ENOENT;

	if (rc < 0 && !cwd[0])
		diag_warn("xnetns", "the working directory is / now: its path is not known");
	else if (rc < 0)
		diag_warn("xnetns", "the working directory is / now: '%s' cannot be entered where your "
				    "networks are", cwd);
}

static int enter(int fd, enum ns_type type, struct diag *diag)
{
	int rc = sys_setns(fd, ns_types[type].flag);

	return rc < 0 ? diag_set(diag, -rc, "cannot enter the %s namespace of your anchor",
				 ns_types[type].name)
		      : 0;
}

int anchor_enter(const struct home *home, int lobby, struct diag *diag)
{
	struct anchor_handle handle;
	char cwd[PATH_MAX] = "";
	int rc = anchor_open(home, &handle, diag);

	if (rc < 0)
		return rc;
	if (sys_getcwd(cwd, sizeof(cwd)) < 0)
		cwd[0] = '\0';
	/* The kernel refuses to enter the user namespace that one is in. */
	if (!anchor_is_around_us(home))
		rc = enter(handle.user, NS_USER, diag);
	if (rc == 0)
		rc = enter(handle.mnt, NS_MNT, diag);
	if (rc == 0)
		restore_cwd(cwd);
	if (rc == 0 && lobby)
		rc = enter(handle.net, NS_NET, diag);
	anchor_close(&handle);
	return rc;
}

/* ---- adopt ---- */

/* The networks of the names, as they are opened through a process. */
struct adoption {
	const struct home *home;
	int root; /* the directory of the process in /proc */
	int user; /* its user namespace (owned) */
	struct adopted {
		char *name; /* owned */
		int ns;     /* owned */
	} *list;
	size_t n, room;
};

static uint64_t ino_of(int fd)
{
	struct stat st;

	return fd >= 0 && sys_fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* Whether the namespace belongs to the user namespace: the program could have mounted another one there. */
static bool belongs(const struct adoption *adoption, int ns)
{
	_cleanup_close_ int owner = sys_ioctl(ns, NS_GET_USERNS, NULL);

	return owner >= 0 && ino_of(owner) == adoption->home->anchor.user;
}

/* The program may have changed its mounts, so a path that leads elsewhere is only left out. */
static int adopt_name(const struct home_name *name, void *arg)
{
	struct adoption *adoption = arg;
	char path[sizeof("root" STORE_DIR "/") + NAME_MAX];
	struct adopted *list;
	struct diag ignored;
	int fd;

	for (size_t i = 0; i < adoption->n; i++)
		if (strcmp(adoption->list[i].name, name->name) == 0)
			return 0;
	snprintf(path, sizeof(path), "root" STORE_DIR "/%s", name->name);
	fd = nsref_open_file(adoption->root, path, NS_NET, NSREF_NOFOLLOW, &ignored);
	if (fd < 0 || ino_of(fd) != name->ino || !belongs(adoption, fd)) {
		cleanup_close(&fd);
		return 0;
	}
	list = array_reserve(adoption->list, adoption->n + 1, &adoption->room, sizeof(*list));
	if (list)
		adoption->list = list;
	if (!list || !(list[adoption->n].name = strdup(name->name))) {
		cleanup_close(&fd);
		return -ENOMEM;
	}
	list[adoption->n++].ns = fd;
	return 0;
}

/* One process: if it is in the user namespace, takes the names that it has. */
static int look(pid_t pid, ino_t net, void *arg)
{
	struct adoption *adoption = arg;
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored), dir = -1, user = -1;
	char name[16];

	(void)net;
	snprintf(name, sizeof(name), "%d", (int)pid);
	dir = proc < 0 ? -1 : sys_openat(proc, name, O_PATH | O_DIRECTORY, 0);
	user = dir < 0 ? -1 : proc_open_ns(dir, ns_types[NS_USER].name);
	if (user < 0 || ino_of(user) != adoption->home->anchor.user)
		return 0;
	adoption->root = dir;
	if (adoption->user < 0)
		adoption->user = take_fd(&user);
	return home_visit_in(adoption->home, adopt_name, adoption, &ignored);
}

static int mount_adopted(const struct adoption *adoption, struct diag *diag)
{
	struct store store = STORE_CLOSED;
	bool repaired;
	int rc = store_lock(&store, diag);

	for (size_t i = 0; rc == 0 && i < adoption->n; i++) {
		rc = store_clear(&store, adoption->list[i].name, &repaired, diag);
		if (rc == 0)
			rc = store_mount(&store, adoption->list[i].name, adoption->list[i].ns, diag);
	}
	store_unlock(&store);
	return rc;
}

static int take_over(struct home *home, const struct adoption *adoption, struct diag *diag)
{
	int rc = anchor_start(home, adoption->user, diag);

	if (rc == 0)
		rc = home_lock(home, diag); /* it is locked: reads the new record */
	if (rc == 0)
		rc = anchor_enter(home, false, diag);
	if (rc == 0)
		rc = mount_adopted(adoption, diag);
	if (rc == 0)
		rc = home_sync(home, diag);
	if (rc == 0)
		diag_warn("xnetns", "the anchor of your networks was killed; a new one has taken over %zu "
				    "of them from a process that uses them", adoption->n);
	return rc;
}

int anchor_adopt(struct home *home, struct diag *diag)
{
	struct adoption adoption = { .home = home, .root = -1, .user = -1 };
	int rc = home->anchor.user ? process_scan(look, &adoption, NULL, diag) : -ESRCH;

	if (rc == 0)
		rc = adoption.n > 0 ? take_over(home, &adoption, diag) : -ESRCH;
	for (size_t i = 0; i < adoption.n; i++) {
		free(adoption.list[i].name);
		cleanup_close(&adoption.list[i].ns);
	}
	free(adoption.list);
	cleanup_close(&adoption.user);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespaces that are named: compared with ours, and opened. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/reference.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "xnsenter/xnsenter.h"

static int cannot_open_ns(const struct xnsenter_facts *facts, enum ns_type type, int err,
			  struct diag *diag)
{
	return diag_set(diag, err, "cannot open the %s namespace of process %d",
			ns_types[type].label, (int)facts->target.pid);
}

/* Compares the texts of the links in /proc, at half the cost of stat(2). The result or -errno. */
static int compare_ns(const struct xnsenter *request, struct xnsenter_facts *facts, int self,
		      enum ns_type type)
{
	const char *name = xnsenter_link(request, type);
	char path[32], theirs[64], ours[64];
	ssize_t len, own_len;

	snprintf(path, sizeof(path), "ns/%s", name);
	len = sys_readlinkat(facts->target.dir, path, theirs, sizeof(theirs));
	/* A pid namespace appears here with its first process. */
	if (len == -ENOENT)
		return name == ns_types[NS_PID].for_children ? COMPARED_OTHER : COMPARED_NO_TYPE;
	if (len < 0)
		return (int)len;
	snprintf(path, sizeof(path), "ns/%s", ns_types[type].name);
	own_len = sys_readlinkat(self, path, ours, sizeof(ours));
	if (own_len != len || memcmp(theirs, ours, (size_t)len) != 0)
		return COMPARED_OTHER;
	if (type == NS_USER)
		snprintf(facts->stays_in, sizeof(facts->stays_in), "%.*s", (int)len, ours);
	return COMPARED_SAME;
}

int xnsenter_is_ours(int ns, enum ns_type type)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_own(&ignored), own = -1;
	bool same = false;
	int rc = self;

	if (self >= 0)
		rc = own = proc_open_ns(self, ns_types[type].name);
	if (own >= 0)
		rc = nsref_same(ns, own, &same);
	return rc < 0 ? rc : same;
}

int xnsenter_hold_user(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag)
{
	struct stat st;
	int fd, rc;

	if (!facts->privileged || choice->source[NS_USER] != FROM_TARGET ||
	    !(choice->keeps_ids || opt_given(&request->given, OPT_LIKE_TARGET)))
		return 0;
	fd = target_open_ns(&facts->target, NS_USER);
	/* Without such namespaces none can be entered, which the step will say. */
	if (fd == -ENOENT)
		return 0;
	if (fd == -ESRCH) {
		diag_set(diag, 0, "process %d has ended", (int)facts->target.pid);
		return -ESRCH;
	}
	if (fd < 0)
		return cannot_open_ns(facts, NS_USER, -fd, diag);
	facts->user_ns = fd;
	rc = sys_fstat(fd, &st);
	if (rc < 0)
		return cannot_open_ns(facts, NS_USER, -rc, diag);
	snprintf(facts->stays_in, sizeof(facts->stays_in), "%s:[%ju]", ns_types[NS_USER].name,
		 (uintmax_t)st.st_ino);
	return 0;
}

int xnsenter_compare(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag)
{
	unsigned types = xnsenter_compared(request, facts->privileged);
	bool must = opt_given(&request->given, OPT_ALL) || opt_given(&request->given, OPT_LIKE_TARGET);
	_cleanup_close_ int self = -1;

	if (!types)
		return 0;
	self = proc_open_own(diag);
	/* Otherwise a namespace counts as another one if it cannot be compared. */
	if (self < 0)
		return must ? self : 0;
	for (int k = 0; k < NS_COUNT; k++) {
		int rc;

		if (!(types & 1u << k))
			continue;
		rc = compare_ns(request, facts, self, (enum ns_type)k);
		if (rc < 0 && !must)
			continue;
		if (rc < 0)
			return cannot_open_ns(facts, (enum ns_type)k, -rc, diag);
		facts->compared[k] = (enum ns_comparison)rc;
	}
	return 0;
}

static bool is_letter(char c)
{
	for (const struct opt *row = xnsenter_options; c && !opt_is_end(row); row++)
		if (row->letter == c)
			return true;
	return false;
}

/* "-mt" means the mount namespace of the file "t", as in nsenter(1). */
static void hint_letters(enum ns_type type, const char *path, int err, struct diag *diag)
{
	enum { LETTERS_MAX = 16 };
	char apart[3 * LETTERS_MAX + 1];
	size_t n;

	for (n = 0; n < LETTERS_MAX && is_letter(path[n]); n++)
		snprintf(apart + 3 * n, 4, " -%c", path[n]);
	if (err == -ENOENT && path[n] == '\0')
		diag_hint(diag,
			  "separate the options: -%c%s (text after a letter is its FILE)",
			  ns_types[type].letter, apart);
}

/* First the processes, which is fast; then all else that may hold it. */
static int open_id(uint64_t id, enum ns_type type, struct diag *diag)
{
	const struct reference reference = { .kind = REFERENCE_ID, .type = NS_NONE, .number = id };
	int fd = nsref_open_id(id, type, diag);

	return fd == -ESRCH ? reference_open(&reference, type, diag) : fd;
}

/* If no such file exists, "netns:NAME" is a name of xnetns(8). Returns the name, or NULL. */
static const char *named_net(const char *path)
{
	static const char prefix[] = "netns:";
	const char *name = path + strlen(prefix);

	return strncmp(path, prefix, strlen(prefix)) == 0 && *name && !strchr(name, '/') &&
			       strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
			       strlen(name) <= NAME_MAX && sys_faccessat(AT_FDCWD, path, F_OK) < 0
		       ? name
		       : NULL;
}

int xnsenter_open_named_net(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag)
{
	const struct ns_choice *net = &request->choice[NS_NET];
	const char *name = net->source == FROM_FILE ? named_net(net->path) : NULL;
	int rc;

	if (!name)
		return 0;
#ifdef WITHOUT_NETNS
	(void)facts;
	rc = diag_set(diag, 0, "this build lacks xnetns, so it knows no '%s'", net->path);
#else
	rc = facts->fds[NS_NET] = store_open_any(name, &facts->own_net, diag);
#endif
	return rc < 0 ? rc : 0;
}

/* The namespace in which the target's children start. */
static int open_childrens(const struct xnsenter_facts *facts, enum ns_type type, struct diag *diag)
{
	int fd = proc_open_ns(facts->target.dir, ns_types[type].for_children), rc;

	if (fd >= 0)
		return fd;
	if (fd != -ENOENT)
		return diag_set(diag, -fd, "cannot open the %s namespace of the children of process %d",
				ns_types[type].label, (int)facts->target.pid);
	rc = target_check(&facts->target, diag);
	if (rc < 0)
		return rc;
	if (type != NS_PID) {
		diag_set(diag, 0, "this kernel has no %s namespaces", ns_types[type].label);
		return -ENOENT;
	}
	/* pidns_for_children_get() in kernel/pid_namespace.c */
	diag_set(diag, 0, "process %d has started no child yet in the pid namespace that it has created",
		 (int)facts->target.pid);
	diag_hint(diag, "wait for the first: --wait");
	return -ENOENT;
}

/* Opens a namespace that is given by a file, an id or a socket; does nothing for other sources. */
static int open_ns(const struct xnsenter *request, enum ns_source source, enum ns_type type,
		   struct xnsenter_facts *facts, struct diag *diag)
{
	const struct ns_choice *named = &request->choice[type];
	int fd;

	switch (source) {
	case FROM_FILE:
		/* Or it is open already. */
		fd = facts->fds[type] >= 0 ? facts->fds[type] : reference_open_text(named->path, type, diag);
		hint_letters(type, named->path, fd, diag);
		break;
	case FROM_ID:
		fd = open_id(named->id, type, diag);
		break;
	case FROM_CHILDREN:
		fd = open_childrens(facts, type, diag);
		/* Since it was compared, the target may have created another one. */
		if (fd >= 0 && facts->compared[type] == COMPARED_SAME && xnsenter_is_ours(fd, type) != 1)
			facts->compared[type] = COMPARED_OTHER;
		break;
	case FROM_SOCKET:
		fd = target_open_socket_ns(&facts->target, request->socket, diag);
		break;
	default:
		return 0;
	}
	facts->fds[type] = fd < 0 ? -1 : fd;
	return fd < 0 ? fd : 0;
}

static int cannot_open_parent(const struct xnsenter_choice *choice, int err, struct diag *diag)
{
	int rc = diag_set(diag, err, "cannot open the %s of the %s namespace",
			  choice->is_owner ? "owning user namespace" : "parent",
			  ns_types[choice->parent_of].label);

	if (err == EPERM)
		diag_hint(diag,
			  "run it in an ancestor user namespace, if there is one: that user namespace "
			  "is neither ours nor a descendant of ours"); /* ioctl_nsfs(2) */
	return rc;
}

/*
 * Opens the user namespace of --user-parent. It replaces the child, which a file may have given. A namespace of the
 * target whose owner is asked for is the one that is entered, so it stays open.
 */
static int open_parent(const struct xnsenter_choice *choice, struct xnsenter_facts *facts,
		       struct diag *diag)
{
	_cleanup_close_ int opened = -1;
	int fd = facts->fds[choice->parent_of], parent;

	if (fd < 0) {
		fd = opened = target_open_ns(&facts->target, choice->parent_of);
		if (fd < 0)
			return cannot_open_ns(facts, choice->parent_of, -fd, diag);
	}
	parent = sys_ioctl(fd, choice->is_owner ? NS_GET_USERNS : NS_GET_PARENT, NULL);
	if (parent < 0)
		return cannot_open_parent(choice, -parent, diag);
	if (opened >= 0 && choice->source[choice->parent_of] == FROM_TARGET)
		facts->fds[choice->parent_of] = take_fd(&opened);
	cleanup_close(&facts->fds[NS_USER]);
	facts->fds[NS_USER] = parent;
	return 0;
}

int xnsenter_open_namespaces(const struct xnsenter *request, const struct xnsenter_choice *choice,
			     struct xnsenter_facts *facts, struct diag *diag)
{
	int rc = 0;

	for (int k = 0; rc == 0 && k < NS_COUNT; k++)
		rc = open_ns(request, choice->source[k], (enum ns_type)k, facts, diag);
	if (rc == 0 && choice->parent_of != NS_NONE)
		rc = open_parent(choice, facts, diag);
	return rc;
}

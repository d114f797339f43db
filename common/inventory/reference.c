/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/reference.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

static const char *label_of(enum ns_type type)
{
	return type == NS_NONE ? "" : ns_types[type].label;
}

void reference_hint_process(const struct reference *reference, struct diag *diag)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	char pid[32];

	if (proc < 0 || reference->type != NS_NONE || reference->number > INT32_MAX)
		return;
	snprintf(pid, sizeof(pid), "%d", (int)reference->number);
	if (sys_faccessat(proc, pid, F_OK) == 0)
		diag_hint(diag, "it is the number of a process; to enter its namespaces: xnsenter --target %s",
			  pid);
}

/* Names in the message what was searched for. A process that could not be read proves nothing. */
static int not_found(const struct reference *reference, enum ns_type type, const struct scan *scan,
		     const struct model *model, struct diag *diag)
{
	bool id = reference->kind == REFERENCE_ID;
	bool partial = scan->unreadable || scan->unreadable_mounts;
	uint32_t other = id ? MODEL_NONE : model_find(model, NS_NONE, reference->number);

	diag_set(diag, 0, id	    ? "no %s%snamespace with the id %" PRIu64 " was found"
			  : partial ? "no %s%snamespace %" PRIu64 " was found"
				    : "there is no %s%snamespace %" PRIu64,
		 label_of(type), type == NS_NONE ? "" : " ", reference->number);
	if (!id)
		reference_hint_process(reference, diag);
	if (diag->hint[0])
		return -ESRCH;
	if (other != MODEL_NONE)
		diag_hint(diag, "it is the number of %s %s namespace",
			  ns_types[model->nodes[other].type].article,
			  ns_types[model->nodes[other].type].label);
	else if (partial)
		diag_hint(diag, "it may be that of a process that could not be read%s",
			  sys_geteuid() == 0 ? "" : "; run it as root to see them all");
	return -ESRCH;
}

static uint32_t find(const struct reference *reference, enum ns_type type, const struct model *model)
{
	if (reference->kind == REFERENCE_INO)
		return model_find(model, type, reference->number);
	for (size_t i = 0; i < model->n_nodes; i++)
		if (model->nodes[i].id == reference->number &&
		    (type == NS_NONE || model->nodes[i].type == type))
			return (uint32_t)i;
	return MODEL_NONE;
}

/* By processes, threads, descriptors, sockets and the mounts of all mount namespaces, as xnsls finds it. */
static int search(const struct reference *reference, enum ns_type type, int proc, struct diag *diag)
{
	struct scan request = {
		.proc = proc,
		.types = SCAN_ALL_TYPES,
		.flags = SCAN_FDS | SCAN_DEEP | SCAN_RELATIONS |
			 (reference->kind == REFERENCE_ID ? SCAN_IDS : 0),
	};
	struct model model = { .n_nodes = 0 };
	int rc = scan(&request, &model, diag);
	uint32_t index;

	if (rc < 0)
		return rc;
	index = find(reference, type, &model);
	if (index == MODEL_NONE) {
		rc = not_found(reference, type, &request, &model, diag);
	} else {
		rc = scan_open(&request, &model, index);
		if (rc < 0)
			diag_set(diag, -rc, "cannot open the %s namespace %" PRIu64,
				 label_of(model.nodes[index].type), reference->number);
	}
	model_free(&model);
	return rc;
}

static int open_path(int dir, const char *path, enum ns_type type, struct diag *diag)
{
	return nsref_open_file(dir, path, type, 0, diag);
}

static int open_socket(const struct reference *reference, struct diag *diag)
{
	int fd = scan_open_socket(reference->pid, reference->fd, 0);

	return fd < 0 ? diag_set(diag, -fd, "cannot open the network namespace of socket %d of process %d",
				 reference->fd, (int)reference->pid) : fd;
}

static int open_mount(const struct reference *reference, enum ns_type type, int proc, struct diag *diag)
{
	const struct scan scan = { .proc = proc, .nsfs = scan_nsfs(proc) };
	bool set = reference->kind == REFERENCE_PINS;
	char path[REFERENCE_PATH + 16];
	int fd;

	if (set && type == NS_NONE)
		return diag_usage(diag, "a set of pins has namespaces of several types; which one is meant?");
	snprintf(path, sizeof(path), "%s%s%s", reference->text, set ? "/" : "", set ? ns_types[type].name : "");
	fd = scan_open_mount(&scan, reference->pid, path);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the namespace mounted at '%s'", path) : fd;
}

static int open_holder(const struct reference *reference, enum ns_type type, int proc, struct diag *diag)
{
	int pid = (int)reference->pid;
	char path[64];

	if (reference->kind == REFERENCE_SOCKET)
		return open_socket(reference, diag);
	if (reference->kind == REFERENCE_MOUNT || reference->kind == REFERENCE_PINS)
		return open_mount(reference, type, proc, diag);
	if (reference->kind == REFERENCE_FD) {
		snprintf(path, sizeof(path), "%d/fd/%d", pid, reference->fd);
		return open_path(proc, path, type, diag);
	}
	if (type == NS_NONE)
		return diag_usage(diag, "a process is in a namespace of each type; which one is meant?");
	if (reference->kind == REFERENCE_PROCESS)
		snprintf(path, sizeof(path), "%s", NS_PATH(pid, ns_types[type].name));
	else if (reference->kind == REFERENCE_THREAD)
		snprintf(path, sizeof(path), "%d/task/%s", pid,
			 NS_PATH(reference->fd, ns_types[type].name));
	else if (ns_types[type].for_children)
		ns_path(pid, ns_types[type].for_children, path);
	else
		return diag_usage(diag, "children are in the %s namespace of their process",
				  ns_types[type].label);
	return open_path(proc, path, type, diag);
}

/* Whether it is of the type; if it is not, closes it. */
static int accept_type(int fd, enum ns_type type, struct diag *diag)
{
	enum ns_type found = fd < 0 ? NS_NONE : nsref_kind(fd);

	if (fd < 0 || type == NS_NONE || found == NS_NONE || found == type)
		return fd;
	close(fd);
	diag_set(diag, 0, "that is %s %s namespace, not %s %s namespace", ns_types[found].article,
		 ns_types[found].label, ns_types[type].article, ns_types[type].label);
	return -EINVAL;
}

int reference_open(const struct reference *reference, enum ns_type type, struct diag *diag)
{
	_cleanup_close_ int proc = -1;
	char path[sizeof(NETNS_DIR) + REFERENCE_PATH];
	int fd;

	if (reference->type != NS_NONE && type != NS_NONE && reference->type != type) {
		diag_set(diag, 0, "%s:[%" PRIu64 "] is %s %s namespace, not %s %s namespace",
			 ns_types[reference->type].name, reference->number,
			 ns_types[reference->type].article, ns_types[reference->type].label,
			 ns_types[type].article, ns_types[type].label);
		return -EINVAL;
	}
	if (reference->kind == REFERENCE_NAME) {
		snprintf(path, sizeof(path), NETNS_DIR "/%s", reference->text);
		return open_path(AT_FDCWD, path, type, diag);
	}
	/* The kernel leads from an id to the namespace, if it can (Linux 6.19). */
	fd = reference->kind == REFERENCE_ID ? nsref_open_handle(reference->number) : -ENOENT;
	if (fd >= 0)
		return accept_type(fd, type, diag);
	proc = proc_open_root(diag);
	if (proc < 0)
		return proc;
	if (reference->kind == REFERENCE_ID || reference->kind == REFERENCE_INO)
		return search(reference, type == NS_NONE ? reference->type : type, proc, diag);
	return accept_type(open_holder(reference, type, proc, diag), type, diag);
}

int reference_open_text(const char *text, enum ns_type type, struct diag *diag)
{
	struct reference reference;
	struct diag other = { .err = 0 };
	int rc, fd = nsref_open_file(AT_FDCWD, text, type, 0, diag);

	if (fd != -ENOENT || !reference_parse(text, &reference))
		return fd;
	/* Only network namespaces have names. */
	if (reference.kind == REFERENCE_NAME && type != NS_NONE && type != NS_NET)
		return fd;
	rc = reference_open(&reference, type, &other);
	if (rc == -ENOENT && reference.kind == REFERENCE_NAME)
		return fd;
	if (rc < 0)
		*diag = other;
	return rc == -ENOENT ? -ESRCH : rc;
}

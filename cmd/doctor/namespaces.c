/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits and their use, and stale names of network namespaces. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/ns.h"
#include "doctor/doctor.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#ifdef HAVE_LIBMNL
#include "netns/leftover.h"
#include "netns/home.h"
#include "netns/store.h"
#endif

enum {
	NEARLY = 90,     /* per cent of a limit that count as nearly reached */
	STALE_SHOWN = 8, /* names; the others are counted */
};

/* ---- limits ---- */

static int compare_uids(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* The length of the longest run of equal values in a sorted array, and the value. */
static size_t longest_run(const uint32_t *uids, size_t n, uint32_t *ret_uid)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < n; i++) {
		run = i > 0 && uids[i] == uids[i - 1] ? run + 1 : 1;
		if (run > longest) {
			longest = run;
			*ret_uid = uids[i];
		}
	}
	return longest;
}

/*
 * The limit holds for each user in each user namespace, and a namespace counts for its creator
 * (namespaces(7), /proc/sys/user). The kernel reports only the owner, who most often is the
 * creator.
 */
static void examine_limit(struct doctor *doctor, const struct model *model, enum ns_type type,
			  uint32_t *uids)
{
	const struct ns_type_info *info = &ns_types[type];
	enum doctor_state state = DOCTOR_OK;
	size_t n = 0, n_owned = 0, most;
	uint32_t uid = 0;
	long long limit;
	char path[64];

	snprintf(path, sizeof(path), "sys/user/%s", info->sysctl);
	if (proc_read_number(doctor->proc, path, &limit) < 0)
		return;
	for (size_t i = 0; i < model->n_nodes; i++) {
		const struct ns_node *node = &model->nodes[i];

		if (node->type != type || node->ino == info->init_ino)
			continue;
		n++;
		uids[n_owned] = model_owner_uid(model, node);
		n_owned += uids[n_owned] != MODEL_NO_UID;
	}
	qsort(uids, n_owned, sizeof(*uids), compare_uids);
	most = longest_run(uids, n_owned, &uid);
	if (limit == 0)
		state = DOCTOR_NOTE;
	else if ((long long)most * 100 >= limit * NEARLY)
		state = DOCTOR_PROBLEM;
	if (most > 0)
		doctor_say(doctor, SECTION_LIMITS, state, info->name,
			   "uid %" PRIu32 " has most, %zu of %lld; %zu in all", uid, most, limit,
			   n);
	else
		doctor_say(doctor, SECTION_LIMITS, state, info->name, "0 of %lld; %zu in all",
			   limit, n);
	if (state != DOCTOR_OK)
		doctor_command(doctor, REMEDY_SET_LIMIT, info->sysctl,
			       limit ? 2 * limit : 15000LL);
	if (!doctor->no_memory) {
		doctor->findings[doctor->n - 1].limit = limit;
		doctor->findings[doctor->n - 1].taken = (int64_t)most;
	}
}

static void examine_limits(struct doctor *doctor, const struct model *model)
{
	_cleanup_free_ uint32_t *uids = calloc(model->n_nodes + 1, sizeof(*uids));

	if (!uids)
		doctor->no_memory = true;
	for (int k = 0; uids && k < NS_COUNT; k++)
		examine_limit(doctor, model, (enum ns_type)k, uids);
}

/* ---- names of network namespaces ---- */

#ifdef HAVE_LIBMNL
/* Adds a finding for the name; n is its number among those in the same state. */
static void say_state(struct doctor *doctor, const struct sought *sought, size_t n)
{
	char text[PRESENCE_TEXT], advice[PRESENCE_TEXT + NAME_MAX];

	if (n > STALE_SHOWN)
		return;
	if (sought->state == PRESENCE_STALE) {
		doctor_say(doctor, SECTION_NAMES, DOCTOR_PROBLEM, sought->name,
			   sought->link ? "a stale name: a link to a process that has ended"
					: "a stale name: the file in " STORE_DIR
					  " has lost its namespace");
		doctor_remedy(doctor, "as root: xnetns gc");
		return;
	}
	presence_clause(sought, text, sizeof(text));
	leftover_advice(sought, advice, sizeof(advice));
	doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, sought->name,
		   "a name that is not mounted here: %s", text);
	doctor_remedy(doctor, "%s", advice);
}

static void say_rest(struct doctor *doctor, enum doctor_state state, const char *what, size_t n)
{
	if (n > STALE_SHOWN)
		doctor_say(doctor, SECTION_NAMES, state, what, "%zu", n - STALE_SHOWN);
}

/* 0, or -errno if the names cannot be read. */
static int examine_names(struct doctor *doctor, DIR *dir)
{
	struct named *list = NULL;
	size_t n = 0, n_stale = 0, n_others = 0;
	int rc = named_list(dir, &list, &n);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const struct sought *sought = &list[i].sought;

		if (!list[i].examined || sought->state == PRESENCE_HERE)
			continue;
		say_state(doctor, sought, sought->state == PRESENCE_STALE ? ++n_stale : ++n_others);
	}
	say_rest(doctor, DOCTOR_PROBLEM, "more stale names", n_stale);
	say_rest(doctor, DOCTOR_NOTE, "more names that are not mounted here", n_others);
	if (n_stale == 0 && n_others == 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "names",
			   "none in " STORE_DIR " is stale");
	named_free(list, n);
	return 0;
}

/* ---- the names of an ordinary user ---- */

struct own_names {
	size_t n, n_stale;
};

static int count_own(const struct home_name *name, void *arg)
{
	struct own_names *own = arg;

	own->n++;
	own->n_stale += name->stale;
	return 0;
}

/* Names without an anchor are stale; an anchor without names was left by a command that was killed. */
static void examine_home(struct doctor *doctor)
{
	struct own_names own = { 0 };
	struct anchor_handle handle;
	struct diag diag;
	struct home home;
	char text[DIAG_TEXT];
	int rc = sys_geteuid() == 0 ? -ENOENT : home_open(&home, 0, &diag);

	if (rc == -ENOENT)
		return;
	if (rc < 0) {
		diag_render(&diag, text, sizeof(text));
		doctor_say(doctor, SECTION_NAMES, DOCTOR_PROBLEM, "your networks", "%s", text);
		return;
	}
	rc = anchor_open(&home, &handle, &diag);
	if (rc == 0)
		anchor_close(&handle);
	home_visit(count_own, &own, &diag);
	if (rc == 0)
		doctor_say(doctor, SECTION_NAMES, own.n ? DOCTOR_OK : DOCTOR_NOTE, "your networks",
			   "%zu, kept by the anchor, process %d", own.n, (int)home.anchor.pid);
	else
		doctor_say(doctor, SECTION_NAMES, own.n_stale ? DOCTOR_PROBLEM : DOCTOR_NOTE,
			   "your networks", "their anchor has ended, and left %zu stale names", own.n_stale);
	if (rc != 0 || own.n == 0 || own.n_stale)
		doctor_remedy(doctor, "xnetns gc");
	home_close(&home);
}

static void examine_store(struct doctor *doctor)
{
	struct diag diag = { .err = 0 };
	int redundant, rc;
	char path[PATH_MAX];
	DIR *list;

	examine_home(doctor);
	if (store_open_list(&list, &diag) < 0)
		return;
	rc = examine_names(doctor, list);
	if (rc < 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_PROBLEM, STORE_DIR,
			   "the directory cannot be read: %s", strerror(-rc));
	redundant = mounts_path_of(dirfd(list), path, sizeof(path)) < 0 ?
			 0 : mounts_unmount_redundant(path, true, &diag);
	closedir(list);
	if (redundant <= 0)
		return;
	doctor_say(doctor, SECTION_NAMES, DOCTOR_PROBLEM, STORE_DIR,
		   "mounted onto itself %d time%s too often", redundant, redundant == 1 ? "" : "s");
	doctor_remedy(doctor, "as root: xnetns gc");
}
#else
static void examine_store(struct doctor *doctor)
{
	(void)doctor;
}
#endif

void doctor_examine_namespaces(struct doctor *doctor)
{
	struct scan request = {
		.proc = doctor->proc,
		.types = SCAN_ALL_TYPES,
		.flags = SCAN_FDS | SCAN_DEEP | SCAN_RELATIONS,
	};
	struct model model = { .n_nodes = 0 };
	struct diag diag = { .err = 0 };
	char text[DIAG_TEXT];

	if (scan(&request, &model, &diag) < 0) {
		diag_render(&diag, text, sizeof(text));
		doctor_say(doctor, SECTION_LIMITS, DOCTOR_PROBLEM, "processes", "%s", text);
	} else {
		if (request.unreadable)
			doctor_say(doctor, SECTION_LIMITS, DOCTOR_NOTE, "not all is counted",
				   "processes that could not be read: %zu%s", request.unreadable,
				   sys_geteuid() == 0 ? "" : "; root sees more");
		if (request.unopened.n)
			doctor_say(doctor, SECTION_LIMITS, DOCTOR_NOTE, "not all is known",
				   "namespaces mounted on paths where a file system may not "
				   "answer: %zu; the first in the mount namespace of process %d",
				   request.unopened.n, (int)request.unopened.pid);
		examine_limits(doctor, &model);
		doctor_examine_held(doctor, &model);
	}
	model_free(&model);
	examine_store(doctor);
}

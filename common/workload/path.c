/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/path.h"

#include <string.h>

#include "workload/path_match.h"

static bool is_unit(struct piece piece)
{
	return ends_with(piece, ".service") || ends_with(piece, ".scope");
}

/* The UID of "user@UID.service". */
static bool is_user_manager(struct piece piece, uint32_t *ret_uid)
{
	uint64_t uid = 0;

	if (!skip(&piece, "user@") || !ends_with(piece, ".service"))
		return false;
	piece.len -= strlen(".service");
	if (piece.len == 0 || piece.len > 10)
		return false;
	for (size_t i = 0; i < piece.len; i++) {
		if (piece.text[i] < '0' || piece.text[i] > '9')
			return false;
		uid = uid * 10 + (uint64_t)(piece.text[i] - '0');
	}
	if (uid >= WORKLOAD_ANY_OWNER)
		return false;
	*ret_uid = (uint32_t)uid;
	return true;
}

/* ---- one component after the other ---- */

struct walk {
	const char *path;
	struct workload_path *ret;
	workload_owner_fn *ask;
	void *arg;
	enum place place;
	uint32_t owner;  /* who may make cgroups here */
	bool is_certain;
	bool is_top;     /* the component is the first */
};

static void set_name(const struct walk *walk, struct workload_name *name, struct piece text,
		     const char *end)
{
	*name = (struct workload_name){
		.text = text.text,
		.len = text.len,
		.end = (size_t)(end - walk->path),
		.owner = walk->ret->is_outside ? WORKLOAD_ANY_OWNER : walk->owner,
		.is_certain = walk->is_certain,
	};
}

static void set_pod(struct walk *walk, struct piece pod)
{
	walk->ret->pod = pod.len > 0 ? pod.text : NULL;
	walk->ret->pod_len = pod.len;
}

/*
 * The directory itself: whoever owns it makes the cgroups below. A directory of a third user, in what
 * belongs to a user, makes all below nobody's.
 */
static void enter(struct walk *walk, const char *end)
{
	uint32_t owner = walk->ask ? walk->ask(walk->arg, walk->path, (size_t)(end - walk->path)) :
				     WORKLOAD_ANY_OWNER;

	walk->is_top = false;
	if (owner == WORKLOAD_ANY_OWNER)
		walk->is_certain = false;
	else if (owner == WORKLOAD_MANY_OWNERS)
		walk->owner = WORKLOAD_ANY_OWNER;
	else if (walk->owner == 0)
		walk->owner = owner;
	else if (walk->owner != owner)
		walk->owner = WORKLOAD_ANY_OWNER;
}

/* The pod in "kubepods-burstable-podUID.slice" and "machine-libpod_pod_ID.slice". */
static bool find_pod(struct walk *walk, struct piece slice)
{
	static const char pod[] = "-pod", libpod[] = "libpod_pod_";
	struct piece rest = slice;

	skip(&rest, "kubelet-");
	if (skip(&rest, "kubepods")) {
		for (; rest.len > sizeof(pod); rest.text++, rest.len--)
			if (skip(&rest, pod)) {
				rest.len -= strlen(".slice");
				set_pod(walk, rest);
				return true;
			}
		return false;
	}
	for (rest = slice; rest.len > WORKLOAD_ID; rest.text++, rest.len--)
		if (skip(&rest, libpod)) {
			rest.len -= strlen(".slice");
			if (workload_is_id(rest.text, rest.len))
				set_pod(walk, rest);
			break;
		}
	return false;
}

/* "...podUID.slice:cri-containerd:ID", as containerd and CRI-O write it where runc makes no unit of it. */
static bool is_triple(struct walk *walk, struct piece *piece)
{
	struct piece slice = *piece, rest;
	const char *colon = memchr(piece->text, ':', piece->len);

	if (!colon)
		return false;
	slice.len = (size_t)(colon - piece->text);
	rest = (struct piece){ colon, piece->len - slice.len };
	if (!ends_with(slice, ".slice"))
		return false;
	if (skip(&rest, ":cri-containerd:"))
		walk->ret->engine = ENGINE_CONTAINERD;
	else if (skip(&rest, ":crio:"))
		walk->ret->engine = ENGINE_CRIO;
	if (!workload_is_id(rest.text, rest.len)) {
		walk->ret->engine = ENGINE_NONE;
		return false;
	}
	find_pod(walk, slice);
	*piece = rest;
	return true;
}

/* A directory in which an engine puts its containers. Sets the place in which the next component is. */
static bool is_parent(struct walk *walk, struct piece piece, const char *next, size_t next_len)
{
	if (ends_with(piece, ".slice") && !memchr(piece.text, ':', piece.len)) {
		walk->place = find_pod(walk, piece) ? IN_POD : IN_ANY;
		return true;
	}
	if (path_match_parent(piece, &walk->place))
		return true;
	if (walk->place == IN_LIBPOD && workload_is_id(piece.text, piece.len)) {
		set_pod(walk, piece);
		return true;
	}
	if (walk->place == IN_KUBEPODS && skip(&piece, "pod") && piece.len > 0) {
		set_pod(walk, piece);
		walk->place = IN_POD;
		return true;
	}
	if (walk->is_top && walk->owner == 0 && !is_unit(piece) && workload_is_id(next, next_len)) {
		walk->place = IN_NAMESPACE;
		return true;
	}
	return false;
}

/* A unit that the manager of a user's units runs is nearer to the process than the manager is. */
static bool takes_unit(const struct walk *walk)
{
	const struct workload_name *unit = &walk->ret->unit;
	uint32_t uid;

	return !unit->text || is_user_manager((struct piece){ unit->text, unit->len }, &uid);
}

/* The engine's own directory is part of what a cgroup namespace hides. */
static bool is_lost_id(const struct walk *walk, struct piece piece)
{
	return walk->ret->is_outside && workload_is_id(piece.text, piece.len);
}

/* A container, or the process beside it that watches it. True: the path has been read. */
static bool take_container(struct walk *walk, struct piece piece, struct piece next)
{
	const char *end = piece.text + piece.len;
	struct piece inner = piece;
	bool triple = is_triple(walk, &inner);
	const struct pattern *pattern = triple ? NULL : path_match(walk->place, &inner);

	if (!triple && !pattern && !is_lost_id(walk, piece))
		return false;
	if (takes_unit(walk) && (is_unit(piece) || (pattern && pattern->engine == ENGINE_NONE)))
		set_name(walk, &walk->ret->unit, piece, end);
	/* systemd-nspawn itself: its cgroup is beside the payload's. */
	if (pattern && (pattern->engine == ENGINE_NONE ||
			(pattern->engine == ENGINE_NSPAWN && is(next, "supervisor"))))
		return true;
	if (pattern)
		walk->ret->engine = pattern->engine;
	walk->ret->is_id = !pattern || pattern->shape == SHAPE_ID;
	set_name(walk, &walk->ret->container, inner, end);
	return true;
}

/* systemd puts "_" before what might be mistaken for a file of the kernel's (cg_escape()). */
static struct piece unescape_unit(struct piece piece)
{
	if (is_unit(piece))
		skip(&piece, "_");
	return piece;
}

/* A unit, or what is nothing known. True: the path has been read. */
static bool take_unit(struct walk *walk, struct piece piece)
{
	uint32_t before = walk->owner, uid;
	const char *end = piece.text + piece.len;
	bool is_first = !walk->ret->unit.text;

	if (takes_unit(walk))
		set_name(walk, &walk->ret->unit, unescape_unit(piece), end);
	enter(walk, end);
	if (is_first && before == 0 && is_user_manager(piece, &uid)) {
		if (walk->owner == 0)
			walk->owner = uid;
		else if (walk->owner != uid)
			walk->owner = WORKLOAD_ANY_OWNER;
		return false;
	}
	/* Below what is a user's, everything is his word, his containers too. */
	return walk->owner == 0 || walk->owner == WORKLOAD_ANY_OWNER;
}

static struct piece next_piece(const char **at)
{
	struct piece piece = { *at, strcspn(*at, "/") };

	*at += piece.len;
	*at += strspn(*at, "/");
	return piece;
}

void workload_parse_path(const char *path, workload_owner_fn *owner, void *arg,
			 struct workload_path *ret)
{
	struct walk walk = { .path = path, .ret = ret, .ask = owner, .arg = arg,
			     .is_certain = true };
	const char *at = path + strspn(path, "/"), *peek;
	struct piece piece, next;
	struct workload_name last = { .text = NULL };

	*ret = (struct workload_path){ .engine = ENGINE_NONE };
	enter(&walk, path);
	walk.is_top = true;
	while (*at) {
		piece = next_piece(&at);
		peek = at;
		next = next_piece(&peek);
		if (is(piece, "..")) {
			ret->is_outside = true;
			ret->unit.owner = last.owner = WORKLOAD_ANY_OWNER;
			walk.ask = NULL;
			walk.place = IN_ANY;
			continue;
		}
		if (take_container(&walk, piece, next))
			return;
		if (is_parent(&walk, piece, next.text, next.len)) {
			set_name(&walk, &last, piece, piece.text + piece.len);
			enter(&walk, piece.text + piece.len);
			continue;
		}
		walk.place = IN_ANY;
		last.text = NULL;
		if (take_unit(&walk, piece))
			return;
	}
	/* In a slice, or in the directory or service of an engine, itself. */
	if (takes_unit(&walk) && last.text)
		ret->unit = last;
}

uint32_t workload_path_owner(const char *path, size_t len, workload_owner_fn *owner, void *arg)
{
	struct workload_path ignored = { .engine = ENGINE_NONE };
	struct walk walk = { .path = path, .ret = &ignored, .ask = owner, .arg = arg,
			     .is_certain = true };
	const char *at = path + strspn(path, "/");

	enter(&walk, path);
	while (*at && at < path + len) {
		struct piece piece = next_piece(&at);

		if (is(piece, ".."))
			return WORKLOAD_ANY_OWNER;
		enter(&walk, piece.text + piece.len);
	}
	return walk.is_certain ? walk.owner : WORKLOAD_ANY_OWNER;
}

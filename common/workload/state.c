/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/state.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "workload/state_file.h"

enum base {
	BASE_ROOT,    /* "/": root's containers */
	BASE_HOME,    /* a user's */
	BASE_RUNTIME, /* $XDG_RUNTIME_DIR of a user */
};

#define BIT(engine) (1u << (engine))
#define CRI (BIT(ENGINE_CONTAINERD) | BIT(ENGINE_KUBERNETES))
#define TASKS "io.containerd.runtime.v2.task"
#define STORAGE "containers/storage/"
#define BUNDLES STORAGE "overlay-containers"

/* The directory has the name of the storage driver (storage.conf(5)). */
#define NAMES_OF(driver) \
	{ BIT(ENGINE_PODMAN), BASE_ROOT, STATE_LIST, "var/lib/" STORAGE driver "-containers/containers.json" }, \
	{ BIT(ENGINE_PODMAN), BASE_ROOT, STATE_LIST, \
	  "var/lib/" STORAGE driver "-containers/volatile-containers.json" }, \
	{ BIT(ENGINE_PODMAN), BASE_HOME, STATE_LIST, \
	  ".local/share/" STORAGE driver "-containers/containers.json" }, \
	{ BIT(ENGINE_PODMAN), BASE_HOME, STATE_LIST, \
	  ".local/share/" STORAGE driver "-containers/volatile-containers.json" }

/* Where the files are; "%s" is the id. */
static const struct state_place {
	unsigned engines;
	enum base base;
	enum state_format format;
	const char *path;
} places[] = {
	{ BIT(ENGINE_DOCKER) | BIT(ENGINE_KUBERNETES), BASE_ROOT, STATE_DOCKER,
	  "var/lib/docker/containers/%s/config.v2.json" },
	{ BIT(ENGINE_DOCKER), BASE_HOME, STATE_DOCKER,
	  ".local/share/docker/containers/%s/config.v2.json" },
	NAMES_OF("overlay"),
	NAMES_OF("vfs"),
	NAMES_OF("btrfs"),
	NAMES_OF("zfs"),
	{ CRI, BASE_ROOT, STATE_BUNDLE, "run/containerd/" TASKS "/k8s.io/%s/config.json" },
	{ CRI, BASE_ROOT, STATE_BUNDLE, "run/k3s/containerd/" TASKS "/k8s.io/%s/config.json" },
	{ CRI, BASE_ROOT, STATE_BUNDLE,
	  "var/snap/microk8s/common/run/containerd/" TASKS "/k8s.io/%s/config.json" },
	{ BIT(ENGINE_CONTAINERD) | BIT(ENGINE_NERDCTL), BASE_ROOT, STATE_BUNDLE,
	  "run/containerd/" TASKS "/default/%s/config.json" },
	{ BIT(ENGINE_CRIO) | BIT(ENGINE_KUBERNETES), BASE_ROOT, STATE_BUNDLE,
	  "run/" BUNDLES "/%s/userdata/config.json" },
	{ BIT(ENGINE_CRUN), BASE_ROOT, STATE_CRUN, "run/crun/%s/status" },
	{ BIT(ENGINE_CRUN), BASE_RUNTIME, STATE_CRUN, "crun/%s/status" },
	{ BIT(ENGINE_RUNC), BASE_ROOT, STATE_RUNC, "run/runc/%s/state.json" },
	{ BIT(ENGINE_RUNC), BASE_RUNTIME, STATE_RUNC, "runc/%s/state.json" },
};

/* ---- directories ---- */

/* A variable of the caller's chooses a file only if he gains nothing by it. */
static const char *variable(const char *name, uint32_t owner)
{
	const char *value = getenv(name);

	if (sys_getuid() != owner || sys_geteuid() != owner || !value || *value != '/')
		return NULL;
	return value;
}

/* The directory of a place, without a slash at its end. False: there is none. */
static bool find_base(enum base base, uint32_t owner, char *buf, size_t size)
{
	const char *value;
	const struct passwd *user;
	int n;

	switch (base) {
	case BASE_HOME:
		value = variable("HOME", owner);
		user = value ? NULL : getpwuid(owner);
		if (user && user->pw_dir && *user->pw_dir == '/')
			value = user->pw_dir;
		n = value ? snprintf(buf, size, "%s", value) : -1;
		break;
	case BASE_RUNTIME:
		value = variable("XDG_RUNTIME_DIR", owner);
		n = value ? snprintf(buf, size, "%s", value) :
			    snprintf(buf, size, "/run/user/%u", (unsigned)owner);
		break;
	default:
		n = snprintf(buf, size, "%s", "");
		break;
	}
	return n >= 0 && (size_t)n < size;
}

/* A listing of root's reads nothing of users: their directories may be remote, or made by FUSE. */
static bool is_read(const struct states *states, const struct state_place *place, uint32_t owner)
{
	if (place->base == BASE_ROOT)
		return owner == 0;
	return owner != 0 && owner != WORKLOAD_ANY_OWNER &&
	       (owner == sys_geteuid() || states->with_users);
}

static bool find_path(const struct state_place *place, uint32_t owner, const char *id, char *buf,
		      size_t size)
{
	size_t used;
	int n;

	if (!find_base(place->base, owner, buf, size))
		return false;
	used = strlen(buf);
	if (place->format == STATE_LIST) {
		n = snprintf(buf + used, size - used, "/%s", place->path);
	} else {
		const char *at = strstr(place->path, "%s");

		n = snprintf(buf + used, size - used, "/%.*s%s%s", (int)(at - place->path),
			     place->path, id, at + 2);
	}
	return n >= 0 && (size_t)n < size - used;
}

static int read_file(struct states *states, const char *path, uint32_t owner, char **ret_text,
		     size_t *ret_len)
{
	if (states->root < 0)
		states->root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	return states->root < 0 ? states->root :
				  state_file_read(states->root, path, owner, ret_text, ret_len);
}

const char *state_trouble_text(const struct state_trouble *trouble)
{
	switch (trouble->rc) {
	case -EPERM:
		return "others than its owner may write to it, or to a directory above it";
	case -ELOOP:
		return "it is a symbolic link, or below one";
	case -EFBIG:
		return "it is too large";
	case -EAGAIN:
		return "another process holds a lease on it";
	case -EINVAL:
		return "it is not what that runtime writes";
	case -ELIBACC:
		return "libjansson is not installed";
	case -ENOSYS:
		return "this xns was built without libjansson";
	default:
		return strerror(-trouble->rc);
	}
}

/* The first is reported. A file that root hides from an ordinary user is nothing unusual. */
static void note(struct states *states, const char *path, int rc)
{
	if (rc == 0 || rc == -ENOENT || rc == -ENOTDIR || rc == -EACCES || states->trouble.rc != 0)
		return;
	states->trouble.rc = rc;
	snprintf(states->trouble.file, sizeof(states->trouble.file), "%s", path);
}

/* ---- lists ---- */

struct listed_name {
	char id[WORKLOAD_ID + 1];
	char name[WORKLOAD_NAME];
};

/* A file with many containers, read once. */
struct state_listed {
	const struct state_place *place;
	uint32_t owner;
	struct listed_name *names;
	size_t n, room;
};

static int add_name(void *arg, const char *id, const char *name)
{
	struct state_listed *list = arg;
	struct listed_name *names = array_reserve(list->names, list->n + 1, &list->room,
						  sizeof(*names));

	if (!names)
		return -ENOMEM;
	list->names = names;
	snprintf(names[list->n].id, sizeof(names->id), "%s", id);
	snprintf(names[list->n++].name, sizeof(names->name), "%s", name);
	return 0;
}

static int by_id(const void *left, const void *right)
{
	return strcmp(((const struct listed_name *)left)->id, ((const struct listed_name *)right)->id);
}

static struct state_listed *find_list(const struct states *states, const struct state_place *place,
				      uint32_t owner)
{
	for (size_t i = 0; i < states->n_lists; i++)
		if (states->lists[i].place == place && states->lists[i].owner == owner)
			return &states->lists[i];
	return NULL;
}

static int fill_list(struct states *states, const char *path, struct state_listed *list)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int rc = read_file(states, path, list->owner, &text, &len);

	return rc == 0 ? state_parse_list(text, len, add_name, list) : rc;
}

/* A list that cannot be read stays empty. NULL: no memory. */
static struct state_listed *read_list(struct states *states, const struct state_place *place,
				      uint32_t owner, const char *path)
{
	struct state_listed *list;
	int rc;

	list = array_reserve(states->lists, states->n_lists + 1, &states->room, sizeof(*list));
	if (!list)
		return NULL;
	states->lists = list;
	list += states->n_lists++;
	*list = (struct state_listed){ .place = place, .owner = owner };
	rc = fill_list(states, path, list);
	if (list->n > 0)
		qsort(list->names, list->n, sizeof(*list->names), by_id);
	note(states, path, rc);
	return list;
}

static int find_in_list(struct states *states, const struct state_place *place, uint32_t owner,
			const char *path, const char *id, struct container_state *ret)
{
	struct state_listed *list = find_list(states, place, owner);
	const struct listed_name *found = NULL;
	struct listed_name key;

	if (!list)
		list = read_list(states, place, owner, path);
	if (!list)
		return -ENOMEM;
	if (!workload_is_id(id, strlen(id)))
		return -ENOENT;
	memcpy(key.id, id, sizeof(key.id));
	if (list->n > 0)
		found = bsearch(&key, list->names, list->n, sizeof(key), by_id);
	if (!found)
		return -ENOENT;
	*ret = (struct container_state){ .pid = 0 };
	memcpy(ret->name, found->name, sizeof(ret->name));
	return 0;
}

/* ---- one container ---- */

static int find_in_file(struct states *states, const struct state_place *place, uint32_t owner,
			const char *path, const char *id, struct container_state *ret)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int rc = read_file(states, path, owner, &text, &len);

	if (rc == 0)
		rc = state_parse(place->format, text, len, id, ret);
	if (rc < 0)
		note(states, path, rc);
	return rc == 0 || rc == -ENOMEM ? rc : -ENOENT;
}

int states_find(struct states *states, enum workload_engine engine, uint32_t owner, const char *id,
		struct container_state *ret, char *ret_file)
{
	char path[PATH_MAX];

	if (strchr(id, '/') || strcmp(id, "..") == 0 || strcmp(id, ".") == 0)
		return -ENOENT;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		int rc;

		if (!(places[i].engines & BIT(engine)) || !is_read(states, &places[i], owner) ||
		    !find_path(&places[i], owner, id, path, sizeof(path)))
			continue;
		rc = (places[i].format == STATE_LIST ? find_in_list : find_in_file)(
			states, &places[i], owner, path, id, ret);
		if (rc == 0 && ret_file)
			strcpy(ret_file, path);
		if (rc != -ENOENT)
			return rc;
	}
	return -ENOENT;
}

int states_find_by_hand(struct states *states, uint32_t owner, const char *id, struct container_state *ret,
			enum workload_engine *ret_engine, char *ret_file)
{
	int rc = states_find(states, ENGINE_CRUN, owner, id, ret, ret_file);

	*ret_engine = ENGINE_CRUN;
	if (rc == -ENOENT) {
		*ret_engine = ENGINE_RUNC;
		rc = states_find(states, ENGINE_RUNC, owner, id, ret, ret_file);
	}
	return rc;
}

void states_free(struct states *states)
{
	for (size_t i = 0; i < states->n_lists; i++)
		free(states->lists[i].names);
	free(states->lists);
	cleanup_close(&states->root);
	*states = (struct states)STATES_NONE;
}

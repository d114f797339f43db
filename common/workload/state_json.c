/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that knows libjansson. */
#include "workload/state_json.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"

#ifdef HAVE_LIBJANSSON

#include <jansson.h>

#include "kernel/library.h"

static struct {
	__typeof__(json_loadb) *loadb;
	__typeof__(json_delete) *delete;
	__typeof__(json_object_get) *object_get;
	__typeof__(json_string_value) *string_value;
	__typeof__(json_integer_value) *integer_value;
	__typeof__(json_array_get) *array_get;
	__typeof__(json_array_size) *array_size;
} jansson;

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(jansson.loadb, json_loadb),
	LIBRARY_SYMBOL(jansson.delete, json_delete),
	LIBRARY_SYMBOL(jansson.object_get, json_object_get),
	LIBRARY_SYMBOL(jansson.string_value, json_string_value),
	LIBRARY_SYMBOL(jansson.integer_value, json_integer_value),
	LIBRARY_SYMBOL(jansson.array_get, json_array_get),
	LIBRARY_SYMBOL(jansson.array_size, json_array_size),
};

LIBRARY_NOTE("recommended", LIBJANSSON_SONAME, "libjansson", "names of containers and pods");

int state_json_load(void)
{
	const char *text;

	if (jansson.array_size)
		return 0;
	return library_load(LIBJANSSON_SONAME, symbols, ARRAY_LEN(symbols), &text) < 0 ? -ELIBACC : 0;
}

/*
 * json_decref() is inline in jansson.h and calls json_delete(), so the program would be linked to
 * the library.
 */
static void release(json_t **json)
{
	if (*json && --(*json)->refcount == 0)
		jansson.delete(*json);
}

/* NULL: it is not valid. */
static json_t *load(const char *text, size_t len)
{
	json_error_t error;

	return jansson.loadb(text, len, 0, &error);
}

/* A string that fits, and can follow "USER/"; otherwise ret stays as it is. */
static void copy(const json_t *object, const char *key, char *ret, size_t size)
{
	const char *text = jansson.string_value(jansson.object_get(object, key));

	if (text && *text && !strchr(text, '/') && strlen(text) < size)
		memcpy(ret, text, strlen(text) + 1);
}

static bool has_string(const json_t *object, const char *key, const char *wanted)
{
	const char *text = jansson.string_value(jansson.object_get(object, key));

	return text && strcmp(text, wanted) == 0;
}

static int take_docker(const json_t *json, const char *id, struct container_state *ret)
{
	const char *name = jansson.string_value(jansson.object_get(json, "Name"));

	if (!has_string(json, "ID", id))
		return -EINVAL;
	if (name && *name == '/' && name[1] && !strchr(name + 1, '/') &&
	    strlen(name + 1) < sizeof(ret->name))
		memcpy(ret->name, name + 1, strlen(name));
	return 0;
}

/* containerd's own annotations, and those of the kubelet, which CRI-O has. */
static int take_bundle(const json_t *json, struct container_state *ret)
{
	static const char *const names[] = { "io.kubernetes.cri.container-name",
					     "io.kubernetes.container.name", "nerdctl/name" };
	static const char *const spaces[] = { "io.kubernetes.cri.sandbox-namespace",
					      "io.kubernetes.pod.namespace" };
	static const char *const pods[] = { "io.kubernetes.cri.sandbox-name",
					    "io.kubernetes.pod.name" };
	const json_t *notes = jansson.object_get(json, "annotations");
	char space[WORKLOAD_NAME] = "", pod[WORKLOAD_NAME] = "";

	if (!notes)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(names) && !*ret->name; i++)
		copy(notes, names[i], ret->name, sizeof(ret->name));
	for (size_t i = 0; i < ARRAY_LEN(pods) && !*pod; i++) {
		copy(notes, spaces[i], space, sizeof(space));
		copy(notes, pods[i], pod, sizeof(pod));
	}
	if (*pod)
		snprintf(ret->pod, sizeof(ret->pod), "%s%s%s", space, *space ? "/" : "", pod);
	ret->is_sandbox = has_string(notes, "io.kubernetes.cri.container-type", "sandbox") ||
			  has_string(notes, "io.kubernetes.cri-o.ContainerType", "sandbox");
	return 0;
}

static int take_process(const json_t *json, const char *pid_key, const char *start_key,
			struct container_state *ret)
{
	json_int_t pid = jansson.integer_value(jansson.object_get(json, pid_key));
	json_int_t start = jansson.integer_value(jansson.object_get(json, start_key));

	if (pid <= 0 || pid > INT_MAX || start <= 0)
		return -EINVAL;
	ret->pid = (pid_t)pid;
	ret->start = (uint64_t)start;
	return 0;
}

int state_parse(enum state_format format, const char *text, size_t len, const char *id,
		struct container_state *ret)
{
	__attribute__((cleanup(release))) json_t *json = NULL;
	struct container_state state = { .pid = 0 };
	int rc = state_json_load();

	if (rc < 0)
		return rc;
	json = load(text, len);
	if (!json)
		return -EINVAL;
	switch (format) {
	case STATE_DOCKER:
		rc = take_docker(json, id, &state);
		break;
	case STATE_BUNDLE:
		rc = take_bundle(json, &state);
		break;
	case STATE_CRUN:
		rc = take_process(json, "pid", "process-start-time", &state);
		break;
	case STATE_RUNC:
		rc = has_string(json, "id", id) ? take_process(json, "init_process_pid",
							       "init_process_start", &state) :
						  -EINVAL;
		break;
	case STATE_LIST:
		rc = -EINVAL;
		break;
	}
	if (rc == 0)
		*ret = state;
	return rc;
}

int state_parse_list(const char *text, size_t len,
		     int (*add)(void *arg, const char *id, const char *name), void *arg)
{
	__attribute__((cleanup(release))) json_t *json = NULL;
	int rc = state_json_load();

	if (rc < 0)
		return rc;
	json = load(text, len);
	if (!json)
		return -EINVAL;
	for (size_t i = 0; rc == 0 && i < jansson.array_size(json); i++) {
		const json_t *row = jansson.array_get(json, i);
		const char *id = jansson.string_value(jansson.object_get(row, "id"));
		const char *name = jansson.string_value(
			jansson.array_get(jansson.object_get(row, "names"), 0));

		if (id && name && workload_is_id(id, strlen(id)) && *name && !strchr(name, '/') &&
		    strlen(name) < WORKLOAD_NAME)
			rc = add(arg, id, name);
	}
	return rc;
}

#else

int state_json_load(void)
{
	return -ENOSYS;
}

int state_parse(enum state_format format, const char *text, size_t len, const char *id,
		struct container_state *ret)
{
	(void)format;
	(void)text;
	(void)len;
	(void)id;
	(void)ret;
	return -ENOSYS;
}

int state_parse_list(const char *text, size_t len,
		     int (*add)(void *arg, const char *id, const char *name), void *arg)
{
	(void)text;
	(void)len;
	(void)add;
	(void)arg;
	return -ENOSYS;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of runtimes that give a container its name. */
#include <errno.h>

#include "tree_unit.h"
#include "workload/state.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static int find(struct states *states, enum workload_engine engine, const char *id,
		struct container_state *ret, char *ret_file)
{
	states->root = states->root < 0 ? dup(tree_root) : states->root;
	return states_find(states, engine, 0, id, ret, ret_file);
}

static void put(const char *path, const char *text)
{
	tree_write(path, text, strlen(text));
}

struct row {
	const char *name;
	enum workload_engine engine;
	const char *path, *text, *found;
};

static const struct row rows[] = {
	{ "docker", ENGINE_DOCKER, "var/lib/docker/containers/" ID "/config.v2.json",
	  "{\"ID\":\"" ID "\",\"Name\":\"/web\"}", "web" },
	{ "docker below Kubernetes", ENGINE_KUBERNETES, "var/lib/docker/containers/" ID "/config.v2.json",
	  "{\"ID\":\"" ID "\",\"Name\":\"/k8s_app\"}", "k8s_app" },
	{ "podman", ENGINE_PODMAN, "var/lib/containers/storage/overlay-containers/containers.json",
	  "[{\"id\":\"" ID "\",\"names\":[\"web\"]},{\"id\":\"" OTHER "\",\"names\":[\"db\"]}]", "web" },
	{ "podman run --rm", ENGINE_PODMAN,
	  "var/lib/containers/storage/overlay-containers/volatile-containers.json",
	  "[{\"id\":\"" ID "\",\"names\":[\"once\"]}]", "once" },
	{ "podman, another storage driver", ENGINE_PODMAN,
	  "var/lib/containers/storage/vfs-containers/containers.json",
	  "[{\"id\":\"" ID "\",\"names\":[\"web\"]}]", "web" },
	{ "containerd", ENGINE_CONTAINERD,
	  "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\"}}", "app" },
	{ "k3s", ENGINE_CONTAINERD,
	  "run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\"}}", "app" },
	{ "nerdctl", ENGINE_NERDCTL, "run/containerd/io.containerd.runtime.v2.task/default/" ID "/config.json",
	  "{\"annotations\":{\"nerdctl/name\":\"web\"}}", "web" },
	{ "CRI-O", ENGINE_CRIO, "run/containers/storage/overlay-containers/" ID "/userdata/config.json",
	  "{\"annotations\":{\"io.kubernetes.container.name\":\"app\"}}", "app" },
	{ "an engine's file is not another's", ENGINE_PODMAN,
	  "var/lib/docker/containers/" ID "/config.v2.json", "{\"ID\":\"" ID "\",\"Name\":\"/web\"}", NULL },
	{ "LXC has its name in the path", ENGINE_LXC, "var/lib/docker/containers/" ID "/config.v2.json",
	  "{\"ID\":\"" ID "\",\"Name\":\"/web\"}", NULL },
};

static void a_place(void **state)
{
	const struct row *row = *state;
	struct states states = STATES_NONE;
	struct container_state found = { .pid = 0 };
	char file[PATH_MAX] = "";
	int rc;

	tree_enter(state);
	put(row->path, row->text);
	rc = find(&states, row->engine, ID, &found, file);
	if (row->found && geteuid() == 0) {
		assert_int_equal(rc, 0);
		assert_string_equal(found.name, row->found);
		assert_string_equal(file + 1, row->path);
		assert_int_equal(states.trouble.rc, 0);
	} else {
		/* An ordinary user's directory is none of root's. */
		assert_int_equal(rc, -ENOENT);
		assert_int_equal(states.trouble.rc, geteuid() == 0 || row->engine == ENGINE_LXC ? 0 : -EPERM);
	}
	states_free(&states);
	tree_leave(state);
}

static void a_user_has_files_of_his_own(void **state)
{
	struct states states = STATES_NONE;
	struct container_state found;
	char home[] = "/home/ann";

	(void)state;
	states.root = dup(tree_root);
	setenv("HOME", home, 1);
	put("home/ann/.local/share/containers/storage/overlay-containers/containers.json",
	    "[{\"id\":\"" ID "\",\"names\":[\"mine\"]}]");
	if (geteuid() == 0) {
		/* A listing of root's reads nothing of users. */
		assert_int_equal(states_find(&states, ENGINE_PODMAN, 4711, ID, &found, NULL), -ENOENT);
		assert_int_equal(states.n_lists, 0);
	} else {
		assert_int_equal(states_find(&states, ENGINE_PODMAN, geteuid(), ID, &found, NULL), 0);
		assert_string_equal(found.name, "mine");
	}
	assert_int_equal(states_find(&states, ENGINE_PODMAN, WORKLOAD_ANY_OWNER, ID, &found, NULL),
			 -ENOENT);
	states_free(&states);
}

static void started_by_hand(void **state)
{
	struct states states = STATES_NONE;
	enum workload_engine engine = ENGINE_NONE;
	char file[PATH_MAX] = "";
	struct container_state found;
	uint32_t owner = geteuid();

	(void)state;
	states.root = dup(tree_root);
	setenv("XDG_RUNTIME_DIR", "/run", 1);
	put("run/crun/web/status", "{\"pid\":4242,\"process-start-time\":99}");
	put("run/runc/db/state.json",
	    "{\"id\":\"db\",\"init_process_pid\":7,\"init_process_start\":98}");
	assert_int_equal(states_find_by_hand(&states, owner, "web", &found, &engine, file), 0);
	assert_int_equal(engine, ENGINE_CRUN);
	assert_int_equal(found.pid, 4242);
	assert_string_equal(file, "/run/crun/web/status");
	assert_int_equal(states_find_by_hand(&states, owner, "db", &found, &engine, file), 0);
	assert_int_equal(engine, ENGINE_RUNC);
	assert_int_equal(found.start, 98);
	assert_int_equal(states_find_by_hand(&states, owner, "none", &found, &engine, NULL), -ENOENT);
	assert_int_equal(states_find_by_hand(&states, owner, "..", &found, &engine, NULL), -ENOENT);
	assert_int_equal(states_find_by_hand(&states, owner, "../crun/web", &found, &engine, NULL),
			 -ENOENT);
	states_free(&states);
}

static void trouble_names_the_first_file(void **state)
{
	struct states states = STATES_NONE;
	enum workload_engine engine;
	struct container_state found;

	(void)state;
	states.root = dup(tree_root);
	setenv("XDG_RUNTIME_DIR", "/run", 1);
	put("run/crun/web/status", "{\"pid\":4242,\"process-start-time\":99}");
	chmod(tree_path("run/crun/web"), 0777);
	put("run/runc/web/state.json", "x");
	assert_int_equal(states_find_by_hand(&states, geteuid(), "web", &found, &engine, NULL), -ENOENT);
	assert_int_equal(states.trouble.rc, -EPERM);
	assert_string_equal(states.trouble.file, "/run/crun/web/status");
	states_free(&states);
}

/* A list that is read once has been read whole, whatever is asked next. */
static void a_list_is_read_once(void **state)
{
	static const char path[] = "var/lib/containers/storage/overlay-containers/containers.json";
	struct states states = STATES_NONE;
	struct container_state found;

	(void)state;
	if (geteuid() != 0) {
		put(path, "[]");
		assert_int_equal(find(&states, ENGINE_PODMAN, ID, &found, NULL), -ENOENT);
		assert_int_equal(states.trouble.rc, -EPERM);
		states_free(&states);
		return;
	}
	put(path, "[{\"id\":\"" ID "\",\"names\":[\"web\"]},{\"id\":\"" OTHER "\",\"names\":[\"db\"]}]");
	assert_int_equal(find(&states, ENGINE_PODMAN, ID, &found, NULL), 0);
	put(path, "[]");
	assert_int_equal(find(&states, ENGINE_PODMAN, OTHER, &found, NULL), 0);
	assert_string_equal(found.name, "db");
	assert_int_equal(find(&states, ENGINE_PODMAN, "short", &found, NULL), -ENOENT);
	states_free(&states);
}

#define ADD(function)                                                                           \
	unit_tests[unit_n_tests++] = (struct CMUnitTest)                                        \
		cmocka_unit_test_setup_teardown(function, tree_enter, tree_leave)

int main(void)
{
	UNIT_ADD_ROWS(a_place, rows);
	ADD(a_user_has_files_of_his_own);
	ADD(started_by_hand);
	ADD(trouble_names_the_first_file);
	ADD(a_list_is_read_once);
	return unit_run("workload_state");
}

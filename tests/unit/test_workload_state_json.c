/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of runtimes, and what others write in its place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "workload/state_json.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TEN "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct row {
	const char *name;
	enum state_format format;
	const char *text;
	int rc;
	struct container_state state;
};

static const struct row rows[] = {
	{ "docker", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/web\",\"Config\":{\"Name\":\"x\"}}", 0,
	  { .name = "web" } },
	{ "docker: another container's", STATE_DOCKER, "{\"ID\":\"x\",\"Name\":\"/web\"}", -EINVAL, { .pid = 0 } },
	{ "docker: no id", STATE_DOCKER, "{\"Name\":\"/web\"}", -EINVAL, { .pid = 0 } },
	{ "docker: no name", STATE_DOCKER, "{\"ID\":\"" ID "\"}", 0, { .pid = 0 } },
	{ "docker: a name without a slash", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"web\"}", 0, { .pid = 0 } },
	{ "docker: a name with two", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/ann/web\"}", 0, { .pid = 0 } },
	{ "docker: a name of another type", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":[\"/web\"]}", 0,
	  { .pid = 0 } },
	{ "docker: a name that is too long", STATE_DOCKER,
	  "{\"ID\":\"" ID "\",\"Name\":\"/" HUNDRED HUNDRED HUNDRED "\"}", 0, { .pid = 0 } },
	{ "docker: escapes", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/a\\u001b\\n\\\"\"}", 0,
	  { .name = "a\033\n\"" } },
	{ "containerd", STATE_BUNDLE,
	  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\","
	  "\"io.kubernetes.cri.container-type\":\"container\","
	  "\"io.kubernetes.cri.sandbox-name\":\"web-0\",\"io.kubernetes.cri.sandbox-namespace\":\"prod\"}}",
	  0, { .name = "app", .pod = "prod/web-0" } },
	{ "containerd: the pause container", STATE_BUNDLE,
	  "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\","
	  "\"io.kubernetes.cri.sandbox-name\":\"web-0\"}}", 0, { .pod = "web-0", .is_sandbox = true } },
	{ "CRI-O", STATE_BUNDLE,
	  "{\"annotations\":{\"io.kubernetes.container.name\":\"app\","
	  "\"io.kubernetes.cri-o.ContainerName\":\"k8s_app_web-0_prod_u_0\","
	  "\"io.kubernetes.pod.name\":\"web-0\",\"io.kubernetes.pod.namespace\":\"prod\"}}", 0,
	  { .name = "app", .pod = "prod/web-0" } },
	{ "CRI-O: the pause container", STATE_BUNDLE,
	  "{\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
	  "\"io.kubernetes.container.name\":\"POD\"}}", 0, { .name = "POD", .is_sandbox = true } },
	{ "nerdctl", STATE_BUNDLE, "{\"annotations\":{\"nerdctl/name\":\"web\"}}", 0, { .name = "web" } },
	{ "a bundle without annotations", STATE_BUNDLE, "{\"ociVersion\":\"1.0\"}", -EINVAL, { .pid = 0 } },
	{ "crun", STATE_CRUN, "{\"pid\":4242,\"process-start-time\":99,\"cgroup-path\":\"/x\"}", 0,
	  { .pid = 4242, .start = 99 } },
	{ "crun: no start time", STATE_CRUN, "{\"pid\":4242}", -EINVAL, { .pid = 0 } },
	{ "crun: PID 0", STATE_CRUN, "{\"pid\":0,\"process-start-time\":99}", -EINVAL, { .pid = 0 } },
	{ "crun: PID -1", STATE_CRUN, "{\"pid\":-1,\"process-start-time\":99}", -EINVAL, { .pid = 0 } },
	{ "crun: a PID that would wrap", STATE_CRUN, "{\"pid\":4294967297,\"process-start-time\":99}", -EINVAL,
	  { .pid = 0 } },
	{ "crun: a PID beyond 64 bits", STATE_CRUN,
	  "{\"pid\":18446744073709551617,\"process-start-time\":99}", -EINVAL, { .pid = 0 } },
	{ "crun: a PID that is text", STATE_CRUN, "{\"pid\":\"1\",\"process-start-time\":99}", -EINVAL, { .pid = 0 } },
	{ "crun: a PID that is a fraction", STATE_CRUN, "{\"pid\":1.0,\"process-start-time\":99}", -EINVAL,
	  { .pid = 0 } },
	{ "runc", STATE_RUNC, "{\"id\":\"" ID "\",\"init_process_pid\":7,\"init_process_start\":99}", 0,
	  { .pid = 7, .start = 99 } },
	{ "runc: another container's", STATE_RUNC,
	  "{\"id\":\"x\",\"init_process_pid\":7,\"init_process_start\":99}", -EINVAL, { .pid = 0 } },
	{ "a NUL in a name", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/a\\u0000b\"}", -EINVAL, { .pid = 0 } },
	{ "bytes that are not UTF-8", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/\xff\"}", -EINVAL, { .pid = 0 } },
	{ "half a surrogate", STATE_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/\\ud800\"}", -EINVAL, { .pid = 0 } },
	{ "an end too early", STATE_DOCKER, "{\"ID\":\"" ID "\"", -EINVAL, { .pid = 0 } },
	{ "more behind the end", STATE_DOCKER, "{\"ID\":\"" ID "\"} x", -EINVAL, { .pid = 0 } },
	{ "an array", STATE_CRUN, "[1,2]", -EINVAL, { .pid = 0 } },
	{ "a number", STATE_CRUN, "1", -EINVAL, { .pid = 0 } },
	{ "nothing", STATE_CRUN, "", -EINVAL, { .pid = 0 } },
	{ "annotations that are a list", STATE_BUNDLE, "{\"annotations\":[1]}", 0, { .pid = 0 } },
	{ "a list is no state", STATE_LIST, "[]", -EINVAL, { .pid = 0 } },
};

static void a_state(void **state)
{
	const struct row *row = *state;
	struct container_state found;

	memset(&found, 0x55, sizeof(found));
	assert_int_equal(state_parse(row->format, row->text, strlen(row->text), ID, &found), row->rc);
	if (row->rc < 0) {
		assert_int_equal(found.pid, 0x55555555);
		return;
	}
	assert_string_equal(found.name, row->state.name);
	assert_string_equal(found.pod, row->state.pod);
	assert_int_equal(found.is_sandbox, row->state.is_sandbox);
	assert_int_equal(found.pid, row->state.pid);
	assert_int_equal(found.start, row->state.start);
}

static void a_nul_in_the_file(void **state)
{
	static const char text[] = "{\"pid\":4242,\"process-start-time\":99}\0";
	struct container_state found;

	(void)state;
	assert_int_equal(state_parse(STATE_CRUN, text, sizeof(text) - 1, ID, &found), -EINVAL);
	assert_int_equal(state_parse(STATE_CRUN, text, sizeof(text) - 2, ID, &found), 0);
}

/* As deep and as wide as a file can be. */
static void a_mebibyte_of_brackets(void **state)
{
	enum { SIZE = 1 << 20 };
	static const char *const fills[] = { "[", "{\"a\":", "[[],", "\"" };
	char *text = malloc(SIZE);
	struct container_state found;

	(void)state;
	assert_non_null(text);
	for (size_t f = 0; f < ARRAY_LEN(fills); f++) {
		size_t len = strlen(fills[f]);

		for (size_t i = 0; i < SIZE; i++)
			text[i] = fills[f][i % len];
		assert_int_equal(state_parse(STATE_CRUN, text, SIZE, ID, &found), -EINVAL);
	}
	text[0] = '[';
	for (size_t i = 1; i < SIZE; i++)
		text[i] = "0,"[(i - 1) % 2];
	text[SIZE - 1] = ']';
	text[SIZE - 2] = '0';
	text[SIZE - 3] = ',';
	assert_int_equal(state_parse(STATE_CRUN, text, SIZE, ID, &found), -EINVAL);
	free(text);
}

static char listed[512];

static int take(void *arg, const char *id, const char *name)
{
	int *left = arg;

	if ((*left)-- == 0)
		return -ENOMEM;
	snprintf(listed + strlen(listed), sizeof(listed) - strlen(listed), "%.2s=%s ", id, name);
	return 0;
}

static void a_list_of_containers(void **state)
{
	static const char text[] =
		"[{\"id\":\"" ID "\",\"names\":[\"web\",\"alias\"]},{\"id\":\"x\",\"names\":[\"short\"]},"
		"{\"names\":[\"none\"]},{\"id\":\"" ID "\"},7,{\"id\":\"" ID "\",\"names\":[\"\"]},"
		"{\"id\":\"" ID "\",\"names\":[\"a/b\"]},{\"id\":\"" ID "\",\"names\":[\"db\"]}]";
	int left = 9;

	(void)state;
	listed[0] = '\0';
	assert_int_equal(state_parse_list(text, strlen(text), take, &left), 0);
	assert_string_equal(listed, "01=web 01=db ");
	left = 1;
	assert_int_equal(state_parse_list(text, strlen(text), take, &left), -ENOMEM);
	assert_int_equal(state_parse_list("[", 1, take, &left), -EINVAL);
	assert_int_equal(state_parse_list("{}", 2, take, &left), 0);
}

int main(void)
{
	UNIT_ADD_ROWS(a_state, rows);
	UNIT_ADD(a_nul_in_the_file);
	UNIT_ADD(a_mebibyte_of_brackets);
	UNIT_ADD(a_list_of_containers);
	return unit_run("workload_state_json");
}

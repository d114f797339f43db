/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of container runtimes: names fit, and have no slash; processes have a PID and a start time. */
#include <errno.h>

#include "fuzz.h"
#include "workload/state_json.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int take(void *arg, const char *id, const char *name)
{
	int *n = arg;

	HOLDS(workload_is_id(id, strlen(id)));
	HOLDS(*name && strlen(name) < WORKLOAD_NAME && !strchr(name, '/'));
	return ++*n == 100 ? -ENOMEM : 0;
}

static void check(enum state_format format, const char *text, size_t size)
{
	struct container_state state = { .pid = -7 };
	int rc = state_parse(format, text, size, ID, &state);

	HOLDS(rc == 0 || rc == -EINVAL || rc == -ENOMEM);
	if (rc < 0) {
		HOLDS(state.pid == -7);
		return;
	}
	HOLDS(memchr(state.name, '\0', sizeof(state.name)) && !strchr(state.name, '/'));
	HOLDS(memchr(state.pod, '\0', sizeof(state.pod)));
	if (format == STATE_CRUN || format == STATE_RUNC)
		HOLDS(state.pid > 0 && state.start > 0);
	else
		HOLDS(state.pid == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	int n = 0, rc;

	for (int format = STATE_DOCKER; format <= STATE_LIST; format++)
		check((enum state_format)format, text, size);
	rc = state_parse_list(text, size, take, &n);
	HOLDS(rc == 0 || rc == -EINVAL || rc == -ENOMEM);
	HOLDS(n <= 100);
	free(text);
	return 0;
}

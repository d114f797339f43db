/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of units, containers and machines that stand for a process. A failure adds no candidate. */
#include "complete/names.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/lookup.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "workload/workload.h"

struct names {
	const struct completion *completion;
	struct workloads workloads;
	struct lookup seen;
};

/* A name with another character could mean something to a shell. */
static bool is_plain(const char *name)
{
	return *name && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				     "_.@:+-") == strlen(name);
}

/* In the form that a target takes: as spec_match() has it. */
static void put(struct names *names, const char *kind, const struct workload_name *name,
		const char *text, const char *help)
{
	uint32_t owner = name->owner, viewer = sys_geteuid();
	const struct passwd *user = NULL;
	char word[2 * WORKLOAD_NAME + 32];
	void **place;

	if (!is_plain(text) || owner == WORKLOAD_ANY_OWNER || (owner != 0 && !name->is_certain))
		return;
	if (owner != viewer && owner != 0) {
		user = getpwuid(owner);
		if (!user || !is_plain(user->pw_name))
			return;
	}
	snprintf(word, sizeof(word), "%s:%.255s%s%s", kind, user ? user->pw_name : "",
		 user ? "/" : "", text);
	place = lookup_place(&names->seen, word, strlen(word));
	if (!place || *place)
		return;
	*place = names;
	complete_word(names->completion, word, help);
}

static void put_workload(struct names *names, const struct workload *workload)
{
	const char *engine = workload_engine_name(workload->engine);
	bool is_machine = workload->engine == ENGINE_NSPAWN || workload->engine == ENGINE_LIBVIRT;

	if (workload->path.is_outside)
		return;
	if (workload->path.unit.text)
		put(names, "unit", &workload->path.unit, workload->unit, NULL);
	if (workload->path.container.text && !workload->is_sandbox)
		put(names, is_machine ? "machine" : "container", &workload->path.container,
		    workload->container, engine);
}

void complete_names(const struct completion *completion)
{
	struct names names = { .completion = completion, .workloads = WORKLOADS_NONE };
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	const struct workload *workload;
	const char *name;
	DIR *list;
	pid_t pid;
	int rc = 0;

	if (proc < 0 || io_open_dir(proc, ".", &list) < 0)
		return;
	while ((name = io_next_name(list, &rc)))
		if (parse_pid(name, &pid) == 0 &&
		    workload_of_pid(&names.workloads, proc, pid, &workload) == 0)
			put_workload(&names, workload);
	closedir(list);
	workloads_free(&names.workloads);
	lookup_free(&names.seen, NULL);
}

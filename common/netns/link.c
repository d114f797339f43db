/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links in the directory of names: "ln -s /proc/PID/ns/net NAME" is an old habit with containers. */
#include <limits.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "netns/elsewhere.h"
#include "netns/presence.h"

/* "/proc/12/ns/net" and "../../proc/12/ns/net" have the same end. */
static const char *without_dots(const char *path)
{
	size_t len;

	while ((len = strspn(path, "./")) > 0 && path[len - 1] == '/')
		path += len;
	return path;
}

enum dangling link_target(int dir, const char *name)
{
	static const char proc[] = "proc/";
	char text[PATH_MAX];
	ssize_t len = io_read_link(dir, name, text, sizeof(text));

	if (len < 0)
		return DANGLING_NOT;
	return strncmp(without_dots(text), proc, sizeof(proc) - 1) == 0 ? DANGLING_PROCESS
									   : DANGLING_PATH;
}

/* Whether a process that this /proc does not show has ended. */
static enum sight sight_of_processes(void)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);

	if (proc < 0)
		return SIGHT_FAILED;
	if (!elsewhere_is_initial(proc, NS_PID))
		return SIGHT_PID_NS;
	return !proc_is_own(proc) || proc_hides(proc) ? SIGHT_PROC : SIGHT_ALL;
}

void link_look(struct sought *sought)
{
	sought->sight = sought->link == DANGLING_PROCESS ? sight_of_processes() : SIGHT_RIGHTS;
	sought->state = sought->sight == SIGHT_ALL ? PRESENCE_STALE : PRESENCE_UNKNOWN;
}

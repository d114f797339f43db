/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <net/route.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/bounded.h"
#include "kernel/proc.h"
#include "kernel/subid_nss.h"
#include "kernel/subid_read.h"
#include "kernel/sys.h"

static int read_shell(struct caller *caller, bool login, struct diag *diag)
{
	const char *shell = login ? NULL : getenv("SHELL");

	if (!shell || !*shell) {
		const struct passwd *entry = getpwuid(caller->real_uid);

		shell = entry && entry->pw_shell && *entry->pw_shell ? entry->pw_shell : "/bin/sh";
	}
	caller->shell = strdup(shell);
	return caller->shell ? 0 : diag_set(diag, ENOMEM, "cannot remember the shell");
}

/* Finds out the user's name and the source of subordinate ids (nsswitch.conf(5)). */
static int read_subid_owner(struct caller *caller, struct diag *diag)
{
	static const char path[] = "/etc/nsswitch.conf";
	const struct passwd *entry = getpwuid(caller->real_uid);
	int rc;

	caller->name = entry ? strdup(entry->pw_name) : NULL;
	caller->login_gid = entry ? entry->pw_gid : caller->gid;
	if (entry && !caller->name)
		return diag_set(diag, ENOMEM, "cannot remember the user's name");
	rc = subid_read_source(path, caller->subid_source);
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s", path) : 0;
}

/* Only the files list users by number as well; other sources need the user's name. */
static int read_subids(struct caller *caller, bool gid, struct diag *diag)
{
	const char *path = gid ? "/etc/subgid" : "/etc/subuid";
	struct subid_list *list = gid ? &caller->subgids : &caller->subuids;
	int rc;

	if (*caller->subid_source)
		return caller->name ? subid_nss_read(caller->subid_source, caller->name, gid, list,
						     diag) : 0;
	rc = subid_read(path, caller->name, caller->real_uid, list);
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s", path) : 0;
}

static int read_map(int self, const char *kind, struct idmap *ret, struct diag *diag)
{
	int rc = proc_read_map(self, kind, ret);

	return rc < 0 ? diag_set(diag, -rc, "cannot read /proc/self/%s_map", kind) : 0;
}

static int read_maps(struct caller *caller, unsigned facts, struct diag *diag)
{
	_cleanup_close_ int self = proc_open_own(diag);
	int rc = self < 0 ? self : 0;

	if (rc == 0 && facts & CALLER_UID_MAP)
		rc = read_map(self, "uid", &caller->uid_map, diag);
	if (rc == 0 && facts & CALLER_GID_MAP)
		rc = read_map(self, "gid", &caller->gid_map, diag);
	return rc;
}

/*
 * In the table of routes: name, destination, gateway, flags, three counts, metric, mask. The route with
 * the lowest metric is used.
 */
static int read_outbound(struct caller *caller, struct diag *diag)
{
	struct bounded_lines lines = { .fd = sys_openat(AT_FDCWD, "/proc/net/route", O_RDONLY, 0) };
	unsigned best = UINT_MAX;
	char *line;
	int rc = lines.fd;

	while (lines.fd >= 0 && (rc = bounded_next_line(&lines, &line)) > 0) {
		unsigned destination, flags, metric, mask;
		char name[sizeof(caller->outbound)];

		if (sscanf(line, "%15s %x %*s %x %*s %*s %u %x", name, &destination, &flags, &metric,
			   &mask) == 5 &&
		    destination == 0 && mask == 0 && !(flags & RTF_REJECT) && metric < best) {
			best = metric;
			snprintf(caller->outbound, sizeof(caller->outbound), "%s", name);
		}
	}
	cleanup_close(&lines.fd);
	bounded_free(&lines);
	return rc < 0 ? diag_set(diag, -rc, "cannot read the routes in /proc/net/route") : 0;
}

int caller_read(struct caller *caller, unsigned facts, struct diag *diag)
{
	int rc = 0;

	memset(caller, 0, sizeof(*caller));
	caller->uid = sys_geteuid();
	caller->gid = sys_getegid();
	caller->real_uid = sys_getuid();
	if (facts & (CALLER_SHELL | CALLER_LOGIN_SHELL))
		rc = read_shell(caller, facts & CALLER_LOGIN_SHELL, diag);
	if (rc == 0 && facts & (CALLER_SUBUIDS | CALLER_SUBGIDS))
		rc = read_subid_owner(caller, diag);
	if (rc == 0 && facts & CALLER_SUBUIDS)
		rc = read_subids(caller, false, diag);
	if (rc == 0 && facts & CALLER_SUBGIDS)
		rc = read_subids(caller, true, diag);
	if (rc == 0 && facts & (CALLER_UID_MAP | CALLER_GID_MAP))
		rc = read_maps(caller, facts, diag);
	if (rc == 0 && facts & CALLER_OUTBOUND)
		rc = read_outbound(caller, diag);
	return rc;
}

void caller_free(struct caller *caller)
{
	free(caller->name);
	free(caller->shell);
	subid_free(&caller->subuids);
	subid_free(&caller->subgids);
	idmap_free(&caller->uid_map);
	idmap_free(&caller->gid_map);
}

/* Digits are always a number, even if a user of that name exists. */
int caller_user_id(const char *text, uint32_t *ret)
{
	const struct passwd *entry;
	int rc = parse_id(text, ret);

	if (rc != -EINVAL)
		return rc;
	entry = *text ? getpwnam(text) : NULL;
	if (!entry)
		return -EINVAL;
	*ret = entry->pw_uid;
	return 0;
}

int caller_group_id(const char *text, uint32_t *ret)
{
	const struct group *entry;
	int rc = parse_id(text, ret);

	if (rc != -EINVAL)
		return rc;
	entry = *text ? getgrnam(text) : NULL;
	if (!entry)
		return -EINVAL;
	*ret = entry->gr_gid;
	return 0;
}

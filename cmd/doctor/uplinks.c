/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether uplinks would work here, what AppArmor says of pasta(1), and the uplinks of named networks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/uplink.h"
#include "base/diag.h"
#include "doctor/doctor.h"
#include "kernel/bounded.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/lsm.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/uplinks.h"
#include "uplink/pasta.h"

/* ---- pasta ---- */

static void examine_pasta(struct doctor *doctor)
{
	const struct uplink wants = { .n_ports = 0 };
	struct caller caller;
	struct diag diag;
	int rc = caller_read(&caller, CALLER_OUTBOUND, &diag);
	char **command = pasta_command(&wants, caller.outbound[0] ? caller.outbound : "lo");

	if (rc == 0 && !caller.outbound[0])
		rc = uplink_check_route(&wants, "", &diag);
	if (rc == 0 && command)
		rc = uplink_probe(command, false, &diag);
	if (rc == 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "uplinks",
			   PASTA_PATH " knows the options, and may open /dev/net/tun");
	else
		doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, "uplinks", "%s%s%s", diag.what,
			   diag.err ? ": " : "", diag.err ? strerror(diag.err) : "");
	if (rc < 0 && diag.hint[0])
		doctor_remedy(doctor, "%s", diag.hint);
	free(command);
	caller_free(&caller);
}

/* ---- AppArmor ---- */

/* "pasta (enforce)", or "/usr/bin/passt//pasta (complain)". */
static bool is_pastas(const char *line, const char **ret_mode)
{
	const char *mode = strstr(line, " (");
	size_t len = mode ? (size_t)(mode - line) : 0;
	static const char name[] = "pasta";

	*ret_mode = mode ? mode + 1 : "";
	return len >= strlen(name) && strncmp(mode - strlen(name), name, strlen(name)) == 0 &&
	       (len == strlen(name) || mode[-(ptrdiff_t)strlen(name) - 1] == '/');
}

static void examine_profile(struct doctor *doctor)
{
	struct bounded_lines lines = {
		.fd = sys_openat(AT_FDCWD, "/sys/kernel/security/apparmor/profiles", O_RDONLY, 0)
	};
	const char *mode = "";
	bool found = false;
	char *line;

	if (!lsm_has_apparmor())
		return;
	while (lines.fd >= 0 && !found && bounded_next_line(&lines, &line) > 0)
		found = is_pastas(line, &mode);
	if (found)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "uplinks, AppArmor",
			   "a profile confines pasta %s", mode);
	else if (lines.fd >= 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "uplinks, AppArmor", "no profile confines pasta");
	else if (sys_faccessat(AT_FDCWD, "/etc/apparmor.d/usr.bin.pasta", F_OK) == 0)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_NOTE, "uplinks, AppArmor",
			   "there is a profile for pasta; only root can read whether it is loaded");
	if (found && strcmp(mode, "(enforce)") == 0)
		doctor_remedy(doctor, "as root, if an uplink fails, and the kernel's log has 'profile=\"pasta\"': "
				      "aa-complain " PASTA_PATH);
	cleanup_close(&lines.fd);
	bounded_free(&lines);
}

/* ---- uplinks of named networks ---- */

#ifdef WITHOUT_NETNS
static void examine_running(struct doctor *doctor)
{
	(void)doctor;
}
#else
static void count(int dir, size_t *n, size_t *n_ended)
{
	DIR *list;
	int rc = dir < 0 ? dir : io_open_dir(dir, ".", &list);
	const char *name;

	if (rc < 0)
		return;
	while ((name = io_next_name(list, &rc)) != NULL)
		if (uplinks_runs(dir, name))
			(*n)++;
		else
			(*n_ended)++;
	closedir(list);
}

static void examine_running(struct doctor *doctor)
{
	size_t n = 0, n_ended = 0;
	struct diag ignored;
	struct home home;
	int dir = sys_geteuid() == 0 ? uplinks_open(NULL, false, &ignored) : -1;

	if (sys_geteuid() != 0 && home_open(&home, 0, &ignored) == 0) {
		dir = uplinks_open(&home, false, &ignored);
		home_close(&home);
	}
	count(dir, &n, &n_ended);
	cleanup_close(&dir);
	if (n)
		doctor_say(doctor, SECTION_NAMES, DOCTOR_OK, "uplinks", "%zu of named networks", n);
	if (!n_ended)
		return;
	doctor_say(doctor, SECTION_NAMES, DOCTOR_PROBLEM, "uplinks",
		   "%zu of named networks %s killed; xnetns -d list shows those that run", n_ended,
		   n_ended == 1 ? "was" : "were");
	doctor_remedy(doctor, "xnetns uplink NAME, or with --off");
}
#endif

void doctor_examine_uplinks(struct doctor *doctor)
{
	examine_pasta(doctor);
	examine_profile(doctor);
	examine_running(doctor);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel, permissions to create namespaces, subordinate ids and security modules. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/ns.h"
#include "base/text.h"
#include "cause/check.h"
#include "cause/child.h"
#include "doctor/doctor.h"
#include "kernel/lsm.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum { NOBODY = 65534 };

/* Above the ids that distributions, directories and containers give. */
static const unsigned unused_first = 4294950000, n_unused = 15000;

/* ---- the kernel ---- */

static void examine_types(struct doctor *doctor, int self)
{
	char there[256] = "", missing[256] = "";

	for (int k = 0; k < NS_COUNT; k++) {
		_cleanup_close_ int fd = proc_open_ns(self, ns_types[k].name);

		if (fd != -ENOENT) {
			text_join(there, sizeof(there), ", ", "%s", ns_types[k].name);
			continue;
		}
		text_join(missing, sizeof(missing), ", ", "%s (Linux %s, %s)", ns_types[k].name,
			  ns_types[k].since, ns_types[k].config);
	}
	doctor_say(doctor, SECTION_SYSTEM, DOCTOR_OK, "namespace types", "%s", there);
	if (missing[0])
		doctor_say(doctor, SECTION_SYSTEM, DOCTOR_NOTE, "not in this kernel", "%s",
			   missing);
}

static void examine_seccomp(struct doctor *doctor, int self)
{
	char status[8192];

	if (proc_read_file(self, "status", status, sizeof(status)) < 0 ||
	    !strstr(status, "\nSeccomp:\t2"))
		return;
	doctor_say(doctor, SECTION_SYSTEM, DOCTOR_NOTE, "seccomp",
		   "a filter is on this process, as in containers: some calls may be refused");
}

void doctor_examine_system(struct doctor *doctor)
{
	struct utsname names;
	struct diag ignored;
	_cleanup_close_ int self = proc_open_self(doctor->proc, NULL, &ignored);

	if (syscall(__NR_uname, &names) == 0)
		doctor_say(doctor, SECTION_SYSTEM, DOCTOR_OK, "kernel",
			   "%s %s %s, seen by %s as uid %u", names.sysname, names.release,
			   names.machine, PACKAGE_STRING, (unsigned)sys_geteuid());
	if (self < 0)
		return;
	examine_types(doctor, self);
	examine_seccomp(doctor, self);
}

/* ---- permissions to create namespaces ---- */

static void say_finding(struct doctor *doctor, enum doctor_section section, enum doctor_state state,
			const char *subject, const struct finding *finding)
{
	doctor_say(doctor, section, state, subject, "%s", finding->why);
	if (finding->remedy[0])
		doctor_remedy(doctor, "%s", finding->remedy);
}

/* Adds one finding for all types that can be created, and one for each of the others. */
static void say_rows(struct doctor *doctor, const struct check_table *table)
{
	char able[256] = "", with_user[256] = "";

	for (size_t i = 0; i < NS_COUNT; i++) {
		const struct check_row *row = &table->rows[i];

		if (row->answer == CHECK_YES)
			text_join(able, sizeof(able), ", ", "%s", row->name);
		if (row->answer == CHECK_YES && row->finding.why[0])
			say_finding(doctor, SECTION_RIGHTS, DOCTOR_NOTE, row->name, &row->finding);
		if (row->answer == CHECK_WITH_USER)
			text_join(with_user, sizeof(with_user), ", ", "%s", row->name);
		if (row->answer == CHECK_NO)
			say_finding(doctor, SECTION_RIGHTS, DOCTOR_PROBLEM, row->name,
				    &row->finding);
	}
	if (able[0])
		doctor_say(doctor, SECTION_RIGHTS, DOCTOR_OK, "you may create", "%s", able);
	if (with_user[0])
		doctor_say(doctor, SECTION_RIGHTS, DOCTOR_OK, "and within a new user namespace",
			   "%s", with_user);
}

static bool leave_terminal(void)
{
	_cleanup_close_ int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	for (char **entry = environ; *entry; entry++)
		explicit_bzero(*entry, strlen(*entry));
	for (int fd = 0; fd < 3; fd++)
		if (nothing < 0 || sys_dup2(nothing, fd) < 0)
			return false;
	return sys_setsid() >= 0;
}

/*
 * Returns an id without privileges that no other process has. A process with the same id could trace ours, read what
 * we know, and forge the answer that root reads. 0 if our user namespace has no such id.
 */
static unsigned unused_id(int self, const char *kind)
{
	struct idmap map = { .n = 0 };
	unsigned highest = 0;

	if (self < 0 || proc_read_map(self, kind, &map) < 0)
		return 0;
	for (size_t i = 0; i < map.n; i++) {
		unsigned last = map.extents[i].inner + (map.extents[i].count - 1);

		highest = last > highest ? last : highest;
	}
	idmap_free(&map);
	if (highest >= unused_first + n_unused)
		return unused_first + (unsigned)sys_getpid() % n_unused;
	return highest == NOBODY ? NOBODY - 1 : highest;
}

struct stranger {
	int proc;
	unsigned uid, gid;
};

struct answer {
	bool dropped;
	struct check_row row;
};

/*
 * Runs in a child of root: changes its ids and checks. PR_SET_DUMPABLE makes it the owner of its own files in /proc
 * (proc_pid(5)), which it writes its map to.
 */
static void try_as_stranger(const void *arg, void *ret)
{
	const struct stranger *stranger = arg;
	struct answer *answer = ret;

	*answer = (struct answer){ .dropped = false };
	if (!leave_terminal() || sys_setgroups(0, NULL) < 0 ||
	    sys_setresgid(stranger->gid, stranger->gid, stranger->gid) < 0 ||
	    sys_setresuid(stranger->uid, stranger->uid, stranger->uid) < 0 ||
	    sys_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return;
	answer->dropped = true;
	check_type(&answer->row, NS_USER, true, CHECK_MAP_TRIED, stranger->proc);
}

static void examine_strangers(struct doctor *doctor)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_self(doctor->proc, NULL, &ignored);
	const struct stranger stranger = { .proc = doctor->proc,
					   .uid = unused_id(self, "uid"),
					   .gid = unused_id(self, "gid") };
	struct answer answer;

	if (!stranger.uid || !stranger.gid ||
	    child_try(try_as_stranger, &stranger, &answer, sizeof(answer), NULL) < 0 ||
	    !answer.dropped)
		return;
	if (answer.row.answer == CHECK_YES)
		doctor_say(doctor, SECTION_RIGHTS, DOCTOR_OK, "ordinary users may create",
			   "user, and within it the others");
	else
		say_finding(doctor, SECTION_RIGHTS, DOCTOR_PROBLEM,
			    "ordinary users, user namespaces", &answer.row.finding);
}

/* Only root can write a map of several ids; other users need these programs. */
static void examine_program(struct doctor *doctor, const char *path, const char *kind)
{
	struct extent extent = { .inner = 0, .outer = 0, .count = 1 };
	struct idmap map = { .extents = &extent, .n = 1 };
	struct finding finding = { .cause = "" };
	int rc = sys_faccessat(AT_FDCWD, path, X_OK);
	struct refusal refusal = { .operation = STEP_MAP,
				   .err = -rc,
				   .fd = -1,
				   .word = kind,
				   .map = &map,
				   .program = path };

	cause_search(&refusal, doctor->proc, &finding);
	if (rc < 0) {
		doctor_say(doctor, SECTION_IDS, DOCTOR_NOTE, path,
			   "%s: ordinary users cannot map more than their own id", strerror(-rc));
		if (finding.remedy[0])
			doctor_remedy(doctor, "%s", finding.remedy);
	} else if (strcmp(finding.cause, "program-unprivileged") == 0) {
		say_finding(doctor, SECTION_IDS, DOCTOR_PROBLEM, path, &finding);
	} else {
		doctor_say(doctor, SECTION_IDS, DOCTOR_OK, path, "there, and has its privilege");
	}
}

/* In a user namespace that does not map uid 0, nobody seems to own root's setuid programs. */
static bool has_all_ids(const struct doctor *doctor)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_self(doctor->proc, NULL, &ignored);
	struct idmap map;
	bool all;

	if (self < 0 || proc_read_map(self, "uid", &map) < 0)
		return false;
	all = map.n == 1 && map.extents[0].count == UINT32_MAX;
	idmap_free(&map);
	return all;
}

void doctor_examine_rights(struct doctor *doctor)
{
	static const struct check_request everything;
	struct check_table table;

	check_all(&everything, &table);
	say_rows(doctor, &table);
	if (sys_geteuid() == 0)
		examine_strangers(doctor);
	for (size_t i = NS_COUNT; i < table.n; i++) {
		const struct check_row *row = &table.rows[i];

		if (row->answer == CHECK_YES)
			doctor_say(doctor, SECTION_IDS, DOCTOR_OK, row->name,
				   "you may map your subordinate ids");
		else
			say_finding(doctor, SECTION_IDS, DOCTOR_NOTE, row->name, &row->finding);
	}
	if (!has_all_ids(doctor))
		return;
	examine_program(doctor, NEWUIDMAP_PATH, "uid");
	examine_program(doctor, NEWGIDMAP_PATH, "gid");
}

/* ---- security modules ---- */

static void examine_apparmor(struct doctor *doctor, const char *label)
{
	long long restricted = lsm_user_ns_restriction(doctor->proc);

	if (!lsm_has_apparmor()) {
		doctor_say(doctor, SECTION_SECURITY, DOCTOR_OK, "AppArmor", "not active");
		return;
	}
	doctor_say(doctor, SECTION_SECURITY, DOCTOR_OK, "AppArmor", "active; we run as %s", label);
	if (restricted == 0)
		return;
	doctor_say(doctor, SECTION_SECURITY, DOCTOR_NOTE, "AppArmor",
		   "kernel.apparmor_restrict_unprivileged_userns is %lld: user namespaces of "
		   "programs without a profile that allows them have no capabilities",
		   restricted);
	if (strncmp(label, "xns ", 4) != 0)
		doctor_remedy(doctor, "as root, where users are to have them: cp " PKGDATADIR
				      "/apparmor/xns /etc/apparmor.d/xns; "
				      "apparmor_parser -r /etc/apparmor.d/xns");
}

static void examine_selinux(struct doctor *doctor, const char *label)
{
	enum lsm_selinux selinux = lsm_selinux();

	if (selinux == LSM_SELINUX_ABSENT)
		doctor_say(doctor, SECTION_SECURITY, DOCTOR_OK, "SELinux", "not active");
	else
		doctor_say(doctor, SECTION_SECURITY, DOCTOR_OK, "SELinux", "%s; we run as %s",
			   selinux == LSM_SELINUX_ENFORCING ? "enforcing" : "permissive", label);
}

void doctor_examine_security(struct doctor *doctor)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_self(doctor->proc, NULL, &ignored);
	char label[256] = "unknown";

	lsm_label(self, label, sizeof(label));
	examine_apparmor(doctor, label);
	examine_selinux(doctor, label);
}

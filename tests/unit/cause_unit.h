/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A system for the search for causes: a /proc and a /sys of small files, and answers to the calls
 * that would try something. Programs that use it are linked with WRAP_HINT (tests/unit/local.mk).
 */
#ifndef XNS_HINT_UNIT_H
#define XNS_HINT_UNIT_H

#include "unit.h"

#include "cause/cause.h"
#include "plan/step.h"

enum { HINT_FILES = 10 };

/* text "-> X" makes a link to X, NULL takes a file away. Below "proc/", "sys/" and "etc/". */
struct hint_file {
	const char *path, *text;
};

/* All zero is a system that refuses nothing, and a caller with every right in it. */
struct hint_fakes {
	int refused;          /* CLONE_NEW*: unshare(2) refuses them with err */
	int err;
	bool unprivileged;    /* unshare(2) refuses all without CLONE_NEWUSER with EPERM */
	int filter;           /* what a filter says to bad flags, 0: there is none */
	int mount_filter;     /* the same for mount(2) */
	bool foreign;         /* namespaces belong to a user namespace above */
	bool no_fork;         /* no process can be made */
	unsigned uid, gid;
	bool root;            /* uid 0 also if the row takes capabilities away; else that is uid 1000 */
	long fs_flags;        /* ST_* of any file system */
	int securebits;
	long clock;           /* seconds of every clock */
};

extern struct hint_fakes hint_fakes;

/* The working directory: "proc", "sys", "etc" and what a test puts there. For setup, teardown. */
int hint_enter(void **state);
int hint_leave(void **state);

void hint_put(const char *path, const char *text);
/* A file that is not looked for below "proc" or "sys", with this mode. */
void hint_put_program(const char *path, const char *text, unsigned mode);

/* Our next descriptor, of whatever number, lies on this mount, at this path. */
void hint_put_descriptors(const char *mount, const char *path);

/* Searches in that system; the plan has the steps of before, then step. */
bool hint_search_in(const struct step *before, size_t n, const struct step *step, int err,
		    struct finding *ret);

/* The cause, reason and remedy that are found, "-" where nothing is. */
void hint_assert(const struct step *step, int err, const char *cause, const char *why,
		 const char *remedy);

static inline void hint_add(const char *name, CMUnitTestFunction function, const void *row)
{
	unit_add(name, function, row);
	unit_tests[unit_n_tests - 1].setup_func = hint_enter;
	unit_tests[unit_n_tests - 1].teardown_func = hint_leave;
}

#define HINT_ADD(function) hint_add(#function, function, NULL)
#define HINT_ADD_ROWS(function, rows)                                              \
	for (size_t hint_i = 0; hint_i < ARRAY_LEN(rows); hint_i++)                \
		hint_add(*(const char *const *)&(rows)[hint_i], function, &(rows)[hint_i])

/* The table tests: a row's files and fakes are put over the plain system. */
struct hint_row {
	const char *name;
	struct step step;
	int err;
	const char *cause, *why, *remedy; /* NULL: nothing is found; remedy NULL: none */
	struct hint_fakes fakes;
	struct hint_file files[HINT_FILES];
	struct step before[2];
};

void hint_test_row(void **state);

/* --- what many rows have in common ------------------------------------------------------------ */

#define UNSHARE(flags_) { .kind = STEP_UNSHARE, .unshare.flags = (flags_) }

#define STATUS "proc/100/status"
#define NO_CAPS "CapEff:\t0000000000000000\n"
#define USER_NS "proc/100/ns/user", "-> user:[4026532000]"
#define MOUNTS "proc/100/mountinfo"
#define ROOT_MOUNT "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"

#define LACKS(capability) "it needs " capability ", which this process does not have"
#define AS_ROOT "run it as root, or add --map-root-user (-r)"
/* The hint for uid 0. */
#define OF_CONTAINER(capability)                                              \
	"in a container: run that with --cap-add " capability ", or --privileged; in a systemd unit: " \
	"see CapabilityBoundingSet="
#define NO_CAUSE                                                                               \
	"none of the usual causes applies; a security module (AppArmor, SELinux, BPF) may "   \
	"have refused it"
#define FILTERED "a seccomp filter refuses mount(2)"
#define FILTERED_REMEDY \
	"in a container: run it with --security-opt seccomp=unconfined"

/* AppArmor: any profile, and Ubuntu's restriction of user namespaces. */
#define PROFILE(name) \
	"the AppArmor profile " name ", under which this process runs, may have refused it"
#define PROFILE_REMEDY "as root: journalctl -k -g apparmor="
#define RESTRICTED "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"
#define CONFINED "proc/100/attr/current", "unprivileged_userns (enforce)\n"
#define USERNS_WHY                                                                             \
	"AppArmor denies capabilities in user namespaces to programs that have no profile " \
	"with 'userns' (kernel.apparmor_restrict_unprivileged_userns is 1)"
#define USERNS_REMEDY                                                                         \
	"as root: cp " PKGDATADIR "/apparmor/xns /etc/apparmor.d/xns; "                        \
	"apparmor_parser -r /etc/apparmor.d/xns; or "                                          \
	"sysctl kernel.apparmor_restrict_unprivileged_userns=0"

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of many kinds of steps: a missing capability, a seccomp filter, a security module. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "cause/internal.h"
#include "kernel/lsm.h"
#include "kernel/sys.h"

static bool enters_root(const struct refusal *refusal)
{
	return step_properties(refusal->operation) & PROP_ENTERS_ROOT;
}

bool find_capability(struct search *search, struct finding *ret)
{
	for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (!(search->needs >> cap & 1) || fact_capability(search, cap) != 0)
			continue;
		cause_why(ret, "it needs %s, which this process does not have",
			  fact_capability_name(cap));
		if (search->refusal->enters)
			/* In a root of others, root would run programs that they chose. */
			cause_remedy(ret, "%senter a user namespace too (--user)",
				     enters_root(search->refusal) ? "" : "run it as root, or ");
		else if (!search->refusal->makes_user_ns)
			cause_remedy(ret, "run it as root, or add --map-root-user (-r)");
		return true;
	}
	return false;
}

/* packaging/apparmor has a profile, which may be missing, or installed but not loaded. */
static void remedy_profile(struct finding *ret)
{
	static const char profile[] = "/etc/apparmor.d/xns";
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, profile, O_PATH, 0);

	if (fd < 0)
		cause_command(ret, REMEDY_INSTALL_PROFILE, profile, profile);
	else
		cause_command(ret, REMEDY_LOAD_PROFILE, profile);
}

/* Whether this process runs under the profile that denies capabilities in user namespaces. */
static bool is_confined(const struct search *search)
{
	static const char profile[] = "unprivileged_userns";
	char label[256];

	return lsm_label(search->self, label, sizeof(label)) &&
	       strncmp(label, profile, strlen(profile)) == 0;
}

static void explain_restriction(long long restricted, struct finding *ret)
{
	cause_why(
		ret,
		"AppArmor denies capabilities in user namespaces to programs that have no profile "
		"with 'userns' (kernel.apparmor_restrict_unprivileged_userns is %lld)",
		restricted);
	remedy_profile(ret);
}

/*
 * Ubuntu 23.10 and later: a process without a profile that allows "userns" may create a user
 * namespace, but AppArmor then confines it by the profile unprivileged_userns, without
 * capabilities.
 */
bool find_restricted_user_ns(struct search *search, struct finding *ret)
{
	long long restricted = lsm_user_ns_restriction(search->proc);

	if (restricted == 0 || !is_confined(search))
		return false;
	explain_restriction(restricted, ret);
	return true;
}

/* If the profile unprivileged_userns is not loaded, AppArmor refuses the user namespace itself. */
bool find_forbidden_user_ns(struct search *search, struct finding *ret)
{
	long long restricted = lsm_user_ns_restriction(search->proc);

	if (restricted == 0 || search_type(search) != NS_USER ||
	    fact_capability(search, CAP_SYS_ADMIN) == 1)
		return false;
	explain_restriction(restricted, ret);
	return true;
}

/* The last guess, if a security module is active: its decisions are only in its log. */
bool find_security_module(struct search *search, struct finding *ret)
{
	char label[256];
	bool labelled = lsm_label(search->self, label, sizeof(label));

	if (lsm_selinux() == LSM_SELINUX_ENFORCING) {
		snprintf(ret->cause, sizeof(ret->cause), "selinux");
		cause_why(ret, "SELinux is enforcing and may have refused it%s%s",
			  labelled ? " to " : "", labelled ? label : "");
		cause_remedy(ret, "as root: ausearch -m avc -ts recent");
		return true;
	}
	/* "docker-default (enforce)": only AppArmor's labels end with a mode. */
	if (labelled && strstr(label, " (enforce)")) {
		snprintf(ret->cause, sizeof(ret->cause), "apparmor");
		cause_why(ret,
			  "the AppArmor profile %.*s, under which this process runs, may have "
			  "refused it",
			  (int)strcspn(label, " "), label);
		cause_remedy(ret, "as root: journalctl -k -g apparmor=");
		return true;
	}
	return false;
}

void blame_filter(struct finding *ret, const char *call, const char *also)
{
	cause_why(ret, "a seccomp filter refuses %s", call);
	cause_remedy(ret,
		     "in a container: run it with --cap-add SYS_ADMIN or --security-opt "
		     "seccomp=unconfined%s",
		     also);
}

bool find_filtered_mount(struct search *search, struct finding *ret)
{
	int err = probe_bad_mount();

	(void)search;
	if (err < 0 || err == EFAULT)
		return false;
	blame_filter(ret, "mount(2)", "");
	return true;
}

const struct cause privilege_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "capability", { EPERM, EACCES }, find_capability },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

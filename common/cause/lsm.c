/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of many kinds of steps: a missing capability, a security module. */
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

/* Adds the remedy for an ordinary user; for uid 0, also how to have the capability. */
static void remedy_capability(const struct search *search, uint64_t missing, const char *instead,
			      struct finding *ret)
{
	char remedy[320];

	rights_remedy(search, missing, "as root", remedy, sizeof(remedy));
	if (sys_geteuid() == 0)
		cause_remedy(ret, "%s%s%s", instead, *instead ? "; " : "", remedy);
	else
		cause_remedy(ret, "%s%s%s", remedy, *instead ? ", or " : "", instead);
}

bool find_capability(struct search *search, struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	uint64_t missing = rights_missing(search, search->needs);
	const char *option;
	char instead[128] = "";

	if (!missing)
		return false;
	rights_explain(search, missing, "as root", ret);
	if (refusal->enters && enters_root(refusal)) {
		/* In a root of others, root would run programs that they chose. */
		cause_remedy(ret, "enter a user namespace too (--user)");
	} else if (refusal->enters && !refusal->within) {
		remedy_capability(search, missing, "enter a user namespace too (--user)", ret);
	} else if (step_properties(refusal->operation) & PROP_WAITER_REPEATS) {
		/* Ids: those that are wanted have no name in a new user namespace. */
		remedy_capability(search, missing, "", ret);
	} else if (refusal->makes_user_ns) {
		ret->remedy[0] = '\0';
	} else {
		option = rights_option(search, 0);
		if (option && !refusal->within)
			snprintf(instead, sizeof(instead), "add %s", option);
		else if (option && !rights_lacks_setfcap(search))
			snprintf(instead, sizeof(instead), "%s", refusal->within);
		remedy_capability(search, missing, instead, ret);
	}
	return true;
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
	char label[256];

	return lsm_label(search->self, label, sizeof(label)) && lsm_is_without_rights(label);
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

const struct cause privilege_causes[] = {
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "capability", { EPERM, EACCES }, find_capability },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_privilege },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

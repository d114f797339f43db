/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prctl(2) on the fake system. */
#include <errno.h>
#include <sys/prctl.h>

#include "fake_internal.h"
#include "kernel/sys.h"

int fake_death_signal;

/* A question about the process, whose argument says nothing. We are dumpable. */
static int prctl_question(int option, unsigned long arg)
{
	BEGIN("prctl", "%s", text_prctl(option));
	if (option == PR_GET_PDEATHSIG)
		*(int *)arg = fake_death_signal;
	return (int)fake_done(option == PR_GET_DUMPABLE);
}

long sys_join_session_keyring(void)
{
	PLAIN(1, "join_session_keyring", "%s", "");
}

enum { LAST_CAP = 40 };
uint64_t fake_bounding, fake_ambient;
bool fake_no_new_privs;

/* The bounding and the ambient set, and no_new_privs, which are kept. */
static long change_set(int option, unsigned long a, unsigned long b)
{
	uint64_t bit = UINT64_C(1) << (option == PR_CAP_AMBIENT ? b : a);

	if (option == PR_CAPBSET_READ)
		return a > LAST_CAP ? -EINVAL : (fake_bounding & bit) != 0;
	if (option == PR_SET_NO_NEW_PRIVS)
		fake_no_new_privs = true;
	if (option == PR_CAPBSET_DROP)
		fake_bounding &= ~bit;
	if (option == PR_CAP_AMBIENT && a == PR_CAP_AMBIENT_RAISE)
		fake_ambient |= bit;
	return option == PR_CAP_AMBIENT && a == PR_CAP_AMBIENT_IS_SET && fake_ambient & bit;
}

static int prctl_of_a_set(int option, unsigned long a, unsigned long b)
{
	BEGIN("prctl", "%s, %lu", text_prctl(option), a);
	return (int)fake_done(change_set(option, a, b));
}

int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	if (option == PR_GET_PDEATHSIG || option == PR_GET_DUMPABLE || option == PR_GET_SECUREBITS)
		return prctl_question(option, a);
	if (option == PR_CAPBSET_READ || option == PR_CAPBSET_DROP || option == PR_CAP_AMBIENT ||
	    option == PR_SET_NO_NEW_PRIVS)
		return prctl_of_a_set(option, a, b);
	(void)c;
	(void)d;
	if (option == PR_SET_SECCOMP)
		PLAIN(0, "prctl", "%s", text_prctl(option));
	if (option == PR_GET_NO_NEW_PRIVS)
		PLAIN((int)fake_no_new_privs, "prctl", "%s", text_prctl(option));
	PLAIN(0, "prctl", "%s, %lu", text_prctl(option), a);
}

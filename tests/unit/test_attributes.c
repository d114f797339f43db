/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process has besides its namespaces, read on a fake system; and copies of its seccomp filters. */
#include "kernel/attributes.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <string.h>

#include "diag_unit.h"
#include "fake_sys.h"
#include "kernel/filters.h"
#include "kernel/sys.h"

#define IDS "Name:\ta\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \n"
#define SETS                                                                                \
	"CapInh:\t0000000000000001\nCapPrm:\t0000000000000003\nCapEff:\t0000000000000002\n" \
	"CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000004\n"
#define FLAGS "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n"
#define LIMIT(soft, hard) "Max something             " soft " " hard " bytes     \n"
#define TITLE "Limit                     Soft Limit           Hard Limit           Units     \n"
#define FOUR LIMIT("unlimited", "unlimited") LIMIT("1", "2") LIMIT("0", "unlimited") LIMIT("5", "6")

static struct attributes found;
static struct diag diag;

static int read_with(const char *status, const char *limits)
{
	int dir, rc;

	fake_reset();
	fake_dir("/proc/77");
	fake_file("/proc/77/status", status);
	fake_file("/proc/77/limits", limits);
	fake_file("/proc/77/cgroup", "1:cpu:/x\n0::/box\n");
	fake_file("/proc/77/attr/current", "a:b:c\n");
	dir = sys_openat(-100, "/proc/77", 0, 0);
	assert_true(dir >= 0);
	rc = attributes_read(dir, &found, &diag);
	cleanup_close(&dir);
	return rc;
}

static void all_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_with(IDS SETS FLAGS, TITLE FOUR FOUR FOUR FOUR), 0);
	for (uint32_t i = 0; i < ATTRIBUTE_IDS; i++) {
		assert_int_equal(found.uids[i], i + 1);
		assert_int_equal(found.gids[i], i + 5);
	}
	assert_int_equal(found.n_groups, 2);
	assert_int_equal(found.groups[1], 10);
	assert_int_equal(found.inheritable, 1);
	assert_int_equal(found.permitted, 3);
	assert_int_equal(found.effective, 2);
	assert_int_equal(found.ambient, 4);
	assert_true(found.bounding == UINT64_C(0x1ffffffffff));
	assert_true(found.no_new_privs);
	assert_int_equal(found.seccomp, 2);
	assert_true(found.limits[0].rlim_max == RLIM_INFINITY);
	assert_int_equal(found.limits[15].rlim_cur, 5);
	assert_int_equal(found.limits[15].rlim_max, 6);
	assert_string_equal(found.cgroups, "1:cpu:/x\n0::/box\n");
	assert_string_equal(found.label, "a:b:c");
	attributes_free(&found);
	fake_assert_closed();
}

static void what_may_be_missing(void **state)
{
	int dir;

	(void)state;
	assert_int_equal(read_with(IDS SETS "NoNewPrivs:\t0\n", TITLE FOUR FOUR FOUR FOUR), 0);
	assert_int_equal(found.seccomp, 0);
	attributes_free(&found);
	fake_remove("/proc/77/attr/current");
	dir = sys_openat(-100, "/proc/77", 0, 0);
	assert_int_equal(attributes_read(dir, &found, &diag), 0);
	assert_string_equal(found.label, "");
	cleanup_close(&dir);
	attributes_free(&found);
}

static const struct {
	const char *name, *status, *limits, *message;
} malformed[] = {
	{ "no ids", SETS FLAGS, TITLE,
	  "cannot read status of the process in /proc: Invalid argument" },
	{ "too few ids", "\nUid:\t1\t2\t3\n" SETS FLAGS, TITLE,
	  "cannot read status of the process in /proc: Invalid argument" },
	{ "no capabilities", IDS FLAGS, TITLE,
	  "cannot read status of the process in /proc: Invalid argument" },
	{ "a set that is none", IDS "CapInh:\tx\n" FLAGS, TITLE,
	  "cannot read status of the process in /proc: Invalid argument" },
	{ "no flag", IDS SETS, TITLE,
	  "cannot read status of the process in /proc: Invalid argument" },
	{ "no limits", IDS SETS FLAGS, "",
	  "cannot read limits of the process in /proc: Invalid argument" },
	{ "too few limits", IDS SETS FLAGS, TITLE FOUR FOUR FOUR,
	  "cannot read limits of the process in /proc: Invalid argument" },
	{ "a short line", IDS SETS FLAGS, TITLE "Max\n",
	  "cannot read limits of the process in /proc: Invalid argument" },
	{ "a limit that is none", IDS SETS FLAGS, TITLE LIMIT("x", "1"),
	  "cannot read limits of the process in /proc: Invalid argument" },
};

static void is_malformed(void **state)
{
	const __typeof__(*malformed) *row = *state;

	assert_int_equal(read_with(row->status, row->limits), -EINVAL);
	assert_message(&diag, row->message);
	attributes_free(&found);
	fake_assert_closed();
}

/* --- filters -------------------------------------------------------------------------------------- */

static const struct sock_filter older[] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } },
				younger[] = { { 9, 0, 0, 1 } };
static struct filters filters;

static int copy(int status)
{
	fake_reset();
	fake_input("filters", older, sizeof(older));
	fake_input("filters", younger, sizeof(younger));
	fake_child(77, status);
	return filters_copy(77, &filters, &diag);
}

enum { STOPPED = 0x7f, EVENT = 128 << 16 };

static void filters_are_copied_oldest_first(void **state)
{
	const struct sock_filter *code;
	size_t at = 0;
	uint32_t n;

	(void)state;
	assert_int_equal(copy(EVENT | 5 << 8 | STOPPED), 0);
	code = filters_next(&filters, &at, &n);
	assert_int_equal(n, 2);
	assert_memory_equal(code, older, sizeof(older));
	code = filters_next(&filters, &at, &n);
	assert_int_equal(n, 1);
	assert_memory_equal(code, younger, sizeof(younger));
	assert_null(filters_next(&filters, &at, &n));
	fake_assert_trace(
		"ptrace(0x4206, 77, 0, 0)\nptrace(0x4207, 77, 0, 0)\nwaitpid(77, WNOHANG|...)\n"
		"ptrace(0x420c, 77, 0, 0)\nptrace(0x420c, 77, 0, BUF)\n"
		"ptrace(0x420c, 77, 1, 0)\nptrace(0x420c, 77, 1, BUF)\n"
		"ptrace(0x420c, 77, 2, 0) = ENOENT\nptrace(0x11, 77, 0, 0)\n");
	filters_free(&filters);
}

/* It was about to take a signal, which is not lost. */
static void a_signal_is_given_back(void **state)
{
	(void)state;
	assert_int_equal(copy(15 << 8 | STOPPED), 0);
	assert_non_null(fake_find("ptrace(0x11, 77, 0, 15)"));
	filters_free(&filters);
}

static void cannot_be_copied(int rc, const char *message, const char *hint)
{
	char text[256];

	assert_true(rc < 0);
	snprintf(text, sizeof(text), "cannot copy the seccomp filters of process 77: %s", message);
	assert_message(&diag, text);
	assert_non_null(strstr(diag.hint, hint));
	filters_free(&filters);
}

static void filters_that_cannot_be_copied(void **state)
{
	(void)state;
	cannot_be_copied(copy(0), "No such process", "");
	fake_reset();
	fake_returns("waitpid", 0, 0);
	cannot_be_copied(filters_copy(77, &filters, &diag), "Connection timed out",
			 "within two seconds");
	assert_int_equal(fake_count("waitpid"), 2000);
	fake_reset();
	fake_returns("waitpid", 1, -ECHILD);
	cannot_be_copied(filters_copy(77, &filters, &diag), "No child processes", "");
	for (unsigned nth = 1; nth <= 3; nth++) {
		fake_reset();
		fake_child(77, EVENT | 5 << 8 | STOPPED);
		fake_returns("ptrace", nth, -EACCES);
		cannot_be_copied(filters_copy(77, &filters, &diag), "Permission denied",
				 "run it as root");
		/* Once it has stopped, it goes on. */
		assert_int_equal(fake_find("ptrace(0x11, 77") != NULL, nth == 3);
	}
}

int main(void)
{
	UNIT_ADD(all_is_read);
	UNIT_ADD(what_may_be_missing);
	UNIT_ADD_ROWS(is_malformed, malformed);
	UNIT_ADD(filters_are_copied_oldest_first);
	UNIT_ADD(a_signal_is_given_back);
	UNIT_ADD(filters_that_cannot_be_copied);
	return unit_run("attributes");
}

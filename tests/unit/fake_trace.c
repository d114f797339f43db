/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake system's memory: calls, programmed results, and the fault sweep. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/kernel.h"
#include "base/ns.h"
#include "fake_internal.h"
#include "unit.h"

enum { CALLS = 8192, RULES = 32, HIDDEN = 16, TRACE = 1 << 20 };

static struct {
	struct fake_call calls[CALLS];
	size_t n_calls;
	struct {
		char name[32];
		unsigned nth;
		long result;
	} rules[RULES];
	size_t n_rules;
	char hidden[HIDDEN][32];
	size_t n_hidden;
	jmp_buf leave;
	bool running;
	enum fake_end end;
	int status;
} fake;

/* Calls that report no failure, or whose failure nobody could act upon. */
static const char *const cannot_fail[] = { "getpid", "getppid", "geteuid", "getegid", "getuid",
					    "exit", "close", "close_range", "note" };

void fake_fatal(const char *fmt, ...)
{
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fake.running = false;
	fail_msg("%s", text);
	abort();
}

static void make_namespace(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/4242/ns/%s", name);
	fake_ns(path);
}

static void make_proc(void)
{
	fake_dir("/");
	fake_dir("/proc")->ino = 1;
	fake_mounted("/proc", PROC_SUPER_MAGIC);
	fake_link("/proc/self", "4242");
	fake_dir("/proc/4242");
	fake_file("/proc/4242/uid_map", "         0          0 4294967295\n");
	fake_file("/proc/4242/gid_map", "         0          0 4294967295\n");
	fake_file("/proc/4242/setgroups", "allow\n");
	fake_file("/proc/4242/mountinfo", "");
	fake_file("/proc/4242/timens_offsets", "");
	fake_dir("/proc/4242/ns");
	for (int k = 0; k < NS_COUNT; k++) {
		make_namespace(ns_types[k].name);
		if (ns_types[k].for_children)
			make_namespace(ns_types[k].for_children);
	}
}

void fake_reset(void)
{
	for (size_t i = 0; i < fake.n_calls; i++) {
		free(fake.calls[i].text);
		free(fake.calls[i].data);
	}
	memset(&fake, 0, sizeof(fake));
	fake_death_signal = 0;
	fake_bounding = ~UINT64_C(0);
	fake_ambient = 0;
	fake_no_new_privs = false;
	fake_limit = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	fake_files_reset();
	fake_fds_reset();
	make_proc();
}

void fake_returns(const char *name, unsigned nth, long result)
{
	if (fake.n_rules == RULES)
		fake_fatal("too many programmed results");
	snprintf(fake.rules[fake.n_rules].name, sizeof(fake.rules[0].name), "%s", name);
	fake.rules[fake.n_rules].nth = nth;
	fake.rules[fake.n_rules++].result = result;
}

void fake_hide(const char *name)
{
	if (fake.n_hidden == HIDDEN)
		fake_fatal("too much hidden");
	snprintf(fake.hidden[fake.n_hidden++], sizeof(fake.hidden[0]), "%s", name);
}

/* --- recording --------------------------------------------------------------------------------- */

static struct fake_call *record(const char *name, const char *text)
{
	struct fake_call *call;

	if (fake.n_calls == CALLS)
		fake_fatal("%d calls and no end: %s(%s)", CALLS, name, text);
	call = &fake.calls[fake.n_calls];
	*call = (struct fake_call){ .name = name, .nth = fake_count(name) + 1 };
	call->text = strdup(text);
	if (!call->text)
		fake_fatal("no memory");
	fake.n_calls++;
	return call;
}

bool fake_begin(const char *name, long *ret, const char *fmt, ...)
{
	char text[8500];
	const struct fake_call *call;
	size_t used = (size_t)snprintf(text, sizeof(text), "%s(", name);
	va_list args;

	va_start(args, fmt);
	used += (size_t)vsnprintf(text + used, sizeof(text) - used, fmt, args);
	va_end(args);
	if (used + 2 > sizeof(text))
		fake_fatal("too long a call: %s", name);
	strcpy(text + used, ")");
	call = record(name, text);
	/* The latest rule wins, so that a test can refine what a set-up has said. */
	for (size_t i = fake.n_rules; i-- > 0;)
		if (strcmp(fake.rules[i].name, name) == 0 &&
		    (fake.rules[i].nth == 0 || fake.rules[i].nth == call->nth)) {
			*ret = fake_done(fake.rules[i].result);
			return false;
		}
	*ret = 0;
	return true;
}

long fake_done(long result)
{
	struct fake_call *call = &fake.calls[fake.n_calls - 1];
	char text[8600];

	call->result = result;
	if (result < 0) {
		snprintf(text, sizeof(text), "%s = %s", call->text, text_errno((int)-result));
		free(call->text);
		call->text = strdup(text);
	}
	return result;
}

void fake_keep(const void *data, size_t n)
{
	struct fake_call *call = &fake.calls[fake.n_calls - 1];

	call->data = malloc(n + 1);
	if (!call->data)
		fake_fatal("no memory");
	memcpy(call->data, data, n);
	call->len = n;
}

void fake_note(const char *text)
{
	record("note", text);
}

/* --- looking back ------------------------------------------------------------------------------ */

size_t fake_n_calls(void)
{
	return fake.n_calls;
}

const struct fake_call *fake_call(size_t i)
{
	return &fake.calls[i];
}

unsigned fake_count(const char *name)
{
	for (size_t i = fake.n_calls; i-- > 0;)
		if (strcmp(fake.calls[i].name, name) == 0)
			return fake.calls[i].nth;
	return 0;
}

const struct fake_call *fake_find(const char *text)
{
	for (size_t i = fake.n_calls; i-- > 0;)
		if (strstr(fake.calls[i].text, text))
			return &fake.calls[i];
	return NULL;
}

static bool is_among(const char *name, const char *words, size_t n, size_t step)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words + i * step, name) == 0)
			return true;
	return false;
}

const char *fake_trace(void)
{
	static char text[TRACE];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < fake.n_calls && used < sizeof(text); i++)
		if (!is_among(fake.calls[i].name, fake.hidden[0], fake.n_hidden,
			      sizeof(fake.hidden[0])))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s\n",
						 fake.calls[i].text);
	return text;
}

void fake_assert_trace(const char *expected)
{
	const char *trace = fake_trace();

	if (strcmp(trace, expected) != 0)
		fake_fatal("expected these calls:\n%sbut there were:\n%s", expected, trace);
}

/* --- running ----------------------------------------------------------------------------------- */

void fake_leave(enum fake_end end, int status)
{
	if (!fake.running)
		fake_fatal("exit or exec outside fake_run(); trace:\n%s", fake_trace());
	fake.end = end;
	fake.status = status;
	longjmp(fake.leave, 1);
}

enum fake_end fake_run(void (*function)(void *arg), void *arg)
{
	fake.end = FAKE_RETURNED;
	fake.running = true;
	if (setjmp(fake.leave) == 0)
		function(arg);
	fake.running = false;
	return fake.end;
}

int fake_exit_status(void)
{
	return fake.status;
}

/* --- the fault sweep --------------------------------------------------------------------------- */

static bool can_fail(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(cannot_fail); i++)
		if (strcmp(cannot_fail[i], name) == 0)
			return false;
	return true;
}

static void run_one(const struct fake_sweep *sweep, struct fake_fault *fault)
{
	fake_reset();
	sweep->set_up(sweep->arg);
	fake_returns(fault->call.name, fault->call.nth, -fault->err);
	fault->end = fake_run(sweep->run, sweep->arg);
	for (fault->index = 0; fault->index < fake.n_calls; fault->index++)
		if (fake.calls[fault->index].nth == fault->call.nth &&
		    strcmp(fake.calls[fault->index].name, fault->call.name) == 0)
			break;
	if (fault->index == fake.n_calls)
		fake_fatal("the second run is another: no %s", fault->call.text);
	sweep->check(fault, sweep->arg);
}

size_t fake_sweep(const struct fake_sweep *sweep)
{
	struct fake_fault *faults;
	size_t n, done = 0;

	fake_reset();
	sweep->set_up(sweep->arg);
	fake_run(sweep->run, sweep->arg);
	n = fake.n_calls;
	faults = calloc(n, sizeof(*faults));
	if (n == 0 || !faults)
		fake_fatal("nothing to let fail");
	for (size_t i = 0; i < n; i++) {
		faults[i].call = fake.calls[i];
		faults[i].call.text = strdup(fake.calls[i].text);
	}
	for (size_t i = 0; i < n; i++) {
		for (const int *err = sweep->errnos; can_fail(faults[i].call.name) && *err; err++) {
			faults[i].err = *err;
			run_one(sweep, &faults[i]);
			done++;
		}
		free(faults[i].call.text);
	}
	free(faults);
	return done;
}

#if defined(__SANITIZE_ADDRESS__)
/* The fake execve(2) and exit(2) return to the test by longjmp(3), where the kernel frees all memory. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:guard_exec\nleak:helper_main\nleak:do_helper\nleak:check_seccomp\nleak:parse_groups\n";
}
#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request of each function of common/kernel/sys.h to the kernel: the number of the system call, each
 * argument in its place; and its use of the answer. The kernel carries none of the calls out, so even
 * sys_pivot_root() can be tried. tests/unit/sys_calls.def has the rows, test_sys.c tries effects.
 */
#include "kernel/sys.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>

#include "base/kernel.h"
#include "call_unit.h"

/* libc has other calls for half of these on 32-bit machines. */
#if __SIZEOF_LONG__ < 8
int main(void)
{
	puts("1..0 # SKIP for 64-bit machines");
	return 0;
}
#else

/* Calls that not every architecture has. */
#ifndef __NR_dup2
#define __NR_dup2 (-1)
#endif
#ifndef __NR_faccessat2
#define __NR_faccessat2 (-1)
#endif
#ifndef __NR_fork
#define __NR_fork (-1)
#endif
#ifndef __NR_fstat
#define __NR_fstat (-1)
#endif
#ifndef __NR_newfstatat
#define __NR_newfstatat (-1)
#endif
#ifndef __NR_poll
#define __NR_poll (-1)
#endif
#ifndef __NR_setrlimit
#define __NR_setrlimit (-1)
#endif
#ifndef __NR_vfork
#define __NR_vfork (-1)
#endif

enum { WANTED_MAX = 3, LAST = -2, VALUE = 21 };

struct wanted_argument {
	enum { END, BITS, POINTED, VALUE_OF, ANYTHING } kind;
	uint64_t mask, value;
	const void *bytes;
	size_t size;
};

struct row {
	const char *name, *returns;
	long (*function)(void);
	struct wanted {
		long number;
		struct wanted_argument arguments[CALL_ARGUMENTS];
	} wanted[WANTED_MAX + 1]; /* any of these, up to LAST */
	bool answered;            /* by the next two, rather than VALUE that must come back */
	long value, result;
	bool cannot_fail, only_fails, never_returns;
	bool aside; /* libc, or what counts and checks in a build for tests, makes other calls, too */
	bool once;  /* a second call would be another one */
};

/* --- the rows ---------------------------------------------------------------------------------- */

static char room_one[4096], room_two[4096];
static void *const one = room_one, *const two = room_two;
static char *words[] = { room_one, NULL }, *others[] = { room_two, NULL };
static int number, pair[2];
static struct sys_caps capabilities;
static cpu_set_t processors;
static struct msghdr message = { .msg_name = room_one };
static struct pollfd polled;
static const struct rlimit limit = { .rlim_cur = 1, .rlim_max = 2 };
static const struct timespec eleven_ms = { .tv_nsec = 11000000 };

static void never(void *arg)
{
	(void)arg;
	abort();
}

/* Twice the same rows: once as functions without arguments, once as what is expected of them. */
#define ROW(wrapper, with, ...)            \
	static long try_##wrapper(void)    \
	{                                  \
		return (long)wrapper with; \
	}
#define ENDS(wrapper, with, ...)        \
	static long try_##wrapper(void) \
	{                               \
		wrapper with;           \
	}
#include "sys_calls.def"
#undef ROW
#undef ENDS

#define I(x) { .kind = BITS, .mask = UINT32_MAX, .value = (uint32_t)(x) }
#define L(x) { .kind = BITS, .mask = UINT64_MAX, .value = (uint64_t)(x) }
#define P(x) { .kind = BITS, .mask = UINT64_MAX, .value = (uintptr_t)(x) }
#define LOW_BYTE(x) { .kind = BITS, .mask = UINT8_MAX, .value = (x) }
#define BYTES(x) { .kind = POINTED, .bytes = &(x), .size = sizeof(x) }
#define VARIABLE(x) { .kind = VALUE_OF, .bytes = &(x), .size = sizeof(x) }
#define ANY { .kind = ANYTHING }
#define CALL(name, ...) { .number = __NR_##name, .arguments = { __VA_ARGS__ } },
#define ANSWER(with, gives) .answered = true, .value = (with), .result = (gives)
#define ROW(wrapper, with, calls, ...)                               \
	{                                                            \
		.name = #wrapper " makes its call, reports an error", \
		.returns = #wrapper " returns the result",           \
		.function = try_##wrapper,                           \
		.wanted = { calls { .number = LAST } },                \
		##__VA_ARGS__                                        \
	},
#define ENDS ROW

static const struct row rows[] = {
#include "sys_calls.def"
};

/* --- what the kernel sees ---------------------------------------------------------------------- */

static bool argument_fits(const struct call *call, size_t i, const struct wanted_argument *wanted)
{
	char found[sizeof(room_one)] = "";
	const struct iovec here = { .iov_base = found, .iov_len = wanted->size };
	const struct iovec there = { .iov_base = (void *)(uintptr_t)call->arguments[i],
				     .iov_len = wanted->size };

	if (wanted->kind == BITS)
		return (call->arguments[i] & wanted->mask) == wanted->value;
	if (wanted->kind == POINTED)
		return process_vm_readv(call->pid, &here, 1, &there, 1, 0) ==
			       (ssize_t)wanted->size &&
		       memcmp(found, wanted->bytes, wanted->size) == 0;
	if (wanted->kind == VALUE_OF)
		return memcmp(&call->arguments[i], wanted->bytes, wanted->size) == 0;
	return true;
}

/* The wanted call of this number, or NULL. */
static const struct wanted *find_wanted(const struct row *row, const struct call *call)
{
	for (const struct wanted *wanted = row->wanted; wanted->number != LAST; wanted++)
		if (wanted->number == call->number)
			return wanted;
	return NULL;
}

static bool call_fits(const struct row *row, const struct call *call)
{
	const struct wanted *wanted = find_wanted(row, call);

	for (size_t i = 0; wanted && i < CALL_ARGUMENTS; i++)
		if (!argument_fits(call, i, &wanted->arguments[i])) {
			print_error("argument %zu is %#llx\n", i + 1,
				    (unsigned long long)call->arguments[i]);
			return false;
		}
	if (!wanted)
		print_error("system call %ld\n", call->number);
	return wanted != NULL;
}

/*
 * Answers the calls of a row, the last answer again and again. How many of the wanted calls were
 * made, or -1 if another was, or one with other arguments.
 */
static int watch(const struct row *row, const struct call_answer *answers, int n_answers,
		 long *ret_result)
{
	struct call_child child;
	struct call call;
	uint64_t id;
	int made = 0;

	assert_int_equal(call_begin(&child, row->function), 0);
	for (int n = 0; n < CALLS_MAX && call_next(&child, &call, &id, ret_result); n++) {
		struct call_answer answer = { .carry_out = true };

		if (!row->aside || find_wanted(row, &call)) {
			if (!call_fits(row, &call)) {
				made = -1;
				break;
			}
			answer = answers[made < n_answers ? made : n_answers - 1];
			made++;
			if (row->never_returns)
				break;
		}
		call_answer(&child, id, answer);
	}
	call_end(&child);
	return made;
}

static void reports_the_error(void **state)
{
	const struct row *row = *state;
	const struct call_answer refused = { .error = EXDEV };
	long result = 0;

	assert_int_equal(watch(row, &refused, 1, &result), 1);
	if (!row->cannot_fail && !row->never_returns)
		assert_int_equal(result, -EXDEV);
}

/* A call that fails with EINTR is made again, if its row allows that. */
static void returns_the_result(void **state)
{
	const struct row *row = *state;
	const struct call_answer done = { .value = row->answered ? row->value : VALUE };
	const struct call_answer refused = { .error = EXDEV };
	const struct call_answer answers[] = { { .error = EINTR },
					       row->only_fails ? refused : done };
	bool again = !row->once && !row->cannot_fail;
	long result = 0;

	assert_int_equal(watch(row, answers + !again, 1 + again, &result), 1 + again);
	if (row->only_fails)
		assert_int_equal(result, -EXDEV);
	else
		assert_int_equal(result, row->answered ? row->result : VALUE);
}

/* --- the watch itself -------------------------------------------------------------------------- */

static long two_calls(void)
{
	syscall(__NR_kill, 1, 2);
	return syscall(__NR_dup3, 3, 4, 0);
}

static void another_order_is_seen(void **state)
{
	const struct row swapped = { .function = two_calls,
				     .wanted = { CALL(kill, I(2), I(1)) { .number = LAST } } };
	const struct row first = { .function = two_calls,
				   .wanted = { CALL(kill, I(1), I(2)) { .number = LAST } } };
	const struct call_answer done = { .value = 0 };
	long result;

	(void)state;
	assert_int_equal(watch(&swapped, &done, 1, &result), -1);
	/* The second is none of those wanted. */
	assert_int_equal(watch(&first, &done, 1, &result), -1);
}

static long nothing(void)
{
	return 0;
}

int main(void)
{
	struct call_child child;
	int rc;

	rc = call_begin(&child, nothing);
	call_end(&child);
	if (rc < 0) {
		printf("1..0 # SKIP no user notification by seccomp: %s\n", strerror(-rc));
		return 0;
	}
	UNIT_ADD_ROWS(reports_the_error, rows);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!rows[i].never_returns)
			unit_add(rows[i].returns, returns_the_result, &rows[i]);
	UNIT_ADD(another_order_is_seen);
	return unit_run("sys_calls");
}
#endif

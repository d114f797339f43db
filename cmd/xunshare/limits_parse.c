/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the arguments of the options that limit the program. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "options.h"
#include "xunshare/limits.h"

enum {
	PIDS_MAX = 4194304,     /* PID_MAX_LIMIT in include/linux/threads.h */
	CPU_PERIOD = 100000,    /* microseconds, the kernel's default (cgroup-v2.rst) */
	CPU_QUOTA_MIN = 1000,   /* the least that it accepts (kernel/sched/core.c) */
	CPUS_MAX = 65536,
};

bool limits_wanted(const struct opt_set *given)
{
	return opt_given(given, OPT_MEMORY) || opt_given(given, OPT_PIDS_LIMIT) ||
	       opt_given(given, OPT_CPUS) || opt_given(given, OPT_LIMIT) ||
	       opt_given(given, OPT_CGROUP_PARENT);
}

/* A file that is given again replaces the value. */
static int put(struct limits *limits, const char *file, const char *value, struct diag *diag)
{
	size_t i = 0;

	while (i < limits->n && strcmp(limits->list[i].file, file) != 0)
		i++;
	if (i == LIMITS_MAX)
		return diag_usage(diag, "there are more than %d limits", LIMITS_MAX);
	snprintf(limits->list[i].file, LIMIT_FILE, "%s", file);
	snprintf(limits->list[i].value, LIMIT_VALUE, "%s", value);
	limits->n += i == limits->n;
	return 0;
}

/* Whole numbers with K, M, G or T, in powers of 1024. */
static int parse_size(const char *text, uint64_t *ret)
{
	static const char units[] = "KkMmGgTt";
	size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	unsigned shift = unit && *unit ? 10 * ((unsigned)(unit - units) / 2 + 1) : 0;
	int rc = parse_digits(text, len - (shift > 0), (uint64_t)INT64_MAX >> shift, ret);

	if (rc == 0)
		*ret <<= shift;
	return rc;
}

static int take_memory(const struct opt_parser *parser, struct limits *limits, struct diag *diag)
{
	char value[LIMIT_VALUE];
	uint64_t size;
	int rc;

	if (parse_size(parser->arg, &size) < 0 || size == 0)
		return arg_bad(parser, "a size such as 200M, with K, M, G or T", diag);
	snprintf(value, sizeof(value), "%" PRIu64, size);
	rc = put(limits, "memory.max", value, diag);
	/* Otherwise the program would have as much swap as it likes. */
	return rc < 0 ? rc : put(limits, "memory.swap.max", "0", diag);
}

static int take_pids(const struct opt_parser *parser, struct limits *limits, struct diag *diag)
{
	char value[LIMIT_VALUE];
	uint64_t n;

	if (parse_u64(parser->arg, PIDS_MAX, &n) < 0 || n == 0)
		return arg_bad(parser, "a number of processes from 1 to 4194304", diag);
	snprintf(value, sizeof(value), "%" PRIu64, n);
	return put(limits, "pids.max", value, diag);
}

static int take_cpus(const struct opt_parser *parser, struct limits *limits, struct diag *diag)
{
	char value[LIMIT_VALUE];
	uint64_t millionths;

	if (parse_decimal(parser->arg, 6, CPUS_MAX, &millionths) < 0 || millionths / 10 < CPU_QUOTA_MIN)
		return arg_bad(parser, "a number of processors such as 1.5, from 0.01 to 65536", diag);
	snprintf(value, sizeof(value), "%" PRIu64 " %d", millionths / 10, CPU_PERIOD);
	return put(limits, "cpu.max", value, diag);
}

static int take_file(const struct opt_parser *parser, struct limits *limits, struct diag *diag)
{
	const char *equals = strchr(parser->arg, '=');
	size_t len = equals ? (size_t)(equals - parser->arg) : 0;
	char file[LIMIT_FILE], controller[LIMIT_CONTROLLER];

	if (len == 0 || len >= sizeof(file) || !equals[1] || strlen(equals + 1) >= LIMIT_VALUE ||
	    strchr(equals, '\n'))
		return arg_bad(parser, "FILE=VALUE, as in io.weight=50", diag);
	snprintf(file, sizeof(file), "%.*s", (int)len, parser->arg);
	if (strchr(file, '/') || !limit_controller(file, controller))
		return arg_bad(parser, "a file of a controller, as in io.weight=50, without '/'",
			       diag);
	if (strcmp(controller, "cgroup") == 0)
		return arg_bad(parser, "a file of a controller: cgroup.* are the cgroup's own", diag);
	return put(limits, file, equals + 1, diag);
}

int limits_take(const struct opt_parser *parser, int id, struct limits *limits, struct diag *diag)
{
	switch (id) {
	case OPT_MEMORY:
		return take_memory(parser, limits, diag);
	case OPT_PIDS_LIMIT:
		return take_pids(parser, limits, diag);
	case OPT_CPUS:
		return take_cpus(parser, limits, diag);
	case OPT_LIMIT:
		return take_file(parser, limits, diag);
	case OPT_CGROUP_PARENT:
		if (parser->arg[0] != '/' || strlen(parser->arg) >= CGROUP_PATH)
			return arg_bad(parser, "the path of a cgroup, as /sys/fs/cgroup/NAME", diag);
		limits->given = parser->arg;
		snprintf(limits->parent, sizeof(limits->parent), "%s", parser->arg);
		return 0;
	default:
		return 1;
	}
}

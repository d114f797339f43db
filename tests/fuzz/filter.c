/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filter expressions: a fault has a place, and what is negated is the opposite. */
#include <errno.h>

#include "base/diag.h"
#include "fuzz.h"
#include "xnsls/filter.h"

static const char *const names[] = { "NS", "TYPE", "NPROCS", "COMMAND", "NOTHING" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static int number_of(const char *name, size_t len)
{
	for (int i = 0; i < NAMES; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return i;
	return -1;
}

static void look_up(void *state, int name, struct filter_value *ret)
{
	(void)state;
	HOLDS(name >= 0 && name < NAMES);
	*ret = (struct filter_value){ .kind = name == 4 ? FILTER_MISSING :
					      name % 2	? FILTER_TEXT :
							FILTER_NUMBER,
				      .number = name == 0 ? 4026531836u : 3,
				      .text = name == 1 ? "net" : "/sbin/init" };
}

static void take_name(void *state, int name)
{
	HOLDS(name >= 0 && name < NAMES);
	++*(size_t *)state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter *filter = NULL, *negated = NULL;
	size_t at = 0, n = 0, length;
	/* The C library takes for ever and all memory for "(((.{255}){255}){255}": not our matter. */
	char *text = size > 256 ? NULL : fuzz_text(data, size), *not;
	struct diag diag = { .err = 0 };
	int rc;

	if (!text || strchr(text, '{') || strchr(text, '*') || strchr(text, '+')) {
		free(text);
		return 0;
	}
	length = strlen(text);
	rc = filter_parse(text, number_of, &filter, &at, &diag);
	if (rc < 0) {
		HOLDS(rc == -EINVAL && diag.what[0] && at <= length);
		free(text);
		return 0;
	}
	filter_names(filter, take_name, &n);
	not = malloc(length + 8);
	HOLDS(not);
	sprintf(not, "!(%s)", text);
	/* One level deeper may be one too many. */
	if (filter_parse(not, number_of, &negated, &at, &diag) == 0)
		HOLDS(filter_match(filter, look_up, NULL) != filter_match(negated, look_up, NULL));
	filter_free(negated);
	filter_free(filter);
	free(not);
	free(text);
	return 0;
}

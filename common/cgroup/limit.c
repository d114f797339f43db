/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

bool limit_controller(const char *file, char ret[LIMIT_CONTROLLER])
{
	size_t len = strcspn(file, ".");

	if (!file[len] || len == 0 || len >= LIMIT_CONTROLLER)
		return false;
	memcpy(ret, file, len);
	ret[len] = '\0';
	return true;
}

/* A number with a suffix as memparse() in lib/cmdline.c takes it. */
static bool parse_number(const char *text, size_t len, uint64_t *ret)
{
	static const char suffixes[] = "kmgt";
	const char *found = len ? strchr(suffixes, text[len - 1] | 0x20) : NULL;
	unsigned shift = found && *found ? 10 * (unsigned)(found - suffixes + 1) : 0;

	if (shift)
		len--;
	if (parse_digits(text, len, UINT64_MAX >> shift, ret) < 0)
		return false;
	*ret <<= shift;
	return true;
}

/* The largest unit that the kernel rounds to is a huge page of 1 GiB. */
static bool is_rounded(const char *value, size_t value_len, const char *shown, size_t shown_len)
{
	const uint64_t unit = UINT64_C(1) << 30;
	uint64_t wanted, has;

	if (!parse_number(value, value_len, &wanted) || !parse_number(shown, shown_len, &has))
		return false;
	return has == wanted || (has < wanted && wanted - has < unit && has % 4096 == 0);
}

/* Whether the line ends with the words of value. */
static bool line_holds(const char *value, const char *line, size_t len)
{
	size_t n = strlen(value);

	if (n <= len && memcmp(line + len - n, value, n) == 0 &&
	    (n == len || line[len - n - 1] == ' '))
		return true;
	return !strchr(value, ' ') && is_rounded(value, n, line, len);
}

bool limit_holds(const char *value, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (line_holds(value, text, len))
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}

void limit_show_size(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	while (unit + 1 < sizeof(units) / sizeof(*units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	snprintf(buf, size, "%" PRIu64 " %s", bytes, units[unit]);
}

uint64_t limit_count(const char *text, const char *word)
{
	size_t n = strlen(word);

	while (*text) {
		size_t len = strcspn(text, "\n");
		uint64_t count;

		if (len > n && memcmp(text, word, n) == 0 && text[n] == ' ' &&
		    parse_digits(text + n + 1, len - n - 1, UINT64_MAX, &count) == 0)
			return count;
		text += len + (text[len] == '\n');
	}
	return 0;
}

void cgroup_name_render(const struct cgroup_name *name, char buf[CGROUP_NAME])
{
	int n = snprintf(buf, CGROUP_NAME, "xns-%d-%" PRIu64, (int)name->pid, name->start);

	if (name->pid_ns)
		snprintf(buf + n, CGROUP_NAME - (size_t)n, "-%" PRIu64, name->pid_ns);
}

bool cgroup_name_parse(const char *text, struct cgroup_name *ret)
{
	struct cgroup_name name = { .pid = 0 };
	uint64_t numbers[3] = { 0 };

	if (strncmp(text, "xns-", 4) != 0)
		return false;
	text += 4;
	for (size_t i = 0; i < 3; i++) {
		size_t len = strcspn(text, "-");

		if (parse_digits(text, len, i ? UINT64_MAX : INT32_MAX, &numbers[i]) < 0)
			return false;
		text += len;
		if (!*text) {
			name.pid = (pid_t)numbers[0];
			name.start = numbers[1];
			name.pid_ns = numbers[2];
			*ret = name;
			return i > 0 && name.pid > 0;
		}
		text++;
	}
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * subuid(5). The first byte chooses whose ranges are wanted; the rest is the file. A slow and
 * simple reader must find the same.
 */
#include "base/parse.h"
#include "base/subid.h"
#include "fuzz.h"

/* The same by copies of lines and words. */
static size_t reference(const char *text, size_t len, const char *name, const char *uid,
			struct subid_range *ret)
{
	size_t n = 0;

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;
		char *copy = strndup(text, line), *start, *count;
		uint64_t first, ids;

		HOLDS(copy);
		start = memchr(text, '\0', line) ? NULL : strchr(copy, ':');
		count = start ? strchr(start + 1, ':') : NULL;
		if (count) {
			*start++ = *count++ = '\0';
			if (((name && strcmp(copy, name) == 0) || strcmp(copy, uid) == 0) &&
			    parse_u64(start, ID_MAX, &first) == 0 &&
			    parse_u64(count, UINT32_MAX, &ids) == 0 && ids > 0 &&
			    first + ids - 1 <= ID_MAX)
				ret[n++] = (struct subid_range){ (uint32_t)first, (uint32_t)ids };
		}
		free(copy);
		text += line + !!end;
		len -= line + !!end;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = fuzz_byte(&data, &size) & 1 ? "alice" : NULL;
	struct subid_list list = { 0 };
	struct subid_range *want = calloc(size + 1, sizeof(*want));
	char *text = fuzz_text(data, size);
	size_t n;

	HOLDS(want && subid_parse(text, size, name, 1000, &list) == 0);
	n = reference(text, size, name, "1000", want);
	HOLDS(list.n == n);
	for (size_t i = 0; i < n; i++)
		HOLDS(list.ranges[i].start == want[i].start && list.ranges[i].count == want[i].count);
	subid_free(&list);
	free(text);
	free(want);
	return 0;
}

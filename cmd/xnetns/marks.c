/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scripts hand back lines of list with the mark after the name: "n1 (id: 7)", as one word or as three. Pure. */
#include <string.h>

#include "base/macros.h"
#include "base/text.h"
#include "xnetns/xnetns.h"

enum { MARK_MAX = 160, MARK_WORDS_MAX = 16 };

/* A number sign stands for a decimal number. tests/unit/test_xnetns_marks.c tries all that list prints. */
static const char *const marks[] = {
	"(id: #)",
	"(id: #) (uplink)",
	"(uplink)",
	"(user) (uplink)",
	"(user)",
	"(user) (stale)",
	"(stale)",
	"(stale: the process has ended)",
	"(unknown: not mounted here)",
	"(unknown: it leads nowhere here)",
	"(mounted under another mount)",
	"(mounted in the mount namespace of process #)",
	"(mounted in the mount namespace mnt:[#])",
};

static bool matches(const char *text, const char *pattern)
{
	static const char digits[] = "0123456789";

	for (; *pattern; pattern++) {
		size_t len = *pattern == '#' ? strspn(text, digits) : *text == *pattern;

		if (len == 0)
			return false;
		text += len;
	}
	return !*text;
}

bool xnetns_is_mark(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (matches(text, marks[i]))
			return true;
	return false;
}

size_t xnetns_mark_words(char *const *words)
{
	char text[MARK_MAX] = "";

	for (size_t n = 0; n < MARK_WORDS_MAX && words[n] && words[0][0] == '('; n++) {
		if (!text_join(text, sizeof(text), " ", "%s", words[n]))
			return 0;
		if (xnetns_is_mark(text))
			return n + 1;
	}
	return 0;
}

size_t xnetns_name_length(const char *word)
{
	const char *mark = strstr(word, " (");

	return mark && mark > word && xnetns_is_mark(mark + 1) ? (size_t)(mark - word) : strlen(word);
}

static bool is_name(const struct xnetns *request, const char *word)
{
	return request->exists && request->exists(word);
}

/* An existing name wins over any other reading. */
void xnetns_drop_marks(struct xnetns *request, int n_names)
{
	char **from = request->operands, **to = from;

	for (int i = 0; *from; i++) {
		char *word = *from++;

		*to++ = word;
		if (i >= n_names)
			continue;
		if (!is_name(request, word))
			word[xnetns_name_length(word)] = '\0';
		if (*from && !is_name(request, *from))
			from += xnetns_mark_words(from);
	}
	*to = NULL;
	request->n_operands = (int)(to - request->operands);
}

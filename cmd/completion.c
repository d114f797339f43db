/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* Other processes choose some names. A name that would have to be escaped is not printed. */
void complete_word(const struct completion *completion, const char *word, const char *help)
{
	const char *last = completion->words[completion->n - 1];
	size_t len = strlen(word), typed = strlen(last + completion->prefix);

	if (strncmp(word, last + completion->prefix, typed) != 0 ||
	    escape_text(word, len, NULL, 0) != len)
		return;
	printf("%.*s%s\t", (int)completion->prefix, last, word);
	if (help)
		escape_write(help, stdout);
	putchar('\n');
}

enum opt_value complete_program(const struct completion *completion, bool print)
{
	(void)completion;
	(void)print;
	return VALUE_COMMAND;
}

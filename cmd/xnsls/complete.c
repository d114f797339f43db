/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions of the arguments of xnsls. */
#include <string.h>

#include "applet.h"
#include "xnsls/listing.h"

static void print_columns(const struct completion *completion)
{
	/* An item of a list, which may begin with "+". */
	struct completion one = *completion;
	const char *last = one.words[one.n - 1], *comma = strrchr(last + one.prefix, ',');

	if (comma)
		one.prefix = (size_t)(comma + 1 - last);
	else if (last[one.prefix] == '+')
		one.prefix++;
	for (int i = 0; i < COLUMN_COUNT; i++)
		complete_word(&one, columns[i].name, columns[i].help);
}

bool xnsls_values(const struct completion *completion, enum opt_value value)
{
	if (value != VALUE_COLUMN)
		return false;
	print_columns(completion);
	return true;
}

/* Offers PIDs and files, but no numbers of namespaces, which nobody remembers. */
enum opt_value xnsls_operand(const struct completion *completion, bool print)
{
	(void)print;
	return opt_given(&completion->given, OPT_COMPARE) ? VALUE_PID : VALUE_FILE;
}

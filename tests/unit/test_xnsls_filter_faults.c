/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filter expressions that are wrong, and the position of the fault. */
#include "filter_unit.h"

#include <errno.h>

#include "base/diag.h"

struct fault_row {
	const char *text;
	size_t at;
	const char *message; /* a part of it */
};

static const struct fault_row fault_rows[] = {
	{ "", 0, "missing at the end" },
	{ "   ", 3, "missing at the end" },
	{ "NS ==", 5, "missing at the end" },
	{ "NS == and", 6, "not 'and'" },
	{ "== 1", 0, "not '=='" },
	{ "NS = 1", 3, "use '=='" },
	{ "NS === 1", 5, "use '=='" },
	{ "NS & 1", 3, "unexpected character" },
	{ "NS | 1", 3, "unexpected character" },
	{ "NS == -1", 6, "unexpected character" },
	{ "NS == \xc3\xa9", 6, "unexpected character" },
	{ "BIRD == 1", 0, "no column 'BIRD'" },
	{ "NS == BIRD", 6, "no column 'BIRD'" },
	{ "USER == root", 8, "no column 'root'" },
	{ "NS NS", 3, "not 'NS'" },
	{ "NS == 1 2", 8, "not '2'" },
	{ "NS == 1 == 1", 8, "not '=='" },
	{ "(NS", 3, "')' is missing" },
	{ "(NS == 1", 8, "')' is missing" },
	{ "(NS 1", 4, "')' expected, not '1'" },
	{ ")", 0, "not ')'" },
	{ "NS)", 2, "not ')'" },
	{ "()", 1, "not ')'" },
	{ "!", 1, "missing at the end" },
	{ "NS and", 6, "missing at the end" },
	{ "NS or or NS", 6, "not 'or'" },
	{ "NS == 1x", 6, "'1x' is not a number" },
	{ "NS == 1KK", 6, "'1KK' is not a number" },
	{ "NS == 0x10", 6, "'0x10' is not a number" },
	{ "NS == 1_0", 6, "'1_0' is not a number" },
	{ "NS == 18446744073709551616", 6, "too large" },
	{ "NS == 16E", 6, "too large" },
	{ "USER == \"root", 8, "does not end" },
	{ "USER == 'root\"", 8, "does not end" },
	{ "USER == \"root\\\"", 8, "does not end" },
	{ "USER =~ root", 8, "no column" },
	{ "USER =~ TYPE", 8, "in quotation marks" },
	{ "USER =~ 1", 8, "in quotation marks" },
	{ "USER =~ \"(\"", 8, "bad regular expression" },
	{ "NS and USER !~ \"[\"", 15, "bad regular expression" },
};

static void fault(void **state)
{
	const struct fault_row *row = *state;
	struct filter *filter = (struct filter *)&fault_rows;
	struct diag diag;
	size_t at = 1000;

	assert_int_equal(filter_parse(row->text, find, &filter, &at, &diag), -EINVAL);
	assert_ptr_equal(filter, (struct filter *)&fault_rows);
	assert_int_equal(at, row->at);
	if (!strstr(diag.what, row->message))
		fail_msg("'%s' does not say '%s'", diag.what, row->message);
}

int main(void)
{
	UNIT_ADD_ROWS(fault, fault_rows);
	return unit_run("xnsls_filter_faults");
}

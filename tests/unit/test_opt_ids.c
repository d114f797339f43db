/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbering of options (cmd/options.h) is one for all applets. */
#include <string.h>

#include "options.h"
#include "unit.h"

static const struct {
	const char *applet;
	const struct opt *rows;
} tables[] = {
	{ "xunshare", xunshare_options },
	{ "xnsenter", xnsenter_options },
#ifdef HAVE_LIBSMARTCOLS
	{ "xnsls", xnsls_options },
#endif
#ifdef HAVE_LIBMNL
	{ "xnetns", xnetns_options },
#endif
	{ "doctor", doctor_options },
};

static void an_id_has_the_same_name_in_every_applet(void **state)
{
	const char *names[OPT_COUNT] = { NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct opt *row = tables[i].rows; !opt_is_end(row); row++) {
			if (!row->name)
				continue;
			if (row->id <= 0 || row->id >= OPT_COUNT)
				fail_msg("%s: --%s has the id %d, which options.h does not have",
					 tables[i].applet, row->name, row->id);
			if (names[row->id] && strcmp(names[row->id], row->name) != 0)
				fail_msg("%s: --%s has the id of --%s", tables[i].applet, row->name,
					 names[row->id]);
			names[row->id] = row->name;
		}
	for (int k = 0; k < NS_COUNT; k++)
		assert_string_equal(names[OPT_NS + k], ns_types[k].option);
}

int main(void)
{
	UNIT_ADD(an_id_has_the_same_name_in_every_applet);
	return unit_run("opt_ids");
}

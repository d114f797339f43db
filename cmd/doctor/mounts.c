/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports which mount options, filters and pins of xunshare work on this host. */
#include "cause/check.h"
#include "doctor/doctor.h"

void doctor_examine_mounts(struct doctor *doctor)
{
	struct check_row rows[CHECK_MOUNTS];

	check_mounts(rows, doctor->proc);
	for (size_t i = 0; i < CHECK_MOUNTS; i++) {
		const struct finding *finding = &rows[i].finding;

		doctor_say(doctor, SECTION_MOUNTS,
			   rows[i].answer == CHECK_YES ? DOCTOR_OK : DOCTOR_NOTE, rows[i].name,
			   "%s", finding->why[0] ? finding->why : "can be used");
		if (finding->remedy[0])
			doctor_remedy(doctor, "%s", finding->remedy);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xns doctor: runs the examinations and prints their findings. */
#include "doctor/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "options.h"
#include "output/json.h"

const struct opt doctor_options[] = {
	{ OPT_JSON, 'J', "json", ARG_NONE, VALUE_NONE, NULL, "print JSON" },
	{ OPT_HELP, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "print this help" },
	{ 0 },
};

static const struct {
	const char *title;
	const char *word; /* in JSON */
} sections[SECTION_COUNT] = {
	[SECTION_SYSTEM] = { "This system", "system" },
	[SECTION_LIMITS] = { "Limits and their use", "limits" },
	[SECTION_RIGHTS] = { "Permission to create namespaces", "rights" },
	[SECTION_IDS] = { "Subordinate ids", "ids" },
	[SECTION_SECURITY] = { "Security modules", "security" },
	[SECTION_MOUNTS] = { "Mounts and filters of sandboxes", "mounts" },
	[SECTION_NAMES] = { "Names, and namespaces without processes", "names" },
	[SECTION_CGROUPS] = { "Limits of programs by cgroups", "cgroups" },
};

static const char *const states[] = {
	[DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_PROBLEM] = "problem",
};

/* ---- printing ---- */

static int print_text(const struct doctor *doctor)
{
	int64_t problems = doctor_count(doctor, DOCTOR_PROBLEM);

	for (size_t i = 0; i < doctor->n; i++) {
		const struct doctor_finding *finding = &doctor->findings[i];

		if (i == 0 || finding->section != finding[-1].section)
			printf("%s%s\n", i ? "\n" : "", sections[finding->section].title);
		printf("  %-8s ", states[finding->state]);
		escape_write(finding->subject, stdout);
		fputs(": ", stdout);
		escape_write(finding->text, stdout);
		if (finding->remedy) {
			printf("\n  %-8s ", "");
			escape_write(finding->remedy, stdout);
		}
		putchar('\n');
	}
	if (problems)
		printf("\n%d problem%s\n", (int)problems, problems == 1 ? "" : "s");
	else
		puts("\nno problems");
	return io_flush(stdout);
}

static int print_json(const struct doctor *doctor)
{
	struct json json = { .out = stdout };

	json_begin(&json);
	json_number(&json, "problems", doctor_count(doctor, DOCTOR_PROBLEM));
	json_open(&json, "findings", '[');
	for (size_t i = 0; i < doctor->n; i++) {
		const struct doctor_finding *finding = &doctor->findings[i];

		json_open(&json, NULL, '{');
		json_text(&json, "section", sections[finding->section].word);
		json_text(&json, "state", states[finding->state]);
		json_text(&json, "subject", finding->subject);
		json_text(&json, "text", finding->text);
		json_text(&json, "remedy", finding->remedy);
		if (finding->limit >= 0) {
			json_number(&json, "limit", finding->limit);
			json_number(&json, "taken", finding->taken);
		}
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	return json_end(&json);
}

/* ---- the command ---- */

static int examine(bool json)
{
	struct diag diag = { .err = 0 };
	_cleanup_close_ int proc = proc_open_root(&diag);
	struct doctor doctor = { .proc = proc };
	int status;

	if (proc < 0)
		return applet_fail(&diag);
	doctor_examine_system(&doctor);
	doctor_examine_rights(&doctor);
	doctor_examine_security(&doctor);
	doctor_examine_mounts(&doctor);
	doctor_examine_namespaces(&doctor);
	doctor_examine_uplinks(&doctor);
	doctor_examine_cgroups(&doctor);
	if (doctor.no_memory) {
		diag_set(&diag, ENOMEM, "cannot store the findings");
		status = applet_fail(&diag);
	} else {
		status = applet_written(json ? print_json(&doctor) : print_text(&doctor));
		if (status == EXIT_SUCCESS && doctor_count(&doctor, DOCTOR_PROBLEM))
			status = EXIT_FAILURE;
	}
	doctor_free(&doctor);
	return status;
}

static int parse(int argc, char **argv, struct opt_set *given, struct diag *diag)
{
	struct opt_parser parser;
	int id;

	opt_begin(&parser, doctor_options, argc, argv);
	while ((id = opt_next(&parser, diag)) > 0)
		opt_put(given, id);
	if (id == 0 && parser.first_operand < argc)
		id = diag_usage(diag, "unexpected argument '%s'", argv[parser.first_operand]);
	return id;
}

int doctor_main(int argc, char **argv)
{
	struct opt_set given = { .bits = { 0 } };
	struct diag diag;

	if (parse(argc, argv, &given, &diag) < 0)
		return applet_fail(&diag);
	if (opt_given(&given, OPT_HELP))
		return applet_help(doctor_options, "[OPTION...]",
				   "Examine this host: namespace types, limits, permissions, problems "
				   "and their remedies.",
				   "The exit status is 0 if there is no problem, otherwise 1. xns(1) "
				   "describes the report.");
	if (applet_begin_report(&diag) < 0)
		return applet_fail(&diag);
	return examine(opt_given(&given, OPT_JSON));
}

enum opt_value doctor_operand(const struct completion *completion, bool print)
{
	(void)completion;
	(void)print;
	return VALUE_NONE;
}

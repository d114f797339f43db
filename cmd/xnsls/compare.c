/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/proc.h"
#include "output/json.h"
#include "output/table.h"
#include "xnsls/named.h"
#include "xnsls/output.h"
#include "xnsls/task.h"
#include "xnsls/xnsls.h"

struct comparison {
	const struct xnsls *request;
	struct ns_process *processes;
	size_t n;
	bool differ;
	struct scan_silent *silent;
};

static bool is_compared(const struct comparison *comparison, int type)
{
	unsigned types = comparison->request->types;

	if (types && !(types >> type & 1))
		return false;
	/* Omits types that this kernel does not have. */
	for (size_t i = 0; i < comparison->n; i++)
		if (comparison->processes[i].ns[type])
			return true;
	return false;
}

static bool is_equal(const struct comparison *comparison, int type)
{
	for (size_t i = 1; i < comparison->n; i++)
		if (comparison->processes[i].ns[type] != comparison->processes[0].ns[type])
			return false;
	return true;
}

static int read_all(struct comparison *comparison, struct diag *diag)
{
	_cleanup_close_ int proc = proc_open_root(diag);

	if (proc < 0)
		return proc;
	for (size_t i = 0; i < comparison->n; i++) {
		struct ns_process *process = &comparison->processes[i], *list[] = { process };
		int rc;

		process->pid = comparison->request->compare[i];
		rc = task_read(proc, process, diag);
		if (rc < 0)
			return rc;
		scan_details(proc, list, 1, PROCESS_COMMAND, comparison->silent);
	}
	if (named_check(comparison->request, diag) < 0)
		return -ESRCH;
	for (int k = 0; k < NS_COUNT; k++)
		comparison->differ |= is_compared(comparison, k) && !is_equal(comparison, k);
	return 0;
}

/* ---- output ---- */

static void put_ino(struct json *json, uint64_t ino)
{
	if (ino)
		json_number(json, NULL, (int64_t)ino);
	else
		json_text(json, NULL, NULL);
}

static void print_json(const struct comparison *comparison, struct json *json)
{
	json_begin(json);
	json_open(json, "processes", '[');
	for (size_t i = 0; i < comparison->n; i++) {
		json_open(json, NULL, '{');
		json_number(json, "pid", comparison->processes[i].pid);
		json_text(json, "command", comparison->processes[i].command);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_bool(json, "equal", !comparison->differ);
	json_open(json, "types", '[');
	for (int k = 0; k < NS_COUNT; k++) {
		if (!is_compared(comparison, k))
			continue;
		json_open(json, NULL, '{');
		json_text(json, "type", ns_types[k].name);
		json_bool(json, "equal", is_equal(comparison, k));
		json_open(json, "ns", '[');
		for (size_t i = 0; i < comparison->n; i++)
			put_ino(json, comparison->processes[i].ns[k]);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void print_raw_ino(uint64_t ino)
{
	putchar(' ');
	if (ino)
		printf("%" PRIu64, ino);
}

static void print_raw(const struct comparison *comparison)
{
	if (!opt_given(&comparison->request->given, OPT_NOHEADINGS)) {
		fputs("TYPE", stdout);
		for (size_t i = 0; i < comparison->n; i++)
			printf(" %d", (int)comparison->processes[i].pid);
		puts(" DIFF");
	}
	for (int k = 0; k < NS_COUNT; k++) {
		if (!is_compared(comparison, k))
			continue;
		fputs(ns_types[k].name, stdout);
		for (size_t i = 0; i < comparison->n; i++)
			print_raw_ino(comparison->processes[i].ns[k]);
		puts(is_equal(comparison, k) ? " " : " *");
	}
}

static int fill_row(const struct comparison *comparison, int type, struct table *table)
{
	struct libscols_line *line = table_row(table, NULL);
	bool equal = is_equal(comparison, type);
	int rc = line ? table_cell(table, line, 0, ns_types[type].name) : -ENOMEM;
	char text[24];

	for (size_t i = 0; rc == 0 && i < comparison->n; i++) {
		const uint64_t *first = comparison->processes[0].ns;
		uint64_t ino = comparison->processes[i].ns[type];

		snprintf(text, sizeof(text), "%" PRIu64, ino);
		rc = table_cell(table, line, i + 1, ino ? text : "-");
		if (rc == 0 && ino != first[type])
			table_color_cell(table, line, i + 1, TABLE_WARN);
	}
	return rc < 0 ? rc : table_cell(table, line, comparison->n + 1, equal ? NULL : "*");
}

static int print_table(const struct comparison *comparison, struct diag *diag)
{
	size_t n = comparison->n + 2;
	_cleanup_free_ struct table_column *shown = calloc(n, sizeof(*shown));
	_cleanup_free_ char(*pids)[16] = calloc(n, sizeof(*pids));
	unsigned flags =
		opt_given(&comparison->request->given, OPT_NOHEADINGS) ? TABLE_NO_HEADINGS : 0;
	struct table table = { 0 };
	int rc = shown && pids ? 0 : diag_set(diag, ENOMEM, "cannot compare the processes");

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (i > 0 && i <= comparison->n)
			snprintf(pids[i], sizeof(pids[i]), "%d",
				 (int)comparison->processes[i - 1].pid);
		shown[i] = (struct table_column){ i == 0 ? "TYPE" : i == n - 1 ? "DIFF" : pids[i],
						  i > 0 && i < n - 1 ? TABLE_RIGHT : 0 };
	}
	if (color_wanted(comparison->request->color))
		flags |= TABLE_COLOR;
	if (rc == 0)
		rc = table_open(&table, shown, n, flags, diag);
	for (int k = 0; rc == 0 && k < NS_COUNT; k++)
		if (is_compared(comparison, k) && fill_row(comparison, k, &table) < 0)
			rc = diag_set(diag, ENOMEM, "cannot make the table");
	if (rc == 0)
		rc = output_result(table_print(&table), diag);
	table_close(&table);
	return rc;
}

static int print(const struct comparison *comparison, struct diag *diag)
{
	struct json json = { .out = stdout };

	if (opt_given(&comparison->request->given, OPT_JSON)) {
		print_json(comparison, &json);
		return output_result(json_end(&json), diag);
	}
	if (!opt_given(&comparison->request->given, OPT_RAW))
		return print_table(comparison, diag);
	print_raw(comparison);
	return output_flush(diag);
}

int xnsls_compare(const struct xnsls *request, struct scan_silent *silent, bool *ret_differ,
		  struct diag *diag)
{
	struct comparison comparison = {
		.request = request, .n = request->n_compare, .silent = silent,
	};
	int rc;

	comparison.processes = calloc(comparison.n, sizeof(*comparison.processes));
	if (!comparison.processes)
		return diag_set(diag, ENOMEM, "cannot compare the processes");
	rc = read_all(&comparison, diag);
	if (rc == 0)
		rc = print(&comparison, diag);
	for (size_t i = 0; i < comparison.n; i++)
		free(comparison.processes[i].command);
	free(comparison.processes);
	*ret_differ = comparison.differ;
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls: lists namespaces. From options to a scan to the model to output. */
#include "xnsls/xnsls.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/macros.h"
#include "inventory/reference.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsls/compare.h"
#include "xnsls/filter.h"
#include "xnsls/listing.h"
#include "xnsls/mounted.h"
#include "xnsls/named.h"
#include "xnsls/output.h"
#include "xnsls/report.h"
#include "xnsls/task.h"
#include "xnsls/watch.h"

static const char synopsis[] = "[OPTION...] [NAMESPACE]\n"
			       "--compare [OPTION...] PID|NAME PID|NAME...";
static const char purpose[] = "List namespaces, their processes, and what keeps them alive.";
static const char tail[] =
	"With NAMESPACE, its processes are listed. NAMESPACE is an inode number as in /proc/PID/ns, or the "
	"path of a file there or of a mounted namespace. xnsls(8) explains the columns and the filter, and "
	"has examples.";

/* ---- the filter ---- */

static int name_column(const char *word, size_t len)
{
	enum column_id column = column_by_name(word, len);

	return column == COLUMN_COUNT ? -1 : (int)column;
}

static void add_needs(void *state, int column)
{
	*(unsigned *)state |= columns[column].needs;
}

/* The row that the filter is applied to, and the cell that it has read last. */
struct filtering {
	const struct filter *filter;
	const struct listing *listing;
	const struct row *row;
	struct cell cell;
};

static void fill_value(void *state, int column, struct filter_value *ret)
{
	struct filtering *filtering = state;
	struct cell *cell = &filtering->cell;

	cell_free(cell);
	cell_fill(filtering->listing, filtering->row, (enum column_id)column, cell);
	*ret = (struct filter_value){
		.kind = cell->kind == CELL_NUMBER	      ? FILTER_NUMBER :
			cell->kind == CELL_EMPTY	      ? FILTER_MISSING :
			columns[column].flags & TABLE_SET     ? FILTER_SET :
								FILTER_TEXT,
		.number = cell->number,
		.text = cell->text,
	};
}

static bool keep(void *state, const struct listing *listing, const struct row *row)
{
	struct filtering *filtering = state;

	filtering->listing = listing;
	filtering->row = row;
	return filter_match(filtering->filter, fill_value, filtering);
}

enum {
	CARET_MAX = 1024,
	SHOWN_MAX = 100, /* bytes of an expression on each side of a fault */
};

static bool is_inside_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The width in terminal columns: some characters take two. If the locale fails, each takes one. */
static int width_of(const char *text)
{
	wchar_t wide[CARET_MAX];
	int width = -1;

	setlocale(LC_CTYPE, "");
	if (mbstowcs(wide, text, CARET_MAX) < CARET_MAX)
		width = wcswidth(wide, CARET_MAX);
	if (width >= 0)
		return width;
	for (width = 0; *text; text++)
		width += !is_inside_character(*text);
	return width;
}

/* Prints the expression near the fault, escaped, and a caret below the position of the fault. */
static void show_fault(const char *text, size_t at)
{
	size_t from = at > SHOWN_MAX ? at - SHOWN_MAX : 0, rest = strlen(text + at);
	size_t len = rest < SHOWN_MAX ? rest : SHOWN_MAX;
	char before[CARET_MAX], after[CARET_MAX];

	while (from < at && is_inside_character(text[from]))
		from++;
	while (len > 0 && is_inside_character(text[at + len]))
		len--;
	escape_text(text + from, at - from, before, sizeof(before));
	escape_text(text + at, len, after, sizeof(after));
	fprintf(stderr, "  %s%s%s%s\n  %*s^\n", from ? "..." : "", before, after,
		text[at + len] ? "..." : "", width_of(before) + (from ? 3 : 0), "");
}

/* ---- listing ---- */

static int scan_rows(struct listing *listing, const struct filter *filter, unsigned filter_needs,
		     struct diag *diag)
{
	struct filtering filtering = { .filter = filter };
	int rc, proc = listing->scan->proc = proc_open_root(diag);

	if (proc < 0)
		return proc;
	listing->hidden = proc_hides(proc);
	/* A thread may be in other namespaces than its process. */
	if (listing->request->task && task_is_thread(proc, listing->request->task))
		listing_deepen(listing);
	rc = scan(listing->scan, &listing->model, diag);
	if (rc == 0)
		rc = listing_read_mounted(listing, diag);
	if (rc == 0)
		rc = listing_make(listing, filter ? keep : NULL, &filtering, filter_needs, diag);
	cell_free(&filtering.cell);
	return rc;
}

/* Chooses the columns, and makes the rows. filter may be NULL. The caller closes listing->scan->proc. */
static int look(struct listing *listing, const struct filter *filter, struct diag *diag)
{
	unsigned filter_needs = 0;
	int rc;

	if (filter)
		filter_names(filter, add_needs, &filter_needs);
	rc = listing_prepare(listing, filter_needs, diag);
	/* The kernel gives the numbers of namespaces again, but not these. */
	if (opt_given(&listing->request->given, OPT_WATCH))
		listing->scan->flags |= SCAN_IDS;
	return rc < 0 ? rc : scan_rows(listing, filter, filter_needs, diag);
}

static int output(const struct listing *listing, struct diag *diag)
{
	if (opt_given(&listing->request->given, OPT_DOT))
		return output_dot(listing, diag);
	return output_listing(listing, diag);
}

static int list(const struct xnsls *request, struct filter *filter, bool *ret_complete,
		struct diag *diag)
{
	struct scan request_scan = { .way = request->scan, .proc = -1 };
	struct listing listing = { .request = request, .scan = &request_scan,
				   .workloads = WORKLOADS_NONE };
	int rc = look(&listing, filter, diag);

	if (rc == 0)
		rc = output(&listing, diag);
	if (rc == 0 && report_wanted(request))
		report_gaps(&listing);
	*ret_complete = rc == 0 && report_is_complete(&listing);
	cleanup_close(&request_scan.proc);
	listing_free(&listing);
	return rc;
}

/* Reads the number and the type of a NAMESPACE that was given as a file, a name or a holder. */
static int read_ns_file(struct xnsls *request, struct diag *diag)
{
	_cleanup_close_ int fd = reference_open_text(request->ns_file, NS_NONE, diag);
	struct stat st;
	int rc;

	if (fd == -ENOENT && !strchr(request->ns_file, '/'))
		return xnsls_bad_namespace(request->ns_file, diag);
	if (fd < 0)
		return fd;
	rc = sys_fstat(fd, &st);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine '%s'", request->ns_file);
	request->ns = st.st_ino;
	request->ns_type = nsref_kind(fd);
	return 0;
}

/* ---- exit statuses: each of these functions returns one ---- */

/* --strict makes an incomplete output a failure. */
static int strict_status(const struct xnsls *request, bool complete)
{
	return !complete && opt_given(&request->given, OPT_STRICT) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int filter_fail(const struct xnsls *request, size_t at, const struct diag *diag)
{
	int status = applet_fail(diag);

	show_fault(request->filter, at);
	return status;
}

static int run_list(struct xnsls *request)
{
	struct filter *filter = NULL;
	bool complete = false;
	size_t at = 0;
	struct diag diag;
	int rc;

	if (request->ns_file && read_ns_file(request, &diag) < 0)
		return applet_fail(&diag);
	if (request->filter && filter_parse(request->filter, name_column, &filter, &at, &diag) < 0)
		return filter_fail(request, at, &diag);
	rc = named_open(request, &diag);
	if (rc == 0 && opt_given(&request->given, OPT_WATCH))
		rc = watch(request, look, filter, &complete, &diag);
	else if (rc == 0)
		rc = list(request, filter, &complete, &diag);
	filter_free(filter);
	return rc < 0 ? applet_fail(&diag) : strict_status(request, complete);
}

static int run_compare(struct xnsls *request)
{
	struct scan_silent silent = { .n = 0 };
	bool differ;
	struct diag diag;
	int status;

	if (named_open(request, &diag) < 0 || xnsls_compare(request, &silent, &differ, &diag) < 0)
		return applet_fail(&diag);
	if (report_wanted(request))
		report_silent(&silent);
	status = strict_status(request, silent.n == 0);
	return status == EXIT_SUCCESS && differ ? COMPARE_DIFFER : status;
}

static int run_list_columns(const struct xnsls *request)
{
	struct diag diag;

	return output_columns(request, &diag) < 0 ? applet_fail(&diag) : EXIT_SUCCESS;
}

int xnsls_main(int argc, char **argv)
{
	struct xnsls request;
	struct diag diag;
	int status;

	if (xnsls_parse(argc, argv, &request, &diag) < 0)
		status = applet_fail(&diag);
	else if (opt_given(&request.given, OPT_HELP))
		status = applet_help(xnsls_options, synopsis, purpose, tail);
	else if (opt_given(&request.given, OPT_VERSION))
		status = applet_version();
	else if (opt_given(&request.given, OPT_LIST_COLUMNS))
		status = run_list_columns(&request);
	else if (applet_begin_report(&diag) < 0)
		status = applet_fail(&diag);
	else if (opt_given(&request.given, OPT_COMPARE))
		status = run_compare(&request);
	else
		status = run_list(&request);
	named_close(&request);
	xnsls_free(&request);
	return status;
}

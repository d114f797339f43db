/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -b FILE: runs the commands in a file. */
#include "xnetns/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "xnetns/xnetns.h"

struct batch {
	const struct xnetns *global;
	xnetns_run_line *run;
	const char *name;
	FILE *file;
	char *text; /* the command, joined from its lines */
	size_t len, room;
	unsigned line; /* the number of the last line read */
};

static int append(struct batch *batch, const char *piece)
{
	size_t len = strlen(piece);
	char *larger = array_reserve(batch->text, batch->len + len + 1, &batch->room, 1);

	if (!larger)
		return -ENOMEM;
	memcpy(larger + batch->len, piece, len + 1);
	batch->text = larger;
	batch->len += len;
	return 0;
}

/* Reads one command, which may extend over several lines. 1, 0 at the end, or -errno. */
static int next_command(struct batch *batch)
{
	_cleanup_free_ char *piece = NULL;
	size_t room = 0;
	bool more = true;
	ssize_t len;
	int rc = 0;

	batch->len = 0;
	for (int n = 0; more && rc == 0; n++) {
		errno = 0;
		len = getline(&piece, &room, batch->file);
		if (len < 0) {
			if (ferror(batch->file))
				return errno ? -errno : -EIO;
			return n > 0;
		}
		batch->line++;
		if (strlen(piece) != (size_t)len)
			return -EILSEQ;
		more = batch_cut_line(piece);
		rc = append(batch, piece);
	}
	return rc < 0 ? rc : 1;
}

/* Runs one command. The exit status. */
static int run_line(struct batch *batch)
{
	char *words[BATCH_WORDS_MAX];
	struct diag diag;
	int n = batch_split(batch->text, words, ARRAY_LEN(words));
	int first = n > 0 && strcmp(words[0], "netns") == 0;

	if (n < 0) {
		diag_set(&diag, 0, n == -EINVAL ? "a quoted word does not end" :
						  "too many words in one command");
		return xnetns_fail(&diag);
	}
	return n == 0 ? EXIT_SUCCESS :
			batch->run(batch->global, n - first, words + first);
}

static int run_commands(struct batch *batch)
{
	int first_failure = EXIT_SUCCESS, rc;
	struct diag diag;

	while ((rc = next_command(batch)) > 0) {
		int status = run_line(batch);

		if (status == EXIT_SUCCESS)
			continue;
		diag_set(&diag, 0, "Command failed %s:%u", batch->name, batch->line);
		xnetns_fail(&diag);
		if (first_failure == EXIT_SUCCESS)
			first_failure = status == STATUS_USAGE ? status : EXIT_FAILURE;
		if (!opt_given(&batch->global->given, OPT_FORCE))
			return first_failure;
	}
	if (rc < 0) {
		if (rc == -EILSEQ)
			diag_set(&diag, 0, "line %u of '%s' has a NUL byte", batch->line, batch->name);
		else
			diag_set(&diag, -rc, "cannot read '%s'", batch->name);
		return xnetns_fail(&diag);
	}
	return first_failure;
}

int xnetns_run_batch(const struct xnetns *global, xnetns_run_line *run)
{
	bool standard = strcmp(global->batch, "-") == 0;
	struct batch batch = { .global = global, .run = run, .name = global->batch };
	struct diag diag;
	int status;

	batch.file = standard ? stdin : fopen(global->batch, "re");
	if (!batch.file) {
		diag_set(&diag, errno, "cannot open '%s'", global->batch);
		return xnetns_fail(&diag);
	}
	status = run_commands(&batch);
	if (!standard)
		fclose(batch.file);
	free(batch.text);
	return status;
}

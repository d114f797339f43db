/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the arguments of the mount options. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "xunshare/mounts.h"
#include "xunshare/xunshare.h"

enum { FIELDS_MAX = 4 };

/*
 * Cuts the copy of an argument at its colons, in place; "\:" stands for a colon. Returns the number
 * of fields, 0 if one is empty or there are too many.
 */
static size_t cut_fields(char *text, const char *fields[FIELDS_MAX])
{
	char *to = text;
	size_t n = 0;

	fields[n++] = to;
	for (const char *from = text; *from; from++) {
		if (from[0] == '\\' && from[1] == ':') {
			*to++ = *++from;
		} else if (*from != ':') {
			*to++ = *from;
		} else {
			if (n == FIELDS_MAX)
				return 0;
			*to++ = '\0';
			fields[n++] = to;
		}
	}
	*to = '\0';
	for (size_t i = 0; i < n; i++)
		if (!*fields[i])
			return 0;
	return n;
}

char *mounts_clean_path(const char *path)
{
	char *clean = malloc(strlen(path) + 2), *to = clean;

	if (!clean)
		return NULL;
	while (*(path += strspn(path, "/"))) {
		size_t len = strcspn(path, "/");

		if (len != 1 || *path != '.') {
			*to++ = '/';
			memcpy(to, path, len);
			to += len;
		}
		path += len;
	}
	if (to == clean)
		*to++ = '/';
	*to = '\0';
	return clean;
}

static int set_target(struct mount_option *mount, const char *path, struct diag *diag)
{
	mount->target = mounts_clean_path(path);
	return mount->target ? 0 : diag_set(diag, ENOMEM, "cannot remember the mounts");
}

/* "64k", "2g", "50%". */
static int parse_size(const char *text, char *buf, size_t size)
{
	static const char units[] = "kmgt";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	const char *known = *unit ? strchr(units, *unit) : NULL;
	unsigned shift = known ? 10 * (unsigned)(known - units + 1) : 0;
	uint64_t value;

	if (parse_digits(text, digits, UINT64_MAX >> 1, &value) < 0 || value == 0)
		return -EINVAL;
	if (strcmp(unit, "%") == 0 && value <= 100) {
		snprintf(buf, size, "%" PRIu64 "%%", value);
		return 0;
	}
	if ((*unit && (!known || unit[1])) || value > (UINT64_MAX >> 1) >> shift)
		return -EINVAL;
	snprintf(buf, size, "%" PRIu64, value << shift);
	return 0;
}

static const char *allowed(int id)
{
	switch (id) {
	case OPT_TMPFS:
		return "DIR or DIR:SIZE, with an absolute DIR and a SIZE such as 64k, 2g or 50% "
		       "(write \\: for a colon in a name)";
	case OPT_DEV:
		return "the absolute path of a directory (write \\: for a colon in a name)";
	case OPT_OVERLAY:
		return "LOWER:DST or LOWER:UPPER:WORK:DST, with an absolute DST (write \\: for a "
		       "colon in a name)";
	case OPT_SYMLINK:
		return "TEXT:DST, with an absolute DST (write \\: for a colon in a name)";
	default:
		return "SRC or SRC:DST, with an absolute DST (write \\: for a colon in a name)";
	}
}

/* Gives the fields their meaning. NULL if the option cannot have so many; else the destination, or
 * "" if there is none. */
static const char *assign(struct mount_option *mount, const char *const *fields, size_t n)
{
	switch (mount->id) {
	case OPT_TMPFS:
		if (n == 2 && parse_size(fields[1], mount->size, sizeof(mount->size)) < 0)
			return NULL;
		return n == 1 || n == 2 ? fields[0] : NULL;
	case OPT_DEV:
		return n == 1 ? fields[0] : NULL;
	case OPT_OVERLAY:
		mount->source = fields[0];
		mount->upper = n == 4 ? fields[1] : NULL;
		mount->work = n == 4 ? fields[2] : NULL;
		return n == 2 || n == 4 ? fields[n - 1] : NULL;
	case OPT_SYMLINK:
		mount->source = fields[0];
		return n == 2 ? fields[1] : NULL;
	default:
		mount->source = fields[0];
		return n == 1 ? "" : n == 2 ? fields[1] : NULL;
	}
}

static int take_fields(const struct opt_parser *parser, struct mount_option *mount,
		       struct diag *diag)
{
	const char *fields[FIELDS_MAX], *target;
	size_t n;

	mount->fields = strdup(parser->arg);
	if (!mount->fields)
		return diag_set(diag, ENOMEM, "cannot remember the mounts");
	n = cut_fields(mount->fields, fields);
	target = n ? assign(mount, fields, n) : NULL;
	if (!target || (*target && *target != '/'))
		return arg_bad(parser, allowed(mount->id), diag);
	return *target ? set_target(mount, target, diag) : 0;
}

static bool is_mount_option(int id)
{
	switch (id) {
	case OPT_BIND:
	case OPT_RO_BIND:
	case OPT_DEV_BIND:
	case OPT_TMPFS:
	case OPT_DEV:
	case OPT_OVERLAY:
	case OPT_SYMLINK:
		return true;
	default:
		return false;
	}
}

int mounts_take(const struct opt_parser *parser, int id, struct mount_options *mounts,
		struct diag *diag)
{
	struct mount_option *grown;
	int rc;

	mounts->bare = false;
	if (!is_mount_option(id))
		return 1;
	grown = array_reserve(mounts->list, mounts->n + 1, &mounts->room, sizeof(*grown));
	if (!grown)
		return diag_set(diag, ENOMEM, "cannot remember the mounts");
	mounts->list = grown;
	grown += mounts->n++;
	*grown = (struct mount_option){ .id = id, .given = parser->arg };
	rc = take_fields(parser, grown, diag);
	mounts->bare = rc == 0 && !grown->target;
	return rc;
}

void mounts_release(struct mount_options *mounts)
{
	for (size_t i = 0; i < mounts->n; i++) {
		free(mounts->list[i].fields);
		free(mounts->list[i].target);
	}
	free(mounts->list);
	free(mounts->cwd);
}

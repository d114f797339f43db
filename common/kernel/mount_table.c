/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mount_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/proc.h"

enum { TEXT_MAX = 64 << 20 }; /* of all strings: 100,000 mounts with paths of 300 bytes each */

static bool leads_through(const char *path, const char *point)
{
	size_t len = strlen(point);

	while (len > 0 && point[len - 1] == '/')
		len--;
	return strncmp(path, point, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static char *put(char **to, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = *to;

	memcpy(copy, text, size);
	*to += size;
	return copy;
}

int mount_table_add(struct mount_table *table, const struct mount_entry *entry)
{
	size_t size = strlen(entry->root) + strlen(entry->point) + strlen(entry->options) +
		      strlen(entry->type) + 4;
	struct mount_entry *entries, *added;
	struct mount_text *text;
	char *to;

	if (table->text_size + size > TEXT_MAX)
		return -EFBIG;
	entries = array_reserve(table->entries, table->n + 1, &table->room, sizeof(*entries));
	if (entries)
		table->entries = entries;
	text = entries ? malloc(sizeof(*text) + size) : NULL;
	if (!text)
		return -ENOMEM;
	text->next = table->texts;
	table->texts = text;
	table->text_size += size;
	to = text->bytes;
	added = &table->entries[table->n++];
	*added = *entry;
	added->root = put(&to, entry->root);
	added->point = put(&to, entry->point);
	added->options = put(&to, entry->options);
	added->type = put(&to, entry->type);
	added->source = added->super_options = "";
	return 0;
}

int mount_table_take(struct mountinfo *info, const char *path, struct mount_table *ret)
{
	struct mount_entry entry;
	int rc = 0;

	*ret = (struct mount_table){ 0 };
	while (rc == 0 && mountinfo_next(info, &entry))
		if (!path || leads_through(path, entry.point) || leads_through(entry.point, path))
			rc = mount_table_add(ret, &entry);
	if (rc == 0)
		rc = info->rc;
	if (rc < 0)
		mount_table_free(ret);
	mountinfo_free(info);
	return rc;
}

int mount_table_read_of(int process, const char *path, struct mount_table *ret, struct diag *diag)
{
	_cleanup_close_ int fd = proc_open_file(process, "mountinfo", O_RDONLY);
	struct mountinfo info;
	int rc = fd;

	if (fd >= 0) {
		mountinfo_begin(fd, &info);
		rc = mount_table_take(&info, path, ret);
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot read /proc/self/mountinfo") : 0;
}

int mount_table_read_self(const char *path, struct mount_table *ret, struct diag *diag)
{
	_cleanup_close_ int self = proc_open_own(diag);

	return self < 0 ? self : mount_table_read_of(self, path, ret, diag);
}

void mount_table_free(struct mount_table *table)
{
	while (table->texts) {
		struct mount_text *next = table->texts->next;

		free(table->texts);
		table->texts = next;
	}
	free(table->entries);
	*table = (struct mount_table){ 0 };
}

const struct mount_entry *mount_table_by_id(const struct mount_table *table, int id)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->entries[i].id == id)
			return &table->entries[i];
	return NULL;
}

static bool is_on(const struct mount_table *table, const struct mount_entry *entry,
		  const struct mount_entry *lower)
{
	if (lower)
		return entry->parent == lower->id && entry != lower;
	/* The first mount of a system is its own parent. */
	return entry->parent == entry->id || !mount_table_by_id(table, entry->parent);
}

/* The first mount that path crosses into from the root of lower; lower NULL: the mount on "/". */
static const struct mount_entry *next_mount(const struct mount_table *table, const char *path,
					    const struct mount_entry *lower)
{
	const struct mount_entry *next = NULL;

	for (size_t i = 0; i < table->n; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (leads_through(path, entry->point) &&
		    (!next || strlen(entry->point) < strlen(next->point)) &&
		    is_on(table, entry, lower))
			next = entry;
	}
	return next;
}

/*
 * Follows the path as the kernel does: the table also has hidden mounts, covered by one mounted
 * later on a directory above them.
 */
const struct mount_entry *mount_table_top(const struct mount_table *table, const char *path)
{
	const struct mount_entry *top = NULL;

	for (size_t i = 0; i < table->n; i++) {
		const struct mount_entry *next = next_mount(table, path, top);

		if (!next)
			break;
		top = next;
	}
	return top && strcmp(top->point, path) == 0 ? top : NULL;
}

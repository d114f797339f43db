/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mount_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "macros.h"
#include "proc.h"

int mount_table_take(struct mountinfo info, struct mount_table *ret)
{
	struct mount_entry entry;
	size_t room = 0;

	*ret = (struct mount_table){ .info = info };
	while (mountinfo_next(&ret->info, &entry)) {
		if (ret->n == room) {
			struct mount_entry *larger;

			room = room ? 2 * room : 64;
			larger = realloc(ret->entries, room * sizeof(*larger));
			if (!larger) {
				mount_table_free(ret);
				return -ENOMEM;
			}
			ret->entries = larger;
		}
		ret->entries[ret->n++] = entry;
	}
	return 0;
}

int mount_table_read_self(struct mount_table *ret, struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag), self = -1, fd = -1;
	struct mountinfo info;
	int rc;

	if (root < 0)
		return root;
	self = proc_open_self(root, NULL, diag);
	if (self < 0)
		return self;
	fd = proc_open_file(self, "mountinfo", O_RDONLY);
	rc = fd < 0 ? fd : mountinfo_read(fd, &info);
	if (rc == 0)
		rc = mount_table_take(info, ret);
	return rc < 0 ? diag_set(diag, -rc, "cannot read /proc/self/mountinfo") : 0;
}

void mount_table_free(struct mount_table *table)
{
	mountinfo_free(&table->info);
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

/* Only one mount can lie on the root of another, so there is one chain from bottom to top. */
const struct mount_entry *mount_table_top(const struct mount_table *table, const char *path)
{
	const struct mount_entry *top = NULL;

	for (size_t i = 0; i < table->n; i++) {
		const struct mount_entry *entry = &table->entries[i];
		bool covered = false;

		if (strcmp(entry->point, path) != 0)
			continue;
		for (size_t k = 0; k < table->n && !covered; k++)
			covered = table->entries[k].parent == entry->id &&
				  strcmp(table->entries[k].point, path) == 0;
		if (!covered)
			top = entry;
	}
	return top;
}

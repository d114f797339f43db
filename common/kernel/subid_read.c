/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/subid_read.h"

#include <errno.h>
#include <fcntl.h>

#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/sys.h"

/* Reads a whole file. A missing file counts as empty: *ret_text stays NULL. */
static int read_file(const char *path, char **ret_text, size_t *ret_len)
{
	_cleanup_close_ int fd = -1;

	/* O_NONBLOCK: the open must not block if the file was replaced by a FIFO. */
	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd == -ENOENT)
		return 0;
	return fd < 0 ? fd : bounded_read(fd, BOUNDED_FILE, ret_text, ret_len);
}

int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int rc = read_file(path, &text, &len);

	return rc < 0 ? rc : subid_parse(text ? text : "", len, name, uid, ret);
}

int subid_read_source(const char *path, char ret[static SUBID_SOURCE])
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int rc = read_file(path, &text, &len);

	if (rc == 0)
		subid_find_source(text ? text : "", len, ret);
	return rc;
}

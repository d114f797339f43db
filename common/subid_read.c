/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of subordinate ids; what is in them is understood in subid.c, without a system call. */
#include <errno.h>
#include <fcntl.h>

#include "io.h"
#include "macros.h"
#include "subid.h"
#include "sys.h"

int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	size_t len = 0;
	int rc;

	/* O_NONBLOCK: a FIFO in the file's place must not hold us up. */
	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd == -ENOENT) {
		*ret = (struct subid_list){ 0 };
		return 0;
	}
	if (fd < 0)
		return fd;
	rc = io_read_all(fd, &text, &len);
	return rc < 0 ? rc : subid_parse(text, len, name, uid, ret);
}

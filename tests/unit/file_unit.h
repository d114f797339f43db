/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file without a name for tests of what reads a descriptor. */
#ifndef XNS_UNIT_FILE_UNIT_H
#define XNS_UNIT_FILE_UNIT_H

#include <stdio.h>
#include <unistd.h>

#include "unit.h"

/* A descriptor at the beginning of a file with these len bytes; the caller closes it. */
static inline int file_with(const char *text, size_t len)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fflush(file), 0);
	fd = dup(fileno(file));
	fclose(file);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

#endif

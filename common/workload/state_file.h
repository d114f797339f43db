/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that runtimes leave, read only if nobody but root or one user could have written them. */
#ifndef XNS_WORKLOAD_STATE_FILE_H
#define XNS_WORKLOAD_STATE_FILE_H

#include <stddef.h>
#include <stdint.h>

enum { STATE_FILE_MAX = 1 << 20 };

/*
 * Reads the file with this path below the directory root, terminated; the caller frees it. The file and each
 * directory on the way belong to root or to the owner, nobody else may write to them, and none is a
 * link: otherwise -EPERM or -ELOOP. The file is opened once and without waiting: -EAGAIN if another
 * process holds a lease on it (fcntl(2)). -EFBIG: it has more than STATE_FILE_MAX bytes. -ENOENT.
 */
int state_file_read(int root, const char *path, uint32_t owner, char **ret_text, size_t *ret_len);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what other processes wrote. They decide how long it is: an environment may have 64 GB
 * (prctl(2), PR_SET_MM_MAP), and mountinfo 100,000 lines of 8 KB. So each read has a limit.
 */
#ifndef XNS_BOUNDED_H
#define XNS_BOUNDED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	BOUNDED_TEXT = 8 << 20, /* execve(2) takes 6 MiB of arguments and environment */
	BOUNDED_FILE = 64 << 20, /* a file of root's, which may be large for good reasons */
	BOUNDED_LINE = 1 << 20, /* of mountinfo: overlayfs has up to 500 layers of 256 bytes */
};

/*
 * Reads all that fd gives into a new buffer, followed by a NUL that does not count. The caller
 * frees it. 0, or -errno with the outputs untouched: EFBIG if there are more than limit bytes.
 */
int bounded_read(int fd, size_t limit, char **ret_text, size_t *ret_len);

/* A file that is read line by line. All zero but fd is its beginning. Borrows fd, owns buf. */
struct bounded_lines {
	int fd; /* -1: buf has all */
	char *buf;
	size_t room, from, used;
	off_t offset;
	bool at_end;
};

/*
 * The next line, without its newline and terminated; it stays until the next call, and may be
 * changed. 1, 0 at the end, or -errno: EFBIG if it has more than BOUNDED_LINE bytes.
 */
int bounded_next_line(struct bounded_lines *lines, char **ret_line);

/* Begins again at the first line of the file. */
void bounded_rewind(struct bounded_lines *lines);

void bounded_free(struct bounded_lines *lines);
#define _cleanup_lines_ __attribute__((cleanup(bounded_free)))

#endif

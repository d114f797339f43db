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
	BOUNDED_TEXT = 8 << 20, /* execve(2) accepts 6 MiB of arguments and environment */
	BOUNDED_FILE = 64 << 20, /* only root writes the file: it may be large for good reasons */
	BOUNDED_LINE = 1 << 20, /* in mountinfo overlayfs has up to 500 layers of 256 bytes */
};

/*
 * Reads a file to its end into a new buffer, which the caller frees. A NUL follows the text and is
 * not counted in the length. 0, or -errno with the outputs untouched: EFBIG if the file has more
 * than limit bytes.
 */
int bounded_read(int fd, size_t limit, char **ret_text, size_t *ret_len);

/*
 * A file that is read line by line. Set fd and leave the rest zero to begin. Borrows fd, owns buf.
 */
struct bounded_lines {
	int fd; /* -1: the whole text is in buf */
	char *buf;
	size_t room, from, used;
	off_t offset;
	bool at_end;
};

/*
 * Returns the next line without its newline, terminated; the caller may change it until the next
 * call. 1, 0 at the end, or -errno: EFBIG if the line has more than BOUNDED_LINE bytes.
 */
int bounded_next_line(struct bounded_lines *lines, char **ret_line);

/* Goes back to the first line of the file. */
void bounded_rewind(struct bounded_lines *lines);

void bounded_free(struct bounded_lines *lines);
#define _cleanup_lines_ __attribute__((cleanup(bounded_free)))

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a batch file. Pure. */
#ifndef XNS_XNETNS_BATCH_H
#define XNS_XNETNS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { BATCH_WORDS_MAX = 100 };

/* Takes the end of the line and a comment off. True: the next line belongs to this one. */
bool batch_cut_line(char *line);

/*
 * Cuts a line into its words, in place, and ends them with a NULL. How many, or -EINVAL where a
 * quoted word does not end, -E2BIG where words (size of them) are too few.
 */
int batch_split(char *line, char **words, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses lines of a batch file. Pure. */
#ifndef XNS_XNETNS_BATCH_H
#define XNS_XNETNS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { BATCH_WORDS_MAX = 100 };

/*
 * Removes a comment, or the backslash at the end of the line. True if the next line continues this
 * one.
 */
bool batch_cut_line(char *line);

/*
 * Splits a line into words, in place, and ends them with NULL. Returns their number; -EINVAL if a
 * quoted word does not end, -E2BIG if there are more words than size holds.
 */
int batch_split(char *line, char **words, size_t size);

#endif

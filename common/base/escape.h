/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escapes text of unknown origin (names, command lines, paths, arguments) for output. Every message and
 * every output format uses it, so that no process can send escape sequences to an administrator's
 * terminal, or break a JSON document.
 */
#ifndef XNS_ESCAPE_H
#define XNS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes s of length len to out so that a terminal shows all of it and does nothing else: controls,
 * line and paragraph separators, characters that change the reading order or that are not visible
 * (soft hyphen, zero width, joiners, variation selectors, tags) and bytes that are not UTF-8 appear
 * as \xNN, byte by byte; a backslash stays as it is. The result is
 * always valid UTF-8 and always terminated; at most size - 1 bytes are written, never half a
 * character. Returns the length that the whole result needs (as snprintf(3) does).
 */
size_t escape_text(const char *s, size_t len, char *out, size_t size);

/* The same for a string, to a stream. A failure sets the error indicator of the stream. */
void escape_write(const char *s, FILE *out);

/*
 * Writes s as the contents of a JSON string (RFC 8259, section 7). Quotation marks, backslashes and C0
 * controls get JSON's escapes; other bytes that escape_text() escapes become \\xNN, so that the decoded value
 * equals the text in a table. Terminates and returns like escape_text().
 */
size_t escape_json(const char *s, size_t len, char *out, size_t size);

/* The same for a string, to a stream. A failure sets the error indicator of the stream. */
void escape_json_write(const char *s, FILE *out);

#endif

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
 * Writes s, of len bytes, to out in a form that is visible and harmless on a terminal. Bytes of these
 * become \xNN: controls, line and paragraph separators, characters that change the reading order or
 * that are invisible (soft hyphen, zero width, joiners, variation selectors, tags), and invalid UTF-8.
 * A backslash stays. The result is valid UTF-8, terminated, and at most size - 1 bytes of whole
 * characters. Returns the length of the complete result, like snprintf(3).
 */
size_t escape_text(const char *s, size_t len, char *out, size_t size);

/* Does the same for a string, to a stream. A failure sets the stream's error indicator. */
void escape_write(const char *s, FILE *out);

/*
 * Writes s as the contents of a JSON string (RFC 8259, section 7). Quotation marks, backslashes and
 * C0 controls get JSON's escapes; other bytes that escape_text() escapes become \\xNN, so that the
 * decoded value equals the text in a table. Terminates and returns like escape_text().
 */
size_t escape_json(const char *s, size_t len, char *out, size_t size);

/* Does the same for a string, to a stream. A failure sets the stream's error indicator. */
void escape_json_write(const char *s, FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making text that others chose (names, command lines, paths, arguments) safe to show. Every
 * message and every output format passes through here, so that no process can send escape sequences
 * to an administrator's terminal or break a JSON document.
 */
#ifndef XNS_ESCAPE_H
#define XNS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes s of length len to out so that a terminal shows it and does nothing else: C0 controls,
 * DEL, C1 controls, bidirectional controls, line and paragraph separators, a byte order mark and
 * bytes that are not UTF-8 appear as \xNN, byte by byte; a backslash stays as it is. The result is
 * always valid UTF-8 and always terminated; at most size - 1 bytes are written, never half a
 * character. Returns the length that the whole result needs (as snprintf(3) does).
 */
size_t escape_text(const char *s, size_t len, char *out, size_t size);

/* The same for a whole string, written to a stream, whose error state tells of failures. */
void escape_write(const char *s, FILE *out);

/*
 * Writes s as the inside of a JSON string (RFC 8259, section 7): the quotation mark, the backslash
 * and C0 controls by JSON's escapes; whatever escape_text() would escape beyond that as \\xNN,
 * so that the value reads as the table shows it and the document is valid UTF-8.
 * Terminates and returns as escape_text().
 */
size_t escape_json(const char *s, size_t len, char *out, size_t size);

/* The same for a whole string, written to a stream, whose error state tells of failures. */
void escape_json_write(const char *s, FILE *out);

#endif

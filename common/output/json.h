/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON documents (RFC 8259) member by member. */
#ifndef XNS_JSON_H
#define XNS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The state of a document. At its start all is zero except out. */
struct json {
	FILE *out;
	unsigned depth;
	bool filled;  /* the next value at this depth is not the first */
	bool compact; /* one line, without spaces */
};

/* key is NULL in an array and at the top level. Strings are escaped by escape_json(). */
void json_open(struct json *json, const char *key, char bracket);
/* Opens the object that is the whole document, with the version as its first key. */
void json_begin(struct json *json);
void json_close(struct json *json, char bracket);
void json_text(struct json *json, const char *key, const char *value); /* NULL: null */
void json_number(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);

/* Ends the document with a newline, and flushes. 0, or -errno of the first failed write. */
int json_end(struct json *json);

#endif

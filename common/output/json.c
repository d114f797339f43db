/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json.h"

#include <inttypes.h>

#include "base/escape.h"
#include "base/json_version.h"
#include "kernel/io.h"

static void put_quoted(struct json *json, const char *text)
{
	fputc('"', json->out);
	escape_json_write(text, json->out);
	fputc('"', json->out);
}

static void put_key(struct json *json, const char *key)
{
	if (json->filled)
		fputc(',', json->out);
	if (json->depth && !json->compact)
		fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
	if (key) {
		put_quoted(json, key);
		fputs(json->compact ? ":" : ": ", json->out);
	}
	json->filled = true;
}

void json_open(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	fputc(bracket, json->out);
	json->depth++;
	json->filled = false;
}

void json_begin(struct json *json)
{
	json_open(json, NULL, '{');
	json_number(json, "version", JSON_VERSION);
}

void json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled && !json->compact)
		fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
	fputc(bracket, json->out);
	json->filled = true;
}

void json_text(struct json *json, const char *key, const char *value)
{
	put_key(json, key);
	if (value)
		put_quoted(json, value);
	else
		fputs("null", json->out);
}

void json_number(struct json *json, const char *key, int64_t value)
{
	put_key(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

int json_end(struct json *json)
{
	fputc('\n', json->out);
	return io_flush(json->out);
}

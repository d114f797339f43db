/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/remedy.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"

/* The output so far; len may exceed size. */
struct sink {
	char *buf;
	size_t size, len;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	if (sink->len + len < sink->size)
		memcpy(sink->buf + sink->len, text, len);
	sink->len += len;
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_.@:+-/";

	return *word && strspn(word, plain) == strlen(word);
}

static void put_word(struct sink *sink, const char *word)
{
	if (is_plain(word)) {
		put(sink, word, strlen(word));
		return;
	}
	put(sink, "'", 1);
	for (; *word; word++) {
		if (*word == '\'')
			put(sink, "'\\''", 4);
		else
			put(sink, word, 1);
	}
	put(sink, "'", 1);
}

/*
 * Writes the value for a conversion, which excludes the percent sign. Returns the conversion's
 * length.
 */
static size_t put_value(struct sink *sink, const char *conversion, va_list *args)
{
	char number[32];
	size_t length = strspn(conversion, "lz");

	if (*conversion == 's')
		put_word(sink, va_arg(*args, const char *));
	else if (*conversion == 'z')
		snprintf(number, sizeof(number), "%zu", va_arg(*args, size_t));
	else if (length == 2 && conversion[2] == 'u')
		snprintf(number, sizeof(number), "%llu", va_arg(*args, unsigned long long));
	else if (length == 2)
		snprintf(number, sizeof(number), "%lld", va_arg(*args, long long));
	else if (*conversion == 'u')
		snprintf(number, sizeof(number), "%u", va_arg(*args, unsigned));
	else
		snprintf(number, sizeof(number), "%d", va_arg(*args, int));
	if (*conversion != 's')
		put(sink, number, strlen(number));
	return length + 1;
}

size_t remedy_vrender(char *buf, size_t size, enum remedy_programs programs, const char *words,
		      va_list args)
{
	struct sink sink = { .buf = buf, .size = size };
	va_list rest;

	va_copy(rest, args);
	while (*words) {
		size_t len = strcspn(words, "%");

		put(&sink, words, len);
		words += len;
		if (*words)
			words += 1 + put_value(&sink, words + 1, &rest);
	}
	va_end(rest);
	if (programs == RUNS_THEIRS || sink.len >= size)
		sink.len = 0;
	buf[sink.len] = '\0';
	return sink.len;
}

size_t remedy_render(char *buf, size_t size, enum remedy_who who, enum remedy_programs programs,
		     const char *words, ...)
{
	va_list args;
	size_t len;

	(void)who;
	va_start(args, words);
	len = remedy_vrender(buf, size, programs, words, args);
	va_end(args);
	return len;
}

void remedy_hint(struct diag *diag, enum remedy_who who, enum remedy_programs programs,
		 const char *words, ...)
{
	char text[DIAG_TEXT];
	va_list args;

	(void)who;
	va_start(args, words);
	if (remedy_vrender(text, sizeof(text), programs, words, args) > 0)
		diag_hint(diag, "%s", text);
	va_end(args);
}

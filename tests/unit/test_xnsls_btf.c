/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of structures, in descriptions of types that are made here; and in the running kernel's. */
#include "unit.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "inventory/btf.h"

enum { KIND_ENUM64 = 19, KIND_NEW = 20, WORDS_MAX = 160 };

/* "" stands at 0, and the others behind each other. */
static const char names[] = "\0one\0two\0first\0second\0other";
enum { ONE = 1, TWO = 5, FIRST = 9, SECOND = 15, OTHER = 22 };

struct types {
	uint32_t words[WORDS_MAX];
	size_t n;
};

static void add_words(struct types *types, const uint32_t *words, size_t n)
{
	assert_true(types->n + n <= WORDS_MAX);
	memcpy(types->words + types->n, words, n * sizeof(*words));
	types->n += n;
}

#define ADD(types, ...)                                                                  \
	add_words(types, (const uint32_t[]){ __VA_ARGS__ },                              \
		  sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* struct btf_type.info */
static uint32_t info(uint32_t kind, uint32_t n, bool flag)
{
	return kind << 24 | n | (flag ? 1u << 31 : 0);
}

/* What is passed over: each kind that something follows, others of the same name, and some more. */
static void add_others(struct types *types)
{
	ADD(types, OTHER, info(BTF_KIND_INT, 0, false), 4, 32);
	ADD(types, 0, info(BTF_KIND_ARRAY, 0, false), 0, 1, 1, 3);
	ADD(types, ONE, info(BTF_KIND_UNION, 1, false), 8, FIRST, 1, 8 * 99);
	ADD(types, OTHER, info(BTF_KIND_STRUCT, 1, false), 8, FIRST, 1, 8 * 98);
	ADD(types, OTHER, info(BTF_KIND_ENUM, 2, false), 4, FIRST, 1, SECOND, 2);
	ADD(types, OTHER, info(KIND_ENUM64, 1, false), 8, FIRST, 1, 0);
	ADD(types, 0, info(BTF_KIND_FUNC_PROTO, 2, false), 0, FIRST, 1, SECOND, 1);
	ADD(types, OTHER, info(BTF_KIND_VAR, 0, false), 1, 1);
	ADD(types, OTHER, info(BTF_KIND_DATASEC, 1, false), 8, 1, 0, 8);
	ADD(types, OTHER, info(BTF_KIND_DECL_TAG, 0, false), 1, 0);
	ADD(types, ONE, info(BTF_KIND_FWD, 0, false), 0);
	ADD(types, 0, info(BTF_KIND_PTR, 0, false), 1);
}

/* The second structure has bit fields: then a member's width stands beside its offset. */
static void add_structures(struct types *types)
{
	ADD(types, ONE, info(BTF_KIND_STRUCT, 2, false), 16, SECOND, 1, 0, FIRST, 1, 8 * 8);
	ADD(types, TWO, info(BTF_KIND_STRUCT, 2, true), 512, OTHER, 1, 3u << 24 | 4, FIRST, 1, 8 * 300);
}

static const struct btf_wanted wanted[] = {
	{ "two", "first" },
	{ "one", "first" },
	{ "one", "second" },
};

static struct btf_search begin(uint32_t *offsets)
{
	return (struct btf_search){ .names = names, .names_len = sizeof(names), .wanted = wanted,
				    .n = ARRAY_LEN(wanted), .offsets = offsets };
}

static ssize_t search(struct btf_search *search, const struct types *types)
{
	return btf_search_types(search, (const char *)types->words, types->n * sizeof(*types->words));
}

static void assert_found(const struct btf_search *search)
{
	assert_int_equal(search->found, ARRAY_LEN(wanted));
	assert_int_equal(search->offsets[0], 300);
	assert_int_equal(search->offsets[1], 8);
	assert_int_equal(search->offsets[2], 0);
}

static void found_among_others(void **state)
{
	struct types types = { 0 };
	uint32_t offsets[ARRAY_LEN(wanted)];
	struct btf_search found = begin(offsets);
	size_t end;

	(void)state;
	add_others(&types);
	add_structures(&types);
	end = types.n * sizeof(*types.words);
	add_others(&types);
	assert_int_equal(search(&found, &types), end);
	assert_found(&found);
}

/* Each piece is a copy of that length, so that valgrind sees whoever reads behind its end. */
static void search_in_pieces(const struct types *types, size_t size)
{
	size_t len = types->n * sizeof(*types->words), at = 0;
	uint32_t offsets[ARRAY_LEN(wanted)];
	struct btf_search found = begin(offsets);

	while (at < len) {
		size_t part = size < len - at ? size : len - at;
		char *copy = malloc(part);
		ssize_t step;

		assert_non_null(copy);
		memcpy(copy, (const char *)types->words + at, part);
		step = btf_search_types(&found, copy, part);
		free(copy);
		assert_true(step > 0);
		at += (size_t)step;
		if (found.found == found.n)
			break;
	}
	assert_found(&found);
}

/* A piece has to be as large as a structure that is wanted, and no other type. */
static void in_pieces(void **state)
{
	struct types types = { 0 };

	(void)state;
	add_others(&types);
	add_structures(&types);
	for (size_t size = sizeof(struct btf_type) + 2 * sizeof(struct btf_member);
	     size <= types.n * sizeof(*types.words); size++)
		search_in_pieces(&types, size);
}

static void structure_too_large(void **state)
{
	struct types types = { 0 };
	uint32_t offsets[ARRAY_LEN(wanted)];
	struct btf_search found = begin(offsets);

	(void)state;
	add_structures(&types);
	types.n = 8;
	assert_int_equal(search(&found, &types), 0);
	assert_int_equal(found.found, 0);
}

static void name_that_was_not_read(void **state)
{
	struct types types = { 0 };
	uint32_t offsets[ARRAY_LEN(wanted)];
	struct btf_search found = begin(offsets);

	(void)state;
	add_structures(&types);
	found.names_len = FIRST;
	assert_int_equal(search(&found, &types), types.n * sizeof(*types.words));
	assert_int_equal(found.found, 0);
}

static void kind_of_the_future(void **state)
{
	struct types types = { 0 };
	uint32_t offsets[ARRAY_LEN(wanted)];
	struct btf_search found = begin(offsets);

	(void)state;
	ADD(&types, 0, info(KIND_NEW, 0, false), 0);
	add_structures(&types);
	assert_int_equal(search(&found, &types), -EINVAL);
}

static void running_kernel(void **state)
{
	static const struct btf_wanted links[] = { { "list_head", "next" }, { "list_head", "prev" } };
	static const struct btf_wanted none[] = { { "list_head", "no such member" } };
	uint32_t offsets[ARRAY_LEN(links)];
	int rc = btf_find(links, ARRAY_LEN(links), offsets);

	(void)state;
	/* Not every kernel has it, and not every place a /sys. */
	if (rc == -ENOENT || rc == -EACCES)
		return;
	assert_int_equal(rc, 0);
	assert_int_equal(offsets[0], 0);
	assert_int_equal(offsets[1], sizeof(void *));
	assert_int_equal(btf_find(none, 1, offsets), -ENOENT);
}

int main(void)
{
	UNIT_ADD(found_among_others);
	UNIT_ADD(in_pieces);
	UNIT_ADD(structure_too_large);
	UNIT_ADD(name_that_was_not_read);
	UNIT_ADD(kind_of_the_future);
	UNIT_ADD(running_kernel);
	return unit_run("xnsls_btf");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table that finds values by a text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lookup.h"
#include "memory.h"
#include "unit.h"

static void keeps_thousands_of_texts(void **state)
{
	struct lookup lookup = { .n = 0 };
	static int values[3000];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3000; i++) {
			char key[32];
			void **place;

			snprintf(key, sizeof(key), "/cgroup%d", i);
			place = lookup_place(&lookup, key, strlen(key));
			assert_non_null(place);
			assert_ptr_equal(*place, round == 0 ? NULL : &values[i]);
			*place = &values[i];
		}
	assert_int_equal(lookup.n, 3000);
	lookup_free(&lookup, NULL);
	assert_int_equal(lookup.n, 0);
}

static void a_text_ends_at_its_length(void **state)
{
	struct lookup lookup = { .n = 0 };

	(void)state;
	*lookup_place(&lookup, "abc", 2) = state;
	assert_null(*lookup_place(&lookup, "abc", 3));
	assert_ptr_equal(*lookup_place(&lookup, "ab", 2), state);
	assert_null(*lookup_place(&lookup, "", 0));
	assert_int_equal(lookup.n, 3);
	lookup_free(&lookup, NULL);
}

static int n_released;

static void count(void *value)
{
	n_released += value != NULL;
}

static void releases_what_it_has(void **state)
{
	struct lookup lookup = { .n = 0 };

	(void)state;
	*lookup_place(&lookup, "a", 1) = state;
	*lookup_place(&lookup, "b", 1) = state;
	lookup_place(&lookup, "c", 1);
	lookup_free(&lookup, count);
	assert_int_equal(n_released, 2);
}

static void lack_of_memory_leaves_the_table(void **state)
{
	struct lookup lookup = { .n = 0 };
	char key[8];

	(void)state;
	for (int n = 0; n < 2; n++) {
		memory_left = n;
		assert_null(lookup_place(&lookup, "a", 1));
		memory_left = -1;
		assert_int_equal(lookup.n, 0);
	}
	for (int i = 0; i < 31; i++) {
		snprintf(key, sizeof(key), "%d", i);
		assert_non_null(lookup_place(&lookup, key, strlen(key)));
	}
	*lookup_place(&lookup, "7", 1) = state;
	lookup_place(&lookup, "last", 4);
	memory_left = 0;
	assert_null(lookup_place(&lookup, "more", 4));
	memory_left = -1;
	assert_ptr_equal(*lookup_place(&lookup, "7", 1), state);
	lookup_free(&lookup, NULL);
}

int main(void)
{
	UNIT_ADD(keeps_thousands_of_texts);
	UNIT_ADD(a_text_ends_at_its_length);
	UNIT_ADD(releases_what_it_has);
	UNIT_ADD(lack_of_memory_leaves_the_table);
	return unit_run("lookup");
}

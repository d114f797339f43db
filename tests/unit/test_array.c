/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow keep what is in them, also where there is no memory for more. */
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "memory.h"

static void grows_and_keeps(void **state)
{
	size_t room = 0, *list = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		list = array_reserve(list, i + 1, &room, sizeof(*list));
		assert_non_null(list);
		assert_true(room > i && room <= 2 * i + 16);
		list[i] = i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

/* More than twice what there is, and no more than was asked for. */
static void reserves_much_at_once(void **state)
{
	size_t room = 0;
	char *text = array_reserve(NULL, 5, &room, 1), *larger;

	(void)state;
	assert_non_null(text);
	assert_in_range(room, 5, 16);
	memcpy(text, "kept", 5);
	larger = array_reserve(text, 1000, &room, 1);
	assert_non_null(larger);
	assert_int_equal(room, 1000);
	assert_string_equal(larger, "kept");
	memset(larger, 'x', room);
	free(larger);
}

static void stays_where_there_is_room(void **state)
{
	size_t room = 4;
	int list[4];

	(void)state;
	memory_left = 0;
	assert_ptr_equal(array_reserve(list, 4, &room, sizeof(*list)), list);
	memory_left = -1;
	assert_int_equal(room, 4);
}

static void without_memory_the_old_one_stands(void **state)
{
	size_t room = 0;
	int *list = array_reserve(NULL, 1, &room, sizeof(*list));
	size_t before = room;

	(void)state;
	assert_non_null(list);
	list[before - 1] = 7;
	memory_left = 0;
	assert_null(array_reserve(list, room + 1, &room, sizeof(*list)));
	memory_left = -1;
	assert_int_equal(room, before);
	assert_int_equal(list[before - 1], 7);
	free(list);
}

static void a_size_beyond_memory_does_not_wrap(void **state)
{
	size_t room = SIZE_MAX / 16 + 1;

	(void)state;
	assert_null(array_reserve(NULL, room + 1, &room, 32));
	assert_int_equal(room, SIZE_MAX / 16 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_keeps),
		cmocka_unit_test(reserves_much_at_once),
		cmocka_unit_test(stays_where_there_is_room),
		cmocka_unit_test(without_memory_the_old_one_stands),
		cmocka_unit_test(a_size_beyond_memory_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

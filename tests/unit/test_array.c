/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow keep what is in them, also where there is no memory for more. */
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

#include "array.h"
#include "memory.h"

static void grows_and_keeps(void **state)
{
	size_t room = 0, *list = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		list = array_grow(list, i, &room, sizeof(*list));
		assert_non_null(list);
		assert_true(room > i && room <= 2 * i + 16);
		list[i] = i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

static void stays_where_there_is_room(void **state)
{
	size_t room = 4;
	int list[4];

	(void)state;
	memory_left = 0;
	assert_ptr_equal(array_grow(list, 3, &room, sizeof(*list)), list);
	memory_left = -1;
	assert_int_equal(room, 4);
}

static void without_memory_the_old_one_stands(void **state)
{
	size_t room = 0;
	int *list = array_grow(NULL, 0, &room, sizeof(*list));
	size_t before = room;

	(void)state;
	assert_non_null(list);
	list[before - 1] = 7;
	memory_left = 0;
	assert_null(array_grow(list, room, &room, sizeof(*list)));
	memory_left = -1;
	assert_int_equal(room, before);
	assert_int_equal(list[before - 1], 7);
	free(list);
}

static void a_size_beyond_memory_does_not_wrap(void **state)
{
	size_t room = SIZE_MAX / 16 + 1;

	(void)state;
	assert_null(array_grow(NULL, room, &room, 32));
	assert_int_equal(room, SIZE_MAX / 16 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_keeps),
		cmocka_unit_test(stays_where_there_is_room),
		cmocka_unit_test(without_memory_the_old_one_stands),
		cmocka_unit_test(a_size_beyond_memory_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities, through a libcap-ng that is not there. */
#include "kernel/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "kernel/library.h"
#include "unit.h"

/* The capabilities of this process, as bits; and the answers of the library. */
static uint64_t permitted, effective, inheritable, ambient, applied_inheritable, applied_ambient;
static bool ambient_lost;
static int get_result, update_fails_at, apply_fails_at, updates, applies, apply_errno;

static int fake_get(void)
{
	return get_result;
}

static int fake_have(capng_type_t which, unsigned capability)
{
	uint64_t set = which == CAPNG_PERMITTED ? permitted : effective;

	return set >> capability & 1;
}

static int fake_update(capng_act_t action, capng_type_t type, unsigned capability)
{
	assert_int_equal(action, CAPNG_ADD);
	assert_true(capability < 64);
	if (++updates == update_fails_at)
		return -1;
	*(type == CAPNG_INHERITABLE ? &inheritable : &ambient) |= UINT64_C(1) << capability;
	return 0;
}

static int fake_apply(capng_select_t set)
{
	if (++applies == apply_fails_at) {
		errno = apply_errno;
		return -1;
	}
	if (set == CAPNG_SELECT_CAPS)
		applied_inheritable = inheritable;
	else
		applied_ambient = ambient;
	return 0;
}

int __wrap_sys_prctl(int option, unsigned long a, unsigned long b);

/* The kernel's answer about an ambient capability. */
int __wrap_sys_prctl(int option, unsigned long a, unsigned long b)
{
	assert_int_equal(option, PR_CAP_AMBIENT);
	assert_int_equal(a, PR_CAP_AMBIENT_IS_SET);
	return ambient_lost ? 0 : (int)(applied_ambient >> b & 1);
}

/* In place of common/kernel/library.c, which is tried by its own program. */
int library_load(const char *soname, const struct library_symbol *symbols, size_t n,
		 const char **ret_text)
{
	static const struct {
		const char *name;
		void *function;
	} fakes[] = {
		{ "capng_get_caps_process", (void *)fake_get },
		{ "capng_have_capability", (void *)fake_have },
		{ "capng_update", (void *)fake_update },
		{ "capng_apply", (void *)fake_apply },
	};

	assert_string_equal(soname, LIBCAP_NG_SONAME);
	*ret_text = "not needed";
	for (size_t i = 0; i < n; i++) {
		*symbols[i].place = NULL;
		for (size_t f = 0; f < ARRAY_LEN(fakes); f++)
			if (strcmp(fakes[f].name, symbols[i].name) == 0)
				*symbols[i].place = fakes[f].function;
		assert_non_null(*symbols[i].place);
	}
	return 0;
}

static void begin(void)
{
	const char *text;

	permitted = effective = UINT64_C(1) << 63 | UINT64_C(1) << 21 | 1;
	inheritable = ambient = applied_inheritable = applied_ambient = 0;
	get_result = update_fails_at = apply_fails_at = updates = applies = 0;
	apply_errno = EPERM;
	assert_int_equal(caps_load(&text), 0);
}

static void permitted_become_ambient(void **state)
{
	(void)state;
	begin();
	assert_int_equal(caps_make_ambient(), 0);
	assert_int_equal(applied_inheritable, permitted);
	assert_int_equal(applied_ambient, permitted);
}

/* The kernel takes no ambient capability that is not inheritable yet (capabilities(7)). */
static void inheritable_come_first(void **state)
{
	(void)state;
	begin();
	apply_fails_at = 1;
	assert_int_equal(caps_make_ambient(), -EPERM);
	assert_int_equal(ambient, 0);
}

static void failures_of_the_library(void **state)
{
	(void)state;
	begin();
	get_result = -1;
	assert_int_equal(caps_make_ambient(), -EIO);
	for (int nth = 1; nth <= 6; nth++) {
		begin();
		update_fails_at = nth;
		assert_int_equal(caps_make_ambient(), -EINVAL);
	}
	begin();
	apply_fails_at = 2;
	apply_errno = ENOSYS;
	assert_int_equal(caps_make_ambient(), -ENOSYS);
	for (int nth = 1; nth <= 2; nth++) {
		begin();
		apply_fails_at = nth;
		apply_errno = 0;
		assert_int_equal(caps_make_ambient(), -EPERM);
	}
}

/* As the library leaves it, when it has taken the kernel for an old one. */
static void a_success_that_is_none(void **state)
{
	(void)state;
	begin();
	ambient_lost = true;
	assert_int_equal(caps_make_ambient(), -EPERM);
	ambient_lost = false;
}

int main(void)
{
	UNIT_ADD(permitted_become_ambient);
	UNIT_ADD(inheritable_come_first);
	UNIT_ADD(failures_of_the_library);
	UNIT_ADD(a_success_that_is_none);
	return unit_run("caps");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, and the units and containers that they mean for each caller. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "unit.h"
#include "workload/spec.h"
#include "workload/workload.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct form {
	const char *text;
	int rc; /* 1: it is no name at all */
	enum spec_kind kind;
	const char *user, *name;
};

static const struct form forms[] = {
	{ "unit:ssh.service", 0, SPEC_UNIT, "", "ssh.service" },
	{ "container:web", 0, SPEC_CONTAINER, "", "web" },
	{ "container:ann/web", 0, SPEC_CONTAINER, "ann", "web" },
	{ "container:1000/web", 0, SPEC_CONTAINER, "1000", "web" },
	{ "machine:my-web", 0, SPEC_MACHINE, "", "my-web" },
	{ "cgroup:/a/b", 0, SPEC_CGROUP, "", "/a/b" },
	{ "cgroup:/", 0, SPEC_CGROUP, "", "/" },
	{ "unit:a:b", 0, SPEC_UNIT, "", "a:b" },
	{ "unit:", -EINVAL, 0, NULL, NULL },
	{ "container:ann/", -EINVAL, 0, NULL, NULL },
	{ "container:/web", -EINVAL, 0, NULL, NULL },
	{ "container:a/b/c", -EINVAL, 0, NULL, NULL },
	{ "cgroup:a", -EINVAL, 0, NULL, NULL },
	{ "cgroup:", -EINVAL, 0, NULL, NULL },
	{ "cgroup:/a/", -EINVAL, 0, NULL, NULL },
	{ "cgroup:/a//b", -EINVAL, 0, NULL, NULL },
	{ "cgroup:/a/../b", -EINVAL, 0, NULL, NULL },
	{ "cgroup:/./b", -EINVAL, 0, NULL, NULL },
	{ "cgroup:/..a", 0, SPEC_CGROUP, "", "/..a" },
	{ "web", 1, 0, NULL, NULL },
	{ "Unit:ssh.service", 1, 0, NULL, NULL },
	{ "units:ssh.service", 1, 0, NULL, NULL },
	{ "4242", 1, 0, NULL, NULL },
	{ "4242:77", 1, 0, NULL, NULL },
	{ "", 1, 0, NULL, NULL },
};

static void a_form(void **state)
{
	const struct form *row = *state;
	struct spec spec = { .name = "untouched" };
	struct diag diag;

	assert_int_equal(spec_is(row->text), row->rc != 1);
	assert_int_equal(spec_parse(row->text, 7, &spec, &diag), row->rc == 1 ? -EINVAL : row->rc);
	if (row->rc != 0) {
		assert_string_equal(spec.name, "untouched");
		assert_true(diag.usage);
		return;
	}
	assert_int_equal(spec.kind, row->kind);
	assert_string_equal(spec.user, row->user);
	assert_string_equal(spec.name, row->name);
	assert_int_equal(spec.viewer, 7);
	assert_int_equal(spec.owner, 7);
}

static void a_user_that_is_too_long(void **state)
{
	char text[400] = "container:";
	struct spec spec;
	struct diag diag;

	(void)state;
	memset(text + 10, 'a', 300);
	strcpy(text + 310, "/web");
	assert_int_equal(spec_parse(text, 0, &spec, &diag), -EINVAL);
}

/* The containers: one of root's, of user 1000's, one whose owner is unseen, one of several users. */
struct row {
	const char *text;
	uint32_t viewer, named; /* the user before the slash; WORKLOAD_ANY_OWNER: none */
	uint32_t owner;
	bool is_certain;
	enum spec_match match;
};

#define NOBODY WORKLOAD_ANY_OWNER

static const struct row rows[] = {
	{ "container:web", 0, NOBODY, 0, true, MATCH_EXACT },
	{ "container:we", 0, NOBODY, 0, true, MATCH_PREFIX },
	{ "container:webx", 0, NOBODY, 0, true, MATCH_NONE },
	{ "container:" ID, 0, NOBODY, 0, true, MATCH_EXACT },
	{ "container:0123", 0, NOBODY, 0, true, MATCH_PREFIX },
	{ "unit:docker-" ID ".scope", 0, NOBODY, 0, true, MATCH_EXACT },
	{ "unit:docker-", 0, NOBODY, 0, true, MATCH_NONE },
	{ "machine:web", 0, NOBODY, 0, true, MATCH_NONE },
	/* without a tree, what no user could have named is believed */
	{ "container:web", 0, NOBODY, 0, false, MATCH_EXACT },
	/* a user's is no name for root, who reads none of his files */
	{ "container:web", 0, NOBODY, 1000, true, MATCH_NONE },
	{ "container:0123", 0, NOBODY, 1000, true, MATCH_OTHERS },
	{ "unit:docker-" ID ".scope", 0, NOBODY, 1000, true, MATCH_OTHERS },
	{ "container:web", 0, 1000, 1000, true, MATCH_EXACT },
	{ "container:web", 0, 1001, 1000, true, MATCH_NONE },
	{ "container:" ID, 0, 1001, 1000, true, MATCH_OTHERS },
	{ "container:web", 0, 1000, 0, true, MATCH_NONE },
	{ "container:web", 0, 1000, 1000, false, MATCH_UNSEEN },
	/* nobody's */
	{ "container:web", 0, NOBODY, NOBODY, true, MATCH_NONE },
	{ "container:web", 0, 1000, NOBODY, true, MATCH_NONE },
	{ "container:" ID, 1000, NOBODY, NOBODY, true, MATCH_NONE },
	/* a user and his own, and root's by id */
	{ "container:web", 1000, NOBODY, 1000, true, MATCH_EXACT },
	{ "container:we", 1000, NOBODY, 1000, true, MATCH_PREFIX },
	{ "container:web", 1000, NOBODY, 1000, false, MATCH_UNSEEN },
	{ "container:web", 1000, NOBODY, 0, true, MATCH_NONE },
	{ "container:" ID, 1000, NOBODY, 0, true, MATCH_ROOTS },
	{ "container:0123", 1000, NOBODY, 0, true, MATCH_ROOTS_PREFIX },
	{ "container:web", 1000, NOBODY, 1001, true, MATCH_NONE },
	{ "unit:docker-" ID ".scope", 1000, NOBODY, 0, true, MATCH_ROOTS },
};

static void a_match(void **state)
{
	const struct row *row = *state;
	struct workload workload = { .container = "web", .id = ID, .unit = "docker-" ID ".scope",
				     .engine = ENGINE_DOCKER };
	struct spec spec;
	struct diag diag;
	size_t end = 7;

	workload.path.container = (struct workload_name){ .text = ID, .len = 64, .end = 99,
							  .owner = row->owner,
							  .is_certain = row->is_certain };
	workload.path.unit = workload.path.container;
	assert_int_equal(spec_parse(row->text, row->viewer, &spec, &diag), 0);
	if (row->named != NOBODY) {
		strcpy(spec.user, "ann");
		spec.owner = row->named;
	}
	assert_int_equal(spec_match(&spec, &workload, &end), row->match);
	assert_int_equal(end, row->match >= MATCH_ROOTS_PREFIX ? 99 : 7);
	workload.path.is_outside = true;
	assert_int_equal(spec_match(&spec, &workload, &end), MATCH_NONE);
}

static enum spec_match match(const char *text, const struct workload *workload, size_t *ret_end)
{
	struct spec spec;
	struct diag diag;

	assert_int_equal(spec_parse(text, 0, &spec, &diag), 0);
	return spec_match(&spec, workload, ret_end);
}

static void machines_and_cgroups(void **state)
{
	struct workload workload = { .container = "my-web", .id = "my-web", .engine = ENGINE_NSPAWN,
				     .cgroup = (char[]){ "/machine.slice/machine-x.scope/payload" } };
	size_t end = 0;

	(void)state;
	workload.path.container = (struct workload_name){ .text = "x", .len = 1, .end = 30 };
	assert_int_equal(match("machine:my-web", &workload, &end), MATCH_EXACT);
	assert_int_equal(match("machine:my", &workload, &end), MATCH_NONE);
	assert_int_equal(match("container:my", &workload, &end), MATCH_PREFIX);
	assert_int_equal(match("cgroup:/machine.slice", &workload, &end), MATCH_EXACT);
	assert_int_equal(end, strlen("/machine.slice"));
	assert_int_equal(match("cgroup:/machine.slice/machine-x.scope/payload", &workload, &end), MATCH_EXACT);
	assert_int_equal(match("cgroup:/machine", &workload, &end), MATCH_NONE);
	assert_int_equal(match("cgroup:/", &workload, &end), MATCH_EXACT);
	assert_int_equal(match("cgroup:/machine.slice/machine-x.scope/payload/x", &workload, &end),
			 MATCH_NONE);
	workload.is_sandbox = true;
	assert_int_equal(match("container:my-web", &workload, &end), MATCH_NONE);
}

int main(void)
{
	UNIT_ADD_ROWS(a_form, forms);
	UNIT_ADD(a_user_that_is_too_long);
	UNIT_ADD_ROWS(a_match, rows);
	UNIT_ADD(machines_and_cgroups);
	return unit_run("workload_spec");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the tests of the helper: the steps it does, and both ends of its socket. */
#ifndef XNS_UNIT_HELPER_UNIT_H
#define XNS_UNIT_HELPER_UNIT_H

#include <stdio.h>

#include "apply_unit.h"
#include "base/kernel.h"

/* As in common/apply/helper.c: commands beside the numbers of steps, and the answer. */
enum { COMMIT = 1000, UNDO = 1001 };

struct reply {
	int rc;
	struct diag diag;
};

static const struct idmap block = { .extents = (struct extent[]){ { 0, 100000, 65536 } }, .n = 1 };

static const struct step map_step = { .kind = STEP_MAP, .by_helper = true, .map.ids = "uid",
				      .map.map = &block };
static const struct step pin_step = { .kind = STEP_PIN, .by_helper = true, .pin.ns = NS_NET,
				      .pin.path = "/run/n" };

/* A pin, once made, is a file of nsfs with the namespace's inode number. */
static inline void make_pin(const char *path, const char *ns)
{
	char file[64];
	struct fake_node *node = fake_file(path, "");

	snprintf(file, sizeof(file), "/proc/4242/ns/%s", ns);
	node->ino = fake_ns(file)->ino;
	fake_mounted(path, NSFS_MAGIC);
}

static inline void begin(struct run *run, const struct step *steps[], size_t n)
{
	fake_reset();
	fake_file("/bin/newuidmap", "");
	fake_file("/usr/bin/prog", "#!/bin/sh\n");
	fake_file("/bin/sh", "");
	make_pin("/run/n", "net");
	make_pin("/run/u", "uts");
	fake_file("/proc/4242/uid_map", "         0     100000      65536\n");
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_HELPER);
	for (size_t i = 0; i < n; i++)
		add_step(&run->plan, *steps[i]);
	add_exec(&run->plan);
}

#define BEGIN(run, ...)                                                            \
	begin(run, (const struct step *[]){ __VA_ARGS__ },                         \
	      ARRAY_LEN(((const struct step *[]){ __VA_ARGS__ })))

/* Asks it, with a descriptor for a file of this path or NULL. */
static inline void ask(int number, const char *fd_path)
{
	if (fd_path)
		fake_input_fd("socket1 other", &number, sizeof(number), fd_path);
	else
		fake_input("socket1 other", &number, sizeof(number));
}

/* Lets it run until its other side is closed. */
static inline void help(struct run *run)
{
	fake_returns("fork", 1, 0);
	fake_input("socket1 other", NULL, 0);
	apply_plan(run);
	assert_int_equal(run->end, FAKE_EXITED);
}

/* The nth answer that it has given. */
static const struct reply *answer(unsigned nth)
{
	for (size_t i = 0; i < fake_n_calls(); i++)
		if (strcmp(fake_call(i)->name, "sendmsg") == 0 && fake_call(i)->nth == nth) {
			assert_int_equal(fake_call(i)->len, sizeof(struct reply));
			return (const void *)fake_call(i)->data;
		}
	fail_msg("there was no answer %u; trace:\n%s", nth, fake_trace());
	return NULL;
}

static inline void assert_answer(unsigned nth, int rc, const char *message)
{
	const struct reply *reply = answer(nth);

	assert_int_equal(reply->rc, rc);
	if (message)
		assert_message(&reply->diag, message);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "kernel/sys.h"

enum {
	WORTH_THREADS = 200, /* rounds; starting a thread costs as much as two or three */
	CHUNK = 32,          /* rounds taken at once: neighbours in /proc, few atomic operations */
};

struct loop {
	void (*work)(void *state, unsigned thread, size_t i);
	void *state;
	size_t n;
	atomic_size_t next;
};

struct worker {
	struct loop *loop;
	unsigned thread;
	pthread_t id;
};

unsigned parallel_threads(size_t n)
{
	cpu_set_t cpus;
	unsigned count = 0;

	if (n < WORTH_THREADS || sys_sched_getaffinity(&cpus) < 0)
		return 1;
	for (unsigned i = 0; i < CPU_SETSIZE && count < PARALLEL_MAX; i++)
		count += CPU_ISSET(i, &cpus) != 0;
	return count ? count : 1;
}

static void *run(void *argument)
{
	const struct worker *worker = argument;
	struct loop *loop = worker->loop;

	for (;;) {
		size_t begin = atomic_fetch_add(&loop->next, CHUNK), end = begin + CHUNK;

		if (begin >= loop->n)
			return NULL;
		for (size_t i = begin; i < end && i < loop->n; i++)
			loop->work(loop->state, worker->thread, i);
	}
}

void parallel_for(size_t n, unsigned threads, void (*work)(void *state, unsigned thread, size_t i),
		  void *state)
{
	struct loop loop = { .work = work, .state = state, .n = n };
	struct worker workers[PARALLEL_MAX];
	unsigned started = 1;

	workers[0] = (struct worker){ .loop = &loop };
	for (; started < threads && started < PARALLEL_MAX; started++) {
		workers[started] = (struct worker){ .loop = &loop, .thread = started };
		if (pthread_create(&workers[started].id, NULL, run, &workers[started]) != 0)
			break;
	}
	run(&workers[0]);
	while (--started > 0)
		pthread_join(workers[started].id, NULL);
}

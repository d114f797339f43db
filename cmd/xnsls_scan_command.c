/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines. The kernel copies them out of the memory of the process, and waits if the process
 * has locked that (mmap_lock): for ever, if a file system of its own keeps the holder waiting. Only a
 * signal that kills ends such a read. So threads read, and those that do not return are left behind:
 * they end with us.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "macros.h"
#include "sys.h"
#include "xnsls_model.h"
#include "xnsls_scan_internal.h"

enum {
	COMMAND_MAX = 4096,  /* what is longer is cut: a command line may have megabytes */
	THREADS_MAX = 12,    /* with those that take the place of silent ones */
	PATIENCE_MS = 2000,  /* without any answer, even if the machine swaps */
	IMPATIENCE_MS = 250, /* after the first silence */
};

/* One process; under the lock of the others. */
struct look {
	struct ns_process *process; /* the main thread's only */
	pid_t pid;
	bool is_done, is_untitled;
	char *text; /* or NULL */
};

/* On the heap, and freed by the last user: a silent thread may return after we have gone on. */
struct looks {
	pthread_mutex_t lock;
	pthread_cond_t left; /* a thread has */
	unsigned users;
	int proc; /* owned */
	size_t n, next, done;
	struct look list[];
};

static void release(struct looks *looks)
{
	bool last;

	pthread_mutex_lock(&looks->lock);
	last = --looks->users == 0;
	pthread_cond_signal(&looks->left);
	pthread_mutex_unlock(&looks->lock);
	if (!last)
		return;
	for (size_t i = 0; i < looks->n; i++)
		free(looks->list[i].text);
	pthread_cond_destroy(&looks->left);
	pthread_mutex_destroy(&looks->lock);
	cleanup_close(&looks->proc);
	free(looks);
}

static char *read_name(int proc, pid_t pid)
{
	char text[64]; /* TASK_COMM_LEN is 16, but kernel threads have longer names */
	ssize_t len = scan_read_head(proc, pid, "comm", text, sizeof(text));

	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return len < 0 ? NULL : strdup(text);
}

/* Kernel threads, zombies and those who erase it have no command line; they still have a name. */
static char *read_command(int proc, pid_t pid, bool *ret_untitled)
{
	char text[COMMAND_MAX + 2];
	ssize_t len = scan_read_head(proc, pid, "cmdline", text, sizeof(text));

	if (len > 0)
		len = (ssize_t)scan_parse_command(text, (size_t)len, len > COMMAND_MAX);
	*ret_untitled = len <= 0;
	return len > 0 ? strdup(text) : read_name(proc, pid);
}

static void *read_some(void *argument)
{
	struct looks *looks = argument;

	pthread_mutex_lock(&looks->lock);
	while (looks->next < looks->n) {
		struct look *look = &looks->list[looks->next++];
		bool untitled;
		char *text;

		pthread_mutex_unlock(&looks->lock);
		text = read_command(looks->proc, look->pid, &untitled);
		pthread_mutex_lock(&looks->lock);
		look->text = text;
		look->is_untitled = untitled;
		look->is_done = true;
		looks->done++;
	}
	pthread_mutex_unlock(&looks->lock);
	release(looks);
	return NULL;
}

/* With a descriptor of its own, as the caller may close its one meanwhile. NULL: no memory. */
static struct looks *make_looks(int proc, struct ns_process *const *processes, size_t n)
{
	struct looks *looks = calloc(1, sizeof(*looks) + n * sizeof(looks->list[0]));
	pthread_condattr_t attr;

	if (!looks)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!(processes[i]->known & PROCESS_COMMAND))
			looks->list[looks->n++] =
				(struct look){ .process = processes[i], .pid = processes[i]->pid };
	looks->users = 1;
	looks->proc = sys_openat(proc, ".", O_PATH | O_DIRECTORY, 0);
	pthread_mutex_init(&looks->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&looks->left, &attr);
	pthread_condattr_destroy(&attr);
	return looks;
}

/* Under the lock. */
static bool start_thread(struct looks *looks, pthread_t *ret)
{
	if (pthread_create(ret, NULL, read_some, looks) != 0)
		return false;
	looks->users++;
	return true;
}

static struct timespec after(int ms)
{
	struct timespec time = { 0 };

	sys_clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000L;
	time.tv_sec += time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

/* Under the lock. True: all threads have ended. False: none has read anything for so long. */
static bool await(struct looks *looks, int patience_ms)
{
	struct timespec end = after(patience_ms);
	size_t before = looks->done;

	while (looks->users > 1) {
		if (pthread_cond_timedwait(&looks->left, &looks->lock, &end) != ETIMEDOUT)
			continue;
		if (looks->done == before)
			return false;
		before = looks->done;
		end = after(patience_ms);
	}
	return true;
}

/* By n threads, and more if none of them returns. */
static void read_by_threads(struct looks *looks, unsigned n, int patience_ms)
{
	pthread_t threads[THREADS_MAX];
	unsigned started = 0;
	bool ended;

	pthread_mutex_lock(&looks->lock);
	while (started < n && start_thread(looks, &threads[started]))
		started++;
	while (!(ended = await(looks, patience_ms)) && looks->next < looks->n &&
	       started < THREADS_MAX && start_thread(looks, &threads[started])) {
		started++;
		patience_ms = IMPATIENCE_MS;
	}
	/* What none has begun, none begins any more. */
	if (started > 0)
		looks->next = looks->n;
	pthread_mutex_unlock(&looks->lock);
	while (started-- > 0) {
		if (ended)
			pthread_join(threads[started], NULL);
		else
			pthread_detach(threads[started]);
	}
}

/* Gives the processes what was read of them, and their names to the others. */
static void take(struct looks *looks, struct scan_silent *silent)
{
	pthread_mutex_lock(&looks->lock);
	for (size_t i = 0; i < looks->n; i++) {
		struct look *look = &looks->list[i];
		struct ns_process *process = look->process;

		if (!look->is_done && silent->n++ == 0)
			silent->pid = look->pid;
		process->command = look->is_done ? look->text : read_name(looks->proc, look->pid);
		process->known |= PROCESS_COMMAND;
		if (look->is_untitled)
			process->known |= PROCESS_UNTITLED;
		if (look->is_done)
			look->text = NULL;
	}
	pthread_mutex_unlock(&looks->lock);
}

void scan_commands(int proc, struct ns_process *const *processes, size_t n,
		   struct scan_silent *silent)
{
	struct looks *looks = make_looks(proc, processes, n);

	if (!looks)
		return;
	if (looks->n > 0 && looks->proc >= 0) {
		read_by_threads(looks, parallel_threads(looks->n),
				silent->n ? IMPATIENCE_MS : PATIENCE_MS);
		/* No thread could be started. */
		if (looks->next == 0) {
			looks->users++;
			read_some(looks);
		}
		take(looks, silent);
	}
	release(looks);
}

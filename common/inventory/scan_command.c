/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines. The kernel copies them out of the memory of the process, and waits if the process
 * has locked that (mmap_lock): for ever, if a file system of its own keeps the holder waiting. Only a
 * signal that kills ends such a read. So threads read, and those that do not return are left behind:
 * they end with us.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/scan_internal.h"
#include "kernel/sys.h"

enum {
	COMMAND_MAX = 4096,  /* what is longer is cut: a command line may have megabytes */
	THREADS_MAX = 12,    /* with those that take the place of silent ones */
	PATIENCE_MS = 2000,  /* without any answer, even if the machine swaps */
	IMPATIENCE_MS = 250, /* after the first silence */
};

enum look_state { LOOK_OPEN, LOOK_DONE, LOOK_GIVEN_UP };

/* One process. The text is the thread's until the state is LOOK_DONE, and then the main thread's. */
struct look {
	struct ns_process *process; /* the main thread's only */
	pid_t pid;
	atomic_int state;
	bool is_untitled;
	char *text; /* or NULL */
};

/* On the heap, and freed by the last user: a silent thread may return after we have gone on. */
struct looks {
	atomic_uint users;
	atomic_size_t next, done;
	int proc, ended,
		end; /* owned; a thread that ends writes a byte to end, to be read from ended */
	size_t n;
	struct look list[];
};

static void release(struct looks *looks)
{
	if (atomic_fetch_sub(&looks->users, 1) > 1)
		return;
	cleanup_close(&looks->proc);
	cleanup_close(&looks->ended);
	cleanup_close(&looks->end);
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
	size_t i;

	while ((i = atomic_fetch_add(&looks->next, 1)) < looks->n) {
		struct look *look = &looks->list[i];
		char *text = read_command(looks->proc, look->pid, &look->is_untitled);

		look->text = text;
		if (atomic_exchange(&look->state, LOOK_DONE) == LOOK_GIVEN_UP)
			free(text);
		atomic_fetch_add(&looks->done, 1);
	}
	sys_write(looks->end, "", 1);
	release(looks);
	return NULL;
}

/* With descriptors of its own, as the caller may close its one meanwhile. NULL if it has none. */
static struct looks *make_looks(int proc, struct ns_process *const *processes, size_t n)
{
	struct looks *looks = calloc(1, sizeof(*looks) + n * sizeof(looks->list[0]));
	int ends[2] = { -1, -1 };

	if (!looks)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (processes[i]->known & PROCESS_COMMAND)
			continue;
		looks->list[looks->n].process = processes[i];
		looks->list[looks->n++].pid = processes[i]->pid;
	}
	atomic_store(&looks->users, 1);
	looks->proc = sys_openat(proc, ".", O_PATH | O_DIRECTORY, 0);
	if (looks->proc < 0 || sys_pipe2(ends, 0) < 0) {
		looks->ended = looks->end = -1;
		release(looks);
		return NULL;
	}
	looks->ended = ends[0];
	looks->end = ends[1];
	return looks;
}

static bool start_thread(struct looks *looks, pthread_t *ret)
{
	atomic_fetch_add(&looks->users, 1);
	if (pthread_create(ret, NULL, read_some, looks) == 0)
		return true;
	atomic_fetch_sub(&looks->users, 1);
	return false;
}

/* True: all the running threads have ended. False: none has read anything for so long. */
static bool await(struct looks *looks, unsigned *running, int patience_ms)
{
	struct pollfd ended = { .fd = looks->ended, .events = POLLIN };
	size_t before = atomic_load(&looks->done), done;
	char byte;

	while (*running > 0) {
		if (sys_poll(&ended, 1, patience_ms) > 0) {
			*running -= sys_read(ended.fd, &byte, 1) == 1;
			continue;
		}
		done = atomic_load(&looks->done);
		if (done == before)
			return false;
		before = done;
	}
	return true;
}

/* By n threads, and more if none of them returns. False: none could be started. */
static bool read_by_threads(struct looks *looks, unsigned n, int patience_ms)
{
	pthread_t threads[THREADS_MAX];
	unsigned started = 0, running;
	bool ended;

	while (started < n && start_thread(looks, &threads[started]))
		started++;
	if (started == 0)
		return false;
	running = started;
	while (!(ended = await(looks, &running, patience_ms)) &&
	       atomic_load(&looks->next) < looks->n && started < THREADS_MAX &&
	       start_thread(looks, &threads[started])) {
		started++;
		running++;
		patience_ms = IMPATIENCE_MS;
	}
	/* What none has begun, none begins any more. */
	atomic_store(&looks->next, looks->n);
	while (ended && started > 0)
		pthread_join(threads[--started], NULL);
	return true;
}

/* Gives the processes what was read of them, and their names to the others. */
static void take(struct looks *looks, struct scan_silent *silent)
{
	for (size_t i = 0; i < looks->n; i++) {
		struct look *look = &looks->list[i];
		struct ns_process *process = look->process;

		process->known |= PROCESS_COMMAND;
		if (atomic_exchange(&look->state, LOOK_GIVEN_UP) == LOOK_DONE) {
			process->command = look->text;
			process->known |= look->is_untitled ? PROCESS_UNTITLED : 0u;
			continue;
		}
		process->command = read_name(looks->proc, look->pid);
		if (silent->n++ == 0)
			silent->pid = look->pid;
	}
}

/* No descriptor or thread is left. */
static void read_alone(int proc, struct ns_process *const *processes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ns_process *process = processes[i];
		bool untitled = false;

		if (process->known & PROCESS_COMMAND)
			continue;
		process->command = read_command(proc, process->pid, &untitled);
		process->known |= PROCESS_COMMAND | (untitled ? PROCESS_UNTITLED : 0u);
	}
}

void scan_commands(int proc, struct ns_process *const *processes, size_t n,
		   struct scan_silent *silent)
{
	struct looks *looks = n > 0 ? make_looks(proc, processes, n) : NULL;

	if (looks && read_by_threads(looks, parallel_threads(looks->n),
				     silent->n ? IMPATIENCE_MS : PATIENCE_MS))
		take(looks, silent);
	else
		read_alone(proc, processes, n);
	if (looks)
		release(looks);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines. The kernel copies them from the memory of the process (fs/proc/base.c), and waits for
 * its mmap_lock: for ever, if the holder of the lock waits for a page of a FUSE file system that does
 * not answer. Only a fatal signal ends such a read. So threads read, and a thread that does not return
 * is abandoned: it ends with this process.
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
	COMMAND_MAX = 4096,  /* longer ones are truncated: a command line may have megabytes */
	THREADS_MAX = 12,    /* including those started in place of silent ones */
	PATIENCE_MS = 2000,  /* longest wait for any result: the machine may swap */
	IMPATIENCE_MS = 250, /* the same after one read has not returned */
};

enum read_state { READ_OPEN, READ_DONE, READ_GIVEN_UP };

/* One process. The text belongs to the thread until the state is READ_DONE, then to the main thread. */
struct command_read {
	struct ns_process *process; /* used by the main thread only */
	pid_t pid;
	atomic_int state;
	bool is_untitled;
	char *text; /* or NULL */
};

/*
 * Allocated on the heap and freed by its last user, because a silent thread may return after
 * scan_commands() has.
 */
struct read_queue {
	atomic_uint users;
	atomic_size_t next, done;
	int proc, ended,
		end; /* owned: a pipe; a thread that ends writes a byte to end */
	size_t n;
	struct command_read list[];
};

static void release(struct read_queue *queue)
{
	if (atomic_fetch_sub(&queue->users, 1) > 1)
		return;
	cleanup_close(&queue->proc);
	cleanup_close(&queue->ended);
	cleanup_close(&queue->end);
	free(queue);
}

static char *read_name(int proc, pid_t pid)
{
	char text[64]; /* TASK_COMM_LEN is 16, but kernel threads have longer names */
	ssize_t len = scan_read_head(proc, pid, "comm", text, sizeof(text));

	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return len < 0 ? NULL : strdup(text);
}

/*
 * Kernel threads, zombies, and processes that erase it have no command line (proc_pid_cmdline(5)).
 */
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
	struct read_queue *queue = argument;
	size_t i;

	while ((i = atomic_fetch_add(&queue->next, 1)) < queue->n) {
		struct command_read *item = &queue->list[i];
		char *text = read_command(queue->proc, item->pid, &item->is_untitled);

		item->text = text;
		if (atomic_exchange(&item->state, READ_DONE) == READ_GIVEN_UP)
			free(text);
		atomic_fetch_add(&queue->done, 1);
	}
	sys_write(queue->end, "", 1);
	release(queue);
	return NULL;
}

/*
 * The queue owns copies of all descriptors, because the caller may close proc. NULL without memory
 * or descriptors.
 */
static struct read_queue *make_queue(int proc, struct ns_process *const *processes, size_t n)
{
	struct read_queue *queue = calloc(1, sizeof(*queue) + n * sizeof(queue->list[0]));
	int ends[2] = { -1, -1 };

	if (!queue)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (processes[i]->known & PROCESS_COMMAND)
			continue;
		queue->list[queue->n].process = processes[i];
		queue->list[queue->n++].pid = processes[i]->pid;
	}
	atomic_store(&queue->users, 1);
	queue->proc = sys_openat(proc, ".", O_PATH | O_DIRECTORY, 0);
	if (queue->proc < 0 || sys_pipe2(ends, 0) < 0) {
		queue->ended = queue->end = -1;
		release(queue);
		return NULL;
	}
	queue->ended = ends[0];
	queue->end = ends[1];
	return queue;
}

static bool start_thread(struct read_queue *queue, pthread_t *ret)
{
	atomic_fetch_add(&queue->users, 1);
	if (pthread_create(ret, NULL, read_some, queue) == 0)
		return true;
	atomic_fetch_sub(&queue->users, 1);
	return false;
}

/* True if all running threads have ended; false if no read has returned for that long. */
static bool await(struct read_queue *queue, unsigned *running, int patience_ms)
{
	struct pollfd ended = { .fd = queue->ended, .events = POLLIN };
	size_t before = atomic_load(&queue->done), done;
	char byte;

	while (*running > 0) {
		if (sys_poll(&ended, 1, patience_ms) > 0) {
			*running -= sys_read(ended.fd, &byte, 1) == 1;
			continue;
		}
		done = atomic_load(&queue->done);
		if (done == before)
			return false;
		before = done;
	}
	return true;
}

/*
 * Reads with n threads, and starts more if none of them returns. False if no thread could be
 * started.
 */
static bool read_by_threads(struct read_queue *queue, unsigned n, int patience_ms)
{
	pthread_t threads[THREADS_MAX];
	unsigned started = 0, running;
	bool ended;

	while (started < n && start_thread(queue, &threads[started]))
		started++;
	if (started == 0)
		return false;
	running = started;
	while (!(ended = await(queue, &running, patience_ms)) &&
	       atomic_load(&queue->next) < queue->n && started < THREADS_MAX &&
	       start_thread(queue, &threads[started])) {
		started++;
		running++;
		patience_ms = IMPATIENCE_MS;
	}
	/* Threads find no further item. */
	atomic_store(&queue->next, queue->n);
	while (ended && started > 0)
		pthread_join(threads[--started], NULL);
	return true;
}

/* Gives each process its command line, or its name if the read has not returned. */
static void take(struct read_queue *queue, struct scan_silent *silent)
{
	for (size_t i = 0; i < queue->n; i++) {
		struct command_read *item = &queue->list[i];
		struct ns_process *process = item->process;

		process->known |= PROCESS_COMMAND;
		if (atomic_exchange(&item->state, READ_GIVEN_UP) == READ_DONE) {
			process->command = item->text;
			process->known |= item->is_untitled ? PROCESS_UNTITLED : 0u;
			continue;
		}
		process->command = read_name(queue->proc, item->pid);
		if (silent->n++ == 0)
			silent->pid = item->pid;
	}
}

/* Reads without threads, if no descriptor or thread could be created. */
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
	struct read_queue *queue = n > 0 ? make_queue(proc, processes, n) : NULL;

	if (queue && read_by_threads(queue, parallel_threads(queue->n),
				     silent->n ? IMPATIENCE_MS : PATIENCE_MS))
		take(queue, silent);
	else
		read_alone(proc, processes, n);
	if (queue)
		release(queue);
}

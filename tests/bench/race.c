/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: race MIN MAX SECONDS < COMMANDS
 *
 * Starts programs in turn and measures how long each takes from spawn to its end. A line of standard
 * input is a command, its words separated by tabs; the first word is a name for the result.
 *
 * A disturbance hits neighbours alike: so each time is also divided by that of the first
 * command in the same round, and the median of these ratios is what counts. Goes on until none of
 * them moved by more than a hundredth since half as many rounds; at least MIN rounds, at most MAX or
 * SECONDS. Prints for each command, separated by tabs: "steady" or "unsteady", its name, the rounds, the
 * median and the minimum in nanoseconds, the median of processor time in nanoseconds, the ratio of times,
 * that of processor times, and the minor page faults. A command that fails ends the race.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNNERS_MAX = 16, WORDS_MAX = 64, LINE_SIZE = 4096 };

static const double STEADY = 0.01;

struct runner {
	char line[LINE_SIZE];
	char *words[WORDS_MAX + 1];
	int64_t *times, *cpu;
	double *ratios, *cpu_ratios; /* to the first runner, of each round */
	long faults;                 /* of the last round */
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t nanoseconds(const struct timeval *t)
{
	return (int64_t)t->tv_sec * 1000000000 + (int64_t)t->tv_usec * 1000;
}

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "race: %s: %s\n", name, what);
	exit(EXIT_FAILURE);
}

/* Splits the line; false where it is empty. */
static bool read_runner(struct runner *runner, size_t rounds)
{
	size_t n = 0;

	if (!fgets(runner->line, sizeof(runner->line), stdin))
		return false;
	for (char *word = strtok(runner->line, "\t\n"); word; word = strtok(NULL, "\t\n")) {
		if (n == WORDS_MAX)
			fail("too many words", runner->words[0]);
		runner->words[n++] = word;
	}
	runner->times = calloc(rounds, sizeof(*runner->times));
	runner->cpu = calloc(rounds, sizeof(*runner->cpu));
	runner->ratios = calloc(rounds, sizeof(*runner->ratios));
	runner->cpu_ratios = calloc(rounds, sizeof(*runner->cpu_ratios));
	if (n < 2 || !runner->times || !runner->cpu || !runner->ratios || !runner->cpu_ratios)
		fail("no command, or no memory", runner->line);
	return true;
}

static void run(struct runner *runner, size_t round, const posix_spawn_file_actions_t *quiet)
{
	int64_t begin = now();
	struct rusage usage;
	int status, rc;
	pid_t pid;

	rc = posix_spawnp(&pid, runner->words[1], quiet, NULL, runner->words + 1, environ);
	if (rc != 0)
		fail(strerror(rc), runner->words[1]);
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			fail(strerror(errno), "wait4");
	runner->times[round] = now() - begin;
	runner->cpu[round] = nanoseconds(&usage.ru_utime) + nanoseconds(&usage.ru_stime);
	runner->faults = usage.ru_minflt;
	if (status != 0)
		fail("failed", runner->words[0]);
}

static int compare_times(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int compare_ratios(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* A sorted copy. */
static void *sorted(const void *values, size_t n, size_t size,
		    int (*compare)(const void *left, const void *right))
{
	void *copy = malloc(n * size);

	if (!copy)
		fail("no memory", "result");
	memcpy(copy, values, n * size);
	qsort(copy, n, size, compare);
	return copy;
}

static double median_ratio(const double *ratios, size_t n)
{
	double *copy = sorted(ratios, n, sizeof(*ratios), compare_ratios);
	double median = copy[n / 2];

	free(copy);
	return median;
}

static bool is_steady(const struct runner *runners, size_t n, size_t rounds)
{
	for (size_t i = 1; i < n; i++) {
		double change = median_ratio(runners[i].ratios, rounds) -
				median_ratio(runners[i].ratios, rounds / 2);

		if (change > STEADY || change < -STEADY)
			return false;
	}
	return true;
}

static void print_result(const struct runner *runner, size_t rounds, bool steady)
{
	int64_t *times = sorted(runner->times, rounds, sizeof(*times), compare_times);
	int64_t *cpu = sorted(runner->cpu, rounds, sizeof(*cpu), compare_times);

	printf("%s\t%s\t%zu\t%lld\t%lld\t%lld\t%.4f\t%.4f\t%ld\n", steady ? "steady" : "unsteady",
	       runner->words[0], rounds, (long long)times[rounds / 2], (long long)times[0],
	       (long long)cpu[rounds / 2], median_ratio(runner->ratios, rounds),
	       median_ratio(runner->cpu_ratios, rounds), runner->faults);
	free(times);
	free(cpu);
}

/* One round. The first command pays for what the one before has left, so they take turns. */
static void run_round(struct runner *runners, size_t n, size_t round,
		      const posix_spawn_file_actions_t *quiet)
{
	for (size_t i = 0; i < n; i++)
		run(&runners[(i + round) % n], round, quiet);
	for (size_t i = 0; i < n; i++) {
		runners[i].ratios[round] =
			(double)runners[i].times[round] / (double)runners[0].times[round];
		runners[i].cpu_ratios[round] =
			(double)runners[i].cpu[round] / (double)runners[0].cpu[round];
	}
}

int main(int argc, char **argv)
{
	static struct runner runners[RUNNERS_MAX];
	size_t min = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;
	size_t max = argc == 4 ? strtoul(argv[2], NULL, 10) : 0, n = 0, round = 0, next = min;
	int64_t end = now() + (argc == 4 ? atoll(argv[3]) : 0) * 1000000000;
	posix_spawn_file_actions_t quiet;
	bool steady = false;

	if (min < 2 || max < min) {
		fputs("usage: race MIN MAX SECONDS < COMMANDS\n", stderr);
		return EXIT_FAILURE;
	}
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	while (n < RUNNERS_MAX && read_runner(&runners[n], max))
		n++;
	for (; round < max && !steady && (round < min || now() < end); round++) {
		run_round(runners, n, round, &quiet);
		if (round + 1 == next) {
			steady = is_steady(runners, n, round + 1);
			next += (next + 1) / 2;
		}
	}
	for (size_t i = 0; i < n; i++)
		print_result(&runners[i], round, steady);
	return EXIT_SUCCESS;
}

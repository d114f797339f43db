/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hoarder MIB   gives itself an environment and a command line of MIB mebibytes (prctl(2),
 *	PR_SET_MM_MAP), prints "ready", and waits to be killed. Exit status 77: this kernel has no such
 *	call (CONFIG_CHECKPOINT_RESTORE)
 */
#include <linux/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The fields from startcode on; the name before them may hold anything (proc_pid_stat(5)). */
static unsigned long stat_field(const char *text, int number)
{
	const char *at = strrchr(text, ')') + 2;

	for (int i = 3; i < number; i++)
		at = strchr(at, ' ') + 1;
	return strtoul(at, NULL, 10);
}

int main(int argc, char **argv)
{
	size_t size = (argc > 1 ? strtoul(argv[1], NULL, 10) : 0) << 20;
	struct prctl_mm_map map = { .exe_fd = (unsigned)-1 };
	char *area, text[1024] = "";
	FILE *file = fopen("/proc/self/stat", "re");

	if (!file || !fgets(text, sizeof(text), file))
		return EXIT_FAILURE;
	fclose(file);
	area = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area == MAP_FAILED)
		return EXIT_FAILURE;
	map.start_code = stat_field(text, 26);
	map.end_code = stat_field(text, 27);
	map.start_stack = stat_field(text, 28);
	map.start_data = stat_field(text, 45);
	map.end_data = stat_field(text, 46);
	map.start_brk = stat_field(text, 47);
	map.brk = (unsigned long)sbrk(0);
	map.arg_start = map.env_start = (unsigned long)area;
	map.arg_end = map.env_end = (unsigned long)area + size;
	if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0) < 0)
		return 77;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

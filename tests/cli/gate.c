/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library for LD_PRELOAD: a process that is an anchor (xns anchor ...) makes the file $XNS_GATE.here before its main()
 * begins, and waits until somebody opens the FIFO $XNS_GATE for writing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((constructor)) wait_at_gate(int argc, char **argv)
{
	const char *gate = getenv("XNS_GATE");
	char here[4096];

	if (!gate || argc < 2 || strcmp(argv[1], "anchor") != 0)
		return;
	snprintf(here, sizeof(here), "%s.here", gate);
	close(open(here, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	close(open(gate, O_RDONLY | O_CLOEXEC));
}

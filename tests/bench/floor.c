/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage: floor PROGRAM [ARGUMENT...]: the two calls of "xunshare -u PROGRAM", and nothing else. */
#include <sched.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2 || unshare(CLONE_NEWUTS) < 0)
		return 1;
	execvp(argv[1], argv + 1);
	return 127;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter CALL ANSWER PROGRAM [ARGUMENT...]   runs PROGRAM under a seccomp filter such as container
 * engines and service managers install: CALL (unshare or mount) is answered with the errno value
 * EPERM or ENOSYS, or the caller is killed (kill).
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000U
#endif

static uint32_t answer(const char *word)
{
	if (strcmp(word, "kill") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	return SECCOMP_RET_ERRNO | (uint32_t)(strcmp(word, "EPERM") == 0 ? EPERM : ENOSYS);
}

int main(int argc, char **argv)
{
	uint32_t call = argc > 1 && strcmp(argv[1], "mount") == 0 ? __NR_mount : __NR_unshare;
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, argc > 2 ? answer(argv[2]) : 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = 4, .filter = program };

	if (argc < 4)
		return EXIT_FAILURE;
	/* Without privilege a filter may only be had for good. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
		fprintf(stderr, "filter: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	execvp(argv[3], argv + 3);
	fprintf(stderr, "filter: %s: %s\n", argv[3], strerror(errno));
	return 127;
}

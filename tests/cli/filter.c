/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter RULES PROGRAM [ARGUMENT...]   runs PROGRAM where system calls fail, by a seccomp filter. RULES
 * is a list, with commas between:
 *
 * NAME=ANSWER     the call of that name, see calls[], is answered with ANSWER: an errno value as a
 *                 number, or a word of answers[]; "kill" kills the caller
 * linux-VERSION   what that version lacks of changes[] is answered as it does
 *
 * filter --print RULES               prints such a filter, as xunshare --seccomp reads it
 *
 * A filter sees numbers only. So mount options, netlink attributes and files below /proc that older
 * kernels lack stay: so does the file of the time namespace, which may be entered for that.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"

#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000U
#endif

enum { ALL = 0xffff, STATEMENTS_MAX = 4096 };

/*
 * Calls from first to last, if the bits of mask in one argument lie between low and high. All zero
 * but the numbers: whatever the arguments are. many: if more than one of the bits is set.
 */
struct rule {
	unsigned first, last;
	unsigned argument, mask, low, high;
	int many;
};

#define CALL(name) { .first = (name), .last = (name) }
#define CALLS(from, to) { .first = (from), .last = (to) }
#define BITS(name, number, bits) \
	{ .first = (name), .last = (name), .argument = (number), .mask = (bits), .low = 1, \
	  .high = (bits) }
#define VALUES(name, number, within, from, to) \
	{ .first = (name), .last = (name), .argument = (number), .mask = (within), .low = (from), \
	  .high = (to) }
#define MANY(name, number) \
	{ .first = (name), .last = (name), .argument = (number), .mask = ~0u, .low = 0, \
	  .high = ~0u, .many = 1 }

static const struct {
	const char *name;
	struct rule rule;
} calls[] = {
	{ "chroot", CALL(__NR_chroot) },
	{ "close_range", CALLS(436, 436) },
	{ "execve", CALL(__NR_execve) },
	{ "execveat", CALL(__NR_execveat) },
	{ "getpriority", CALL(__NR_getpriority) },
	{ "fork", CALL(__NR_clone) },
	{ "fsopen", CALLS(430, 430) },
	{ "kcmp", CALL(__NR_kcmp) },
	{ "keyctl", CALL(__NR_keyctl) },
	{ "memfd_create", CALL(__NR_memfd_create) },
	{ "mount", CALL(__NR_mount) },
	{ "open_by_handle_at", CALL(__NR_open_by_handle_at) },
	{ "open_tree", CALLS(428, 428) },
	{ "move_mount", CALLS(429, 429) },
	{ "fsconfig", CALLS(431, 431) },
	{ "fsmount", CALLS(432, 432) },
	{ "mount_setattr", CALLS(442, 442) },
	{ "openat2", CALL(__NR_openat2) },
	{ "pidfd-ioctl", VALUES(__NR_ioctl, 1, ALL, 0xff00, 0xffff) },
	{ "pidfd_getfd", CALL(__NR_pidfd_getfd) },
	{ "pidfd_open", CALL(__NR_pidfd_open) },
	{ "pivot_root", CALL(__NR_pivot_root) },
	{ "sethostname", CALL(__NR_sethostname) },
	{ "setgroups", CALL(__NR_setgroups) },
	{ "clone-pid", BITS(__NR_clone, 0, CLONE_NEWPID) },
	{ "setns", CALL(__NR_setns) },
	{ "setresuid", CALL(__NR_setresuid) },
	{ "umount2", CALL(__NR_umount2) },
	{ "unshare-user", BITS(__NR_unshare, 0, CLONE_NEWUSER) },
	{ "setns-many", MANY(__NR_setns, 1) },
	{ "setns-mnt", BITS(__NR_setns, 1, CLONE_NEWNS) },
	{ "setns-time", BITS(__NR_setns, 1, CLONE_NEWTIME) },
	{ "setns-user", BITS(__NR_setns, 1, CLONE_NEWUSER) },
	{ "unshare", CALL(__NR_unshare) },
};

static const struct {
	const char *word;
	int number;
} answers[] = { { "EPERM", EPERM }, { "ENOSYS", ENOSYS } };

/*
 * The calls that came with each version, and the answer of earlier kernels. From 424 on the numbers of calls
 * are the same on all architectures.
 */
static const struct {
	unsigned major, minor;
	int answer;
	struct rule rule;
} changes[] = {
	{ 5, 1, ENOSYS, CALLS(424, 427) },	      /* pidfd_send_signal, io_uring */
	{ 5, 2, ENOSYS, CALLS(428, 433) },	      /* open_tree, move_mount, fsopen ... */
	{ 5, 3, ENOSYS, CALLS(434, 435) },	      /* pidfd_open, clone3 */
	{ 5, 6, ENOSYS, CALLS(437, 438) },	      /* openat2, pidfd_getfd */
	{ 5, 6, EINVAL, BITS(__NR_unshare, 0, CLONE_NEWTIME) },
	{ 5, 8, ENOSYS, CALLS(439, 439) },	      /* faccessat2 */
	{ 5, 8, EINVAL, MANY(__NR_setns, 1) },	      /* of a pidfd */
	{ 5, 8, EINVAL, VALUES(__NR_bpf, 0, ALL, 28, ALL) }, /* links, iterators */
	{ 5, 9, ENOSYS, CALLS(436, 436) },	      /* close_range */
	{ 5, 10, ENOSYS, CALLS(440, 440) },
	{ 5, 11, EINVAL, BITS(436, 2, 4) },	      /* CLOSE_RANGE_CLOEXEC */
	{ 5, 11, ENOSYS, CALLS(441, 441) },
	{ 5, 12, ENOSYS, CALLS(442, 442) },	      /* mount_setattr */
	{ 5, 17, ENOSYS, CALLS(443, 450) },	      /* landlock ... */
	{ 6, 3, EINVAL, BITS(__NR_memfd_create, 1, 0x18) }, /* MFD_EXEC, MFD_NOEXEC_SEAL */
	{ 6, 8, ENOSYS, CALLS(451, 461) },	      /* fchmodat2, statmount, listmount ... */
	{ 6, 9, EINVAL, BITS(__NR_pidfd_open, 1, 0x80) }, /* PIDFD_THREAD */
	{ 6, 11, ENOTTY, VALUES(__NR_ioctl, 1, ALL, 0xb705, 0xb709) },
	{ 6, 11, ENOTTY, VALUES(__NR_ioctl, 1, ALL, 0xff01, 0xff0a) }, /* PIDFD_GET_*_NAMESPACE */
	{ 6, 12, ENOTTY, VALUES(__NR_ioctl, 1, ALL, 0xb70a, 0xb70c) }, /* NS_MNT_GET_* */
	{ 6, 13, ENOTTY, VALUES(__NR_ioctl, 1, ALL, 0xff0b, 0xff0b) }, /* PIDFD_GET_INFO */
	{ 6, 18, ENOTTY, VALUES(__NR_ioctl, 1, ALL, 0xb70d, 0xb70d) }, /* NS_GET_ID */
	{ 6, 18, EBADF,
	  VALUES(__NR_open_by_handle_at, 0, ~0u, (unsigned)FD_NSFS_ROOT, (unsigned)FD_NSFS_ROOT) },
	{ 6, 19, ENOSYS, CALLS(462, 470) },	      /* listns ... */
};

static struct sock_filter program[STATEMENTS_MAX];
static size_t length;

static unsigned low_half(unsigned argument)
{
	return (unsigned)(offsetof(struct seccomp_data, args) + (size_t)8 * argument +
			  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0));
}

/* Every rule is a block, behind which the next one begins. */
static int add(const struct rule *rule, unsigned answer)
{
	const struct sock_filter block[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, rule->first, 0, 12),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, rule->last, 11, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low_half(rule->argument)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rule->mask),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, rule->low, 0, 8),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, rule->high, 7, 0),
		/* n & (n - 1) has all but the lowest of the bits of n. */
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_MEM, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, rule->many ? 1 : 0, 0),
		BPF_STMT(BPF_RET | BPF_K, answer),
	};

	if (length + ARRAY_LEN(block) >= STATEMENTS_MAX)
		return -1;
	memcpy(program + length, block, sizeof(block));
	length += ARRAY_LEN(block);
	return 0;
}

static int add_version(const char *text)
{
	unsigned major, minor;

	if (sscanf(text, "%u.%u", &major, &minor) != 2)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++)
		if ((changes[i].major > major ||
		     (changes[i].major == major && changes[i].minor > minor)) &&
		    add(&changes[i].rule, SECCOMP_RET_ERRNO | (unsigned)changes[i].answer) < 0)
			return -1;
	return 0;
}

static unsigned answer_of(const char *word)
{
	int number = atoi(word);

	if (strcmp(word, "kill") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (strcmp(answers[i].word, word) == 0)
			number = answers[i].number;
	return SECCOMP_RET_ERRNO | (unsigned)number;
}

static int add_word(const char *word)
{
	const char *answer = strchr(word, '=');

	if (strncmp(word, "linux-", 6) == 0)
		return add_version(word + 6);
	for (size_t i = 0; answer && i < ARRAY_LEN(calls); i++)
		if (strlen(calls[i].name) == (size_t)(answer - word) &&
		    strncmp(calls[i].name, word, (size_t)(answer - word)) == 0)
			return add(&calls[i].rule, answer_of(answer + 1));
	return -1;
}

static int fail(const char *what)
{
	fprintf(stderr, "filter: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct sock_fprog filter = { .filter = program };
	char *state = NULL;

	bool prints = argc == 3 && strcmp(argv[1], "--print") == 0;

	errno = EINVAL;
	if (argc < 3)
		return fail("RULES PROGRAM");
	for (char *word = strtok_r(argv[prints ? 2 : 1], ",", &state); word; word = strtok_r(NULL, ",", &state))
		if (add_word(word) < 0)
			return fail(word);
	program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prints)
		return fwrite(program, sizeof(*program), length, stdout) == length &&
				       fflush(stdout) == 0 ?
			       EXIT_SUCCESS :
			       fail("print");
	filter.len = (unsigned short)length;
	/* An ordinary user may filter only what cannot gain privileges (seccomp(2)). */
	if (geteuid() != 0)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
		return fail("seccomp");
	execvp(argv[2], argv + 2);
	return fail(argv[2]);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts pasta in the caller's network namespace. As root it would first become nobody, and then lack the
 * rights to enter the network namespace. So we become nobody, and leave it the three capabilities that it
 * requires, and a path on a tmpfs in a mount namespace of its own, where no other process can rename it.
 *
 * For an ordinary user pasta has rights only in the user namespace that owns the network namespace, and
 * enters that itself: because it was executed outside, the program inside may not trace it, although it is
 * root there (mm->user_ns, ptrace(2)). Through pasta's sockets it would reach the host's loopback.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "apply/internal.h"
#include "apply/message.h"
#include "apply/uplink.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/reap.h"
#include "kernel/sys.h"
#include "uplink/pasta.h"

enum {
	NOBODY = 65534, /* also what the kernel shows of an unmapped id (user_namespaces(7)) */
	DIR_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC,
};

static const unsigned pasta_caps[] = { CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE };

/* The child's input and its diagnosis, in memory that both share. */
struct start {
	char *const *argv;
	const struct uplink_target *target;
	const struct uplink_run *run;
	int socket;
	pid_t parent;
	struct diag *diag;
};

int uplink_become_nobody(void)
{
	struct sys_caps caps = { .permitted = 0 };
	int rc;

	if (sys_geteuid() != 0)
		return 0;
	rc = sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	if (rc == 0)
		rc = sys_setresgid(NOBODY, NOBODY, NOBODY);
	/* Root of a user namespace in which nobody is not mapped. */
	if (rc == -EINVAL)
		return 0;
	if (rc == 0)
		rc = sys_setgroups(0, NULL);
	if (rc == 0)
		rc = sys_setresuid(NOBODY, NOBODY, NOBODY);
	if (rc == 0)
		rc = sys_capget(&caps);
	/* The change of the user id has cleared the effective capabilities (capabilities(7)). */
	caps.effective = caps.permitted;
	if (rc == 0)
		rc = sys_capset(&caps);
	return rc < 0 ? rc : 1;
}

/* Makes the private directory, with the network namespace in it. */
static int make_dir(int net_ns)
{
	_cleanup_close_ int file = -1;
	int rc = sys_unshare(CLONE_NEWNS);

	if (rc == 0)
		rc = apply_set_propagation(MS_REC | MS_PRIVATE);
	if (rc == 0)
		rc = sys_mount("tmpfs", PASTA_DIR, "tmpfs", DIR_FLAGS, "mode=0700,size=256k");
	if (rc == 0)
		rc = file = sys_openat(AT_FDCWD, PASTA_NETNS, O_WRONLY | O_CREAT | O_EXCL, 0600);
	return rc < 0 ? rc : sys_mount(FD_PATH(net_ns), PASTA_NETNS, NULL, MS_BIND, NULL);
}

/* Descriptor 0 leads nowhere, 1 to where pasta writes its PID, 2 to its log. */
static int redirect(const struct uplink_run *run)
{
	_cleanup_close_ int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	int rc = nothing < 0 ? nothing : sys_dup2(nothing, 0);

	if (rc >= 0)
		rc = sys_dup2(run->ready, 1);
	if (rc >= 0)
		rc = sys_dup2(run->log, 2);
	return rc < 0 ? rc : 0;
}

/*
 * Through exec nobody keeps only ambient capabilities. The others stay until then: as root of a user
 * namespace without nobody, pasta would gain them by exec, and that clears the parent-death signal
 * (commit_creds() in kernel/cred.c).
 */
int uplink_keep_caps(void)
{
	struct sys_caps caps = { .permitted = 0 };
	int rc = sys_capget(&caps);

	for (size_t i = 0; i < ARRAY_LEN(pasta_caps); i++)
		caps.inheritable |= 1ULL << pasta_caps[i];
	if (rc == 0)
		rc = sys_capset(&caps);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(pasta_caps); i++)
		rc = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, pasta_caps[i], 0, 0);
	return rc;
}

/* In a session of its own, since Ctrl-C is for the program. Last, see do_death_signal(). */
int uplink_die_with(pid_t parent)
{
	int rc = sys_setsid();

	if (rc >= 0)
		rc = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (rc == 0 && sys_getppid() != parent)
		rc = -ESRCH;
	return rc < 0 ? rc : 0;
}

int uplink_exec(char *const *argv)
{
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	/* pasta of 2023 refuses to start if its caller ignores SIGPIPE. */
	sys_sigaction(SIGPIPE, &plain, NULL);
	sys_sigaction(SIGCHLD, &plain, NULL);
	sigemptyset(&none);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	return sys_execvp(argv[0], argv);
}

/* The command with the namespaces and the name server: in new memory, which exec frees. */
static char *const *complete(const struct start *start, bool joins)
{
	const char *server = start->target->server;
	size_t n = 0;
	char **argv;

	while (start->argv[n])
		n++;
	argv = calloc(n + 7, sizeof(*argv));
	if (!argv)
		return NULL;
	memcpy(argv, start->argv, n * sizeof(*argv));
	argv[n++] = (char *)"--netns";
	argv[n++] = (char *)(joins ? start->target->net_path : PASTA_NETNS);
	if (joins) {
		argv[n++] = (char *)"--userns";
		argv[n++] = (char *)start->target->user_path;
	}
	if (server[0]) {
		argv[n++] = (char *)"--dns-host";
		argv[n++] = (char *)server;
	}
	return argv;
}

/* The child. Each failure says what it was in start->diag, and sends its number. */
static NORETURN void become_pasta(const struct start *start)
{
	struct diag *diag = start->diag;
	int nobody = uplink_become_nobody(), rc = nobody;
	bool joins = nobody == 0 && start->target->user_path[0];
	char *const *argv = complete(start, joins);

	if (rc >= 0 && !argv)
		rc = -ENOMEM;
	if (rc < 0)
		diag_set(diag, -rc, "cannot start the uplink: cannot become nobody");
	if (rc >= 0 && !joins && (rc = make_dir(start->target->net_ns)) < 0)
		diag_set(diag, -rc, "cannot start the uplink: cannot mount a directory for it");
	if (rc >= 0 && (rc = redirect(start->run)) < 0)
		diag_set(diag, -rc, "cannot start the uplink: cannot make its log");
	if (rc >= 0 && !joins && (rc = uplink_keep_caps()) < 0)
		diag_set(diag, -rc, "cannot start the uplink: cannot keep its capabilities");
	if (rc >= 0 && (rc = uplink_die_with(start->parent)) < 0)
		diag_set(diag, -rc, "cannot start the uplink: cannot set the parent-death signal");
	if (rc >= 0) {
		rc = uplink_exec(argv);
		diag_set(diag, -rc, "cannot start the uplink: cannot run %s", start->argv[0]);
	}
	message_send(start->socket, rc, -1);
	sys_exit(1);
}

/* Waits until exec closes the child's end of the socket. 0, the -errno that it sent, or -ETIMEDOUT. */
static int await_exec(int socket)
{
	int number = 0, fd = -1, rc = reap_poll(socket);
	pid_t unused;

	if (rc < 0)
		return rc;
	rc = message_receive(socket, &number, &fd, &unused);
	cleanup_close(&fd);
	return rc < 0 ? rc : number;
}

int uplink_start(char *const *argv, const struct uplink_target *target, struct uplink_run *ret,
		 struct diag *diag)
{
	struct start start = { .argv = argv,
			       .target = target,
			       .run = ret,
			       .parent = sys_getpid(),
			       .diag = sys_share_memory(sizeof(*diag)) };
	int ends[2], rc;

	if (!start.diag)
		return diag_set(diag, errno, "cannot share memory with the uplink");
	rc = ret->ready = sys_memfd_create("xns-uplink-ready", MFD_CLOEXEC);
	if (rc >= 0)
		rc = ret->log = sys_memfd_create("xns-uplink-log", MFD_CLOEXEC);
	if (rc >= 0)
		rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot start the uplink");
	start.socket = ends[1];
	ret->pid = sys_fork();
	if (ret->pid == 0)
		become_pasta(&start);
	cleanup_close(&ends[1]);
	rc = ret->pid < 0 ? ret->pid : await_exec(ends[0]);
	cleanup_close(&ends[0]);
	if (ret->pid < 0)
		ret->pid = 0;
	if (rc == 0)
		rc = ret->pidfd = sys_pidfd_open(ret->pid, 0);
	if (rc >= 0)
		return 0;
	if (rc == -ETIMEDOUT)
		diag_set(diag, 0, "cannot start the uplink: its process was stopped for %d s",
			 REAP_SECONDS);
	else if (start.diag->what[0])
		*diag = *start.diag;
	else
		diag_set(diag, -rc, "cannot start the uplink");
	return rc;
}

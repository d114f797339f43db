/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries, before anything is changed, whether pasta will do what the uplink wants of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "apply/uplink.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/reap.h"
#include "kernel/sys.h"
#include "uplink/pasta.h"

#define TUN "/dev/net/tun"

/* Exit statuses of the child; pasta has 0 and 1. */
enum { PROBE_NO_NOBODY = 100, PROBE_NO_PROGRAM, PROBE_NO_TUN, PROBE_TUN_REFUSED, PROBE_NO_CAPS };

/* With the capabilities of the real one, and without our terminal: the host has other processes of nobody. */
static NORETURN void run_probe(char *const *argv, pid_t parent)
{
	int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0), nobody = uplink_become_nobody();
	int tun;

	if (nothing < 0 || nobody < 0)
		sys_exit(PROBE_NO_NOBODY);
	tun = sys_openat(AT_FDCWD, TUN, O_RDWR, 0);
	if (tun < 0)
		sys_exit(tun == -EACCES || tun == -EPERM ? PROBE_TUN_REFUSED : PROBE_NO_TUN);
	for (int fd = 0; fd < 3; fd++)
		sys_dup2(nothing, fd);
	if ((nobody && uplink_keep_caps() < 0) || uplink_die_with(parent) < 0)
		sys_exit(PROBE_NO_CAPS);
	uplink_exec(argv);
	sys_exit(PROBE_NO_PROGRAM);
}

/* Runs pasta with the ids that it will have. 0 with its exit status in *ret_status, or -errno. */
static int probe(char *const *command, enum pasta_probe options, int *ret_status)
{
	_cleanup_free_ char **argv = pasta_probe(command, options);
	pid_t parent = sys_getpid(), pid = argv ? sys_fork() : -ENOMEM;
	int status = 0, rc;

	if (pid == 0)
		run_probe(argv, parent);
	rc = pid < 0 ? pid : reap_child(pid, &status);
	*ret_status = WEXITSTATUS(status);
	return rc < 0 ? rc : WIFEXITED(status) ? 0 : -ECHILD;
}

static int refuse(int status, struct diag *diag)
{
	switch (status) {
	case PROBE_NO_TUN:
		diag_set(diag, 0, "cannot start the uplink: there is no working " TUN);
		diag_hint(diag, "as root: modprobe tun");
		break;
	case PROBE_TUN_REFUSED:
		diag_set(diag, 0, "cannot start the uplink: " PASTA_PATH " may not open " TUN);
		diag_hint(diag, "as root: chmod 666 " TUN ", as udev does");
		break;
	case PROBE_NO_PROGRAM:
	case PROBE_NO_NOBODY:
		diag_set(diag, 0, "cannot start the uplink: cannot run " PASTA_PATH);
		break;
	case PROBE_NO_CAPS:
		diag_set(diag, 0, "cannot start the uplink: cannot keep its capabilities");
		break;
	default:
		diag_set(diag, 0, "cannot start the uplink: " PASTA_PATH " does not know the options");
		diag_hint(diag, "to see its complaint: xunshare --explain, and run the command with "
			  "--version");
	}
	return -ENOTSUP;
}

int uplink_probe(char *const *argv, bool host_loopback, struct diag *diag)
{
	int rc = sys_faccessat(AT_FDCWD, argv[0], X_OK), status, older;

	if (rc < 0) {
		diag_set(diag, -rc, "cannot start the uplink: cannot run %s", argv[0]);
		diag_hint(diag, "install the package passt, which has pasta(1)");
		return rc;
	}
	rc = probe(argv, PROBE_ALL, &status);
	if (rc == 0 && status == 0)
		return 0;
	if (rc == -ETIMEDOUT) {
		diag_set(diag, 0, "cannot start the uplink: %s did not say its version within %d s",
			 argv[0], REAP_SECONDS);
		return rc;
	}
	if (rc < 0)
		return diag_set(diag, -rc, "cannot find out which options %s knows", argv[0]);
	if (!host_loopback && status == 1 && probe(argv, PROBE_OLDER, &older) == 0 && older == 0) {
		diag_set(diag, 0, "cannot start the uplink: this %s cannot keep the program from the "
			 "host's loopback", argv[0]);
		diag_hint(diag, "install passt of 2024-08-21 or later, whose pasta knows "
			  "--map-host-loopback; or add --host-loopback, if the program may reach what "
			  "listens there");
		return -ENOTSUP;
	}
	return refuse(status, diag);
}

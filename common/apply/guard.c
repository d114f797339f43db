/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

static const unsigned char image[] = {
#include "apply/trampoline.inc"
};

/*
 * Any user may become the program. The kernel makes a process that executes a file it cannot read
 * undumpable (would_dump(), fs/exec.c), so nobody traces the image, not even before its first
 * instruction.
 */
enum { IMAGE_MODE = 0111 };

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

/* The caller's limit on the size of files, and SIGXFSZ's action, to be restored. */
struct lifted {
	bool is_limited;
	struct rlimit limit;
	struct sigaction action;
};

/*
 * The kernel applies RLIMIT_FSIZE to memory files, too, and SIGXFSZ would kill us (setrlimit(2)).
 * Without CAP_SYS_RESOURCE we cannot raise the hard limit; if that is too low, the write fails.
 */
static void lift_limit(struct lifted *ret)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	*ret = (struct lifted){ .is_limited = false };
	if (sys_limit(RLIMIT_FSIZE, NULL, &ret->limit) < 0 || ret->limit.rlim_cur == RLIM_INFINITY ||
	    sys_sigaction(SIGXFSZ, &ignore, &ret->action) < 0)
		return;
	ret->is_limited = true;
	if (sys_limit(RLIMIT_FSIZE, &none, NULL) == 0)
		return;
	none.rlim_cur = none.rlim_max = ret->limit.rlim_max;
	sys_limit(RLIMIT_FSIZE, &none, NULL); /* if this fails, the write fails and is reported */
}

/* Returns rc if it is an error, otherwise 0 or the error of restoring the limit or the action. */
static int restore_limit(const struct lifted *lifted, int rc)
{
	int limit = 0, action = 0;

	if (lifted->is_limited) {
		limit = sys_limit(RLIMIT_FSIZE, &lifted->limit, NULL);
		action = sys_sigaction(SIGXFSZ, &lifted->action, NULL);
	}
	return rc < 0 ? rc : limit < 0 ? limit : action;
}

static int write_image(int fd)
{
	struct lifted lifted;

	lift_limit(&lifted);
	return restore_limit(&lifted, io_write_all(fd, image, sizeof(image)));
}

static int create_file(const char *name)
{
	int fd = sys_memfd_create(name, MFD_ALLOW_SEALING | MFD_EXEC);

	/* MFD_EXEC is new in Linux 6.3 (memfd_create(2)); an older kernel lets every memfd be
	 * executed. */
	return fd == -EINVAL ? sys_memfd_create(name, MFD_ALLOW_SEALING) : fd;
}

static int make_sealed_image(void)
{
	_cleanup_close_ int fd = create_file("xns-trampoline");
	int rc = fd < 0 ? fd : sys_fchmod(fd, IMAGE_MODE);

	if (rc == 0)
		rc = write_image(fd);
	if (rc == 0)
		rc = sys_add_seals(fd, SEALS);
	return rc < 0 ? rc : take_fd(&fd);
}

/* Creates a file without a name on a file system that is not mounted noexec. */
static int create_nameless(void)
{
	static const char *const places[] = { "/run", "/dev/shm", "/var/tmp", "/tmp" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		_cleanup_close_ int fd = sys_openat(AT_FDCWD, places[i],
						    O_TMPFILE | O_EXCL | O_RDWR, 0500);
		struct statfs fs;

		if (fd >= 0 && sys_fstatfs(fd, &fs) == 0 && !(fs.f_flags & ST_NOEXEC))
			return take_fd(&fd);
	}
	return -EACCES;
}

/*
 * Used if memory files may not be executed (vm.memfd_noexec=2). The file has no seals, but nobody
 * executes it a second time, so overwriting it later does no harm. It is reopened read-only because
 * execve(2) refuses a file that is open for writing (ETXTBSY).
 */
static int make_nameless_image(void)
{
	_cleanup_close_ int fd = create_nameless(), readable = -1;
	int rc = fd < 0 ? fd : write_image(fd);

	if (rc == 0)
		rc = readable = io_reopen(fd, O_RDONLY);
	if (rc >= 0)
		rc = sys_fchmod(readable, IMAGE_MODE);
	return rc < 0 ? rc : take_fd(&readable);
}

int guard_make_trampoline(int *ret_fd)
{
	int fd = make_sealed_image();

	if (fd == -EACCES)
		fd = make_nameless_image();
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

static int copy(int from, int to)
{
	unsigned char buf[65536];
	struct lifted lifted;
	ssize_t n;
	int rc = 0;

	lift_limit(&lifted);
	while (rc == 0 && (n = sys_read(from, buf, sizeof(buf))) != 0)
		rc = n < 0 ? (int)n : io_write_all(to, buf, (size_t)n);
	return restore_limit(&lifted, rc);
}

int guard_restart_from_copy(char *const argv[])
{
	_cleanup_close_ int self = sys_openat(AT_FDCWD, "/proc/self/exe", O_RDONLY, 0), fd = -1;
	int rc, seals;

	if (self < 0)
		return self;
	/* If we are sealed, we are the copy; a file on disk has no seals (fcntl(2), EINVAL). */
	seals = sys_get_seals(self);
	if (seals >= 0 && (seals & SEALS) == SEALS)
		return 0;
	fd = create_file("xns");
	rc = fd < 0 ? fd : copy(self, fd);
	if (rc == 0)
		rc = sys_add_seals(fd, SEALS);
	return rc < 0 ? rc : sys_execveat(fd, argv, environ);
}

int guard_prepare(char *const argv[], int *ret_fd)
{
	*ret_fd = -1;
	return GUARD_HAS_IMAGE ? guard_make_trampoline(ret_fd) : guard_restart_from_copy(argv);
}

int guard_make_file(const void *data, size_t size)
{
	_cleanup_close_ int fd = sys_memfd_create("xns-filters", 0);
	struct lifted lifted;
	int rc;

	if (fd < 0)
		return fd;
	lift_limit(&lifted);
	rc = restore_limit(&lifted, io_write_all(fd, data, size));
	return rc < 0 ? rc : take_fd(&fd);
}

/* Writes the order for the image: what it does before it executes the program (trampoline.c). */
static int write_order(const struct guard_heir *heir, char *buf, size_t size)
{
	int rc = 0, used = 0;

	*buf = '\0';
	if (heir->report >= 0) {
		used = snprintf(buf, size, "%d%s", heir->report, heir->takes_terminal ? "t" : "");
		rc = sys_keep_on_exec(heir->report);
	}
	if (rc == 0 && heir->filters_size) {
		snprintf(buf + used, size - (size_t)used, "f%d,%zu%s", heir->filters,
			 heir->filters_size, heir->lowers_admin ? "c" : "");
		rc = sys_keep_on_exec(heir->filters);
	}
	return rc;
}

int guard_exec(int fd, const char *name, const struct guard_heir *heir, const char *path,
	       char *const argv[])
{
	_cleanup_free_ char **all = NULL;
	char order[64];
	size_t n = 0;
	int rc = write_order(heir, order, sizeof(order));

	if (rc < 0)
		return rc;

	while (argv[n])
		n++;
	all = calloc(n + 4, sizeof(*all));
	if (!all)
		return -ENOMEM;
	/* argv of trampoline.c: the name for its messages, the order, the path, the program's argv. */
	all[0] = (char *)name;
	all[1] = order;
	all[2] = (char *)path;
	for (size_t i = 0; i < n; i++)
		all[i + 3] = argv[i];
	return sys_execveat(fd, all, environ);
}

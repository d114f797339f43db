/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cause_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/refuse.h"
#include "base/kernel.h"
#include "kernel/sys.h"

struct hint_fakes hint_fakes;

static char directory[] = "/tmp/xns-hint.XXXXXX";
static int old_directory = -1;

/* --- the calls that are not made ------------------------------------------------------------- */

int __wrap_sys_unshare(int flags);
int __wrap_sys_mount(const char *source, const char *target, const char *type,
		     unsigned long flags, const char *data);
int __wrap_sys_ioctl(int fd, unsigned long request, void *arg);
int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_sys_fstatfs(int fd, struct statfs *ret);
int __wrap_sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c,
		     unsigned long d);
int __wrap_sys_clock_gettime(clockid_t clock, struct timespec *ret);
uid_t __wrap_sys_geteuid(void);
gid_t __wrap_sys_getegid(void);
pid_t __wrap_sys_fork(void);
int __real_sys_openat(int dir, const char *path, int flags, mode_t mode);
pid_t __real_sys_fork(void);

int __wrap_sys_unshare(int flags)
{
	if (flags & 0x1)
		return hint_fakes.filter ? -hint_fakes.filter : -EINVAL;
	if (flags & hint_fakes.refused)
		return -hint_fakes.err;
	return hint_fakes.unprivileged && !(flags & CLONE_NEWUSER) ? -EPERM : 0;
}

/* A search has no business mounting anything. */
int __wrap_sys_mount(const char *source, const char *target, const char *type,
		     unsigned long flags, const char *data)
{
	if (source || target || type || flags || data)
		abort();
	return hint_fakes.mount_filter ? -hint_fakes.mount_filter : -EFAULT;
}

int __wrap_sys_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	if (request != NS_GET_USERNS || arg)
		abort();
	return hint_fakes.foreign ? -EPERM : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int __wrap_sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	if (strncmp(path, "/sys/", 5) == 0 || strncmp(path, "/etc/", 5) == 0)
		path++;
	/* A namespace file, whose link leads nowhere here. */
	else if (ns_by_name(path) != NS_NONE)
		path = "/dev/null";
	return __real_sys_openat(dir, path, flags, mode);
}

int __wrap_sys_fstatfs(int fd, struct statfs *ret)
{
	(void)fd;
	memset(ret, 0, sizeof(*ret));
	ret->f_type = NSFS_MAGIC;
	ret->f_flags = (__typeof__(ret->f_flags))hint_fakes.fs_flags;
	return 0;
}

int __wrap_sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c,
		     unsigned long d)
{
	(void)option, (void)a, (void)b, (void)c, (void)d;
	return hint_fakes.securebits;
}

int __wrap_sys_clock_gettime(clockid_t clock, struct timespec *ret)
{
	*ret = (struct timespec){ .tv_sec = hint_fakes.clock + (clock == CLOCK_BOOTTIME) };
	return 0;
}

uid_t __wrap_sys_geteuid(void)
{
	return hint_fakes.uid;
}

gid_t __wrap_sys_getegid(void)
{
	return hint_fakes.gid;
}

pid_t __wrap_sys_fork(void)
{
	return hint_fakes.no_fork ? -EAGAIN : __real_sys_fork();
}

/* --- the files ------------------------------------------------------------------------------- */

static void make_parents(const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0755);
	}
}

void hint_put_program(const char *path, const char *text, unsigned mode)
{
	FILE *file;

	make_parents(path);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

void hint_put_descriptors(const char *mount, const char *path)
{
	char name[64], text[64];

	for (int fd = 0; fd < 32; fd++) {
		snprintf(name, sizeof(name), "proc/100/fdinfo/%d", fd);
		snprintf(text, sizeof(text), "pos:\t0\nflags:\t0\nmnt_id:\t%s\n", mount);
		hint_put(name, text);
		snprintf(name, sizeof(name), "proc/100/fd/%d", fd);
		hint_put(name, path);
	}
}

void hint_put(const char *path, const char *text)
{
	unlink(path);
	if (!text)
		return;
	make_parents(path);
	if (strncmp(text, "-> ", 3) == 0)
		assert_int_equal(symlink(text + 3, path), 0);
	else
		hint_put_program(path, text, 0644);
}

/* A machine on which nothing is out of order. */
static const struct hint_file plain[] = {
	{ "proc/self", "-> 100" },
	{ "proc/100/status", "Name:\tx\nPPid:\t99\nNSpid:\t100\nNoNewPrivs:\t0\n"
			     "CapEff:\t000001ffffffffff\n" },
	{ "proc/100/uid_map", "         0          0 4294967295\n" },
	{ "proc/100/gid_map", "         0          0 4294967295\n" },
	{ "proc/100/setgroups", "allow\n" },
	{ "proc/100/timens_offsets", "monotonic           0         0\n"
				     "boottime            0         0\n" },
	{ "proc/100/mountinfo", "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
				"21 20 0:20 / /proc rw - proc proc rw\n" },
	{ "proc/sys/kernel/osrelease", "6.1.0\n" },
	{ "proc/sys/fs/mount-max", "100000\n" },
};

int hint_enter(void **state)
{
	char path[64], link[64];

	(void)state;
	hint_fakes = (struct hint_fakes){ .uid = 0 };
	strcpy(directory, "/tmp/xns-hint.XXXXXX");
	old_directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!mkdtemp(directory) || chdir(directory) < 0 || mkdir("sys", 0755) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		hint_put(plain[i].path, plain[i].text);
	for (int k = 0; k < NS_COUNT; k++) {
		snprintf(path, sizeof(path), "proc/100/ns/%s", ns_types[k].name);
		snprintf(link, sizeof(link), "-> %s:[%u]", ns_types[k].name, ns_types[k].init_ino);
		hint_put(path, link);
		if (ns_types[k].for_children) {
			snprintf(path, sizeof(path), "proc/100/ns/%s", ns_types[k].for_children);
			hint_put(path, link);
		}
		snprintf(path, sizeof(path), "proc/sys/user/%s", ns_types[k].sysctl);
		hint_put(path, "15000\n");
	}
	return 0;
}

int hint_leave(void **state)
{
	char command[64];

	(void)state;
	if (fchdir(old_directory) < 0)
		return -1;
	close(old_directory);
	snprintf(command, sizeof(command), "/bin/rm -r %s", directory);
	return system(command);
}

/* --- searching ------------------------------------------------------------------------------- */

bool hint_search_in(const struct step *before, size_t n, const struct step *step, int err,
		    struct finding *ret)
{
	struct plan plan = { .n = 0 };
	int proc = open("proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct refusal refusal;
	struct step *failed;
	bool found;

	assert_true(proc >= 0);
	for (size_t i = 0; i < n; i++)
		*plan_add(&plan, before[i].kind) = before[i];
	failed = plan_add(&plan, step->kind);
	*failed = *step;
	apply_refusal(&plan, failed, err, &refusal);
	found = cause_search(&refusal, proc, ret);
	close(proc);
	return found;
}

static void assert_finding(bool found, const struct finding *finding, const char *cause,
			   const char *why, const char *remedy)
{
	assert_string_equal(found ? finding->cause : "-", cause ? cause : "-");
	if (!cause)
		return;
	assert_string_equal(finding->why, why);
	assert_string_equal(finding->remedy, remedy ? remedy : "");
}

void hint_assert(const struct step *step, int err, const char *cause, const char *why,
		 const char *remedy)
{
	struct finding finding;
	bool found = hint_search_in(NULL, 0, step, err, &finding);

	assert_finding(found, &finding, cause, why, remedy);
}

void hint_test_row(void **state)
{
	const struct hint_row *row = *state;
	struct finding finding;
	size_t n = 0;
	bool found;

	hint_fakes = row->fakes;
	for (size_t i = 0; i < HINT_FILES && row->files[i].path; i++) {
		hint_put(row->files[i].path, row->files[i].text);
		if (strcmp(row->files[i].path, STATUS) == 0 &&
		    strncmp(row->files[i].text ? row->files[i].text : "", "CapEff:", 7) == 0 &&
		    !row->fakes.root && !row->fakes.uid)
			hint_fakes.uid = 1000;
	}
	/* STEP_HELPER, the first kind, is no step that matters before another. */
	while (n < ARRAY_LEN(row->before) && row->before[n].kind)
		n++;
	found = hint_search_in(row->before, n, &row->step, row->err, &finding);
	assert_finding(found, &finding, row->cause, row->why, row->remedy);
}

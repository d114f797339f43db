/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: frozen page|lock|file|detached|flush FILE
 *        frozen tree DIRECTORY
 *
 * A file system of its own that does not answer, mounted on FILE or DIRECTORY.
 *
 * file      the process has the file open
 * flush     the same, as descriptor 50, and everything is answered except a close(2)
 * detached  the same, and the file system is unmounted
 * tree      on a file in that directory, a network namespace is mounted that no process is in
 * page      the command line of the process lies in a page of that file
 * lock      the process keeps its memory locked while it waits for a write
 *
 * Prints "server PID" and "ready". Kill the server first: without it nothing waits any more. That also
 * ends by itself, after a minute, since ps(1) waits as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PATH_SIZE = 4096, LIFE = 60, FLUSHED = 50 };

static int answers_flush = 1;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
}

/* ---- a file system of one file, which is its root ---- */

static void answer(int fuse, const struct fuse_in_header *request, int error, const void *data,
		   size_t size)
{
	char buf[PAGE + sizeof(struct fuse_out_header)];
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + size),
		.error = error,
		.unique = request->unique,
	};

	memcpy(buf, &header, sizeof(header));
	if (size)
		memcpy(buf + sizeof(header), data, size);
	if (write(fuse, buf, header.len) < 0 && errno != ENOENT)
		die("fuse");
}

#define FILE_ATTR(number) \
	{ .ino = (number), .size = PAGE, .mode = S_IFREG | 0666, .nlink = 1 }

static void serve(int fuse, int answers_reads, int keeps, mode_t mode)
{
	static char buf[1 << 20], zeroes[PAGE];
	static const struct fuse_entry_out entry = { .nodeid = 2, .attr = FILE_ATTR(2) };
	const struct fuse_in_header *request = (const void *)buf;
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = 31,
		.max_write = PAGE,
		.max_readahead = 0,
		.flags = FUSE_WRITEBACK_CACHE,
	};
	struct fuse_attr_out attr = {
		.attr_valid = keeps ? 1000 : 0,
		.attr = FILE_ATTR(1),
	};
	struct fuse_open_out opened = { .open_flags = 0 };

	while (read(fuse, buf, sizeof(buf)) > 0) {
		switch (request->opcode) {
		case FUSE_INIT:
			answer(fuse, request, 0, &init, sizeof(init));
			break;
		case FUSE_LOOKUP:
			answer(fuse, request, 0, &entry, sizeof(entry));
			break;
		case FUSE_GETATTR:
		case FUSE_SETATTR:
			attr.attr.ino = request->nodeid;
			attr.attr.mode = (request->nodeid == 1 ? mode : S_IFREG) | 0777;
			answer(fuse, request, 0, &attr, sizeof(attr));
			break;
		case FUSE_OPEN:
			answer(fuse, request, 0, &opened, sizeof(opened));
			break;
		case FUSE_READ:
			if (answers_reads)
				answer(fuse, request, 0, zeroes, PAGE);
			break;
		case FUSE_WRITE:
		case FUSE_FORGET:
			break;
		case FUSE_FLUSH:
			if (answers_flush)
				answer(fuse, request, -ENOSYS, NULL, 0);
			break;
		default:
			answer(fuse, request, -ENOSYS, NULL, 0);
		}
	}
}

/* Mounts it; a child serves it. keeps: the kernel may keep what it was told about the file. */
static pid_t mount_at(const char *path, int answers_reads, int keeps, mode_t mode)
{
	int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];
	pid_t server;

	if (fuse < 0)
		die("/dev/fuse");
	snprintf(options, sizeof(options), "fd=%d,rootmode=%o,user_id=0,group_id=0", fuse,
		 mode);
	if (mount("frozen", path, "fuse", MS_NOSUID | MS_NODEV, options) < 0)
		die("mount");
	server = fork();
	if (server < 0)
		die("fork");
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(LIFE);
		serve(fuse, answers_reads, keeps, mode);
		_exit(0);
	}
	close(fuse);
	say("server %d\n", (int)server);
	return server;
}

static int open_silent_file(const char *path, int answers_reads)
{
	int file;

	mount_at(path, answers_reads, 1, S_IFREG);
	file = open(path, O_RDWR | O_CLOEXEC);
	/* The kernel knows the size of the root of a mount only after it has asked. */
	if (file < 0 || ftruncate(file, PAGE) < 0)
		die(path);
	return file;
}

/* ---- what becomes of the page of our arguments ---- */

static void *page_of(const char *argument)
{
	return (void *)((uintptr_t)argument & ~(uintptr_t)(PAGE - 1));
}

static void lay(void *page, int file)
{
	int kind = file < 0 ? MAP_ANONYMOUS | MAP_PRIVATE : MAP_SHARED;

	if (mmap(page, PAGE, PROT_READ | PROT_WRITE, kind | MAP_FIXED, file, 0) == MAP_FAILED)
		die("mmap");
}

/* Laying something over a dirty page writes that back first, under the lock for writing. */
static void hold_lock(const char *path)
{
	char *page =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, open_silent_file(path, 1), 0);

	if (page == MAP_FAILED)
		die("mmap");
	*page = 1;
	say("ready\n");
	lay(page, -1);
}

/* ---- a server that is stopped ---- */

static void stop(pid_t server)
{
	if (kill(server, SIGSTOP) < 0 || waitpid(server, NULL, WUNTRACED) != server)
		die("stop");
}

static void keep_open(const char *path, int detached)
{
	pid_t server = mount_at(path, 1, 0, S_IFREG);

	if (open(path, O_RDWR | O_CLOEXEC) < 0 || (detached && umount2(path, MNT_DETACH) < 0))
		die(path);
	stop(server);
}

static void mount_namespace_in(const char *directory)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	pid_t server = mount_at(directory, 1, 0, S_IFDIR);
	char path[PATH_SIZE + 8];

	snprintf(path, sizeof(path), "%s/net", directory);
	if (own < 0 || unshare(CLONE_NEWNET) < 0 ||
	    mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0 || setns(own, CLONE_NEWNET) < 0)
		die(path);
	stop(server);
}

int main(int argc, char **argv)
{
	char path[PATH_SIZE];
	void *page = page_of(argv[0]);
	int locks;

	if (argc != 3)
		return 2;
	/* The page with the arguments is lost soon. */
	locks = strcmp(argv[1], "lock") == 0;
	snprintf(path, sizeof(path), "%s", argv[2]);
	if (strcmp(argv[1], "file") == 0 || strcmp(argv[1], "detached") == 0) {
		alarm(LIFE);
		keep_open(path, strcmp(argv[1], "detached") == 0);
		say("ready\n");
	} else if (strcmp(argv[1], "flush") == 0) {
		alarm(LIFE);
		answers_flush = 0;
		mount_at(path, 1, 1, S_IFREG);
		if (dup2(open(path, O_RDWR | O_CLOEXEC), FLUSHED) < 0)
			die(path);
		say("ready\n");
	} else if (strcmp(argv[1], "tree") == 0) {
		alarm(LIFE);
		mount_namespace_in(path);
		say("ready\n");
	} else if (locks) {
		hold_lock(path);
	} else {
		lay(page, open_silent_file(path, 0));
		say("ready\n");
	}
	for (;;)
		pause();
}

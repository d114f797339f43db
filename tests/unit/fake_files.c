/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake system's files, descriptors, and what comes from descriptors and children. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "base/kernel.h"
#include "fake_internal.h"

enum { NODES = 256, MOUNTS = 64, FDS = 512, FIRST_FD = 1000, INPUTS = 64, WAITS = 64 };

static struct {
	struct fake_node nodes[NODES];
	size_t n_nodes;
	struct {
		char path[160];
		long magic;
	} mounts[MOUNTS];
	size_t n_mounts;
	const char *covered, *cover;
	bool is_covered;
	const char *tree;
	char cwd[160];
	struct {
		char path[320];
		bool open;
		off_t offset;
		unsigned device; /* of what lay there when it was opened */
	} fds[FDS];
	size_t n_fds;
	struct fake_input inputs[INPUTS], answers[8];
	size_t n_inputs, n_answers;
	struct fake_wait waits[WAITS];
	size_t n_waits;
} fake;

/* --- files ------------------------------------------------------------------------------------- */

static struct fake_node *find_node(const char *path)
{
	for (size_t i = 0; i < fake.n_nodes; i++)
		if (strcmp(fake.nodes[i].path, path) == 0)
			return &fake.nodes[i];
	return NULL;
}

static struct fake_node *put_node(const char *path, mode_t mode, const void *data, size_t n)
{
	struct fake_node *node = find_node(path);

	if (!node) {
		if (fake.n_nodes == NODES || strlen(path) >= sizeof(node->path))
			fake_fatal("no room for the file %s", path);
		node = &fake.nodes[fake.n_nodes++];
		strcpy(node->path, path);
		node->ino = 1000 + fake.n_nodes;
	}
	free(node->text);
	node->text = malloc(n + 1);
	if (!node->text)
		fake_fatal("no memory");
	memcpy(node->text, data, n);
	node->text[n] = '\0';
	node->len = n;
	node->mode = mode;
	node->absent = false;
	return node;
}

struct fake_node *fake_bytes(const char *path, const void *data, size_t n)
{
	return put_node(path, S_IFREG | 0755, data, n);
}

struct fake_node *fake_file(const char *path, const char *text)
{
	return fake_bytes(path, text, strlen(text));
}

struct fake_node *fake_dir(const char *path)
{
	return put_node(path, S_IFDIR | 0755, "", 0);
}

struct fake_node *fake_link(const char *path, const char *target)
{
	return put_node(path, S_IFLNK | 0777, target, strlen(target));
}

struct fake_node *fake_ns(const char *path)
{
	struct fake_node *node = fake_file(path, "");

	fake_mounted(path, NSFS_MAGIC);
	return node;
}

void fake_remove(const char *path)
{
	put_node(path, 0, "", 0)->absent = true;
}

void fake_mounted(const char *path, long magic)
{
	if (fake.n_mounts == MOUNTS)
		fake_fatal("too many mounts");
	snprintf(fake.mounts[fake.n_mounts].path, sizeof(fake.mounts[0].path), "%s", path);
	fake.mounts[fake.n_mounts++].magic = magic;
}

void fake_covered(const char *path, const char *other)
{
	fake.covered = path;
	fake.cover = other;
}

void fake_cover(const char *path)
{
	fake.is_covered |= fake.covered && strcmp(path, fake.covered) == 0;
}

void fake_mount_type(const char *path, const char *type)
{
	const char *place = strcmp(path, ".") == 0 ? fake.cwd : path;

	if (type && strcmp(type, "proc") == 0)
		fake_mounted(place, PROC_SUPER_MAGIC);
	else if (type && strcmp(type, "binfmt_misc") == 0)
		fake_mounted(place, BINFMTFS_MAGIC);
	else if (type && strcmp(type, "sysfs") == 0)
		fake_mounted(place, SYSFS_MAGIC);
	else if (type && strcmp(type, "tmpfs") == 0)
		fake_mounted(place, TMPFS_MAGIC);
}

void fake_change_directory(const char *path)
{
	snprintf(fake.cwd, sizeof(fake.cwd), "%s", path);
}

const char *fake_uncovered(const char *path)
{
	return fake.is_covered && strcmp(path, fake.covered) == 0 ? fake.cover : path;
}

void fake_tree(const char *root)
{
	fake.tree = root;
}

/* The index of the mount that path is on, + 1; 0 for the root file system. */
static unsigned find_mount(const char *path)
{
	unsigned found = 0;
	size_t longest = 0;

	for (unsigned i = 0; i < fake.n_mounts; i++) {
		size_t len = strlen(fake.mounts[i].path);

		if (len >= longest && strncmp(path, fake.mounts[i].path, len) == 0 &&
		    (path[len] == '/' || path[len] == '\0')) {
			found = i + 1;
			longest = len;
		}
	}
	return found;
}

long fake_magic(const char *path)
{
	unsigned mount = find_mount(path);

	return mount ? fake.mounts[mount - 1].magic : 0xef53; /* ext4 */
}

unsigned fake_device(const char *path)
{
	return 10 + find_mount(path);
}

static struct fake_node *read_real(const char *path)
{
	static char data[1 << 16];
	char real[512];
	struct stat st;
	FILE *file;
	size_t n;

	snprintf(real, sizeof(real), "%s%s", fake.tree, path);
	if (lstat(real, &st) < 0)
		return NULL;
	if (S_ISDIR(st.st_mode))
		return fake_dir(path);
	if (S_ISLNK(st.st_mode)) {
		ssize_t len = readlink(real, data, sizeof(data) - 1);

		data[len < 0 ? 0 : len] = '\0';
		return fake_link(path, data);
	}
	file = fopen(real, "re");
	if (!file)
		fake_fatal("cannot open %s", real);
	n = fread(data, 1, sizeof(data), file);
	fclose(file);
	return fake_bytes(path, data, n);
}

struct fake_node *fake_lookup(const char *path)
{
	struct fake_node *node = find_node(path);

	if (!node && fake.tree && *path == '/')
		node = read_real(path);
	return node && !node->absent ? node : NULL;
}

const char *fake_name_below(const char *dir, size_t *at)
{
	size_t len = strcmp(dir, "/") == 0 ? 0 : strlen(dir);

	while (*at < fake.n_nodes) {
		const struct fake_node *node = &fake.nodes[(*at)++];

		if (!node->absent && strncmp(node->path, dir, len) == 0 &&
		    node->path[len] == '/' && node->path[len + 1] &&
		    !strchr(node->path + len + 1, '/'))
			return node->path + len + 1;
	}
	return NULL;
}

/* --- descriptors ------------------------------------------------------------------------------- */

static bool is_open(int fd)
{
	return fd >= FIRST_FD && (size_t)(fd - FIRST_FD) < fake.n_fds &&
	       fake.fds[fd - FIRST_FD].open;
}

int fake_fd_new(const char *path)
{
	if (fake.n_fds == FDS)
		fake_fatal("too many descriptors");
	snprintf(fake.fds[fake.n_fds].path, sizeof(fake.fds[0].path), "%s", path);
	fake.fds[fake.n_fds].open = true;
	fake.fds[fake.n_fds].offset = 0;
	fake.fds[fake.n_fds].device = fake_device(path);
	return FIRST_FD + (int)fake.n_fds++;
}

const char *fake_fd_path(int fd)
{
	static const char *const standard[] = { "stdin", "stdout", "stderr" };

	if (fd >= 0 && (size_t)fd < ARRAY_LEN(standard))
		return standard[fd];
	return is_open(fd) ? fake.fds[fd - FIRST_FD].path : NULL;
}

unsigned *fake_fd_device(int fd)
{
	return &fake.fds[fd - FIRST_FD].device;
}

off_t *fake_fd_offset(int fd)
{
	return &fake.fds[fd - FIRST_FD].offset;
}

const char *fake_fd_text(int fd)
{
	static char texts[4][400];
	static unsigned next;
	const char *path = fake_fd_path(fd);
	char *text = texts[next++ % 4];

	if (fd == AT_FDCWD)
		return "AT_FDCWD";
	if (path)
		snprintf(text, sizeof(texts[0]), "<%s>", path);
	else
		snprintf(text, sizeof(texts[0]), "%d", fd);
	return text;
}

void fake_join(int dir, const char *path, char *buf, size_t size)
{
	const char *base = fake_fd_path(dir);

	if (*path == '/' || !base)
		snprintf(buf, size, "%s", path);
	else if (!*path || strcmp(path, ".") == 0)
		snprintf(buf, size, "%s", base);
	else
		snprintf(buf, size, "%s%s%s", base, strcmp(base, "/") == 0 ? "" : "/", path);
}

void fake_forget_fds(unsigned first, unsigned last)
{
	for (size_t i = 0; i < fake.n_fds; i++)
		if (FIRST_FD + i >= first && FIRST_FD + i <= last)
			fake.fds[i].open = false;
}

int __real_close(int fd);
int __wrap_close(int fd);

int __wrap_close(int fd)
{
	long ret;

	if (fd < FIRST_FD)
		return __real_close(fd);
	if (!is_open(fd))
		fake_fatal("descriptor %d was closed twice", fd);
	if (!fake_begin("close", &ret, "%s", fake_fd_text(fd)))
		fake_fatal("close() cannot be made to fail");
	fake.fds[fd - FIRST_FD].open = false;
	fake_done(0);
	return 0;
}

void fake_assert_closed(void)
{
	for (size_t i = 0; i < fake.n_fds; i++)
		if (fake.fds[i].open)
			fake_fatal("the descriptor <%s> was not closed; trace:\n%s",
				   fake.fds[i].path, fake_trace());
}

/* --- what comes in ----------------------------------------------------------------------------- */

static void put_input(struct fake_input *input, const char *descriptor, const void *data, size_t n)
{
	if (n > sizeof(input->data))
		fake_fatal("too long an input");
	*input = (struct fake_input){ .n = n };
	snprintf(input->descriptor, sizeof(input->descriptor), "%s", descriptor);
	if (n)
		memcpy(input->data, data, n);
}

void fake_input(const char *descriptor, const void *data, size_t n)
{
	if (fake.n_inputs == INPUTS)
		fake_fatal("too many inputs");
	put_input(&fake.inputs[fake.n_inputs++], descriptor, data, n);
}

void fake_input_fd(const char *descriptor, const void *data, size_t n, const char *path)
{
	fake_input(descriptor, data, n);
	snprintf(fake.inputs[fake.n_inputs - 1].fd_path, sizeof(fake.inputs[0].fd_path), "%s",
		 path);
}

void fake_answer(const char *descriptor, const void *data, size_t n)
{
	if (fake.n_answers == ARRAY_LEN(fake.answers))
		fake_fatal("too many answers");
	put_input(&fake.answers[fake.n_answers++], descriptor, data, n);
}

void fake_signal_from(pid_t pid, int sig, int code)
{
	struct signalfd_siginfo info = { .ssi_signo = (uint32_t)sig, .ssi_code = code };

	info.ssi_pid = (uint32_t)pid;
	fake_input("signals", &info, sizeof(info));
}

void fake_report(int status)
{
	fake_input("bell", &status, sizeof(status));
}

void fake_signal(int sig, int code)
{
	fake_signal_from(0, sig, code);
}

struct fake_input *fake_input_next(const char *descriptor)
{
	for (size_t i = 0; i < fake.n_inputs; i++)
		if (!fake.inputs[i].taken && strcmp(fake.inputs[i].descriptor, descriptor) == 0)
			return &fake.inputs[i];
	return NULL;
}

struct fake_input *fake_answer_for(const char *descriptor)
{
	for (size_t i = 0; i < fake.n_answers; i++)
		if (strcmp(fake.answers[i].descriptor, descriptor) == 0)
			return &fake.answers[i];
	return NULL;
}

int fake_input_first(const char *const *descriptors, size_t n, const struct fake_input **ret)
{
	int found = -1;

	for (size_t d = 0; d < n; d++) {
		const struct fake_input *input =
			descriptors[d] ? fake_input_next(descriptors[d]) : NULL;

		if (input && (found < 0 || input < *ret)) {
			*ret = input;
			found = (int)d;
		}
	}
	return found;
}

void fake_child(pid_t pid, int status)
{
	if (fake.n_waits == WAITS)
		fake_fatal("too many children");
	fake.waits[fake.n_waits++] = (struct fake_wait){ .pid = pid, .status = status };
}

struct fake_wait *fake_wait_next(pid_t pid)
{
	for (size_t i = 0; i < fake.n_waits; i++)
		if (!fake.waits[i].taken &&
		    (pid == -1 || fake.waits[i].pid == pid || fake.waits[i].pid == 0))
			return &fake.waits[i];
	return NULL;
}

void fake_files_reset(void)
{
	for (size_t i = 0; i < fake.n_nodes; i++)
		free(fake.nodes[i].text);
	memset(&fake, 0, sizeof(fake));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake system's files and mounts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/kernel.h"
#include "fake_internal.h"

enum { NODES = 256, MOUNTS = 64 };

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
	struct fake_node *node = put_node(path, S_IFREG | 0444, "", 0);

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
	unsigned mount = find_mount(path);

	/* The kernel has one nsfs, of which each namespace file is a mount. */
	return mount && fake.mounts[mount - 1].magic == NSFS_MAGIC ? 9 : 10 + mount;
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

void fake_files_reset(void)
{
	for (size_t i = 0; i < fake.n_nodes; i++)
		free(fake.nodes[i].text);
	memset(&fake, 0, sizeof(fake));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single mounts by statmount(2), and mountinfo if that fails, on a fake kernel. */
#include "unit.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

struct mount {
	uint64_t id, parent; /* unique; less by 1000 in mountinfo */
	const char *root, *point;
	unsigned shared;
};

enum { OWN = 1003, HOST = 1001, MANY = 150 };

static const struct mount mounts[] = {
	{ 1000, 1000, "/", "/", 1 },
	{ HOST, 1000, "/", "/run", 2 },
	{ 1002, HOST, "/netns", "/run/netns", 2 },
	{ OWN, 1002, "/netns", "/run/netns", 9 },
	{ 1004, OWN, "net:[7]", "/run/netns/a", 9 },
};

/* The kernel's answers. */
static struct {
	int mount_id, statmount, listmount; /* errors, or 0 */
	uint64_t gone;    /* unmounted just now */
	uint64_t foreign; /* out of reach */
	unsigned withheld; /* fields that it does not report */
	unsigned reported; /* fields in any answer */
	bool full_list;   /* read_self was asked for */
} kernel;

int __wrap_sys_mount_id(int fd, unsigned kind, uint64_t *ret);
int __wrap_sys_statmount(const struct kernel_mnt_id_req *req, void *buf, size_t size);
ssize_t __wrap_sys_listmount(const struct kernel_mnt_id_req *req, uint64_t *ret_ids, size_t n);
int __wrap_mount_table_read_self(const char *path, struct mount_table *ret, struct diag *diag);

int __wrap_sys_mount_id(int fd, unsigned kind, uint64_t *ret)
{
	(void)fd;
	assert_int_equal(kind, STATX_MNT_ID_UNIQUE);
	*ret = OWN;
	return kernel.mount_id;
}

static const struct mount *find(uint64_t id)
{
	static const struct mount child = { 0, OWN, "/", "/run/netns/many", 0 };

	for (size_t i = 0; i < ARRAY_LEN(mounts); i++)
		if (mounts[i].id == id)
			return &mounts[i];
	return id > 2000 ? &child : NULL;
}

int __wrap_sys_statmount(const struct kernel_mnt_id_req *req, void *buf, size_t size)
{
	const struct mount *mount = find(req->mnt_id);
	struct kernel_statmount *answer = buf;

	assert_non_null(mount);
	assert_true(size >= sizeof(*answer) + 64);
	if (kernel.statmount)
		return kernel.statmount;
	if (req->mnt_id == kernel.gone)
		return -ENOENT;
	if (req->mnt_id == kernel.foreign)
		return -EPERM;
	memset(buf, 0, size);
	*answer = (struct kernel_statmount){
		.mask = req->param & ~(uint64_t)kernel.withheld, .mnt_id = req->mnt_id,
		.mnt_parent_id = mount->parent, .mnt_id_old = (unsigned)req->mnt_id - 1000,
		.mnt_parent_id_old = (unsigned)mount->parent - 1000, .sb_dev_minor = 30,
		.mnt_peer_group = mount->shared, .mnt_point = 20,
	};
	if (answer->mask & STATMOUNT_MNT_ROOT)
		strcpy(answer->str, mount->root);
	strcpy(answer->str + 20, mount->point);
	kernel.reported |= (unsigned)answer->mask;
	return 0;
}

/* The mount on top has one in it, and MANY more. */
ssize_t __wrap_sys_listmount(const struct kernel_mnt_id_req *req, uint64_t *ret_ids, size_t n)
{
	size_t found = 0;

	assert_int_equal(req->mnt_id, OWN);
	if (kernel.listmount)
		return kernel.listmount;
	for (uint64_t id = 1004; id <= 2000 + MANY && found < n; id = id == 1004 ? 2001 : id + 1)
		if (id > req->param)
			ret_ids[found++] = id;
	return (ssize_t)found;
}

int __wrap_mount_table_read_self(const char *path, struct mount_table *ret, struct diag *diag)
{
	static const char text[] = "0 0 0:30 / / rw shared:1 - tmpfs t rw\n"
				   "1 0 0:30 / /run rw shared:2 - tmpfs t rw\n"
				   "3 1 0:30 /netns /run/netns rw shared:9 - tmpfs t rw\n";
	struct mountinfo info;

	(void)diag;
	kernel.full_list = true;
	assert_int_equal(mountinfo_from_text(text, strlen(text), &info), 0);
	return mount_table_take(&info, path, ret);
}

static const struct mount_entry *read_branch(enum mount_side side, struct mount_table *ret)
{
	const struct mount_entry *own;
	struct diag diag;

	assert_int_equal(mount_table_read_branch(3, "/run/netns", side, ret, &own, &diag), 0);
	return own;
}

static void upwards(void **state)
{
	struct mount_table table;
	const struct mount_entry *own;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	own = read_branch(MOUNT_ABOVE, &table);
	assert_false(kernel.full_list);
	assert_int_equal(table.n, 4);
	assert_int_equal(own->id, 3);
	assert_int_equal(own->parent, 2);
	assert_int_equal(own->shared, 9);
	assert_int_equal(own->dev, makedev(0, 30));
	assert_string_equal(own->root, "/netns");
	assert_string_equal(own->point, "/run/netns");
	assert_string_equal(mount_table_by_id(&table, 1)->point, "/run");
	assert_string_equal(mount_table_by_id(&table, 0)->point, "/");
	mount_table_free(&table);
}

static void upwards_as_far_as_one_may(void **state)
{
	struct mount_table table;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.foreign = HOST;
	assert_int_equal(read_branch(MOUNT_ABOVE, &table)->id, 3);
	assert_false(kernel.full_list);
	assert_int_equal(table.n, 2);
	mount_table_free(&table);
}

static void downwards(void **state)
{
	struct mount_table table;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	assert_int_equal(read_branch(MOUNT_BELOW, &table)->id, 3);
	assert_int_equal(table.n, 2 + MANY);
	assert_string_equal(mount_table_by_id(&table, 4)->point, "/run/netns/a");
	assert_null(mount_table_by_id(&table, 2));
	assert_non_null(mount_table_by_id(&table, 1000 + MANY));
	assert_string_equal(mount_table_by_id(&table, 4)->root, "");
	/* Only the needed fields are requested: for hundreds of mounts the others take milliseconds. */
	assert_int_equal(kernel.reported, STATMOUNT_MNT_BASIC | STATMOUNT_MNT_POINT);
	mount_table_free(&table);
}

static void one_that_goes_meanwhile(void **state)
{
	struct mount_table table;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.gone = 1004;
	read_branch(MOUNT_BELOW, &table);
	assert_false(kernel.full_list);
	assert_int_equal(table.n, 1 + MANY);
	assert_null(mount_table_by_id(&table, 4));
	mount_table_free(&table);
}

struct old {
	const char *name;
	int mount_id, statmount, listmount;
	unsigned withheld;
};

static const struct old olds[] = {
	{ "before 6.8", -ENOSYS, 0, 0, 0 },
	{ "statmount is filtered", 0, -EPERM, 0, 0 },
	{ "too long for the answer", 0, -EOVERFLOW, 0, 0 },
	{ "listmount fails", 0, 0, -ENOMEM, 0 },
	{ "no path", 0, 0, 0, STATMOUNT_MNT_POINT },
};

static void else_mountinfo(void **state)
{
	const struct old *row = *state;
	struct mount_table table;

	memset(&kernel, 0, sizeof(kernel));
	kernel.mount_id = row->mount_id;
	kernel.statmount = row->statmount;
	kernel.listmount = row->listmount;
	kernel.withheld = row->withheld;
	assert_int_equal(read_branch(MOUNT_BELOW, &table)->id, 3);
	assert_true(kernel.full_list);
	assert_int_equal(table.n, 3);
	mount_table_free(&table);
}

int main(void)
{
	UNIT_ADD(upwards);
	UNIT_ADD(upwards_as_far_as_one_may);
	UNIT_ADD(downwards);
	UNIT_ADD(one_that_goes_meanwhile);
	UNIT_ADD_ROWS(else_mountinfo, olds);
	return unit_run("mount_branch");
}

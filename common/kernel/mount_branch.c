/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a few mounts among many. With thousands of mounts the kernel takes tens of milliseconds to
 * write mountinfo; since Linux 6.8 statmount(2) and listmount(2) report single ones. If they fail
 * for any reason, mountinfo is read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

enum {
	ANSWER_SIZE = 2048, /* a longer answer makes us read mountinfo */
	IDS = 64,           /* per call of listmount(2) */
	DEPTH_MAX = 4096,
	/* Each field costs the kernel a microsecond or two, so only the needed ones are
	 * requested. */
	TELL_PLACE = STATMOUNT_MNT_BASIC | STATMOUNT_MNT_POINT,
	TELL_ALL = TELL_PLACE | STATMOUNT_SB_BASIC | STATMOUNT_MNT_ROOT,
};

static int add_answer(struct mount_table *table, const struct kernel_statmount *answer)
{
	bool has_root = answer->mask & STATMOUNT_MNT_ROOT;

	return mount_table_add(table, &(struct mount_entry){
		.id = (int)answer->mnt_id_old,
		.parent = (int)answer->mnt_parent_id_old,
		.dev = makedev(answer->sb_dev_major, answer->sb_dev_minor),
		.root = has_root ? answer->str + answer->mnt_root : "",
		.point = answer->str + answer->mnt_point,
		.shared = (int)answer->mnt_peer_group,
		.options = "", .type = "", .source = "", .super_options = "",
	});
}

static int add_mount(struct mount_table *table, uint64_t id, unsigned tell, uint64_t *ret_parent)
{
	_Alignas(struct kernel_statmount) char buf[ANSWER_SIZE];
	struct kernel_statmount *answer = (void *)buf;
	struct kernel_mnt_id_req request = { .size = sizeof(request), .mnt_id = id, .param = tell };
	int rc = sys_statmount(&request, buf, sizeof(buf));

	if (rc < 0)
		return rc;
	if ((answer->mask & tell) != tell)
		return -ENODATA;
	*ret_parent = answer->mnt_parent_id;
	return add_answer(table, answer);
}

/* Adds the mount and its parents, up to the root or the first one that we may not see. */
static int add_above(struct mount_table *table, uint64_t id)
{
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		uint64_t parent;
		int rc = add_mount(table, id, TELL_ALL, &parent);

		if (rc < 0 || parent == id)
			return depth > 0 && rc != -ENOMEM ? 0 : rc;
		id = parent;
	}
	return 0;
}

static int add_below(struct mount_table *table, uint64_t id)
{
	struct kernel_mnt_id_req request = { .size = sizeof(request), .mnt_id = id };
	uint64_t ids[IDS], parent;
	ssize_t n = IDS;
	int rc = add_mount(table, id, TELL_PLACE, &parent);

	while (rc == 0 && n == IDS) {
		n = sys_listmount(&request, ids, IDS);
		if (n < 0)
			return (int)n;
		for (ssize_t i = 0; rc == 0 && i < n; i++) {
			rc = add_mount(table, ids[i], TELL_PLACE, &parent);
			if (rc == -ENOENT) /* unmounted since listmount(2) */
				rc = 0;
		}
		if (n > 0)
			request.param = ids[n - 1];
	}
	return rc;
}

static int ask(int dir, enum mount_side side, struct mount_table *ret)
{
	uint64_t id;
	int rc = sys_mount_id(dir, STATX_MNT_ID_UNIQUE, &id);

	if (rc == 0)
		rc = side == MOUNT_ABOVE ? add_above(ret, id) : add_below(ret, id);
	if (rc < 0)
		mount_table_free(ret);
	return rc;
}

int mount_table_read_branch(int dir, const char *path, enum mount_side side, struct mount_table *ret,
			  const struct mount_entry **ret_own, struct diag *diag)
{
	int rc;

	*ret = (struct mount_table){ 0 };
	if (ask(dir, side, ret) == 0) {
		*ret_own = ret->entries;
		return 0;
	}
	rc = mount_table_read_self(path, ret, diag);
	if (rc < 0)
		return rc;
	*ret_own = mount_table_top(ret, path);
	return 0;
}

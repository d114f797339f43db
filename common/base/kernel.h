/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants of the kernel's interfaces that are missing in the oldest supported headers (Linux
 * 5.10, glibc 2.31, musl 1.2). Definitions of newer headers take precedence. Values:
 * include/uapi/linux, Linux 6.18.
 */
#ifndef XNS_KERNEL_H
#define XNS_KERNEL_H

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): __NR_ is the prefix of the C library. */

/*
 * Since Linux 5.1 all architectures number new calls in the same order, but not from the same start: open_tree(2)
 * is 428, on Alpha 538, on MIPS 4428 or 5428. The headers of Linux 5.10 have that one everywhere.
 */

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

#ifndef __NR_pidfd_send_signal
#define __NR_pidfd_send_signal (__NR_open_tree - 4)
#endif
#ifndef __NR_pidfd_open
#define __NR_pidfd_open (__NR_open_tree + 6)
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* Linux 5.11 */
#endif
#ifndef __NR_close_range
#define __NR_close_range (__NR_open_tree + 8)
#endif
#ifndef __NR_openat2
#define __NR_openat2 (__NR_open_tree + 9)
#endif
#ifndef __NR_pidfd_getfd
#define __NR_pidfd_getfd (__NR_open_tree + 10)
#endif

/* pidfd_open(2), linux/pidfd.h, Linux 6.9. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* struct pidfd_info: linux/pidfd.h, Linux 6.13. */
struct kernel_pidfd_info {
	unsigned long long mask, cgroup;
	unsigned pid, tgid, ppid;
	unsigned uid, gid, euid, egid, suid, sgid, fsuid, fsgid;
	int exit_code;
};
#define KERNEL_PIDFD_GET_INFO _IOWR(0xff, 11, struct kernel_pidfd_info) /* the number contains the size */
enum kernel_pidfd_info_mask { KERNEL_PIDFD_INFO_PID = 1, KERNEL_PIDFD_INFO_CREDS = 2 };

/* listns(2), Linux 6.19: linux/nsfs.h. */
#ifndef __NR_listns
#define __NR_listns (__NR_open_tree + 42)
#endif
struct kernel_ns_id_req {
	unsigned size;
	unsigned spare;
	unsigned long long ns_id; /* continue after this one; 0: from the start */
	unsigned ns_type;         /* CLONE_NEW* joined, 0: all */
	unsigned spare2;
	unsigned long long user_ns_id; /* only those that this user namespace owns; 0: all */
};

/* openat2(2), linux/openat2.h: musl has no wrapper and older headers no such file. */
struct kernel_open_how {
	unsigned long long flags;
	unsigned long long mode;
	unsigned long long resolve;
};
#ifndef RESOLVE_NO_XDEV
#define RESOLVE_NO_XDEV 0x01
#endif
#ifndef RESOLVE_NO_MAGICLINKS
#define RESOLVE_NO_MAGICLINKS 0x02
#endif
#ifndef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 0x04
#endif
#ifndef RESOLVE_IN_ROOT
#define RESOLVE_IN_ROOT 0x10
#endif
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20 /* Linux 5.12 */
#endif

/*
 * The mount calls of Linux 5.2, and mount_setattr(2) of 5.12. linux/mount.h and older versions of
 * sys/mount.h exclude each other, so the constants have names of their own.
 */
#ifndef __NR_mount_setattr
#define __NR_mount_setattr (__NR_open_tree + 14)
#endif
enum {
	KERNEL_OPEN_TREE_CLONE = 0x1,
	KERNEL_AT_RECURSIVE = 0x8000,
	KERNEL_MOVE_MOUNT_EMPTY_PATHS = 0x44, /* MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH */
	KERNEL_MOVE_MOUNT_SET_GROUP = 0x100, /* Linux 5.15 */
	KERNEL_FSOPEN_CLOEXEC = 0x1,
	KERNEL_FSMOUNT_CLOEXEC = 0x1,
};
enum kernel_fsconfig {
	KERNEL_FSCONFIG_SET_FLAG = 0,
	KERNEL_FSCONFIG_SET_STRING = 1,
	KERNEL_FSCONFIG_SET_FD = 5,
	KERNEL_FSCONFIG_CREATE = 6,
};
enum kernel_mount_attr {
	KERNEL_MOUNT_RDONLY = 0x1,
	KERNEL_MOUNT_NOSUID = 0x2,
	KERNEL_MOUNT_NODEV = 0x4,
	KERNEL_MOUNT_NOEXEC = 0x8,
	KERNEL_MOUNT_NOSYMFOLLOW = 0x200000, /* Linux 5.14 */
};
struct kernel_mount_attr_change {
	unsigned long long set, clear, propagation, user_ns_fd;
};

/* statx(2), linux/stat.h and fcntl.h; since Linux 4.11, 5.8, and 6.8. */
#ifndef AT_STATX_DONT_SYNC
#define AT_STATX_DONT_SYNC 0x4000
#endif
#ifndef STATX_BASIC_STATS
#define STATX_BASIC_STATS 0x000007ffU
#endif
#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x00001000U
#endif
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x00004000U
#endif

/* listmount(2) and statmount(2), Linux 6.8: linux/mount.h. */
#ifndef __NR_statmount
#define __NR_statmount (__NR_open_tree + 29)
#endif
#ifndef __NR_listmount
#define __NR_listmount (__NR_open_tree + 30)
#endif
struct kernel_mnt_id_req {
	unsigned size;
	unsigned spare;
	unsigned long long mnt_id;
	unsigned long long param; /* statmount: the mask; listmount: continue after this one, 0: from the start */
};
struct kernel_statmount {
	unsigned size;
	unsigned mnt_opts;
	unsigned long long mask; /* the members that are valid */
	unsigned sb_dev_major;
	unsigned sb_dev_minor;
	unsigned long long sb_magic;
	unsigned sb_flags;
	unsigned fs_type;
	unsigned long long mnt_id;
	unsigned long long mnt_parent_id;
	unsigned mnt_id_old; /* as in mountinfo */
	unsigned mnt_parent_id_old;
	unsigned long long mnt_attr;
	unsigned long long mnt_propagation;
	unsigned long long mnt_peer_group;
	unsigned long long mnt_master;
	unsigned long long propagate_from;
	unsigned mnt_root;  /* offsets in str */
	unsigned mnt_point;
	unsigned long long spare[50];
	char str[];
};
#ifndef STATMOUNT_SB_BASIC
#define STATMOUNT_SB_BASIC 0x00000001U
#define STATMOUNT_MNT_BASIC 0x00000002U
#define STATMOUNT_MNT_ROOT 0x00000008U
#define STATMOUNT_MNT_POINT 0x00000010U
#endif

/* memfd_create(2), linux/memfd.h; the first since Linux 6.3. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

/* ioctl_ns(2), linux/nsfs.h. */
#ifndef NS_GET_USERNS
#define NS_GET_USERNS _IO(0xb7, 0x1)
#endif
#ifndef NS_GET_PARENT
#define NS_GET_PARENT _IO(0xb7, 0x2)
#endif
#ifndef NS_GET_NSTYPE
#define NS_GET_NSTYPE _IO(0xb7, 0x3)
#endif
#ifndef NS_GET_OWNER_UID
#define NS_GET_OWNER_UID _IO(0xb7, 0x4)
#endif

#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(0xb7, 0x5, unsigned long long)
#endif
/* The next and the previous mount namespace, Linux 6.12; the argument is a struct mnt_ns_info. */
#ifndef NS_MNT_GET_NEXT
#define NS_MNT_GET_NEXT 0x8010b70bul
#define NS_MNT_GET_PREV 0x8010b70cul
#endif

#define KERNEL_NS_GET_TGID_FROM_PIDNS _IOR(0xb7, 0x7, int) /* Linux 6.11 */
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(0xb7, 0xd, unsigned long long)
#endif

/* nsfs file handles, Linux 6.18: linux/exportfs.h, linux/fcntl.h. */
#ifndef FILEID_NSFS
#define FILEID_NSFS 0xf1
#endif
#ifndef FD_NSFS_ROOT
#define FD_NSFS_ROOT (-10003)
#endif

/* The network namespace of a socket: linux/sockios.h, Linux 4.10. */
/* asm-generic/socket.h, Linux 5.14; architectures with other numbers have headers with them. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894C
#endif

/* linux/magic.h */
#ifndef BINFMTFS_MAGIC
#define BINFMTFS_MAGIC 0x42494e4d
#endif
#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif
#ifndef SELINUX_MAGIC
#define SELINUX_MAGIC 0xf97cff8c
#endif
#ifndef SYSFS_MAGIC
#define SYSFS_MAGIC 0x62656572
#endif
#ifndef TRACEFS_MAGIC
#define TRACEFS_MAGIC 0x74726163
#endif
#ifndef DEBUGFS_MAGIC
#define DEBUGFS_MAGIC 0x64626720
#endif
#ifndef PROC_SUPER_MAGIC
#define PROC_SUPER_MAGIC 0x9fa0
#endif
#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif
#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif

/* NOLINTEND(bugprone-reserved-identifier) */

#endif

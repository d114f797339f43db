/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two programs behind xnsls --scan=bpf: iterators that the kernel runs over all tasks, and over
 * all open files of all tasks. Compiled by clang for the BPF machine and turned into a header by
 * bpftool; which offsets a member has in the running kernel, that kernel fills in (CO-RE).
 *
 * All is read by bpf_probe_read_kernel(): pointers with types make the verifier slow, 5.6 ms a load
 * against 0.4.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;
typedef u32 __wsum;

/* The helpers' prototypes need only its name. */
enum bpf_map_type { BPF_MAP_TYPE_UNSPEC };

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "xnsls_bpf.h"

enum { NSFS_MAGIC = 0x6e736673, SOCKFS_MAGIC = 0x534f434b, ERRNO_MAX = 4095 };

/* ---- the members that are read; the kernel's structures have more ---- */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct proc_ns_operations {
	int type; /* until Linux 6.17 */
};

struct ns_common {
	u32 ns_type; /* since Linux 6.18 */
	const struct proc_ns_operations *ops;
	unsigned int inum;
};

struct uts_namespace { struct ns_common ns; };
struct ipc_namespace { struct ns_common ns; };
struct mnt_namespace { struct ns_common ns; };
struct pid_namespace { struct ns_common ns; };
struct net { struct ns_common ns; };
struct time_namespace { struct ns_common ns; };
struct cgroup_namespace { struct ns_common ns; };
struct user_namespace { struct ns_common ns; };

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct cgroup_namespace *cgroup_ns;
};

typedef struct { u32 val; } kuid_t;

struct cred {
	kuid_t euid;
	struct user_namespace *user_ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct task_struct {
	int pid, tgid;
	struct task_struct *real_parent;
	const struct cred *real_cred;
	struct nsproxy *nsproxy;
	struct pid *thread_pid;
};

struct super_block {
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	void *i_private;
};

struct vfsmount {
	int mnt_flags;
};

struct mount {
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

struct path {
	struct vfsmount *mnt;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

typedef struct { struct net *net; } possible_net_t;

struct sock_common {
	possible_net_t skc_net;
};

struct sock {
	struct sock_common __sk_common;
};

struct socket {
	struct sock *sk;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd;
	struct file *file;
};

#pragma clang attribute pop

/* ---- the programs ---- */

/* Threads share their leader's entry in /proc. NULL at the end of the walk. */
static __always_inline int is_process(struct task_struct *task)
{
	return task && BPF_CORE_READ(task, pid) == BPF_CORE_READ(task, tgid);
}

/* task_active_pid_ns(): the one that the task's own number is of. */
static __always_inline u32 pid_ns(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct pid_namespace *ns = NULL;
	u32 level;

	if (!pid)
		return 0;
	level = BPF_CORE_READ(pid, level);
	bpf_core_read(&ns, sizeof(ns), &pid->numbers[0].ns);
	if (level > 0) {
		/* A flexible array: its elements are the kernel's, their size is ours to say. */
		const char *first = (const char *)pid + bpf_core_field_offset(pid->numbers);

		bpf_probe_read_kernel(&ns, sizeof(ns),
				      first + (u64)level * bpf_core_type_size(struct upid) +
					      bpf_core_field_offset(struct upid, ns));
	}
	return ns ? BPF_CORE_READ(ns, ns.inum) : 0;
}

SEC("iter/task")
int list_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct bpf_task record = { 0 };
	struct nsproxy *proxy;
	const struct cred *cred;

	if (!is_process(task))
		return 0;
	record.pid = (u32)BPF_CORE_READ(task, pid);
	record.ppid = (u32)BPF_CORE_READ(task, real_parent, tgid);
	cred = BPF_CORE_READ(task, real_cred);
	record.uid = BPF_CORE_READ(cred, euid.val);
	record.ns[BPF_NS_USER] = BPF_CORE_READ(cred, user_ns, ns.inum);
	record.ns[BPF_NS_PID] = pid_ns(task);
	/* A zombie has left these. */
	proxy = BPF_CORE_READ(task, nsproxy);
	if (proxy) {
		record.ns[BPF_NS_MNT] = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
		record.ns[BPF_NS_UTS] = BPF_CORE_READ(proxy, uts_ns, ns.inum);
		record.ns[BPF_NS_IPC] = BPF_CORE_READ(proxy, ipc_ns, ns.inum);
		record.ns[BPF_NS_NET] = BPF_CORE_READ(proxy, net_ns, ns.inum);
		record.ns[BPF_NS_CGROUP] = BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
		record.ns[BPF_NS_TIME] = BPF_CORE_READ(proxy, time_ns, ns.inum);
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* One that is opened where it is mounted is held by that mount, and found there. */
static __always_inline int is_opened_at_mount(struct file *file)
{
	struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)((char *)mnt - bpf_core_field_offset(struct mount, mnt));
	u64 ns = (u64)BPF_CORE_READ(mount, mnt_ns);

	/* The kernel's own mount of nsfs has an error pointer there, an unmounted one nothing. */
	return ns && ns < (u64)-ERRNO_MAX;
}

static __always_inline void take_namespace(struct file *file, struct inode *inode,
					   struct bpf_file *record)
{
	struct ns_common *ns = BPF_CORE_READ(inode, i_private);

	if (!ns || is_opened_at_mount(file))
		return;
	record->flag = bpf_core_field_exists(ns->ns_type) ? BPF_CORE_READ(ns, ns_type) :
							    (u32)BPF_CORE_READ(ns, ops, type);
	record->ino = BPF_CORE_READ(ns, inum);
}

/* A socket counts where it lives elsewhere than its process. */
static __always_inline void take_socket(struct task_struct *task, struct file *file,
					struct bpf_file *record)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);
	struct net *net = sk ? BPF_CORE_READ(sk, __sk_common.skc_net.net) : NULL;

	if (net && proxy && net != BPF_CORE_READ(proxy, net_ns))
		record->ino = BPF_CORE_READ(net, ns.inum);
}

SEC("iter/task_file")
int list_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct bpf_file record = { 0 };
	struct file *file = ctx->file;
	struct inode *inode;
	unsigned long magic;

	if (!file || !is_process(task))
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	magic = BPF_CORE_READ(inode, i_sb, s_magic);
	if (magic == NSFS_MAGIC)
		take_namespace(file, inode, &record);
	else if (magic == SOCKFS_MAGIC)
		take_socket(task, file, &record);
	if (!record.ino)
		return 0;
	record.pid = (u32)BPF_CORE_READ(task, pid);
	record.fd = ctx->fd;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

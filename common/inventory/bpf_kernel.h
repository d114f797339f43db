/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures of the kernel, with the members that the BPF program reads. The real ones have more
 * members at other offsets; the kernel adjusts the program when it loads it (CO-RE).
 */
#ifndef XNS_INVENTORY_BPF_KERNEL_H
#define XNS_INVENTORY_BPF_KERNEL_H

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

/* The prototypes of the helpers mention it. */
enum bpf_map_type { BPF_MAP_TYPE_UNSPEC };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

typedef struct { u32 val; } kuid_t;

struct user_namespace {
	struct user_namespace *parent;
	kuid_t owner;
	struct ns_common ns;
};

struct pid_namespace {
	struct pid_namespace *parent;
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct ipc_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct time_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct uts_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct mnt_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct net { struct user_namespace *user_ns; struct ns_common ns; };
struct cgroup_namespace { struct user_namespace *user_ns; struct ns_common ns; };

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
	struct time_namespace *time_ns, *time_ns_for_children;
	struct pid_namespace *pid_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
};

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
	struct upid numbers[];
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *open_fds;
};

struct files_struct {
	struct fdtable *fdt;
};

struct css_set;

struct task_struct {
	int pid, tgid;
	struct task_struct *real_parent, *group_leader;
	const struct cred *real_cred;
	struct nsproxy *nsproxy;
	struct pid *thread_pid;
	struct files_struct *files;
	struct css_set *cgroups;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	void *i_private;
};

struct socket_alloc {
	struct inode vfs_inode;
};


struct file {
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

#pragma clang attribute pop

#endif

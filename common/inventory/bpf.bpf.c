/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program of xnsls --scan=bpf: an iterator that the kernel runs over all tasks. clang compiles
 * it for the BPF machine, bpftool turns it into a header, and the kernel that loads it fills in the
 * offsets of members (CO-RE).
 *
 * The program reads no memory of a process: a process can map a file there that never answers, and
 * then the read never returns. So command lines come from /proc.
 *
 * The program takes no lock. An object stays valid as long as the process refers to it, so a value
 * is right if the pointer to its object is unchanged afterwards. Processes that have changed are
 * read in /proc.
 *
 * Two things cost time at each load. The verifier follows both ways of every branch to the end, so
 * functions with many branches are global: it verifies these separately. And the kernel finds a
 * type by comparing its name with all names, which takes half a millisecond, unless the type was
 * the last one looked up with the same of 31 hash values (bpf_core_find_cands()). ipc_namespace and
 * mnt_namespace share a hash value, as do time_namespace and cgroup_namespace: so read_owners()
 * begins with the types that read_numbers() ends with.
 */
#include "inventory/bpf_kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "inventory/bpf.h"

enum { S_IFMT = 0170000, S_IFSOCK = 0140000, S_IFREG = 0100000, BITS = 64 };

/* The pointers of a process to the objects that are read. */
struct links {
	const void *proxy, *user, *cred, *pid, *parent, *files, *fdt;
};

/* 0 if both are equal. The verifier allows to subtract pointers, but not to compare them. */
static __always_inline u32 differ(const void *left, const void *right)
{
	u64 difference = (u64)left - (u64)right;

	return (u32)difference | (u32)(difference >> 32);
}

static __always_inline void read_links(struct task_struct *process, struct links *ret)
{
	ret->proxy = process->nsproxy;
	ret->user = process->real_cred->user_ns;
	ret->cred = process->real_cred;
	ret->pid = process->thread_pid;
	ret->parent = process->real_parent;
	ret->files = process->files;
	ret->fdt = process->files->fdt;
}

/*
 * Without a second struct links: the stack has 512 bytes for all active functions, each rounded up to a
 * multiple of 32 (kernel/bpf/verifier.c).
 */
static __noinline u32 has_changed(struct task_struct *process, const struct links *before)
{
	return differ(process->nsproxy, before->proxy) |
	       differ(process->real_cred->user_ns, before->user) |
	       differ(process->real_cred, before->cred) |
	       differ(process->thread_pid, before->pid) |
	       differ(process->real_parent, before->parent) |
	       differ(process->files, before->files) |
	       differ(process->files->fdt, before->fdt);
}

/* Whether it has other namespaces than its parent process, apart from the pid namespace. */
static __noinline u32 left_parent(struct task_struct *process)
{
	struct task_struct *parent = process->real_parent;

	return differ(process->nsproxy, parent->nsproxy) |
	       differ(process->real_cred->user_ns, parent->real_cred->user_ns);
}

/*
 * Whether a thread has other namespaces than its process, or has lost them because it is ending. BPF_CORE_READ()
 * reads by a pointer that the verifier does not trust, which is faster to verify (see list_processes()).
 */
static __noinline u32 left_process(struct task_struct *thread)
{
	return differ(BPF_CORE_READ(thread, nsproxy),
		      BPF_CORE_READ(thread, group_leader, nsproxy)) |
	       differ(BPF_CORE_READ(thread, real_cred, user_ns),
		      BPF_CORE_READ(thread, group_leader, real_cred, user_ns));
}

/* ---- open files ---- */

/* The open files of a process. */
struct fds {
	struct net *net;      /* the network namespace of the process */
	unsigned long *words; /* a bit for each open descriptor */
	struct file **fds;
	u32 max;
};

struct fd_walk {
	struct net *net;
	unsigned long *words;
	u32 n_words;
	u32 found;          /* not 0: a descriptor holds a namespace */
	u64 open;           /* the remaining bits of the last word */
	struct file **fds;  /* the file of its lowest bit */
	struct file **next; /* the first file of the next word */
	struct file *last;  /* descriptors 0 to 2 often refer to the same file */
};

/* By a structure that contains an inode, since "inode" and "net" have the same hash (see above). */
#define READ_INODE(inode, member, ret)                                                               \
	bpf_probe_read_kernel(ret, sizeof(*(ret)),                                                   \
			      (const char *)(inode) +                                                \
				      bpf_core_field_offset(struct socket_alloc, vfs_inode.member) - \
				      bpf_core_field_offset(struct socket_alloc, vfs_inode))

/* The number of a namespace, from its struct ns_common. */
static __always_inline u32 read_number(const char *common)
{
	u32 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number),
			      common + bpf_core_field_offset(struct uts_namespace, ns.inum) -
				      bpf_core_field_offset(struct uts_namespace, ns));
	return number;
}

/* In an inode of nsfs, i_private is the namespace and i_ino its number (fs/nsfs.c). */
static __always_inline u32 is_namespace(struct inode *inode)
{
	const char *ns = NULL;
	u64 ino = 0;

	READ_INODE(inode, i_private, &ns);
	READ_INODE(inode, i_ino, &ino);
	return ino == read_number(ns);
}

/* Whether the socket belongs to another network namespace than its process. */
static __always_inline u32 is_foreign_socket(struct file *file, struct net *own)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	return differ(BPF_CORE_READ(socket, sk, __sk_common.skc_net.net), own);
}

/* Reads one descriptor, or goes on to the next word. 1 ends the loop. */
__noinline int read_fd(struct fd_walk *walk)
{
	struct inode *inode;
	struct file *file;
	u16 mode = 0;
	u64 open;

	if (!walk)
		return 1;
	open = walk->open;
	if (!open) {
		if (!walk->n_words)
			return 1;
		walk->n_words--;
		bpf_probe_read_kernel(&walk->open, sizeof(walk->open), walk->words++);
		walk->fds = walk->next;
		walk->next += BITS;
		return 0;
	}
	walk->open = open >> 1;
	bpf_probe_read_kernel(&file, sizeof(file), walk->fds++);
	if (!(open & 1) || file == walk->last)
		return 0;
	walk->last = file;
	inode = BPF_CORE_READ(file, f_inode);
	READ_INODE(inode, i_mode, &mode);
	if ((mode & S_IFMT) == S_IFSOCK)
		walk->found |= is_foreign_socket(file, walk->net);
	else if ((mode & S_IFMT) == S_IFREG)
		walk->found |= is_namespace(inode);
	return 0;
}

static long fd_round(u32 i, struct fd_walk *walk)
{
	u32 ends = read_fd(walk);

	/*
	 * A callback must return 0 or 1, and the verifier does not know the result of a global
	 * function. clang 19 knows it, and without this would remove the comparison.
	 */
	asm volatile("" : "+r"(ends));
	return ends != 0;
}

/* Returns 1 if a descriptor holds a namespace, or if there are too many descriptors; else 0. */
__noinline u32 read_fds(const struct fds *fds)
{
	struct fd_walk walk = { 0 };

	if (!fds)
		return 1;
	walk.net = fds->net;
	walk.words = fds->words;
	walk.n_words = fds->max / BITS;
	walk.next = fds->fds;
	if (bpf_loop(fds->max + walk.n_words, fd_round, &walk, 0) < 0)
		return 1;
	return walk.found;
}

static __always_inline u32 holds_namespace(struct task_struct *process)
{
	struct fdtable *fdt = process->files->fdt;
	struct fds fds = { process->nsproxy->net_ns, fdt->open_fds, fdt->fd, fdt->max_fds };

	return read_fds(&fds);
}

/* ---- namespaces ---- */

/*
 * As task_active_pid_ns() does. *ret_nr is the PID there; the first process has 1. The verifier
 * allows to add an unknown number only to an address that was read as a number.
 */
static __always_inline struct pid_namespace *pid_ns(struct task_struct *process, u32 *ret_nr)
{
	struct pid_namespace *ns = NULL;
	const char *upid;
	struct pid *pid = NULL;

	bpf_probe_read_kernel(&pid, sizeof(pid), &process->thread_pid);
	upid = (const char *)pid + bpf_core_field_offset(struct pid, numbers) +
	       (u64)BPF_CORE_READ(pid, level) * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&ns, sizeof(ns), upid + bpf_core_field_offset(struct upid, ns));
	bpf_probe_read_kernel(ret_nr, sizeof(*ret_nr),
			      upid + bpf_core_field_offset(struct upid, nr));
	return ns;
}

_Static_assert(NS_COUNT == 8, "a new type: read its number and its owner below");

static __always_inline void read_numbers(struct nsproxy *proxy, u32 *ns)
{
	ns[NS_UTS] = proxy->uts_ns->ns.inum;
	ns[NS_NET] = proxy->net_ns->ns.inum;
	ns[NS_IPC] = proxy->ipc_ns->ns.inum;
	ns[NS_TIME] = proxy->time_ns->ns.inum;
	ns[NS_MNT] = proxy->mnt_ns->ns.inum;
	ns[NS_CGROUP] = proxy->cgroup_ns->ns.inum;
}

/* The order of the types saves time: see the head of this file. */
static __always_inline void read_owners(struct nsproxy *proxy, u32 *owner)
{
	owner[NS_CGROUP] = proxy->cgroup_ns->user_ns->ns.inum;
	owner[NS_MNT] = proxy->mnt_ns->user_ns->ns.inum;
	owner[NS_TIME] = proxy->time_ns->user_ns->ns.inum;
	owner[NS_IPC] = proxy->ipc_ns->user_ns->ns.inum;
	owner[NS_NET] = proxy->net_ns->user_ns->ns.inum;
	owner[NS_UTS] = proxy->uts_ns->user_ns->ns.inum;
}

static __always_inline void read_relatives(struct task_struct *process, struct pid_namespace *pid,
					   struct bpf_details *ret)
{
	struct user_namespace *user = process->real_cred->user_ns;

	ret->parent[NS_PID] = BPF_CORE_READ(pid, parent, ns.inum);
	ret->owner[NS_PID] = BPF_CORE_READ(pid, user_ns, ns.inum);
	read_owners(process->nsproxy, ret->owner);
	ret->parent[NS_USER] = user->parent->ns.inum;
	/* The owner of a user namespace is its parent (user_namespaces(7)). */
	ret->owner[NS_USER] = ret->parent[NS_USER];
	ret->owner_uid = user->owner.val;
}

static __always_inline u32 children_differ(struct nsproxy *proxy, const struct pid_namespace *pid)
{
	/* To the verifier, pid is a number: see pid_ns(). */
	return differ(BPF_CORE_READ(proxy, pid_ns_for_children), pid) |
	       differ(proxy->time_ns_for_children, proxy->time_ns);
}

/* ---- all of a process ---- */

static __noinline int write_details(struct seq_file *seq, struct task_struct *process,
				    struct pid_namespace *pid, const struct links *links)
{
	struct bpf_details details = { 0 };

	read_relatives(process, pid, &details);
	details.changed = has_changed(process, links);
	bpf_seq_write(seq, &details, sizeof(details));
	return 0;
}

/*
 * Declared as sleepable, though it never sleeps. Otherwise the verifier trusts every pointer that
 * the task leads to, and looks up the names of their types, which adds 17 ms to the load (Linux
 * 6.18).
 */
SEC("iter.s/task")
int list_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *process;
	struct bpf_process record = { 0 };
	struct seq_file *seq;
	struct pid_namespace *pid;
	struct links links;
	u32 nr = 0;

	/* NULL ends the iteration. */
	if (!task)
		return 0;
	seq = ctx->meta->seq;
	if (task->pid != task->tgid) {
		record.thread = left_process(task);
		record.pid = (u32)task->tgid;
		if (record.thread)
			bpf_seq_write(seq, &record, sizeof(record));
		return 0;
	}
	/*
	 * The same task, by a pointer that the verifier does not trust. For a trusted one it looks up
	 * whether each pointer in it is trusted too, which adds 0.8 ms to the load.
	 */
	process = task->group_leader;
	read_links(process, &links);
	pid = pid_ns(process, &nr);
	record.pid = (u32)process->tgid;
	record.ppid = (u32)process->real_parent->tgid;
	record.uid = process->real_cred->euid.val;
	/* A number: the verifier lets nobody compute with a pointer. */
	bpf_probe_read_kernel(record.cgroups, sizeof(record.cgroups), &process->cgroups);
	record.ns[NS_USER] = process->real_cred->user_ns->ns.inum;
	record.ns[NS_PID] = BPF_CORE_READ(pid, ns.inum);
	read_numbers(process->nsproxy, record.ns);
	record.details = (nr == 1) | left_parent(process);
	record.for_children = children_differ(process->nsproxy, pid);
	record.unsure = holds_namespace(process) | has_changed(process, &links);

	bpf_seq_write(seq, &record, sizeof(record));
	if (record.details)
		write_details(seq, process, pid, &links);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

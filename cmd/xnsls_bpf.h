/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records that the BPF programs of xnsls write. Included by them and by the scan. */
#ifndef XNS_XNSLS_BPF_H
#define XNS_XNSLS_BPF_H

/* As enum ns_kind, which a static assertion holds; that header is not for the BPF machine. */
enum bpf_ns {
	BPF_NS_MNT,
	BPF_NS_UTS,
	BPF_NS_IPC,
	BPF_NS_NET,
	BPF_NS_PID,
	BPF_NS_USER,
	BPF_NS_CGROUP,
	BPF_NS_TIME,
	BPF_NS_COUNT,
};

struct bpf_task {
	unsigned int pid, ppid;
	unsigned int uid;              /* effective */
	unsigned int ns[BPF_NS_COUNT]; /* inode numbers, 0 where there is none */
};

struct bpf_file {
	unsigned int pid, fd;
	unsigned int flag; /* CLONE_NEW* of an open namespace, 0: a socket that lives in one */
	unsigned int ino;
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records that the BPF program of xnsls writes. Included by it and by the scan. */
#ifndef XNS_XNSLS_BPF_H
#define XNS_XNSLS_BPF_H

/* As enum ns_kind, which the scan translates; that header is not for the BPF machine. */
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

struct bpf_process {
	/* Not 0: it holds namespaces by descriptors, or changed while it was read. /proc has to tell. */
	unsigned int look;
	/* Not 0: it has a namespace that its parent has not. struct bpf_details follows. */
	unsigned int details;
	unsigned int pid, ppid;
	unsigned int uid;              /* effective */
	unsigned int ns[BPF_NS_COUNT]; /* inode numbers, 0 where there is none */
};

struct bpf_details {
	unsigned int owner[BPF_NS_COUNT];  /* the user namespaces that own its namespaces */
	unsigned int parent[BPF_NS_COUNT]; /* of its pid and its user namespace; else 0 */
	unsigned int owner_uid;            /* who made its user namespace */
	/* Not 0: it changed while this was read, so this may be about other namespaces than its record. */
	unsigned int changed;
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads the BPF program. It is a light skeleton: a loader program, which the kernel runs too, and its data. So
 * bpf(2) is enough, without a library (bpf_sys_bpf(), kernel/bpf/syscall.c).
 */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "inventory/bpf_code.inc"
#include "inventory/scan_internal.h"
#include "kernel/sys.h"

/* The input of the loader program, and the descriptors that it returns: as bpftool generates it. */
struct loader_context {
	uint32_t size, flags, log_level, log_size;
	uint64_t log;
	int program;
};

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* A map whose one entry holds the loader's data. The caller owns the descriptor. -errno. */
static int make_data_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(bpf_data) - 1,
		.max_entries = 1,
	};
	static const uint32_t key;
	int map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), rc;

	if (map < 0)
		return map;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = address(&key);
	attr.value = address(bpf_data);
	rc = sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	if (rc < 0) {
		close(map);
		return rc;
	}
	return map;
}

static int load_loader(int map)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SYSCALL,
		.insns = address(bpf_insns),
		.insn_cnt = (sizeof(bpf_insns) - 1) / sizeof(struct bpf_insn),
		.license = address("GPL"),
		.fd_array = address(&map),
		.prog_flags = BPF_F_SLEEPABLE,
	};

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Loads the program. The caller owns the descriptor. -errno. */
static int load(void)
{
	struct loader_context context = { .size = sizeof(context) };
	_cleanup_close_ int map = make_data_map(), loader = -1;
	union bpf_attr attr = { 0 };
	int rc;

	if (map < 0)
		return map;
	loader = load_loader(map);
	if (loader < 0)
		return loader;
	attr.test.prog_fd = (uint32_t)loader;
	attr.test.ctx_in = address(&context);
	attr.test.ctx_size_in = sizeof(context);
	rc = sys_bpf(BPF_PROG_RUN, &attr, sizeof(attr));
	if (rc == 0)
		rc = (int)attr.test.retval;
	/* 0: the loader failed before it loaded the program. */
	if (rc == 0 && context.program <= 0)
		rc = -EIO;
	if (rc < 0 && context.program > 0)
		close(context.program);
	return rc < 0 ? rc : context.program;
}

int scan_open_iterator(void)
{
	_cleanup_close_ int program = load(), link = -1;
	union bpf_attr attr = { 0 };

	if (program < 0)
		return program;
	attr.link_create.prog_fd = (uint32_t)program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	link = sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link < 0)
		return link;
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (uint32_t)link;
	return sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
}

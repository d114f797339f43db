/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_XNSLS_SCAN_BPF_H
#define XNS_XNSLS_SCAN_BPF_H

#include <stddef.h>

struct ns_process;
struct walker;

#ifdef HAVE_BPF
/*
 * The processes, ascending and with status, and by walker the namespaces that descriptors hold. The
 * caller owns the array. -errno where it is not to be had or would not be worth it: nothing is left
 * behind then, and /proc has the same.
 */
int scan_by_bpf(struct walker *walker, struct ns_process **ret, size_t *ret_n);
#endif

#endif

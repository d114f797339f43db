/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_XNSLS_SCAN_BPF_H
#define XNS_XNSLS_SCAN_BPF_H

#include "inventory/scan_internal.h"

#ifdef HAVE_BPF
/*
 * Finds the processes, with status; the owners and parents of their namespaces come along. -errno if
 * BPF is not available or would not be worth it: nothing is left behind then, and /proc has the same.
 */
int scan_by_bpf(const struct scan *scan, struct found *ret);
#endif

#endif

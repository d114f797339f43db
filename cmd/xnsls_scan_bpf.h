/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_XNSLS_SCAN_BPF_H
#define XNS_XNSLS_SCAN_BPF_H

#include "xnsls_scan_internal.h"

#ifdef HAVE_BPF
/*
 * Finds the processes, with status, and the command lines of those that began a namespace; what
 * their namespaces are related to is told along. -errno where it is not to be had or would not be
 * worth it: nothing is left behind then, and /proc has the same.
 */
int scan_by_bpf(const struct scan *scan, struct found *ret);
#endif

#endif

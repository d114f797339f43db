/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The architectures that have a trampoline; on others xns runs from a sealed copy (guard.c). */
#ifndef XNS_TRAMPOLINE_H
#define XNS_TRAMPOLINE_H

#if defined(__x86_64__) || defined(__aarch64__) || (defined(__riscv) && __riscv_xlen == 64)
#define TRAMPOLINE 1
#else
#define TRAMPOLINE 0
#endif

#endif

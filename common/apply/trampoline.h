/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For which architectures there is a trampoline; the others run from a copy of xns (guard.c). */
#ifndef XNS_TRAMPOLINE_H
#define XNS_TRAMPOLINE_H

#if defined(__x86_64__) || defined(__aarch64__) || (defined(__riscv) && __riscv_xlen == 64)
#define TRAMPOLINE 1
#else
#define TRAMPOLINE 0
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp filters of another process, as a copy (ptrace(2), PTRACE_SECCOMP_GET_FILTER). */
#ifndef XNS_FILTERS_H
#define XNS_FILTERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct diag;
struct sock_filter;

/*
 * The oldest first, each a uint32_t with its number of instructions, then these. All zero: none. Owns
 * image.
 */
struct filters {
	unsigned char *image;
	size_t size, room;
};

/*
 * Copies the filters of this process, which stops for that, and for two seconds at most. 0, or -errno with
 * the diagnosis filled; release ret in both cases.
 */
int filters_copy(pid_t pid, struct filters *ret, struct diag *diag);

void filters_free(struct filters *filters);

/*
 * The filter at *at, which moves on to the next one: its instructions, and their number in *ret_n. NULL at
 * the end. Pure.
 */
const struct sock_filter *filters_next(const struct filters *filters, size_t *at, uint32_t *ret_n);

#endif

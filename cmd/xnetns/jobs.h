/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function for many names, each time in a process of its own. */
#ifndef XNS_XNETNS_JOBS_H
#define XNS_XNETNS_JOBS_H

#include <stdint.h>

struct names;

/* Runs in a child, and returns its exit status. */
typedef int job_run(const char *name, const void *arg);

/*
 * Runs run(name, arg) for each name, at most so many at a time, and prints a summary of failures. With
 * more than one at a time, their output is collected and printed in the order of the names. The exit
 * status: the first one that says failure, or 0.
 */
int jobs_run(const struct names *names, uint64_t at_a_time, job_run *run, const void *arg);

#endif

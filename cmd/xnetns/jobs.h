/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one function for many names, each in a process of its own. */
#ifndef XNS_XNETNS_JOBS_H
#define XNS_XNETNS_JOBS_H

#include <stdint.h>

struct names;

/* Runs in a child, which exits with the result. */
typedef int job_run(const char *name, const void *arg);

/*
 * Runs run(name, arg) for each name, up to at_a_time at once, and reports failures in one message.
 * If at_a_time is above 1, collects the output and prints it in the order of the names. Returns the
 * first exit status that is not 0, or 0.
 */
int jobs_run(const struct names *names, uint64_t at_a_time, job_run *run, const void *arg);

#endif

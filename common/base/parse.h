/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict parsers of single arguments. The whole text must match: no space, no sign, no other byte, only
 * decimal digits. They return 0, -EINVAL (wrong form) or -ERANGE (too large); on failure the output is
 * unchanged.
 */
#ifndef XNS_PARSE_H
#define XNS_PARSE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The largest user or group id: 4294967295 is (uid_t)-1, "no change" in setresuid(2). */
#define ID_MAX UINT32_C(4294967294)

/* A number up to max. text has len bytes, and need not be terminated. The other parsers use it. */
int parse_digits(const char *text, size_t len, uint64_t max, uint64_t *ret);

/* The same for a terminated string. */
int parse_u64(const char *text, uint64_t max, uint64_t *ret);

/* A user or group id, 0 to ID_MAX. */
int parse_id(const char *text, uint32_t *ret);

/* A process id, 1 to 2^31 - 1. */
int parse_pid(const char *text, pid_t *ret);

/* A number in the range of int64_t; it may begin with a sign. */
int parse_i64(const char *text, int64_t *ret);

/* A number of at most this many digits after the point ("1.5"), up to max, in units of 10^-digits. */
int parse_decimal(const char *text, unsigned digits, uint64_t max, uint64_t *ret);

/* A signal: its number, or its name with or without "SIG", in any case; RTMIN+N and RTMAX-N too. */
int parse_signal(const char *text, int *ret);

/* The index of text in a NULL-terminated list of words, or -EINVAL. */
int parse_word(const char *text, const char *const words[]);

/* Writes the name of a signal without "SIG" ("TERM") to buf, or its number if it has no name. */
void signal_name(int sig, char *buf, size_t size);

#endif

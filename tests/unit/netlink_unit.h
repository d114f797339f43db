/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of netlink as bytes, for the tests of common/kernel/netlink.c. */
#ifndef XNS_NETLINK_UNIT_H
#define XNS_NETLINK_UNIT_H

#include "unit.h"

#include <stdio.h>

#include "base/diag.h"
#include "kernel/netlink.h"
#include "little_endian.h"

/* length, type, flags, sequence number 9, port */
#define HEADER(len, type, flags) \
	len, 0, 0, 0, type, 0, (flags)&0xff, (flags) >> 8, 9, 0, 0, 0, 0, 0, 0, 0
#define BODY 0, 0, 0, 0
#define U32(type, value) 8, 0, type, 0, value, 0, 0, 0
#define WORDS 8, 0, 1, 0, 'w', 'h', 'y', 0
#define ERROR(code) 256 - (code), 255, 255, 255

enum { BUF_SIZE = 128, BODY_SIZE = 4 };

static const unsigned char body[BODY_SIZE] = { 1, 2, 3, 4 };

/* At the start of main(): without the library there is nothing to test. */
#define NETLINK_UNIT_LOAD()                                \
	do {                                               \
		struct diag diag_;                         \
		if (netlink_load(&diag_) < 0) {            \
			printf("1..0 # SKIP no libmnl\n"); \
			return 0;                          \
		}                                          \
	} while (0)

#endif

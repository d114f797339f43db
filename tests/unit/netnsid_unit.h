/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of netlink messages about ids of network namespaces. */
#ifndef XNS_UNIT_NETNSID_UNIT_H
#define XNS_UNIT_NETNSID_UNIT_H

#include "little_endian.h"

enum { QUESTION_SIZE = 28 };

#define HEADER(len, type) len, 0, 0, 0, type, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0
#define BODY 0, 0, 0, 0

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of the namespace types, in a header that the BPF program can include too. */
#ifndef XNS_BASE_NS_TYPE_H
#define XNS_BASE_NS_TYPE_H

enum ns_type {
#define NS_TYPE(type, ...) NS_##type,
#include "base/ns_types.def"
#undef NS_TYPE
	NS_COUNT,
	NS_NONE = -1,
};

#endif

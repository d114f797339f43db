/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of the namespace types, in a header that the BPF program can include too. */
#ifndef XNS_BASE_NS_KIND_H
#define XNS_BASE_NS_KIND_H

enum ns_kind {
#define NS_TYPE(kind, ...) NS_##kind,
#include "base/ns_types.def"
#undef NS_TYPE
	NS_COUNT,
	NS_NONE = -1,
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the running kernel's structures have their members, from its description of its types (BTF,
 * Documentation/bpf/btf.rst).
 */
#ifndef XNS_XNSLS_BTF_H
#define XNS_XNSLS_BTF_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct btf_wanted {
	const char *type, *member;
};

struct btf_search {
	const char *names; /* or as many as have been read; the last is whole */
	size_t names_len;
	const struct btf_wanted *wanted;
	size_t n, found;
	uint32_t *offsets; /* of the members wanted, in bytes */
};

/*
 * Goes through a piece of the types, which begins with one. How far it has come, which may be behind the
 * end: the next piece begins there. 0: a structure that is wanted does not fit into the piece. -EINVAL:
 * there is a type of a kind that is not known here. Pure.
 */
ssize_t btf_search_types(struct btf_search *search, const char *types, size_t len);

/* Finds all of these, in /sys/kernel/btf. 0 or -errno. */
int btf_find(const struct btf_wanted *wanted, size_t n, uint32_t *ret_offsets);

#endif

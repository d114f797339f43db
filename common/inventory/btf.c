/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "kernel/sys.h"

enum {
	KIND_ENUM64 = 19,
	ENUM64_SIZE = 12,
	NOT_FOUND = -1,
	PIECE = 65536,
};

/* How much follows a type of this kind. False: it is a kind that is not known here. */
static bool rest_of(uint32_t info, size_t *ret)
{
	size_t n = BTF_INFO_VLEN(info);

	switch (BTF_INFO_KIND(info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		*ret = sizeof(uint32_t);
		break;
	case BTF_KIND_ARRAY:
		*ret = sizeof(struct btf_array);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		*ret = n * sizeof(struct btf_member);
		break;
	case BTF_KIND_ENUM:
		*ret = n * sizeof(struct btf_enum);
		break;
	case BTF_KIND_FUNC_PROTO:
		*ret = n * sizeof(struct btf_param);
		break;
	case BTF_KIND_DATASEC:
		*ret = n * sizeof(struct btf_var_secinfo);
		break;
	case KIND_ENUM64:
		*ret = n * ENUM64_SIZE;
		break;
	default:
		*ret = 0;
	}
	return BTF_INFO_KIND(info) <= KIND_ENUM64;
}

static const char *name_at(const struct btf_search *search, uint32_t offset)
{
	return offset < search->names_len ? search->names + offset : "";
}

static bool is_wanted(const struct btf_search *search, const char *type)
{
	for (size_t i = 0; i < search->n; i++)
		if (strcmp(search->wanted[i].type, type) == 0)
			return true;
	return false;
}

/* The member's offset in bytes, or NOT_FOUND. */
static int64_t find_member(const struct btf_search *search, uint32_t info, const char *members,
			   const char *name)
{
	for (size_t i = 0; i < BTF_INFO_VLEN(info); i++) {
		struct btf_member member;

		memcpy(&member, members + i * sizeof(member), sizeof(member));
		if (strcmp(name_at(search, member.name_off), name) != 0)
			continue;
		/* With the flag, the upper bits are the width of a bit field. */
		return (BTF_INFO_KFLAG(info) ? BTF_MEMBER_BIT_OFFSET(member.offset) : member.offset) / 8;
	}
	return NOT_FOUND;
}

static void take_members(struct btf_search *search, const char *type, uint32_t info, const char *members)
{
	for (size_t i = 0; i < search->n; i++) {
		int64_t offset = NOT_FOUND;

		if (strcmp(search->wanted[i].type, type) == 0)
			offset = find_member(search, info, members, search->wanted[i].member);
		if (offset == NOT_FOUND)
			continue;
		search->offsets[i] = (uint32_t)offset;
		search->found++;
	}
}

ssize_t btf_search_types(struct btf_search *search, const char *types, size_t len)
{
	struct btf_type type;
	size_t at = 0, rest;

	while (search->found < search->n && at + sizeof(type) <= len) {
		const char *name, *behind = types + at + sizeof(type);

		memcpy(&type, types + at, sizeof(type));
		if (!rest_of(type.info, &rest))
			return -EINVAL;
		name = name_at(search, type.name_off);
		if (BTF_INFO_KIND(type.info) == BTF_KIND_STRUCT && is_wanted(search, name)) {
			if (len - at - sizeof(type) < rest)
				break;
			take_members(search, name, type.info, behind);
		}
		at += sizeof(type) + rest;
	}
	return (ssize_t)at;
}

/* As much as there is, up to size; the kernel hands it out by the page. The length or -errno. */
static ssize_t read_piece(int fd, size_t offset, char *buf, size_t size)
{
	size_t used = 0;
	ssize_t n = 1;

	while (n > 0 && used < size) {
		n = sys_pread(fd, buf + used, size - used, (off_t)(offset + used));
		used += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? n : (ssize_t)used;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* 0 or -errno. */
static int search_file(int fd, const struct btf_header *header, struct btf_search *search)
{
	_cleanup_free_ char *piece = malloc(PIECE);
	size_t start = header->hdr_len + header->type_off;
	ssize_t step = piece ? 1 : -ENOMEM;

	for (size_t at = 0; step > 0 && search->found < search->n; at += (size_t)step) {
		size_t left = at < header->type_len ? header->type_len - at : 0;

		step = read_piece(fd, start + at, piece, least(left, PIECE));
		if (step >= 0)
			step = btf_search_types(search, piece, (size_t)step);
	}
	return step < 0 ? (int)step : step == 0 ? -ENOENT : 0;
}

/* The same, knowing no more than these names. */
static int search_names(int fd, const struct btf_header *header, size_t names_max,
			struct btf_search *search)
{
	size_t size = least(header->str_len, names_max);
	_cleanup_free_ char *names = malloc(size + 1);
	ssize_t len = -ENOMEM;

	if (names)
		len = read_piece(fd, (size_t)header->hdr_len + header->str_off, names, size);
	if (len < 0)
		return (int)len;
	/* The beginning of a name may be another one. */
	while (len > 0 && names[len - 1] != '\0')
		len--;
	search->names = names;
	search->names_len = (size_t)len;
	search->found = 0;
	return search_file(fd, header, search);
}

/*
 * What many sources include, as those that are asked for, most often stands at the beginning, and so do
 * its names.
 */
int btf_find(const struct btf_wanted *wanted, size_t n, uint32_t *ret_offsets)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, "/sys/kernel/btf/vmlinux", O_RDONLY, 0);
	struct btf_search search = { .wanted = wanted, .n = n, .offsets = ret_offsets };
	struct btf_header header;
	int rc;

	if (fd < 0)
		return fd;
	if (sys_pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
	    header.magic != BTF_MAGIC)
		return -EINVAL;
	rc = search_names(fd, &header, PIECE, &search);
	return rc == -ENOENT ? search_names(fd, &header, SIZE_MAX, &search) : rc;
}

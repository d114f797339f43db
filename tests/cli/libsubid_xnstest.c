/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source of subordinate ids for subids.t: what libsubid, newuidmap(1) and newgidmap(1) load for
 * "subid: xnstest" in /etc/nsswitch.conf. "tester" and "root" have ids, "poor" has none, and of all
 * others nothing can be told.
 */
#include <stdlib.h>
#include <string.h>

#include <shadow/subid.h>

enum subid_status shadow_subid_has_range(const char *owner, unsigned long start,
					 unsigned long count, enum subid_type type, bool *ret);
enum subid_status shadow_subid_list_owner_ranges(const char *owner, enum subid_type type,
						 struct subid_range **ret, int *ret_n);
enum subid_status shadow_subid_find_subid_owners(unsigned long id, enum subid_type type,
						 uid_t **ret, int *ret_n);
void shadow_subid_free(void *pointer);

enum { N_UIDS = 500, N_GIDS = 600 };

static unsigned long first_of(const char *owner, enum subid_type type)
{
	unsigned long first = strcmp(owner, "root") == 0 ? 500000 : 700000;

	return type == ID_TYPE_UID ? first : first + 100000;
}

static unsigned long count_of(enum subid_type type)
{
	return type == ID_TYPE_UID ? N_UIDS : N_GIDS;
}

static bool has_ids(const char *owner)
{
	return strcmp(owner, "root") == 0 || strcmp(owner, "tester") == 0;
}

enum subid_status shadow_subid_has_range(const char *owner, unsigned long start,
					 unsigned long count, enum subid_type type, bool *ret)
{
	unsigned long first = first_of(owner, type);

	*ret = has_ids(owner) && start >= first && start + count <= first + count_of(type);
	return SUBID_STATUS_SUCCESS;
}

/* The first range is none, the second the user's. */
enum subid_status shadow_subid_list_owner_ranges(const char *owner, enum subid_type type,
						 struct subid_range **ret, int *ret_n)
{
	*ret = NULL;
	*ret_n = 0;
	if (!has_ids(owner))
		return strcmp(owner, "poor") == 0 ? SUBID_STATUS_SUCCESS : SUBID_STATUS_ERROR_CONN;
	*ret = calloc(2, sizeof(**ret));
	if (!*ret)
		return SUBID_STATUS_ERROR;
	(*ret)[0] = (struct subid_range){ 4294967295, 1 };
	(*ret)[1] = (struct subid_range){ first_of(owner, type), count_of(type) };
	*ret_n = 2;
	return SUBID_STATUS_SUCCESS;
}

enum subid_status shadow_subid_find_subid_owners(unsigned long id, enum subid_type type,
						 uid_t **ret, int *ret_n)
{
	(void)id;
	(void)type;
	*ret = NULL;
	*ret_n = 0;
	return SUBID_STATUS_ERROR;
}

void shadow_subid_free(void *pointer)
{
	free(pointer);
}

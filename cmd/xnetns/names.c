/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "netns/store.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

int names_add(struct names *names, const char *name, struct diag *diag)
{
	char **list = array_reserve(names->list, names->n + 1, &names->room, sizeof(*list));

	if (list)
		names->list = list;
	if (!list || !(list[names->n] = strdup(name)))
		return diag_set(diag, ENOMEM, "cannot remember the names");
	names->n++;
	return 0;
}

/* Links come last: once the name that one leads to is gone, it leads nowhere and can be removed. */
static int add_all(struct names *names, bool links, struct diag *diag)
{
	DIR *list;
	int rc = store_open_list(&list, diag);
	const char *name;

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	while (rc == 0 && (name = store_next(list, &rc, diag)) != NULL) {
		struct entry entry;

		rc = entry_examine(dirfd(list), name, &entry);
		if (rc < 0)
			diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", name);
		else if ((entry.kind == ENTRY_NETNS || entry.kind == ENTRY_EMPTY ||
			  entry.kind == ENTRY_DANGLING) &&
			 links == S_ISLNK(entry.mode))
			rc = names_add(names, name, diag);
	}
	closedir(list);
	return rc;
}

/* The user's names, if their anchor was killed: STORE_DIR is the system's then. */
struct lost {
	struct names *names;
	struct diag *diag;
};

static int add_lost(const struct home_name *name, void *arg)
{
	const struct lost *lost = arg;

	return names_add(lost->names, name->name, lost->diag);
}

static int add_every(const struct xnetns *request, struct names *names, struct diag *diag)
{
	struct lost lost = { names, diag };
	int rc;

	if (request->store && !request->store->entered)
		return home_visit_in(&request->store->home, add_lost, &lost, diag);
	rc = add_all(names, false, diag);
	return rc < 0 ? rc : add_all(names, true, diag);
}

int names_of_request(const struct xnetns *request, int n, struct names *ret, struct diag *diag)
{
	bool all = opt_given(&request->given, OPT_ALL);
	int rc = 0;

	if (all && n > 0)
		return diag_usage(diag, "'%s' and option '--all' exclude each other",
				  request->operands[0]);
	if (!all && n == 0)
		return diag_usage(diag, "no name is given");
	if (all)
		rc = add_every(request, ret, diag);
	for (int i = 0; rc == 0 && i < n; i++) {
		rc = xnetns_check_name(request->operands[i], diag);
		if (rc == 0)
			rc = names_add(ret, request->operands[i], diag);
	}
	if (rc < 0)
		names_free(ret);
	return rc;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
	*names = (struct names){ 0 };
}

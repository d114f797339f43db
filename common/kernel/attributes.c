/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/bounded.h"
#include "kernel/proc.h"

const char *attributes_line(const char *status, const char *label)
{
	const char *line = strstr(status, label);

	return line ? line + strlen(label) : "";
}

bool attributes_next_id(const char **at, uint32_t *ret)
{
	const char *text = *at + strspn(*at, " \t");
	size_t len = strspn(text, "0123456789");
	uint64_t id;

	if (parse_digits(text, len, UINT32_MAX, &id) < 0)
		return false;
	*ret = (uint32_t)id;
	*at = text + len;
	return true;
}

static int parse_ids(const char *status, const char *label, uint32_t ids[ATTRIBUTE_IDS])
{
	const char *line = attributes_line(status, label);

	for (size_t i = 0; i < ATTRIBUTE_IDS; i++)
		if (!attributes_next_id(&line, &ids[i]))
			return -EINVAL;
	return 0;
}

static int parse_groups(const char *status, struct attributes *ret)
{
	const char *line = attributes_line(status, "\nGroups:");
	size_t room = 0;
	uint32_t id;

	while (attributes_next_id(&line, &id)) {
		gid_t *grown = array_reserve(ret->groups, ret->n_groups + 1, &room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		ret->groups = grown;
		ret->groups[ret->n_groups++] = id;
	}
	return 0;
}

static int parse_set(const char *status, const char *label, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(attributes_line(status, label), &end, 16);
	return errno || *end != '\n' ? -EINVAL : 0;
}

static int parse_sets(const char *status, struct attributes *ret)
{
	int rc = parse_set(status, "\nCapInh:\t", &ret->inheritable);

	if (rc == 0)
		rc = parse_set(status, "\nCapPrm:\t", &ret->permitted);
	if (rc == 0)
		rc = parse_set(status, "\nCapEff:\t", &ret->effective);
	if (rc == 0)
		rc = parse_set(status, "\nCapBnd:\t", &ret->bounding);
	return rc < 0 ? rc : parse_set(status, "\nCapAmb:\t", &ret->ambient);
}

static int parse_status(const char *status, struct attributes *ret)
{
	const char *flag = attributes_line(status, "\nNoNewPrivs:"), *mode;
	uint32_t number;
	int rc = parse_ids(status, "\nUid:", ret->uids);

	if (rc == 0)
		rc = parse_ids(status, "\nGid:", ret->gids);
	if (rc == 0)
		rc = parse_groups(status, ret);
	if (rc == 0)
		rc = parse_sets(status, ret);
	if (rc < 0)
		return rc;
	if (!attributes_next_id(&flag, &number))
		return -EINVAL;
	ret->no_new_privs = number;
	/* A kernel without seccomp has no such line. */
	mode = attributes_line(status, "\nSeccomp:");
	ret->seccomp = attributes_next_id(&mode, &number) ? (int)number : 0;
	return 0;
}

static bool next_limit(const char **at, rlim_t *ret)
{
	static const char unlimited[] = "unlimited";
	const char *text = *at + strspn(*at, " ");
	size_t len = strspn(text, "0123456789");
	uint64_t number;

	*at = text + len;
	if (strncmp(text, unlimited, strlen(unlimited)) == 0) {
		*at = text + strlen(unlimited);
		*ret = RLIM_INFINITY;
		return true;
	}
	if (parse_digits(text, len, UINT64_MAX, &number) < 0)
		return false;
	*ret = (rlim_t)number;
	return true;
}

/*
 * The lines follow one of titles, in the order of the limits' numbers; their names take 25 columns
 * (proc_pid_limits() in fs/proc/base.c).
 */
static int parse_limits(const char *text, struct rlimit *ret)
{
	enum { NAME = 26 };

	for (size_t i = 0; i < RLIM_NLIMITS; i++) {
		const char *end;

		text = strchr(text, '\n');
		if (!text)
			return -EINVAL;
		end = strchr(++text, '\n');
		if (!end || end - text < NAME)
			return -EINVAL;
		text += NAME;
		if (!next_limit(&text, &ret[i].rlim_cur) || !next_limit(&text, &ret[i].rlim_max))
			return -EINVAL;
	}
	return 0;
}

static int read_text(int dir, const char *name, char **ret)
{
	_cleanup_close_ int fd = proc_open_file(dir, name, O_RDONLY);
	size_t len;

	return fd < 0 ? fd : bounded_read(fd, BOUNDED_TEXT, ret, &len);
}

static int read_label(int dir, struct attributes *ret)
{
	int rc = read_text(dir, "attr/current", &ret->label);

	/* No security module has labels. */
	if (rc == -EINVAL || rc == -ENOENT) {
		ret->label = strdup("");
		rc = ret->label ? 0 : -ENOMEM;
	}
	if (rc == 0)
		ret->label[strcspn(ret->label, "\n")] = '\0';
	return rc;
}

static int read_all(int dir, struct attributes *ret, const char **ret_file)
{
	_cleanup_free_ char *status = NULL, *limits = NULL;
	int rc = read_text(dir, *ret_file = "status", &status);

	if (rc == 0)
		rc = parse_status(status, ret);
	if (rc == 0)
		rc = read_text(dir, *ret_file = "limits", &limits);
	if (rc == 0)
		rc = parse_limits(limits, ret->limits);
	if (rc == 0)
		rc = read_text(dir, *ret_file = "cgroup", &ret->cgroups);
	if (rc == 0)
		rc = read_label(dir, ret);
	return rc;
}

int attributes_read(int process_dir, struct attributes *ret, struct diag *diag)
{
	const char *file = "";
	int rc;

	*ret = (struct attributes){ .n_groups = 0 };
	rc = read_all(process_dir, ret, &file);
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s of the process in /proc", file) : 0;
}

void attributes_free(struct attributes *attributes)
{
	free(attributes->groups);
	free(attributes->cgroups);
	free(attributes->label);
	*attributes = (struct attributes){ .n_groups = 0 };
}

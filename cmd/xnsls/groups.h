/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of --groups and --processes, and the column TYPES. */
#ifndef XNS_XNSLS_GROUPS_H
#define XNS_XNSLS_GROUPS_H

struct cell;
struct json;
struct listing;
struct ns_node;
struct ns_process;
struct row;

/*
 * Makes a row for each set of namespaces that processes share, or with --processes for each process, by
 * PID. Only those that share the namespaces of task and are in node; NULL: any. 0 or -ENOMEM.
 */
int groups_make(struct listing *listing, const struct ns_process *task, const struct ns_node *node);

/* The types in which the process differs from process 1, or from us if that one cannot be read. */
void fill_types(const struct listing *listing, const struct row *row, struct cell *ret);
void json_types(const struct listing *listing, const struct row *row, const char *key,
		struct json *json);

#endif

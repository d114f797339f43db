/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns UNIT, CONTAINER, ENGINE, POD, CGROUP and WHOSE. */
#ifndef XNS_XNSLS_COLUMNS_WORKLOAD_H
#define XNS_XNSLS_COLUMNS_WORKLOAD_H

struct cell;
struct listing;
struct row;

void fill_unit(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_container(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_whose(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_engine(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_pod(const struct listing *listing, const struct row *row, struct cell *ret);
void fill_cgroup(const struct listing *listing, const struct row *row, struct cell *ret);

#endif

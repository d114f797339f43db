/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_COMPLETE_NAMES_H
#define XNS_COMPLETE_NAMES_H

struct completion;

/* Prints the names by which a process can be given beside its PID. */
void complete_names(const struct completion *completion);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/ns.h"

#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "base/text.h"

/* First kernels: namespaces(7). Initial inode numbers: include/uapi/linux/nsfs.h (Linux 6.17). */
const struct ns_type ns_types[NS_COUNT] = {
	[NS_MNT] = {
		.name = "mnt", .option = "mount", .letter = 'm', .article = "a", .label = "mount",
		.flag = CLONE_NEWNS, .sysctl = "max_mnt_namespaces", .since = "2.4.19",
		.init_ino = 4026531832u,
	},
	[NS_UTS] = {
		.name = "uts", .option = "uts", .letter = 'u', .article = "a", .label = "UTS",
		.flag = CLONE_NEWUTS, .sysctl = "max_uts_namespaces", .config = "CONFIG_UTS_NS",
		.since = "2.6.19", .init_ino = 4026531838u,
	},
	[NS_IPC] = {
		.name = "ipc", .option = "ipc", .letter = 'i', .article = "an", .label = "IPC",
		.flag = CLONE_NEWIPC, .sysctl = "max_ipc_namespaces", .config = "CONFIG_IPC_NS",
		.since = "2.6.19", .init_ino = 4026531839u,
	},
	[NS_NET] = {
		.name = "net", .option = "net", .letter = 'n', .article = "a", .label = "network",
		.flag = CLONE_NEWNET, .sysctl = "max_net_namespaces", .config = "CONFIG_NET_NS",
		.since = "2.6.24", .init_ino = 4026531833u,
	},
	[NS_PID] = {
		.name = "pid", .option = "pid", .letter = 'p', .article = "a", .label = "pid",
		.flag = CLONE_NEWPID, .for_children = "pid_for_children",
		.sysctl = "max_pid_namespaces", .config = "CONFIG_PID_NS", .since = "2.6.24",
		.init_ino = 4026531836u,
	},
	[NS_USER] = {
		.name = "user", .option = "user", .letter = 'U', .article = "a", .label = "user",
		.flag = CLONE_NEWUSER, .sysctl = "max_user_namespaces", .config = "CONFIG_USER_NS",
		.since = "3.8", .init_ino = 4026531837u,
	},
	[NS_CGROUP] = {
		.name = "cgroup", .option = "cgroup", .letter = 'C', .article = "a",
		.label = "cgroup", .flag = CLONE_NEWCGROUP, .sysctl = "max_cgroup_namespaces",
		.config = "CONFIG_CGROUPS", .since = "4.6", .init_ino = 4026531835u,
	},
	[NS_TIME] = {
		.name = "time", .option = "time", .letter = 'T', .article = "a", .label = "time",
		.flag = CLONE_NEWTIME, .for_children = "time_for_children",
		.sysctl = "max_time_namespaces", .config = "CONFIG_TIME_NS", .since = "5.6",
		.init_ino = 4026531834u,
	},
};

enum ns_kind ns_by_name(const char *name)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (strcmp(ns_types[k].name, name) == 0)
			return (enum ns_kind)k;
	return NS_NONE;
}

enum ns_kind ns_by_flag(int flag)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (ns_types[k].flag == flag)
			return (enum ns_kind)k;
	return NS_NONE;
}

const char *ns_path(int pid, const char *file, char buf[NS_PATH_SIZE])
{
	snprintf(buf, NS_PATH_SIZE, "%d/ns/%s", pid, file);
	return buf;
}

void ns_labels(int flags, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int k = 0; k < NS_COUNT; k++)
		if (flags & ns_types[k].flag)
			text_join(buf, size, ", ", "%s", ns_types[k].label);
}

void ns_flag_names(int flags, char *buf, size_t size)
{
	buf[0] = '\0';
	for (int k = 0; k < NS_COUNT; k++) {
		char name[16];

		if (!(flags & ns_types[k].flag))
			continue;
		/* CLONE_NEWNS is the one flag that does not bear its type's name: it was the
		 * first, when nobody thought of others (clone(2)). */
		snprintf(name, sizeof(name), "%s", k == NS_MNT ? "ns" : ns_types[k].name);
		text_upper(name);
		text_join(buf, size, "|", "CLONE_NEW%s", name);
	}
}

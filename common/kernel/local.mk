# Asks the kernel, and reads files that other processes wrote.
common_libxns_a_SOURCES += \
	common/kernel/attributes.c common/kernel/attributes.h \
	common/kernel/bounded.c common/kernel/bounded.h \
	common/kernel/caller.c common/kernel/caller.h \
	common/kernel/caps.c common/kernel/caps.h \
	common/kernel/cgroup_line.c common/kernel/cgroup_line.h \
	common/kernel/clock.c common/kernel/clock.h \
	common/kernel/elevated.c common/kernel/elevated.h \
	common/kernel/filters.c common/kernel/filters.h \
	common/kernel/inroot.c common/kernel/inroot.h \
	common/kernel/io.c common/kernel/io.h \
	common/kernel/library.c common/kernel/library.h \
	common/kernel/link.h \
	common/kernel/loopback.c common/kernel/loopback.h \
	common/kernel/lsm.c common/kernel/lsm.h \
	common/kernel/mount_branch.c \
	common/kernel/mount_table.c common/kernel/mount_table.h \
	common/kernel/mountinfo.c common/kernel/mountinfo.h \
	common/kernel/netlink.h common/kernel/netnsid.h \
	common/kernel/nsref.c common/kernel/nsref.h \
	common/kernel/parallel.c common/kernel/parallel.h \
	common/kernel/proc.c common/kernel/proc.h \
	common/kernel/program.c common/kernel/program.h \
	common/kernel/sockdiag.h \
	common/kernel/subid_nss.c common/kernel/subid_nss.h \
	common/kernel/subid_read.c common/kernel/subid_read.h \
	common/kernel/sys.c common/kernel/sys.h common/kernel/sys_internal.h \
	common/kernel/sys_mount.c \
	common/kernel/sys_process.c \
	common/kernel/reap.c common/kernel/reap.h \
	common/kernel/target.c common/kernel/target.h \
	common/kernel/user_read.c common/kernel/user_read.h \
	common/kernel/trusted.c common/kernel/trusted.h

# Left out of a static program if there is no libmnl.a.
if HAVE_RTNETLINK
common_libxns_a_SOURCES += common/kernel/link.c common/kernel/netlink.c common/kernel/netnsid.c \
	common/kernel/sockdiag.c
endif

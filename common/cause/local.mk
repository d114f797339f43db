# Finds out why something was refused, and names the remedy.
common_libxns_a_SOURCES += \
	common/cause/access.c \
	common/cause/cause.h \
	common/cause/check.c common/cause/check.h \
	common/cause/check_mounts.c \
	common/cause/child.c common/cause/child.h \
	common/cause/clock.c \
	common/cause/enter.c \
	common/cause/exec.c \
	common/cause/facts.c \
	common/cause/filter.c \
	common/cause/finding.c \
	common/cause/ids.c \
	common/cause/internal.h \
	common/cause/lsm.c \
	common/cause/map.c \
	common/cause/mount.c \
	common/cause/new_mount.c \
	common/cause/ns.c \
	common/cause/path.c \
	common/cause/probe.c \
	common/cause/rights.c \
	common/cause/root.c \
	common/cause/table.c

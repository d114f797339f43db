# Cgroups that limit a program.
common_libxns_a_SOURCES += \
	common/cgroup/facts.c common/cgroup/facts.h \
	common/cgroup/file.c common/cgroup/file.h \
	common/cgroup/leftover.c common/cgroup/leftover.h \
	common/cgroup/limit.c common/cgroup/limit.h \
	common/cgroup/place.c common/cgroup/place.h \
	common/cgroup/tree.c common/cgroup/tree.h \
	common/cgroup/try.c common/cgroup/try.h

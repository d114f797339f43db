# Whose a process is: units, containers and machines, from cgroups and the files that runtimes leave.
common_libxns_a_SOURCES += \
	common/workload/find.c common/workload/find.h common/workload/find_internal.h \
	common/workload/owners.c common/workload/owners.h \
	common/workload/path.c common/workload/path.h \
	common/workload/path_match.c common/workload/path_match.h \
	common/workload/path_text.c \
	common/workload/pick.c \
	common/workload/spec.c common/workload/spec.h \
	common/workload/state.c common/workload/state.h \
	common/workload/state_file.c common/workload/state_file.h \
	common/workload/state_json.c common/workload/state_json.h \
	common/workload/workload.c common/workload/workload.h

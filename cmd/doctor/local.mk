# xns doctor: examines this host.
cmd_libapplets_a_SOURCES += \
	cmd/doctor/cgroups.c \
	cmd/doctor/doctor.h \
	cmd/doctor/findings.c \
	cmd/doctor/held.c \
	cmd/doctor/main.c \
	cmd/doctor/mounts.c \
	cmd/doctor/namespaces.c \
	cmd/doctor/system.c \
	cmd/doctor/uplinks.c

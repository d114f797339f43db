# Completions of command lines for shells.
cmd_libapplets_a_SOURCES += \
	cmd/complete/complete.c cmd/complete/complete.h \
	cmd/complete/names.c cmd/complete/names.h \
	cmd/complete/values.c cmd/complete/values.h

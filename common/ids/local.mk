# Which ids a caller may map and become.
common_libxns_a_SOURCES += \
	common/ids/caller.c common/ids/caller.h \
	common/ids/environ.c common/ids/environ.h \
	common/ids/subid.c common/ids/subid.h

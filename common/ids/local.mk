# Which ids a caller may map and become.
common_libxns_a_SOURCES += \
	common/ids/environ.c common/ids/environ.h \
	common/ids/maps.c common/ids/maps.h

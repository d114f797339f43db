# What an uplink is, and the command line of the program that makes it. Pure.
common_libxns_a_SOURCES += \
	common/uplink/pasta.c common/uplink/pasta.h \
	common/uplink/publish.c common/uplink/publish.h

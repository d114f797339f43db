# Options: their tables, rules, help and arguments.
common_libxns_a_SOURCES += \
	common/opt/arg.c common/opt/arg.h \
	common/opt/help.c \
	common/opt/opt.c common/opt/opt.h

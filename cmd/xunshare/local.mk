# The applet xunshare.
cmd_libapplets_a_SOURCES += \
	cmd/xunshare/check.c cmd/xunshare/check.h \
	cmd/xunshare/main.c \
	cmd/xunshare/options.c \
	cmd/xunshare/parse.c \
	cmd/xunshare/plan.c \
	cmd/xunshare/rules.c \
	cmd/xunshare/xunshare.h

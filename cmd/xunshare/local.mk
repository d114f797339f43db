# The applet xunshare.
cmd_libapplets_a_SOURCES += \
	cmd/xunshare/check.c cmd/xunshare/check.h \
	cmd/xunshare/limits.h \
	cmd/xunshare/limits_check.c \
	cmd/xunshare/limits_facts.c \
	cmd/xunshare/limits_parse.c \
	cmd/xunshare/limits_plan.c \
	cmd/xunshare/main.c \
	cmd/xunshare/mounts.h \
	cmd/xunshare/mounts_check.c \
	cmd/xunshare/mounts_facts.c \
	cmd/xunshare/mounts_parse.c \
	cmd/xunshare/mounts_plan.c \
	cmd/xunshare/mounts_rules.c \
	cmd/xunshare/options.c \
	cmd/xunshare/parse.c \
	cmd/xunshare/pins_plan.c \
	cmd/xunshare/plan.c \
	cmd/xunshare/reports_plan.c cmd/xunshare/reports.h \
	cmd/xunshare/rights.c cmd/xunshare/rights.h \
	cmd/xunshare/rules.c \
	cmd/xunshare/uplink_parse.c \
	cmd/xunshare/uplink_plan.c \
	cmd/xunshare/xunshare.h

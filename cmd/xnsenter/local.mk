# The applet xnsenter.
cmd_libapplets_a_SOURCES += \
	cmd/xnsenter/facts.c \
	cmd/xnsenter/facts_etc.c \
	cmd/xnsenter/facts_ids.c \
	cmd/xnsenter/facts_like.c \
	cmd/xnsenter/facts_name.c \
	cmd/xnsenter/facts_ns.c \
	cmd/xnsenter/facts_pins.c \
	cmd/xnsenter/facts_user.c \
	cmd/xnsenter/facts_view.c \
	cmd/xnsenter/facts_wait.c \
	cmd/xnsenter/ids.c \
	cmd/xnsenter/like.c \
	cmd/xnsenter/main.c \
	cmd/xnsenter/options.c \
	cmd/xnsenter/parse.c \
	cmd/xnsenter/plan.c \
	cmd/xnsenter/plan_mounts.c \
	cmd/xnsenter/rules.c \
	cmd/xnsenter/xnsenter.h

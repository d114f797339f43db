# The applet xnetns, which requires libmnl.
if HAVE_RTNETLINK
cmd_libapplets_a_SOURCES += \
	cmd/xnetns/add.c \
	cmd/xnetns/anchor.c cmd/xnetns/anchor.h \
	cmd/xnetns/anchor_main.c \
	cmd/xnetns/anchor_start.c \
	cmd/xnetns/apply.c cmd/xnetns/apply.h \
	cmd/xnetns/apply_connect.c \
	cmd/xnetns/apply_gc.c \
	cmd/xnetns/apply_ns.c \
	cmd/xnetns/apply_store.c \
	cmd/xnetns/apply_uplink.c \
	cmd/xnetns/apply_user.c \
	cmd/xnetns/attach.c \
	cmd/xnetns/background.c cmd/xnetns/background.h \
	cmd/xnetns/batch.c cmd/xnetns/batch.h \
	cmd/xnetns/batch_parse.c \
	cmd/xnetns/child.c \
	cmd/xnetns/complete.c \
	cmd/xnetns/connect.c cmd/xnetns/connect.h \
	cmd/xnetns/connect_parse.c \
	cmd/xnetns/delete.c \
	cmd/xnetns/enter.c \
	cmd/xnetns/exec.c cmd/xnetns/exec.h \
	cmd/xnetns/facts.c \
	cmd/xnetns/gc.c \
	cmd/xnetns/help.c \
	cmd/xnetns/holders.c cmd/xnetns/holders.h \
	cmd/xnetns/identify.c \
	cmd/xnetns/inotify.h \
	cmd/xnetns/jobs.c cmd/xnetns/jobs.h \
	cmd/xnetns/list.c \
	cmd/xnetns/list_id.c \
	cmd/xnetns/main.c \
	cmd/xnetns/marks.c \
	cmd/xnetns/monitor.c \
	cmd/xnetns/names.c cmd/xnetns/names.h \
	cmd/xnetns/nsid.c cmd/xnetns/nsid.h \
	cmd/xnetns/options.c \
	cmd/xnetns/output.c \
	cmd/xnetns/own.c cmd/xnetns/own.h \
	cmd/xnetns/parse.c \
	cmd/xnetns/pids.c \
	cmd/xnetns/plan.c \
	cmd/xnetns/process.c cmd/xnetns/process.h \
	cmd/xnetns/refused.c cmd/xnetns/refused.h \
	cmd/xnetns/set.c \
	cmd/xnetns/shell.c \
	cmd/xnetns/step.c cmd/xnetns/step.h \
	cmd/xnetns/steps.def \
	cmd/xnetns/tracker.c cmd/xnetns/tracker.h \
	cmd/xnetns/uplink.c cmd/xnetns/uplink.h \
	cmd/xnetns/uplink_keeper.c \
	cmd/xnetns/user.c cmd/xnetns/user.h \
	cmd/xnetns/xnetns.h
RTNETLINK_APPLETS = xnetns
endif

# The applet xnetns speaks rtnetlink, for which it needs libmnl.
if HAVE_RTNETLINK
cmd_libapplets_a_SOURCES += \
	cmd/xnetns/add.c \
	cmd/xnetns/all.c \
	cmd/xnetns/batch.c cmd/xnetns/batch.h \
	cmd/xnetns/complete.c \
	cmd/xnetns/delete.c \
	cmd/xnetns/exec.c cmd/xnetns/exec.h \
	cmd/xnetns/gc.c \
	cmd/xnetns/holders.c cmd/xnetns/holders.h \
	cmd/xnetns/identify.c \
	cmd/xnetns/line.c \
	cmd/xnetns/list.c \
	cmd/xnetns/main.c \
	cmd/xnetns/monitor.c \
	cmd/xnetns/names.c cmd/xnetns/names.h \
	cmd/xnetns/news.c cmd/xnetns/news.h \
	cmd/xnetns/options.c \
	cmd/xnetns/parse.c \
	cmd/xnetns/plan.c \
	cmd/xnetns/process.c cmd/xnetns/process.h \
	cmd/xnetns/xnetns.h
RTNETLINK_APPLETS = xnetns
endif

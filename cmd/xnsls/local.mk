# The applet xnsls requires libsmartcols for its tables. Debian has no static library of it, so a static
# program may lack this applet.
if HAVE_TABLES
cmd_libapplets_a_SOURCES += \
	cmd/xnsls/columns.c \
	cmd/xnsls/columns_network.c cmd/xnsls/columns_network.h \
	cmd/xnsls/columns_workload.c cmd/xnsls/columns_workload.h \
	cmd/xnsls/compare.c cmd/xnsls/compare.h \
	cmd/xnsls/complete.c \
	cmd/xnsls/dot.c \
	cmd/xnsls/filter.c cmd/xnsls/filter.h \
	cmd/xnsls/filter_internal.h \
	cmd/xnsls/filter_lex.c cmd/xnsls/filter_lex.h \
	cmd/xnsls/filter_parse.c \
	cmd/xnsls/groups.c cmd/xnsls/groups.h \
	cmd/xnsls/holders.c cmd/xnsls/holders.h \
	cmd/xnsls/listing.c cmd/xnsls/listing.h \
	cmd/xnsls/main.c \
	cmd/xnsls/mounted.c cmd/xnsls/mounted.h \
	cmd/xnsls/named.c cmd/xnsls/named.h \
	cmd/xnsls/netnsid.c \
	cmd/xnsls/options.c \
	cmd/xnsls/output.c cmd/xnsls/output.h \
	cmd/xnsls/parse.c \
	cmd/xnsls/report.c cmd/xnsls/report.h \
	cmd/xnsls/rows.c cmd/xnsls/rows.h \
	cmd/xnsls/rules.c \
	cmd/xnsls/shown.c \
	cmd/xnsls/task.c cmd/xnsls/task.h \
	cmd/xnsls/tree.c cmd/xnsls/tree.h \
	cmd/xnsls/watch.c cmd/xnsls/watch.h \
	cmd/xnsls/xnsls.h
TABLE_APPLETS = xnsls
endif

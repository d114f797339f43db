# What the applets share. Headers are listed too, or "make dist" forgets them.
noinst_LIBRARIES += common/libxns.a
common_libxns_a_SOURCES = \
	common/apply.c common/apply.h \
	common/apply_enter.c \
	common/apply_exec.c \
	common/apply_fork.c \
	common/apply_fs.c \
	common/apply_helper.c \
	common/apply_ids.c \
	common/apply_internal.h \
	common/apply_ns.c \
	common/apply_pin.c \
	common/arg.c common/arg.h \
	common/caller.c common/caller.h \
	common/caps.c common/caps.h \
	common/diag.c common/diag.h \
	common/environ.c common/environ.h \
	common/escape.c common/escape.h \
	common/explain.c common/explain.h \
	common/hint.c common/hint.h \
	common/idmap.c common/idmap.h \
	common/json.c common/json.h \
	common/kernel.h \
	common/library.c common/library.h \
	common/macros.h \
	common/mountinfo.c common/mountinfo.h \
	common/ns.c common/ns.h \
	common/nsref.c common/nsref.h \
	common/opt.c common/opt.h \
	common/opt_help.c \
	common/parse.c common/parse.h \
	common/proc.c common/proc.h \
	common/program.c common/program.h \
	common/step.c common/step.h \
	common/subid.c common/subid.h \
	common/sys.c common/sys.h \
	common/target.c common/target.h \
	common/watch.c common/watch.h

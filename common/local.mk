# What the applets share. Headers are listed too, or "make dist" forgets them.
noinst_LIBRARIES += common/libxns.a
common_libxns_a_SOURCES = \
	common/apply.c common/apply.h \
	common/apply_enter.c \
	common/apply_etc.c \
	common/apply_exec.c \
	common/apply_fork.c \
	common/apply_fs.c \
	common/apply_helper.c \
	common/apply_ids.c \
	common/apply_internal.h \
	common/apply_ns.c \
	common/apply_pin.c \
	common/apply_sysfs.c \
	common/arg.c common/arg.h \
	common/array.c common/array.h \
	common/caller.c common/caller.h \
	common/caps.c common/caps.h \
	common/diag.c common/diag.h \
	common/environ.c common/environ.h \
	common/escape.c common/escape.h \
	common/explain.c common/explain.h \
	common/guard.c common/guard.h \
	common/hint.c common/hint.h \
	common/hint_clock.c \
	common/hint_enter.c \
	common/hint_exec.c \
	common/hint_internal.h \
	common/hint_look.c \
	common/hint_lsm.c \
	common/hint_map.c \
	common/hint_mount.c \
	common/hint_ns.c \
	common/hint_path.c \
	common/hint_probe.c \
	common/idmap.c common/idmap.h \
	common/inroot.c common/inroot.h \
	common/io.c common/io.h \
	common/json.c common/json.h \
	common/kernel.h \
	common/library.c common/library.h \
	common/loopback.c common/loopback.h \
	common/lsm.c common/lsm.h \
	common/macros.h \
	common/mount_near.c \
	common/mount_table.c common/mount_table.h \
	common/mountinfo.c common/mountinfo.h \
	common/netnsid.c common/netnsid.h \
	common/ns.c common/ns.h \
	common/nsref.c common/nsref.h \
	common/opt.c common/opt.h \
	common/opt_help.c \
	common/parallel.c common/parallel.h \
	common/parse.c common/parse.h \
	common/proc.c common/proc.h \
	common/program.c common/program.h \
	common/pty.c common/pty.h \
	common/step.c common/step.h \
	common/subid.c common/subid.h \
	common/subid_nss.c common/subid_nss.h \
	common/subid_read.c \
	common/sys.c common/sys.h \
	common/table.h \
	common/target.c common/target.h \
	common/text.c common/text.h \
	common/trampoline.h \
	common/watch.c common/watch.h

# The trampoline is a program of its own, without libc and start files; its image goes into guard.c.
# It is built by the target's compiler, but never run at build time, so cross builds work.
EXTRA_DIST += common/trampoline.c
BUILT_SOURCES = common/trampoline.inc
CLEANFILES += common/trampoline.bin common/trampoline.inc
TRAMPOLINE_FLAGS = -Os -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-ident -fno-pie -fno-lto -nostdlib -static $(XNS_TRAMPOLINE_CFLAGS) \
	-Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,noexecstack -Wl,-s

common/trampoline.bin: common/trampoline.c common/trampoline.h common/program.h
	$(AM_V_CC)$(MKDIR_P) common && $(CC) -iquote $(top_srcdir)/common $(TRAMPOLINE_FLAGS) -o $@ \
		$(top_srcdir)/common/trampoline.c

common/trampoline.inc: common/trampoline.bin
	$(AM_V_GEN)od -An -v -tx1 common/trampoline.bin | sed 's/[0-9a-f][0-9a-f]/0x&,/g' >$@.tmp \
		&& mv -f $@.tmp $@

common/guard.o: common/trampoline.inc

if HAVE_TABLES
common_libxns_a_SOURCES += common/table.c
endif

# Carries a plan out.
common_libxns_a_SOURCES += \
	common/apply/apply.c common/apply/apply.h \
	common/apply/bell.c common/apply/bell.h \
	common/apply/caps.c \
	common/apply/drop.c \
	common/apply/enter.c \
	common/apply/etc.c \
	common/apply/exec.c \
	common/apply/filter.c common/apply/filter.h \
	common/apply/fork.c \
	common/apply/fs.c \
	common/apply/guard.c common/apply/guard.h \
	common/apply/helper.c \
	common/apply/ids.c \
	common/apply/internal.h \
	common/apply/keeper.c \
	common/apply/leave.c \
	common/apply/leave_caps.c \
	common/apply/limits.c \
	common/apply/map.c \
	common/apply/message.c common/apply/message.h \
	common/apply/mount.c common/apply/mount.h \
	common/apply/mount_attributes.c \
	common/apply/mount_dev.c \
	common/apply/mount_lock.c \
	common/apply/mount_move.c \
	common/apply/mount_open.c \
	common/apply/mount_overlay.c \
	common/apply/mount_root.c \
	common/apply/mount_unseen.c \
	common/apply/ns.c \
	common/apply/pidfile.c \
	common/apply/pin.c \
	common/apply/pin_set.c \
	common/apply/pty.c common/apply/pty.h \
	common/apply/refuse.c common/apply/refuse.h \
	common/apply/resolver.c \
	common/apply/resources.c \
	common/apply/run.c \
	common/apply/scope.c \
	common/apply/setup.c \
	common/apply/surplus.c \
	common/apply/state.c \
	common/apply/status.c \
	common/apply/sysfs.c \
	common/apply/trampoline.h \
	common/apply/uplink.c common/apply/uplink.h \
	common/apply/uplink_ports.c \
	common/apply/uplink_probe.c \
	common/apply/uplink_server.c \
	common/apply/uplink_start.c \
	common/apply/view.c \
	common/apply/watch.c common/apply/watch.h

# The trampoline is a program of its own, without libc and start files; its image goes into guard.c.
# It is built by the target's compiler, but never run at build time, so cross builds work.
EXTRA_DIST += common/apply/trampoline.c
BUILT_SOURCES = common/apply/trampoline.inc
CLEANFILES += common/apply/trampoline.bin common/apply/trampoline.inc
TRAMPOLINE_FLAGS = -D_GNU_SOURCE -Os -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-ident -fno-pie -fno-lto -nostdlib -static $(XNS_TRAMPOLINE_CFLAGS) \
	-Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,noexecstack -Wl,-s

common/apply/trampoline.bin: common/apply/trampoline.c common/apply/trampoline.h common/kernel/program.h
	$(AM_V_CC)$(MKDIR_P) common/apply && $(CC) -iquote $(top_srcdir)/common $(CPPFLAGS) -U_FORTIFY_SOURCE \
		$(TRAMPOLINE_FLAGS) -o $@ \
		$(top_srcdir)/common/apply/trampoline.c

common/apply/trampoline.inc: common/apply/trampoline.bin
	$(AM_V_GEN)od -An -v -tx1 common/apply/trampoline.bin | sed 's/[0-9a-f][0-9a-f]/0x&,/g' >$@.tmp \
		&& mv -f $@.tmp $@

common/apply/guard.o: common/apply/trampoline.inc

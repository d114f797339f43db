# The program: main.c, and the applets in a library of their own so that unit tests can link them.
bin_PROGRAMS += xns
xns_SOURCES = cmd/main.c
xns_LDFLAGS = $(AM_LDFLAGS) $(XNS_PROGRAM_LDFLAGS)
xns_LDADD = cmd/libapplets.a common/libxns.a $(XNS_LIBS)

noinst_LIBRARIES += cmd/libapplets.a
cmd_libapplets_a_SOURCES = \
	cmd/applet.c cmd/applet.h \
	cmd/complete.c cmd/complete.h \
	cmd/complete_values.c \
	cmd/doctor.c cmd/doctor.h \
	cmd/doctor_held.c \
	cmd/doctor_namespaces.c \
	cmd/doctor_system.c \
	cmd/install.c cmd/install.h \
	cmd/options.h \
	cmd/xnsenter.c cmd/xnsenter.h \
	cmd/xnsenter_facts.c \
	cmd/xnsenter_ids.c \
	cmd/xnsenter_maps.c \
	cmd/xnsenter_options.c \
	cmd/xnsenter_parse.c \
	cmd/xnsenter_plan.c \
	cmd/xnsls_bpf.h \
	cmd/xnsls_held.c cmd/xnsls_held.h \
	cmd/xnsls_model.c cmd/xnsls_model.h \
	cmd/xnsls_scan.c cmd/xnsls_scan.h \
	cmd/xnsls_scan_bpf.h \
	cmd/xnsls_scan_command.c \
	cmd/xnsls_scan_detail.c \
	cmd/xnsls_scan_fd.c \
	cmd/xnsls_scan_internal.h \
	cmd/xnsls_scan_mount.c \
	cmd/xnsls_scan_ns.c \
	cmd/xnsls_scan_parse.c \
	cmd/xunshare.c cmd/xunshare.h \
	cmd/xunshare_check.c cmd/xunshare_check.h \
	cmd/xunshare_maps.c cmd/xunshare_maps.h \
	cmd/xunshare_options.c \
	cmd/xunshare_parse.c \
	cmd/xunshare_plan.c \
	cmd/xunshare_settle.c

# What prints tables needs libsmartcols. Debian has no static library of it, so a static program may
# have to do without; the scan and the model stay, as others use them.
if HAVE_TABLES
cmd_libapplets_a_SOURCES += \
	cmd/xnsls.c cmd/xnsls.h \
	cmd/xnsls_columns.c \
	cmd/xnsls_compare.c cmd/xnsls_compare.h \
	cmd/xnsls_dot.c \
	cmd/xnsls_filter.c cmd/xnsls_filter.h \
	cmd/xnsls_filter_internal.h \
	cmd/xnsls_filter_lex.c cmd/xnsls_filter_lex.h \
	cmd/xnsls_filter_parse.c \
	cmd/xnsls_listing.c cmd/xnsls_listing.h \
	cmd/xnsls_options.c \
	cmd/xnsls_output.c cmd/xnsls_output.h \
	cmd/xnsls_task.c cmd/xnsls_task.h \
	cmd/xnsls_tree.c cmd/xnsls_tree.h \
	cmd/xnsls_users.c
TABLE_APPLETS = xnsls
endif

# What speaks rtnetlink needs libmnl, which may be missing in the same way.
if HAVE_RTNETLINK
cmd_libapplets_a_SOURCES += \
	cmd/xnetns.c cmd/xnetns.h \
	cmd/xnetns_add.c \
	cmd/xnetns_all.c \
	cmd/xnetns_batch.c cmd/xnetns_batch.h \
	cmd/xnetns_change.c \
	cmd/xnetns_clock.c cmd/xnetns_clock.h \
	cmd/xnetns_complete.c \
	cmd/xnetns_delete.c \
	cmd/xnetns_elsewhere.c cmd/xnetns_elsewhere.h \
	cmd/xnetns_elsewhere_read.c \
	cmd/xnetns_entry.c \
	cmd/xnetns_exec.c cmd/xnetns_exec.h \
	cmd/xnetns_gc.c \
	cmd/xnetns_holders.c cmd/xnetns_holders.h \
	cmd/xnetns_identify.c \
	cmd/xnetns_leftover.c cmd/xnetns_leftover.h \
	cmd/xnetns_line.c \
	cmd/xnetns_list.c \
	cmd/xnetns_monitor.c \
	cmd/xnetns_mounts.c \
	cmd/xnetns_names.c cmd/xnetns_names.h \
	cmd/xnetns_news.c cmd/xnetns_news.h \
	cmd/xnetns_nsid.c cmd/xnetns_nsid.h \
	cmd/xnetns_options.c \
	cmd/xnetns_parse.c \
	cmd/xnetns_plan.c \
	cmd/xnetns_presence.c cmd/xnetns_presence.h \
	cmd/xnetns_process.c cmd/xnetns_process.h \
	cmd/xnetns_store.c cmd/xnetns_store.h \
	cmd/xnetns_walk.c cmd/xnetns_walk.h
RTNETLINK_APPLETS = xnetns
endif

# The program is one header for the compiler, in the build tree or as a release brings it.
EXTRA_DIST += cmd/xnsls_bpf.bpf.c cmd/xnsls_bpf_kernel.h cmd/xnsls_bpf_code.awk \
	cmd/xnsls_bpf_code.sh
if HAVE_BPF
cmd_libapplets_a_SOURCES += cmd/xnsls_btf.c cmd/xnsls_btf.h cmd/xnsls_scan_bpf.c
endif

if MAKE_BPF
BUILT_SOURCES += cmd/xnsls_bpf_code.inc
CLEANFILES += cmd/xnsls_bpf_code.inc cmd/xnsls_bpf_code.inc.elf

cmd/xnsls_bpf_code.inc: cmd/xnsls_bpf.bpf.c cmd/xnsls_bpf.h cmd/xnsls_bpf_kernel.h \
		cmd/xnsls_bpf_code.awk cmd/xnsls_bpf_code.sh
	$(AM_V_GEN)$(MKDIR_P) cmd && BPF_CLANG='$(BPF_CLANG)' BPFTOOL='$(BPFTOOL)' AWK='$(AWK)' \
		$(SHELL) $(top_srcdir)/cmd/xnsls_bpf_code.sh $(top_srcdir)/cmd $@

cmd/xnsls_scan_bpf.o: cmd/xnsls_bpf_code.inc
endif

# Names under which xns is installed besides its own.
APPLETS = xunshare xnsenter $(TABLE_APPLETS) $(RTNETLINK_APPLETS)

# Also in the build directory, for whoever puts that into PATH.
all-local: $(APPLETS)
$(APPLETS): xns
	$(AM_V_GEN)rm -f $@ && $(LN_S) xns $@
CLEANFILES += $(APPLETS)

# The applets' names are looked up, so they stay when --program-prefix and its kind rename xns.
install-exec-hook:
	@xns=$$(echo xns | sed '$(transform)') && cd '$(DESTDIR)$(bindir)' && \
	for name in $(APPLETS); do \
		echo " $(LN_S) $$xns $(DESTDIR)$(bindir)/$$name"; \
		rm -f "$$name" && $(LN_S) "$$xns" "$$name" || exit 1; \
	done

uninstall-hook:
	@for name in $(APPLETS); do \
		echo " rm -f $(DESTDIR)$(bindir)/$$name"; \
		rm -f "$(DESTDIR)$(bindir)/$$name"; \
	done

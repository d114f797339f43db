# Unit tests: tests/unit/NAME needs tests/unit/NAME.c (cmocka). ONE cmocka_run_group_tests per
# program, as it prints the plan; no skip(), which older cmockas print as a failure. They are linked
# with both libraries; a program that defines all functions of common/kernel/sys.c itself gets its own.
UNIT_TESTS = \
	tests/unit/test_apply_check \
	tests/unit/test_apply_enter \
	tests/unit/test_apply_etc \
	tests/unit/test_apply_exec \
	tests/unit/test_apply_faults \
	tests/unit/test_apply_fork \
	tests/unit/test_apply_heir \
	tests/unit/test_apply_helper \
	tests/unit/test_apply_helper_maps \
	tests/unit/test_apply_helper_pins \
	tests/unit/test_apply_leave \
	tests/unit/test_apply_pin \
	tests/unit/test_apply_like \
	tests/unit/test_apply_rights \
	tests/unit/test_apply_root \
	tests/unit/test_apply_steps \
	tests/unit/test_apply_sysfs \
	tests/unit/test_apply_target \
	tests/unit/test_apply_unseen \
	tests/unit/test_array \
	tests/unit/test_attributes \
	tests/unit/test_bounded \
	tests/unit/test_caller \
	tests/unit/test_capability \
	tests/unit/test_caps \
	tests/unit/test_cgroup \
	tests/unit/test_cgroup_tree \
	tests/unit/test_cidr \
	tests/unit/test_diag \
	tests/unit/test_environ \
	tests/unit/test_escape \
	tests/unit/test_escape_any \
	tests/unit/test_explain \
	tests/unit/test_golden_faults \
	tests/unit/test_guard \
	tests/unit/test_cause \
	tests/unit/test_cause_enter \
	tests/unit/test_cause_exec \
	tests/unit/test_cause_map \
	tests/unit/test_cause_mount \
	tests/unit/test_cause_ns \
	tests/unit/test_idmap \
	tests/unit/test_idmap_add \
	tests/unit/test_idmap_check \
	tests/unit/test_inroot \
	tests/unit/test_install \
	tests/unit/test_io \
	tests/unit/test_library \
	tests/unit/test_lookup \
	tests/unit/test_mount_branch \
	tests/unit/test_mount_table \
	tests/unit/test_mounted \
	tests/unit/test_mountinfo \
	tests/unit/test_network \
	tests/unit/test_ns \
	tests/unit/test_nsref \
	tests/unit/test_opt \
	tests/unit/test_opt_help \
	tests/unit/test_opt_ids \
	tests/unit/test_opt_lines \
	tests/unit/test_opt_rules \
	tests/unit/test_opt_since \
	tests/unit/test_pages \
	tests/unit/test_parse \
	tests/unit/test_parse_signal \
	tests/unit/test_plan \
	tests/unit/test_proc \
	tests/unit/test_program \
	tests/unit/test_pty \
	tests/unit/test_pty_proxy \
	tests/unit/test_reap \
	tests/unit/test_remedy \
	tests/unit/test_step \
	tests/unit/test_step_plan \
	tests/unit/test_subid \
	tests/unit/test_subid_file \
	tests/unit/test_subid_source \
	tests/unit/test_sys \
	tests/unit/test_sys_calls \
	tests/unit/test_sys_process \
	tests/unit/test_sys_signals \
	tests/unit/test_target \
	tests/unit/test_target_open \
	tests/unit/test_text \
	tests/unit/test_user \
	tests/unit/test_watch \
	tests/unit/test_watch_init \
	tests/unit/test_uplink \
	tests/unit/test_workload_find \
	tests/unit/test_workload_owners \
	tests/unit/test_workload_path \
	tests/unit/test_workload_spec \
	tests/unit/test_workload_state_file \
	tests/unit/test_xnsenter_changes \
	tests/unit/test_xnsenter_choose \
	tests/unit/test_xnsenter_facts \
	tests/unit/test_xnsenter_facts_ids \
	tests/unit/test_xnsenter_ids \
	tests/unit/test_xnsenter_like \
	tests/unit/test_xnsenter_parse \
	tests/unit/test_xnsenter_plan \
	tests/unit/test_xnsls_details \
	tests/unit/test_xnsls_model \
	tests/unit/test_xnsls_scan
if HAVE_RTNETLINK
UNIT_TESTS += \
	tests/unit/test_link \
	tests/unit/test_netlink \
	tests/unit/test_netlink_ask \
	tests/unit/test_netnsid \
	tests/unit/test_netnsid_messages \
	tests/unit/test_sockdiag \
	tests/unit/test_xnetns_batch_parse \
	tests/unit/test_xnetns_connect \
	tests/unit/test_xnetns_marks \
	tests/unit/test_xnetns_mounts \
	tests/unit/test_xnetns_parse \
	tests/unit/test_xnetns_plan \
	tests/unit/test_xnetns_presence \
	tests/unit/test_xnetns_tracker
endif
if HAVE_LIBJANSSON
UNIT_TESTS += \
	tests/unit/test_workload_state \
	tests/unit/test_workload_state_json
endif
if HAVE_TABLES
UNIT_TESTS += \
	tests/unit/test_xnsls_filter \
	tests/unit/test_xnsls_filter_faults \
	tests/unit/test_xnsls_listing \
	tests/unit/test_xnsls_parse \
	tests/unit/test_xnsls_tree
endif

# See tests/unit/memory.h.
WRAP_MEMORY = -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
tests_unit_test_array_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_idmap_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_idmap_add_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_bounded_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_mountinfo_SOURCES = tests/unit/test_mountinfo.c tests/unit/file_unit.h
tests_unit_test_mountinfo_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_subid_SOURCES = tests/unit/test_subid.c tests/unit/subid_unit.h
tests_unit_test_subid_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_subid_file_SOURCES = tests/unit/test_subid_file.c tests/unit/subid_unit.h
tests_unit_test_subid_file_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_subid_source_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_lookup_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_workload_find_SOURCES = tests/unit/test_workload_find.c tests/unit/tree_unit.h
tests_unit_test_workload_find_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=proc_open_root -Wl,--wrap=proc_open_self \
	-Wl,--wrap=target_open -Wl,--wrap=target_open_ns -Wl,--wrap=target_check -Wl,--wrap=target_ids \
	-Wl,--wrap=sys_ioctl -Wl,--wrap=sys_geteuid -Wl,--wrap=owners_ask
tests_unit_test_workload_owners_SOURCES = tests/unit/test_workload_owners.c tests/unit/tree_unit.h
tests_unit_test_workload_owners_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_openat -Wl,--wrap=sys_fstatfs \
	-Wl,--wrap=sys_fstatat -Wl,--wrap=sys_fstat
tests_unit_test_workload_state_SOURCES = tests/unit/test_workload_state.c tests/unit/tree_unit.h
tests_unit_test_workload_state_file_SOURCES = tests/unit/test_workload_state_file.c tests/unit/tree_unit.h
tests_unit_test_xnsls_filter_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)
tests_unit_test_xnsls_model_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)

tests_unit_test_sys_calls_SOURCES = tests/unit/test_sys_calls.c tests/unit/call_unit.h tests/unit/sys_calls.def

# Linked with a system that is not there: see tests/unit/fake_sys.h.
FAKE_SYS = tests/unit/fake_dirs.c tests/unit/fake_fds.c tests/unit/fake_files.c tests/unit/fake_internal.h \
	tests/unit/fake_io.c \
	tests/unit/fake_mount.c tests/unit/fake_prctl.c \
	tests/unit/fake_process.c tests/unit/fake_socket.c tests/unit/fake_sys.c tests/unit/fake_sys.h \
	tests/unit/fake_text.c \
	tests/unit/fake_trace.c
FAKE_APPLY = $(FAKE_SYS) tests/unit/apply_unit.h tests/unit/fake_caps.c
WRAP_CLOSE = -Wl,--wrap=close -Wl,--wrap=fdopendir -Wl,--wrap=readdir \
	-Wl,--wrap=readdir64 -Wl,--wrap=closedir
APPLY_STEP = $(FAKE_APPLY) tests/unit/step_unit.h
tests_unit_test_apply_check_SOURCES = tests/unit/test_apply_check.c $(APPLY_STEP)
tests_unit_test_apply_check_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_like_SOURCES = tests/unit/test_apply_like.c $(APPLY_STEP)
tests_unit_test_apply_like_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_rights_SOURCES = tests/unit/test_apply_rights.c $(APPLY_STEP)
tests_unit_test_apply_rights_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_root_SOURCES = tests/unit/test_apply_root.c $(APPLY_STEP)
tests_unit_test_apply_root_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_steps_SOURCES = tests/unit/test_apply_steps.c $(APPLY_STEP)
tests_unit_test_apply_steps_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_watch_SOURCES = tests/unit/test_watch.c tests/unit/watch_unit.h $(FAKE_APPLY)
tests_unit_test_watch_init_SOURCES = tests/unit/test_watch_init.c tests/unit/watch_unit.h $(FAKE_APPLY)
tests_unit_test_watch_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_watch_init_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_heir_SOURCES = tests/unit/test_apply_heir.c $(FAKE_APPLY)
tests_unit_test_apply_heir_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_fork_SOURCES = tests/unit/test_apply_fork.c $(FAKE_APPLY)
tests_unit_test_apply_fork_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_leave_SOURCES = tests/unit/test_apply_leave.c $(FAKE_APPLY)
tests_unit_test_apply_leave_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
APPLY_HELPER = $(FAKE_APPLY) tests/unit/helper_unit.h
tests_unit_test_apply_helper_SOURCES = tests/unit/test_apply_helper.c $(APPLY_HELPER)
tests_unit_test_apply_helper_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_helper_maps_SOURCES = tests/unit/test_apply_helper_maps.c $(APPLY_HELPER)
tests_unit_test_apply_helper_maps_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_helper_pins_SOURCES = tests/unit/test_apply_helper_pins.c $(APPLY_HELPER)
tests_unit_test_apply_helper_pins_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
APPLY_WALK = $(FAKE_APPLY) tests/unit/apply_walk.c tests/unit/apply_walk.h
tests_unit_test_apply_faults_SOURCES = tests/unit/test_apply_faults.c $(APPLY_WALK)
tests_unit_test_apply_faults_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
GOLDEN = tests/unit/golden.c tests/unit/golden.h
tests_unit_test_plan_SOURCES = tests/unit/test_plan.c $(GOLDEN)
tests_unit_test_pages_SOURCES = tests/unit/test_pages.c $(GOLDEN)
tests_unit_test_golden_faults_SOURCES = tests/unit/test_golden_faults.c $(APPLY_WALK) $(GOLDEN)
tests_unit_test_golden_faults_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_reap_SOURCES = tests/unit/test_reap.c $(FAKE_SYS)
tests_unit_test_reap_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_xnsenter_changes_SOURCES = tests/unit/test_xnsenter_changes.c $(FAKE_SYS)
tests_unit_test_xnsenter_changes_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_xnsenter_facts_SOURCES = tests/unit/test_xnsenter_facts.c $(FAKE_SYS)
tests_unit_test_xnsenter_facts_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_xnsenter_facts_ids_SOURCES = tests/unit/test_xnsenter_facts_ids.c $(FAKE_SYS)
tests_unit_test_xnsenter_facts_ids_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_attributes_SOURCES = tests/unit/test_attributes.c $(FAKE_SYS)
tests_unit_test_attributes_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_cause_enter_SOURCES = tests/unit/test_cause_enter.c $(FAKE_SYS)
tests_unit_test_cause_enter_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_cgroup_tree_SOURCES = tests/unit/test_cgroup_tree.c $(FAKE_SYS)
tests_unit_test_cgroup_tree_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_proc_SOURCES = tests/unit/test_proc.c $(FAKE_SYS)
tests_unit_test_proc_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_program_SOURCES = tests/unit/test_program.c $(FAKE_SYS)
tests_unit_test_program_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_caller_SOURCES = tests/unit/test_caller.c $(FAKE_SYS)
tests_unit_test_caller_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE) -Wl,--wrap=getpwuid \
	-Wl,--wrap=getpwnam -Wl,--wrap=getgrnam

tests_unit_test_mount_branch_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_mount_id \
	-Wl,--wrap=sys_statmount -Wl,--wrap=sys_listmount -Wl,--wrap=mount_table_read_self

tests_unit_test_inroot_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_openat -Wl,--wrap=sys_fstat \
	-Wl,--wrap=sys_fstatfs -Wl,--wrap=sys_readlinkat -Wl,--wrap=sys_getcwd

NETLINK_UNIT = tests/unit/netlink_unit.h
tests_unit_test_netlink_SOURCES = tests/unit/test_netlink.c $(NETLINK_UNIT)
tests_unit_test_netlink_ask_SOURCES = tests/unit/test_netlink_ask.c $(NETLINK_UNIT)
tests_unit_test_netlink_ask_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_sendmsg \
	-Wl,--wrap=sys_recvmsg -Wl,--wrap=sys_poll -Wl,--wrap=sys_socket -Wl,--wrap=sys_setsockopt
tests_unit_test_link_SOURCES = tests/unit/test_link.c tests/unit/netlink_unit.h
tests_unit_test_netnsid_messages_SOURCES = tests/unit/test_netnsid_messages.c tests/unit/netnsid_unit.h
tests_unit_test_netnsid_SOURCES = tests/unit/test_netnsid.c tests/unit/netnsid_unit.h
tests_unit_test_netnsid_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_sendmsg \
	-Wl,--wrap=sys_recvmsg -Wl,--wrap=sys_recvmmsg -Wl,--wrap=sys_poll

tests_unit_test_caps_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sys_prctl

IDMAP_UNIT = tests/unit/idmap_unit.h
tests_unit_test_idmap_SOURCES = tests/unit/test_idmap.c $(IDMAP_UNIT)
tests_unit_test_idmap_add_SOURCES = tests/unit/test_idmap_add.c $(IDMAP_UNIT)
tests_unit_test_idmap_check_SOURCES = tests/unit/test_idmap_check.c $(IDMAP_UNIT)
SCAN_UNIT = tests/unit/scan_unit.h
tests_unit_test_mounted_SOURCES = tests/unit/test_mounted.c $(SCAN_UNIT)
tests_unit_test_xnsls_details_SOURCES = tests/unit/test_xnsls_details.c $(SCAN_UNIT)
tests_unit_test_xnsls_scan_SOURCES = tests/unit/test_xnsls_scan.c $(SCAN_UNIT)
OPT_UNIT = tests/unit/opt_unit.h
tests_unit_test_opt_SOURCES = tests/unit/test_opt.c tests/unit/opt_trace.h $(OPT_UNIT)
tests_unit_test_opt_lines_SOURCES = tests/unit/test_opt_lines.c tests/unit/opt_trace.h $(OPT_UNIT)
tests_unit_test_opt_help_SOURCES = tests/unit/test_opt_help.c $(OPT_UNIT)
tests_unit_test_opt_rules_SOURCES = tests/unit/test_opt_rules.c $(OPT_UNIT)

# What files include, and what the built objects refer to.
OBJECT_TESTS = tests/unit/circles.t tests/unit/globals.t tests/unit/includes.t tests/unit/purity.t

# The search for causes on a system of small files: see tests/unit/cause_unit.h.
WRAP_HINT = -Wl,--wrap=sys_clock_gettime -Wl,--wrap=sys_fork -Wl,--wrap=sys_fstatfs \
	-Wl,--wrap=sys_getegid -Wl,--wrap=sys_geteuid -Wl,--wrap=sys_ioctl -Wl,--wrap=sys_mount \
	-Wl,--wrap=sys_openat -Wl,--wrap=sys_prctl -Wl,--wrap=sys_unshare
CAUSE_UNIT = tests/unit/cause_unit.c tests/unit/cause_unit.h
tests_unit_test_cause_SOURCES = tests/unit/test_cause.c $(CAUSE_UNIT)
tests_unit_test_cause_LDFLAGS = $(AM_LDFLAGS) $(WRAP_HINT)
tests_unit_test_cause_exec_SOURCES = tests/unit/test_cause_exec.c $(CAUSE_UNIT)
tests_unit_test_cause_exec_LDFLAGS = $(AM_LDFLAGS) $(WRAP_HINT)
tests_unit_test_cause_map_SOURCES = tests/unit/test_cause_map.c $(CAUSE_UNIT)
tests_unit_test_cause_map_LDFLAGS = $(AM_LDFLAGS) $(WRAP_HINT)
tests_unit_test_cause_mount_SOURCES = tests/unit/test_cause_mount.c $(CAUSE_UNIT)
tests_unit_test_cause_mount_LDFLAGS = $(AM_LDFLAGS) $(WRAP_HINT)
tests_unit_test_cause_ns_SOURCES = tests/unit/test_cause_ns.c $(CAUSE_UNIT)
tests_unit_test_cause_ns_LDFLAGS = $(AM_LDFLAGS) $(WRAP_HINT)
PTY_UNIT = tests/unit/pty_unit.h $(FAKE_APPLY)
WRAP_PTY = $(WRAP_CLOSE) -Wl,--wrap=tcgetattr -Wl,--wrap=tcsetattr
tests_unit_test_pty_SOURCES = tests/unit/test_pty.c $(PTY_UNIT)
tests_unit_test_pty_LDFLAGS = $(AM_LDFLAGS) $(WRAP_PTY)
tests_unit_test_pty_proxy_SOURCES = tests/unit/test_pty_proxy.c $(PTY_UNIT)
tests_unit_test_pty_proxy_LDFLAGS = $(AM_LDFLAGS) $(WRAP_PTY)
tests_unit_test_apply_etc_SOURCES = tests/unit/test_apply_etc.c $(FAKE_APPLY)
tests_unit_test_apply_etc_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_sysfs_SOURCES = tests/unit/test_apply_sysfs.c $(FAKE_APPLY)
tests_unit_test_apply_sysfs_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_unseen_SOURCES = tests/unit/test_apply_unseen.c $(FAKE_APPLY)
tests_unit_test_apply_unseen_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_pin_SOURCES = tests/unit/test_apply_pin.c $(FAKE_APPLY)
tests_unit_test_apply_pin_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_guard_SOURCES = tests/unit/test_guard.c $(FAKE_APPLY)
tests_unit_test_guard_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
TARGET_UNIT = $(FAKE_SYS) tests/unit/target_unit.h
tests_unit_test_target_SOURCES = tests/unit/test_target.c $(TARGET_UNIT)
tests_unit_test_target_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_target_open_SOURCES = tests/unit/test_target_open.c $(TARGET_UNIT)
tests_unit_test_target_open_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_enter_SOURCES = tests/unit/test_apply_enter.c tests/unit/enter_unit.h $(FAKE_APPLY)
tests_unit_test_apply_enter_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_target_SOURCES = tests/unit/test_apply_target.c tests/unit/enter_unit.h $(FAKE_APPLY)
tests_unit_test_apply_target_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_apply_exec_SOURCES = tests/unit/test_apply_exec.c $(FAKE_APPLY)
tests_unit_test_apply_exec_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)
tests_unit_test_nsref_SOURCES = tests/unit/test_nsref.c $(FAKE_SYS)
tests_unit_test_nsref_LDFLAGS = $(AM_LDFLAGS) $(WRAP_CLOSE)

# The rows of common/base/remedy.h, as the preprocessor lists them.
tests/unit/remedy_rows.inc: common/base/remedy.h
	$(AM_V_GEN)$(MKDIR_P) tests/unit && $(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) -E -dM -x c \
		$(top_srcdir)/common/base/remedy.h >$@.tmp \
		&& sed -n 's/^#define \(REMEDY_[A-Z0-9_]*\) .*/{ \1 },/p' $@.tmp >$@ && rm -f $@.tmp
tests/unit/test_remedy.o: tests/unit/remedy_rows.inc
BUILT_SOURCES += tests/unit/remedy_rows.inc
CLEANFILES += tests/unit/remedy_rows.inc

EXTRA_DIST += $(OBJECT_TESTS) tests/unit/cmocka-missing.t tests/unit/diag_unit.h \
	tests/unit/golden/xunshare.txt tests/unit/little_endian.h tests/unit/memory.h tests/unit/step_wordings.h \
	tests/unit/unit.h tests/unit/xnsenter_goldens.h \
	tests/unit/xnsenter_facts_unit.h tests/unit/xnsenter_unit.h
tests_unit_test_xnsls_filter_SOURCES = tests/unit/test_xnsls_filter.c tests/unit/memory.h tests/unit/filter_unit.h
tests_unit_test_xnsls_filter_faults_SOURCES = tests/unit/test_xnsls_filter_faults.c tests/unit/filter_unit.h

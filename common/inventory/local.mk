# Which namespaces exist, and their holders.
common_libxns_a_SOURCES += \
	common/inventory/bpf.h \
	common/inventory/holders.c common/inventory/holders.h \
	common/inventory/model.c common/inventory/model.h \
	common/inventory/mounted.c common/inventory/mounted.h \
	common/inventory/mounted_find.c \
	common/inventory/network.c common/inventory/network.h \
	common/inventory/network_ask.c \
	common/inventory/network_proc.c \
	common/inventory/network_read.c \
	common/inventory/reference.c common/inventory/reference.h \
	common/inventory/reference_parse.c \
	common/inventory/scan.c common/inventory/scan.h \
	common/inventory/scan_collect.c \
	common/inventory/scan_command.c \
	common/inventory/scan_cost.c \
	common/inventory/scan_detail.c \
	common/inventory/scan_fd.c \
	common/inventory/scan_internal.h \
	common/inventory/scan_list.c \
	common/inventory/scan_mount.c \
	common/inventory/scan_open.c \
	common/inventory/scan_parse.c \
	common/inventory/scan_process.c \
	common/inventory/scan_read.c \
	common/inventory/scan_relations.c \
	common/inventory/scan_socket.c \
	common/inventory/users.c common/inventory/users.h

# The program is compiled into one header, in the build tree or in the release.
EXTRA_DIST += common/inventory/bpf.bpf.c common/inventory/bpf_kernel.h common/inventory/bpf_code.awk \
	common/inventory/bpf_code.sh
if HAVE_BPF
common_libxns_a_SOURCES += common/inventory/scan_bpf.c common/inventory/scan_bpf_load.c
endif

if MAKE_BPF
BUILT_SOURCES += common/inventory/bpf_code.inc
CLEANFILES += common/inventory/bpf_code.inc common/inventory/bpf_code.inc.elf

common/inventory/bpf_code.inc: common/inventory/bpf.bpf.c common/inventory/bpf.h common/inventory/bpf_kernel.h \
		common/base/ns_type.h common/base/ns_types.def \
		common/inventory/bpf_code.awk common/inventory/bpf_code.sh
	$(AM_V_GEN)$(MKDIR_P) common/inventory && BPF_CLANG='$(BPF_CLANG)' BPFTOOL='$(BPFTOOL)' AWK='$(AWK)' \
		$(SHELL) $(top_srcdir)/common/inventory/bpf_code.sh $(top_srcdir)/common/inventory $@

common/inventory/scan_bpf_load.o: common/inventory/bpf_code.inc
endif

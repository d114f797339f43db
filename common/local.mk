# What the applets share, a directory for each subject; each lists its files itself. A new file is one more word
# there: also a header, or "make dist" leaves it out.
noinst_LIBRARIES += common/libxns.a
common_libxns_a_SOURCES =
# Files in different directories have the same name, so "ar" must append and not replace.
common_libxns_a_AR = $(AR) cq

include common/base/local.mk
include common/kernel/local.mk
include common/output/local.mk
include common/ids/local.mk
include common/opt/local.mk
include common/plan/local.mk
include common/apply/local.mk
include common/cause/local.mk
include common/cgroup/local.mk
include common/inventory/local.mk
include common/netns/local.mk
include common/workload/local.mk
include common/uplink/local.mk

# Computes: includes nothing from another directory, and makes no system call.
common_libxns_a_SOURCES += \
	common/base/array.c common/base/array.h \
	common/base/capability.c common/base/capability.h common/base/capabilities.def \
	common/base/cidr.c common/base/cidr.h \
	common/base/diag.c common/base/diag.h \
	common/base/escape.c common/base/escape.h \
	common/base/idmap.c common/base/idmap.h \
	common/base/json_version.h \
	common/base/kernel.h \
	common/base/lookup.c common/base/lookup.h \
	common/base/macros.h \
	common/base/ns.c common/base/ns.h common/base/ns_type.h common/base/ns_types.def \
	common/base/parse.c common/base/parse.h \
	common/base/remedy.c common/base/remedy.h \
	common/base/subid.c common/base/subid.h \
	common/base/text.c common/base/text.h \
	common/base/user.c common/base/user.h

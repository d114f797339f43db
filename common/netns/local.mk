# The store of named network namespaces.
if HAVE_RTNETLINK
common_libxns_a_SOURCES += \
	common/netns/change.c \
	common/netns/elsewhere.c common/netns/elsewhere.h \
	common/netns/elsewhere_read.c \
	common/netns/entry.c \
	common/netns/home.c common/netns/home.h \
	common/netns/home_anchor.c \
	common/netns/home_names.c \
	common/netns/home_record.c common/netns/home_record.h \
	common/netns/home_sync.c \
	common/netns/lock.c \
	common/netns/leftover.c common/netns/leftover.h \
	common/netns/link.c \
	common/netns/mounts.c \
	common/netns/presence.c common/netns/presence.h \
	common/netns/store.c common/netns/store.h \
	common/netns/uplinks.c common/netns/uplinks.h \
	common/netns/visit.c common/netns/visit.h
endif

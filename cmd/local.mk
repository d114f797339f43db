# The program: main.c, and the applets in a library of their own so that unit tests can link them.
bin_PROGRAMS += xns
xns_SOURCES = cmd/main.c
xns_LDFLAGS = $(AM_LDFLAGS) $(XNS_PROGRAM_LDFLAGS)
xns_LDADD = cmd/libapplets.a common/libxns.a $(XNS_LIBS)

noinst_LIBRARIES += cmd/libapplets.a
cmd_libapplets_a_SOURCES = \
	cmd/applet.c cmd/applet.h \
	cmd/explain.c cmd/explain.h \
	cmd/completion.c cmd/completion.h \
	cmd/install.c cmd/install.h \
	cmd/options.h \
	cmd/version.c cmd/version.h
# As in common/local.mk.
cmd_libapplets_a_AR = $(AR) cq

include cmd/complete/local.mk
include cmd/doctor/local.mk
include cmd/xnetns/local.mk
include cmd/xnsenter/local.mk
include cmd/xnsls/local.mk
include cmd/xunshare/local.mk

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

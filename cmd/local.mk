# The program: main.c, and the applets in a library of their own so that unit tests can link them.
bin_PROGRAMS += xns
xns_SOURCES = cmd/main.c
xns_LDFLAGS = $(AM_LDFLAGS) $(XNS_PROGRAM_LDFLAGS)
xns_LDADD = cmd/libapplets.a common/libxns.a $(XNS_LIBS)

noinst_LIBRARIES += cmd/libapplets.a
cmd_libapplets_a_SOURCES = \
	cmd/applet.c cmd/applet.h \
	cmd/install.c cmd/install.h \
	cmd/xnsenter.c cmd/xnsenter.h \
	cmd/xnsenter_facts.c \
	cmd/xnsenter_options.c \
	cmd/xnsenter_parse.c \
	cmd/xnsenter_plan.c \
	cmd/xunshare.c cmd/xunshare.h \
	cmd/xunshare_check.c cmd/xunshare_check.h \
	cmd/xunshare_options.c \
	cmd/xunshare_parse.c \
	cmd/xunshare_plan.c

# Names under which xns is installed besides its own.
APPLETS = xunshare xnsenter

install-exec-hook:
	@cd '$(DESTDIR)$(bindir)' && for name in $(APPLETS); do \
		echo " $(LN_S) xns $(DESTDIR)$(bindir)/$$name"; \
		rm -f "$$name" && $(LN_S) xns "$$name" || exit 1; \
	done

uninstall-hook:
	@for name in $(APPLETS); do \
		echo " rm -f $(DESTDIR)$(bindir)/$$name"; \
		rm -f "$(DESTDIR)$(bindir)/$$name"; \
	done

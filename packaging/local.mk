# What distributions need: completions, the AppArmor profile, the packages.

# --- completions ----------------------------------------------------------------------------------

# Where the shells look. Others: make install zshcompletiondir=...
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d

EXTRA_DIST += packaging/completions/_xns packaging/completions/xns.bash \
	packaging/completions/xns.fish

# bash and fish look for a file with the command's name.
install-data-local: install-completions
install-completions:
	@$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)' '$(DESTDIR)$(zshcompletiondir)' \
		'$(DESTDIR)$(fishcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/packaging/completions/xns.bash '$(DESTDIR)$(bashcompletiondir)/xns'
	$(INSTALL_DATA) $(srcdir)/packaging/completions/_xns '$(DESTDIR)$(zshcompletiondir)/_xns'
	$(INSTALL_DATA) $(srcdir)/packaging/completions/xns.fish '$(DESTDIR)$(fishcompletiondir)'
	@for name in $(APPLETS); do \
		rm -f '$(DESTDIR)$(bashcompletiondir)'/$$name \
			'$(DESTDIR)$(fishcompletiondir)'/$$name.fish && \
		$(LN_S) xns '$(DESTDIR)$(bashcompletiondir)'/$$name && \
		$(LN_S) xns.fish '$(DESTDIR)$(fishcompletiondir)'/$$name.fish || exit 1; \
	done

uninstall-local: uninstall-completions uninstall-directories
uninstall-completions:
	rm -f '$(DESTDIR)$(zshcompletiondir)/_xns'
	@for name in xns $(APPLETS); do \
		rm -f '$(DESTDIR)$(bashcompletiondir)'/$$name \
			'$(DESTDIR)$(fishcompletiondir)'/$$name.fish; \
	done

.PHONY: install-completions uninstall-completions

# --- AppArmor -------------------------------------------------------------------------------------

# With the other files always, as the hints name it; and where AppArmor reads it, if configure found
# that place or was told.
apparmordir = $(with_apparmor)
apparmorsharedir = $(pkgdatadir)/apparmor
apparmorshare_DATA = packaging/apparmor/xns
if HAVE_APPARMOR
apparmor_DATA = packaging/apparmor/xns
endif
CLEANFILES += packaging/apparmor/xns
EXTRA_DIST += packaging/apparmor/xns.in

packaging/apparmor/xns: packaging/apparmor/xns.in Makefile
	$(AM_V_GEN)$(MKDIR_P) packaging/apparmor && \
		sed 's|[@]bindir[@]|$(bindir)|' $(srcdir)/packaging/apparmor/xns.in >$@

# --- releases -------------------------------------------------------------------------------------

# The same commit gives the same bytes, whoever packs it and when: sorted names, one date, no owner,
# no trace of an umask. The date is that of the commit; of a release, that of its files.
release_date = $$(echo $${SOURCE_DATE_EPOCH:-$$(git -C $(srcdir) log -1 --format=%ct 2>/dev/null || \
	date -r $(srcdir)/NEWS.md +%s)})
am__tar = $${TAR-tar} --format=ustar --sort=name --mtime=@$(release_date) --mode=u=rwX,go=rX \
	--owner=0 --group=0 --numeric-owner -cf - "$$tardir"

# Directories of our own go too, if nobody else has put something there.
uninstall-directories:
	@for dir in '$(DESTDIR)$(apparmorsharedir)' '$(DESTDIR)$(pkgdatadir)' '$(DESTDIR)$(docdir)'; do \
		rmdir "$$dir" 2>/dev/null || :; \
	done

.PHONY: uninstall-directories

# --- packages -------------------------------------------------------------------------------------

# A file a line, so that branches merge.
EXTRA_DIST += packaging/debian/changelog
EXTRA_DIST += packaging/debian/clean
EXTRA_DIST += packaging/debian/control
EXTRA_DIST += packaging/debian/copyright
EXTRA_DIST += packaging/debian/rules
EXTRA_DIST += packaging/debian/source/format
EXTRA_DIST += packaging/debian/tests/cli
EXTRA_DIST += packaging/debian/tests/compat
EXTRA_DIST += packaging/debian/tests/control
EXTRA_DIST += packaging/debian/tests/names
EXTRA_DIST += packaging/debian/tests/static
EXTRA_DIST += packaging/debian/watch
EXTRA_DIST += packaging/debian/xns-compat.install
EXTRA_DIST += packaging/debian/xns-compat.links
EXTRA_DIST += packaging/debian/xns-compat.postrm
EXTRA_DIST += packaging/debian/xns-compat.preinst
EXTRA_DIST += packaging/debian/xns-static.install
EXTRA_DIST += packaging/debian/xns-static.manpages
EXTRA_DIST += packaging/debian/xns.docs
EXTRA_DIST += packaging/debian/xns.install
EXTRA_DIST += packaging/debian/xns.links
EXTRA_DIST += packaging/debian/xns.manpages
EXTRA_DIST += packaging/debian/zsh-compat

# The picture in README.md, and what makes it.
EXTRA_DIST += packaging/terminal.sh
EXTRA_DIST += packaging/terminal.svg

# Built from the release, in deb/ and rpm/ of the build directory, where the packages stay.
deb: dist
	rm -rf deb
	$(MKDIR_P) deb
	cp $(distdir).tar.xz deb/$(PACKAGE)_$(VERSION).orig.tar.xz
	cd deb && $${TAR-tar} -xf $(PACKAGE)_$(VERSION).orig.tar.xz
	cp -R deb/$(distdir)/packaging/debian deb/$(distdir)/debian
	cd deb/$(distdir) && dpkg-buildpackage -us -uc $(DEB_FLAGS)

# With the package that takes the place of util-linux's tools.
deb-compat:
	$(MAKE) $(AM_MAKEFLAGS) deb DEB_FLAGS='$(DEB_FLAGS) -Ppkg.xns.compat'

.PHONY: deb deb-compat

EXTRA_DIST += packaging/alpine/APKBUILD
EXTRA_DIST += packaging/arch/PKGBUILD
EXTRA_DIST += packaging/rpm/xns.rpmlintrc
EXTRA_DIST += packaging/rpm/xns.spec

# abuild and makepkg want the sums of the release, which no file in the release can have: recipes with
# them, in alpine/ and arch/ of the build directory, beside the release.
recipes: dist
	rm -rf alpine arch
	$(MKDIR_P) alpine arch
	cp $(distdir).tar.xz alpine
	cp $(distdir).tar.xz arch
	{ cat $(srcdir)/packaging/alpine/APKBUILD && echo 'sha512sums="' && \
		sha512sum $(distdir).tar.xz && echo '"'; } >alpine/APKBUILD
	{ cat $(srcdir)/packaging/arch/PKGBUILD && \
		sha256sum $(distdir).tar.xz | sed "s/\([^ ]*\) .*/sha256sums=('\1')/"; } >arch/PKGBUILD

.PHONY: recipes

# Where another package manager has installed what is needed: make rpm RPMBUILD_FLAGS=--nodeps
rpm: dist
	rm -rf rpm
	$(MKDIR_P) rpm
	rpmbuild -ba $(RPMBUILD_FLAGS) --define '_topdir $(abs_top_builddir)/rpm' \
		--define '_sourcedir $(abs_top_builddir)' $(srcdir)/packaging/rpm/xns.spec

.PHONY: rpm

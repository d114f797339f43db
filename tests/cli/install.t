#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make install, make uninstall and make dist: where everything goes, that nothing stays, and that a
# release is the same bytes whenever it is made.
. "${0%/*}/lib.sh"

: "${MAKE:=make}"
# shellcheck disable=SC2034 # for lib.sh
run_limit=120

# Not by the jobserver of the make that runs this test.
unset MAKEFLAGS MFLAGS MAKELEVEL

make_here()
{
	run "$MAKE" -s -C "$XNS_BUILDDIR" "$@"
}

# Lists what lies below a directory, without it, sorted
below()
{
	(cd "$1" && find . ! -type d | sed 's/^\.//' | sort)
}

# Lists the files to be installed. $1...: bindir, man directory, data directory, documents, AppArmor's or "", and the
# completions' directories of bash, fish and zsh
expected()
{
	for name in xns $XNS_APPLETS; do
		echo "$1/$name"
		echo "$6/$name"
		echo "$7/$name.fish"
	done
	echo "$8/_xns"
	echo "$3/xns/apparmor/xns"
	[ -z "$5" ] || echo "$5/xns"
	echo "$4/xnsls.schema.json"
	for page in "$XNS_SRCDIR"/man/*.[1-9]; do
		echo "$2/man${page##*.}/${page##*/}"
	done
}

# $1: title; what follows are arguments for make; the file "expected" says what is to be there
installs_and_removes()
{
	title=$1
	shift
	root="$work/a root"
	make_here install DESTDIR="$root" "$@"
	is "$title: make install succeeds" "$status" 0
	is "$title: everything is where it belongs" "$(below "$root")" "$(sort "$work/expected")"
	make_here uninstall DESTDIR="$root" "$@"
	is "$title: make uninstall succeeds" "$status" 0
	is "$title: no file stays" "$(below "$root")" ""
	is "$title: no directory of our own stays" "$(find "$root" -type d -name 'xns*')" ""
	rm -rf "$root"
}

# configure may have been told other places.
variable()
{
	printf 'include Makefile\nprint-xns:\n\t@echo $(%s)\n' "$1" |
		"$MAKE" -s -C "$XNS_BUILDDIR" -f - print-xns
}

install_works()
{
	apparmor=$(variable apparmor_DATA)
	[ -z "$apparmor" ] || apparmor=$(variable apparmordir)
	expected "$(variable bindir)" "$(variable mandir)" "$(variable datadir)" \
		"$(variable docdir)" "$apparmor" "$(variable bashcompletiondir)" \
		"$(variable fishcompletiondir)" "$(variable zshcompletiondir)" >"$work/expected"
	installs_and_removes "as configured"
	expected /b /m /d /doc "$apparmor" /d/bash-completion/completions \
		/d/fish/vendor_completions.d /d/zsh/site-functions >"$work/expected"
	installs_and_removes "with the GNU variables" bindir=/b mandir=/m datadir=/d docdir=/doc \
		libdir=/l libexecdir=/le
	expected /b /m /d /doc "$apparmor" /bash /fish /zsh >"$work/expected"
	installs_and_removes "with the completions' directories" bindir=/b mandir=/m datadir=/d \
		docdir=/doc bashcompletiondir=/bash fishcompletiondir=/fish zshcompletiondir=/zsh

	root=$work/root
	make_here install DESTDIR="$root" prefix=/p
	run "$root/p/bin/xunshare" --version
	is "the links work" "$out" "xunshare from xns $XNS_VERSION"
	is "they are relative" "$(readlink "$root/p/bin/xunshare")" xns
	make_here install-exec DESTDIR="$root" prefix=/q program_transform_name=s/xns/namespaces/
	run "$root/q/bin/xunshare" --version
	is "the links work also where xns has another name" "$out" "xunshare from xns $XNS_VERSION"
	ok "those of the completions too" grep -q _xns \
		"$root/p/share/bash-completion/completions/xunshare"
	is "make install again succeeds" "$(make_here install DESTDIR="$root" prefix=/p; echo "$status")" 0
	like "the AppArmor profile names the program where it is installed" \
		"$(cat "$XNS_BUILDDIR/packaging/apparmor/xns")" "^profile xns $(variable bindir)/xns "
}

links_in_the_build_directory()
{
	for applet in $XNS_APPLETS; do
		run "$XNS_BUILDDIR/$applet" --version
		is "$applet can be run where it was built" "$status/$out" "0/$applet from xns $XNS_VERSION"
	done
}

parses_as_apparmor()
{
	if ! apparmor_parser --version 2>/dev/null | grep -q 'version [4-9]'; then
		skip "AppArmor's parser takes the profile" "no AppArmor 4"
		return
	fi
	run apparmor_parser --skip-kernel-load --skip-cache "$XNS_BUILDDIR/packaging/apparmor/xns"
	is "AppArmor's parser takes the profile" "$status/$err" 0/
}

# make recipes was the second one.
has_sums()
{
	is "make recipes succeeds" "$status" 0
	for words in "alpine/APKBUILD 512" "arch/PKGBUILD 256"; do
		recipe=$XNS_BUILDDIR/${words% *}
		sum=$("sha${words#* }sum" "$work/second.tar.xz")
		ok "${words% *} has the sum of the release" grep -q "\b${sum%% *}\b" "$recipe"
		ok "${words% *} is a script" bash -n "$recipe"
		ok "the release is beside ${words% *}" cmp "${recipe%/*}/xns-$XNS_VERSION.tar.xz" "$work/second.tar.xz"
		rm -r "${recipe%/*}"
	done
}

# Twice, the second time with another umask.
releases_are_alike()
{
	if ! tar --version 2>/dev/null | grep -q 'GNU tar' || ! command -v xz >/dev/null; then
		skip "releases are alike" "no GNU tar or no xz"
		return
	fi
	release=$XNS_BUILDDIR/xns-$XNS_VERSION.tar.xz
	make_here dist
	is "make dist succeeds" "$status" 0
	mv "$release" "$work/first.tar.xz"
	umask 077
	make_here recipes
	umask 022
	mv "$release" "$work/second.tar.xz"
	has_sums
	ok "make dist gives the same bytes again" cmp "$work/first.tar.xz" "$work/second.tar.xz"
	run tar -tvf "$work/first.tar.xz" --numeric-owner
	is "nobody owns the files" "$(awk '{ print $2 }' "$outfile" | sort -u)" 0/0
	is "all have one date" "$(awk '{ print $4, $5 }' "$outfile" | sort -u | wc -l)" 1
	is "in the order of their names" "$(awk '{ print $6 }' "$outfile" | tr / '\001' | sort -c 2>&1)" ""
	SOURCE_DATE_EPOCH=86400 make_here dist
	like "SOURCE_DATE_EPOCH is the date" "$(tar -tvf "$release" | head -n 1)" " 1970-01-0[12] "
	rm -f "$release"
}

# A file that git has and a release lacks would be missed by its builders.
release_is_complete()
{
	if ! git -C "$XNS_SRCDIR" ls-files >"$work/in-git" 2>/dev/null || [ ! -e "$work/first.tar.xz" ] ||
		[ ! -e "$XNS_SRCDIR/.git" ]; then
		skip "a release has every file" "not in a clone"
		return
	fi
	tar -tf "$work/first.tar.xz" | sed 's|^[^/]*/||' | sort >"$work/in-release"
	is "a release has every file" \
		"$(grep -v '^\.gitignore$' "$work/in-git" | sort | comm -23 - "$work/in-release")" ""
}

if [ ! -w "$XNS_BUILDDIR/Makefile" ]; then
	skip_all "the build directory belongs to somebody else"
fi
install_works
links_in_the_build_directory
parses_as_apparmor
releases_are_alike
release_is_complete
done_testing

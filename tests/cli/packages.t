#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages' statements about themselves: their versions, their files, and that their scripts can be read.
# .ci/run builds those of them that it can.
. "${0%/*}/lib.sh"

packaging=$XNS_SRCDIR/packaging
debian=$packaging/debian
spec=$packaging/rpm/xns.spec

versions()
{
	is "Debian: the version is configure.ac's" \
		"$(sed -n '1s/^xns (\(.*\)-[^-]*) .*/\1/p' "$debian/changelog")" "$XNS_VERSION"
	is "RPM: the version is configure.ac's" \
		"$(sed -n 's/^Version: *//p' "$spec")" "$XNS_VERSION"
	is "Alpine: the version is configure.ac's" \
		"$(sed -n 's/^pkgver=//p' "$packaging/alpine/APKBUILD")" "$XNS_VERSION"
	is "Arch: the version is configure.ac's" \
		"$(sed -n 's/^pkgver=//p' "$packaging/arch/PKGBUILD")" "$XNS_VERSION"
	like "NEWS.md: and the newest there" "$(grep -m1 '^## ' "$XNS_SRCDIR/NEWS.md")" \
		"^## $XNS_VERSION([, ]|$)"
}

contact()
{
	contact=$(sed -n 's/^AC_SUBST(\[XNS_CONTACT\], \["\(.*\)"\])$/\1/p' "$XNS_SRCDIR/configure.ac")
	like "configure.ac has the contact" "$contact" '^.+ <[^ ]+@[^ ]+>$'
	is "Debian: the maintainer" "$(sed -n 's/^Maintainer: //p' "$debian/control")" "$contact"
	is "Debian: in the changelog" "$(sed -n 's/^ -- \(.*\)  .*/\1/p' "$debian/changelog")" "$contact"
	is "RPM: in the changelog" \
		"$(sed -n 's/^\* [A-Z][a-z]* [A-Z][a-z]* [0-9]* [0-9]* \(.*\) - .*/\1/p' "$spec")" "$contact"
	for file in "$packaging/alpine/APKBUILD" "$packaging/arch/PKGBUILD"; do
		is "${file##*/}: the maintainer" "$(sed -n 's/^# Maintainer: //p' "$file")" "$contact"
	done
	for page in "$XNS_SRCDIR"/man/*.[18]; do
		is "${page##*/}: AUTHORS" \
			"$(sed -n 's/^\.An \(.*\) Aq Mt \(.*\)$/\1 <\2>/p' "$page")" "$contact"
	done
}

# The address, and where releases lie below it.
addresses()
{
	url=$(sed -n 's/^AC_SUBST(\[XNS_URL\], \["\(.*\)"\])$/\1/p' "$XNS_SRCDIR/configure.ac")
	like "configure.ac has the address" "$url" '^https://[^ ]+/$'
	is "Debian: Homepage" "$(sed -n 's/^Homepage: //p' "$debian/control")" "$url"
	for field in Vcs-Git Vcs-Browser; do
		like "Debian: $field" "$(sed -n "s/^$field: //p" "$debian/control")" "^$url"
	done
	is "Debian: Source of the copyright" "$(sed -n 's/^Source: //p' "$debian/copyright")" "$url"
	is "Debian: watch" "$(sed 1d "$debian/watch")" "${url}releases/ xns-@ANY_VERSION@\.tar\.xz"
	is "RPM: URL" "$(sed -n 's/^URL: *//p' "$spec")" "$url"
	like "RPM: Source0 is below it" "$(cat "$spec")" '^Source0: +%\{url\}releases/%\{name\}-%\{version\}\.tar\.xz$'
	for file in alpine/APKBUILD arch/PKGBUILD; do
		is "$file: url" "$(sed -n 's/^url="\(.*\)"$/\1/p' "$packaging/$file")" "$url"
		like "$file: the source is below it" "$(cat "$packaging/$file")" \
			"^source=.*\"${url}releases/xns-[\$]pkgver\.tar\.xz\""
	done
}

# The files that a release has and git lacks come from autotools, and are named with their own licences.
copyright()
{
	is "Debian: each licence has its text" \
		"$(sed -n '/^Files:/,/^$/s/^License: //p' "$debian/copyright" | sort -u)" \
		"$(awk -v RS= '/^License:/' "$debian/copyright" | sed -n 's/^License: //p' | sort -u)"
	for file in "$XNS_SRCDIR"/build-aux/* "$XNS_SRCDIR"/aclocal.m4 "$XNS_SRCDIR"/configure \
		"$XNS_SRCDIR"/Makefile.in; do
		[ -e "$file" ] || continue
		file=${file#"$XNS_SRCDIR/"}
		ok "Debian: the copyright of $file" grep -Eq "^(Files:)? $file\$" "$debian/copyright"
	done
	like "Debian: what compiles the BPF program is installed" \
		"$(grep -c -e '^ clang ' -e '^ bpftool ' -e '^ libbpf-dev ' "$debian/control")" '^3$'
	is "Debian: on the architectures that rules names" \
		"$(sed -n 's/^ \(clang\|bpftool\|libbpf-dev\) \[\(.*\)\].*/\2/p' "$debian/control" | sort -u)" \
		"$(sed -n 's/^bpf_archs = //p' "$debian/rules")"
	like "RPM: too" "$(grep -cE '^BuildRequires: +(clang|bpftool|libbpf-devel)$' "$spec")" '^3$'
}

syntax()
{
	for script in "$packaging/alpine/APKBUILD" "$debian"/*.preinst "$debian"/*.postrm \
		"$debian/tests/compat" "$debian/tests/static"; do
		run sh -n "$script"
		is "${script#"$XNS_SRCDIR"/} is a shell script" "$status/$err" 0/
	done
	for script in "$packaging/arch/PKGBUILD" "$packaging/completions/xns.bash" \
		"$debian/tests/cli"; do
		if ! command -v bash >/dev/null; then
			skip "${script#"$XNS_SRCDIR"/} is a script of bash" "no bash"
			continue
		fi
		run bash -n "$script"
		is "${script#"$XNS_SRCDIR"/} is a script of bash" "$status/$err" 0/
	done
	# The variables that makepkg and abuild read, and the functions that they call.
	for words in "alpine/APKBUILD pkgname pkgver pkgrel pkgdesc url arch license source" \
		"arch/PKGBUILD pkgname pkgver pkgrel pkgdesc arch license source"; do
		# shellcheck disable=SC2086 # a list of words
		set -- $words
		file=$1
		shift
		for name; do
			like "$file has $name" "$(cat "$packaging/$file")" "^$name="
		done
		for name in build check package; do
			like "$file has $name()" "$(cat "$packaging/$file")" "^$name\(\)"
		done
	done
	if [ "$(id -u)" = 0 ] && ! can_be_user || ! command -v makepkg >/dev/null; then
		skip "makepkg reads PKGBUILD" "no makepkg, or only root, as which it does not run"
	else
		cp "$packaging/arch/PKGBUILD" "$home"
		# It only wants to know where pacman is.
		mode=user
		run_limit=200 # a thousand processes
		run env PACMAN=true sh -c 'cd && makepkg --printsrcinfo'
		run_limit=20
		mode=
		like "makepkg reads PKGBUILD" "$status/$(squeeze "$out")" \
			"^0/pkgbase = xns .*pkgver = $XNS_VERSION "
	fi
	if command -v rpmspec >/dev/null; then
		run rpmspec -q --qf '%{name} %{version}\n' "$spec"
		is "rpm reads xns.spec" "$status/$err" 0/
		is "its packages" "$(echo "$out" | grep -v debug | sort | tr '\n' ' ')" \
			"xns $XNS_VERSION xns-compat $XNS_VERSION "
	else
		skip "rpm reads xns.spec" "no rpmspec"
	fi
}

# One applet more must not be forgotten.
files()
{
	for applet in xns $XNS_APPLETS; do
		ok "Debian's xns has $applet" grep -qx "usr/bin/$applet" "$debian/xns.install"
		ok "RPM's xns has $applet" grep -qx "%{_bindir}/$applet" "$spec"
	done
	for script in $(cd "$XNS_SRCDIR" && find packaging -type f ! -name local.mk | sort); do
		ok "a release has $script" grep -qF "$script" "$packaging/local.mk"
	done
}

# Every name that is replaced: linked, taken from util-linux, given back.
names_that_are_replaced()
{
	mkdir "$work/links"
	run xns --install "$work/links" --compat
	for name in $(cd "$work/links" && ls); do
		case " $XNS_APPLETS " in *" $name "*) continue ;; esac
		ok "Debian: $name is linked" grep -qx "usr/bin/xns usr/bin/$name" "$debian/xns-compat.links"
		ok "Debian: $name is in the directory of plain names" \
			grep -qx "usr/bin/xns usr/lib/xns/bin/$name" "$debian/xns.links"
		ok "Debian: a tool of zsh's table" grep -qw "^#compdef.*$name" "$debian/zsh-compat"
		ok "RPM: $name is linked" grep -q "for pair in.*$name:" "$spec"
		ok "Alpine: $name is linked" grep -q "for name in.*$name" "$packaging/alpine/APKBUILD"
		ok "bash: $name is served by a link" \
			grep -q "^[a-z |]*\b$name\b.*) complete" "$packaging/completions/xns.bash"
	done
	sed -n 's/^usr[^ ]* usr/\/usr/p' "$debian/xns-compat.links" | grep -v /fish/ | sort >"$work/linked"
	sed -n 's/^\tdivert \([^ ]*\) .*/\1/p' "$debian/xns-compat.preinst" | sort >"$work/diverted"
	sed -n 's/^\trestore \([^ ]*\)$/\1/p' "$debian/xns-compat.postrm" | sort >"$work/restored"
	is "Debian: what is linked is diverted before" "$(cat "$work/diverted")" "$(cat "$work/linked")"
	is "Debian: what was diverted is given back" "$(cat "$work/restored")" "$(cat "$work/diverted")"
}

# Does what abuild would do, as far as nothing is built.
alpine_links()
{
	run env packages="$packaging" subpkgdir="$work/alpine" sh -euc '
		. "$packages/alpine/APKBUILD"
		compat
		mkdir -p "$subpkgdir/usr/bin"
		cp "$(command -v xns)" "$subpkgdir/usr/bin/xns"
		"$subpkgdir/usr/libexec/xns/compat/unshare" --version'
	is "Alpine: the links lead to xns" "$status/$out/$err" \
		"0/unshare from xns, compatible with util-linux $XNS_UTIL_LINUX/"
}

# No linker knows the libraries that are loaded at run time: the program's notes and the packages agree.
libraries()
{
	program=$(command -v xns)
	grep -aq '"feature":"' "$program" || { skip "libraries" "a static program"; return; }
	for words in "libcap-ng required Depends libcap-ng0" "libsmartcols required Depends libsmartcols1" \
		"libmnl required Depends libmnl0" "libjansson recommended Recommends libjansson4" \
		"libsubid suggested Suggests libsubid4"; do
		# shellcheck disable=SC2086 # a list of words
		set -- $words
		note=$(grep -ao "\"feature\":\"$1\"[^}]*" "$program" | head -n 1)
		[ -n "$note" ] || { skip "$1: the note" "this build goes without it"; continue; }
		like "$1: the note says $2" "$note" "\"priority\":\"$2\""
		soname=$(echo "$note" | sed 's/.*"soname":\["\([^"]*\)".*/\1/')
		like "$1: Debian $3" "$(sed -n "/^Package: xns$/,/^$/{/^$3:/,/^[^ ]/p}" "$debian/control")" "^ $4\b"
		[ "$2" = required ] || continue
		like "$1: RPM requires $soname" "$(cat "$spec")" "^Requires: +$soname"
		like "$1: Alpine depends on it" "$(sed -n 's/^depends=//p' "$packaging/alpine/APKBUILD")" "\b$1\b"
	done
	like "Arch depends on libmnl" "$(grep '^depends=' "$packaging/arch/PKGBUILD")" '\blibmnl\b'
}

versions
contact
addresses
copyright
libraries
syntax
files
alpine_links
names_that_are_replaced
done_testing

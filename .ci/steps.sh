# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The steps of .ci/run beyond "./bootstrap check", each a function that fails when its check does.

# quietly COMMAND...: its output goes to make.log, and is shown only when it fails.
quietly()
{
	if ! "$@" >make.log 2>&1; then
		tail -60 make.log
		return 1
	fi
}

# configured DIRECTORY ARGUMENT...: makes DIRECTORY below build/, enters it and configures there.
configured()
{
	mkdir -p "build/$1" && cd "build/$1" || return 1
	shift
	[[ -e Makefile ]] || quietly ../../configure "$@"
}

# No test is run a second time: one that fails sometimes is a failure, and is mended.
check_build()
{
	./bootstrap check
}

# In a tree of its own, where users put one and tests stumble: below /tmp, which tests may cover, and
# closed to others, as a clone in /root with a umask of 077. Runs the tests that have a bench, and the
# scripts that take files of the tree along. $1: an empty directory below /tmp, of mode 0700
check_elsewhere()
(
	umask 077
	mkdir "$1/xns" && tar -cf - --exclude=./build --exclude=./.git . |
		tar -xf - -C "$1/xns" --no-same-owner --no-same-permissions && cd "$1/xns" || return
	scripts=$(grep -l '^needs_files ' tests/cli/*.t) || return
	group=(
		"TESTS=tests/fault/memory.t tests/fault/sweep.t tests/compat/nsenter.t ${scripts//$'\n'/ }"
		"check_PROGRAMS=tests/cli/probe tests/compat/launch tests/compat/probe tests/fault/inject tests/fault/pasta tests/fault/witness"
	)
	./bootstrap check "${group[@]}"
)

# Another compiler's warnings, tests included.
build_with_clang()
(
	configured clang CC=clang --enable-werror && quietly make -s -j2 &&
		quietly make -s -j2 check TESTS=
)

# Another C library. musl-gcc finds no headers but musl's own, so those of the kernel and of the
# libraries, which are loaded at run time, are put behind them.
build_with_musl()
(
	headers=$PWD/build/musl/headers
	mkdir -p "$headers" || return 1
	for one in linux asm-generic libsmartcols libmnl cap-ng.h; do
		ln -sfn "/usr/include/$one" "$headers/$one"
	done
	ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$headers/asm"
	configured musl CC=musl-gcc CPPFLAGS="-idirafter $headers" --enable-werror &&
		quietly make -s -j2 && ./xns xunshare --explain -Urm true >/dev/null
)

# A release from a read-only tree, out of tree, with an installation and its removal. What runs in
# it is a sample: the whole suite has run before.
check_distribution()
(
	configured dist && quietly make -s distcheck DISTCHECK_CONFIGURE_FLAGS=--enable-werror \
		TESTS="tests/unit/test_ns tests/unit/test_idmap tests/cli/smoke.t"
)

# The suite under the address and undefined-behaviour sanitizers. What is left out puts xns into root
# file systems of its own, where the sanitizers' libraries are not, or looks at all that it opens, or
# would fail the sanitizers' own system calls.
check_sanitized()
(
	without=(COMPAT_TESTS= LOOKS_AT_ITSELF= FAULT_TESTS=)
	configured sanitized --enable-sanitizers --enable-werror && quietly make -s -j2 &&
		make -s -j2 check "${without[@]}"
)

# The static program, in the tests that run it.
check_static()
(
	# shellcheck disable=SC2016 # those of make
	scripts='TESTS=$(CLI_TESTS) $(COMPAT_TESTS) $(FAULT_TESTS)'
	configured static --enable-static-program --enable-werror && quietly make -s -j2 &&
		make -s -j2 check "$scripts"
)

# The packages of Debian and Fedora, as far as their tools are there, and what lintian and rpmlint say
# to them.
build_packages()
(
	configured packages --enable-werror || return
	if command -v dpkg-buildpackage >/dev/null; then
		quietly make -s deb-compat || return
		! command -v lintian >/dev/null ||
			lintian --allow-root --fail-on error,warning deb/*.changes || return
	fi
	if command -v rpmbuild >/dev/null; then
		quietly make -s rpm RPMBUILD_FLAGS=--nodeps || return
		! command -v rpmlint >/dev/null ||
			rpmlint --strict --ignore-unused-rpmlintrc \
				-r ../../packaging/rpm/xns.rpmlintrc \
				../../packaging/rpm/xns.spec rpm/*RPMS || return
	fi
)

# xns-compat takes the place of an essential package's tools, so it is installed and removed here: in
# private namespaces, on an overlay of this system, which goes with them.
try_compat_package()
(
	if [[ $(id -u) != 0 ]] || ! grep -qw overlay /proc/filesystems; then
		echo "   skipped: xns-compat is installed only by root, on an overlay"
		return 77
	fi
	cd build/packages/deb || return
	# shellcheck disable=SC2016 # those of the inner shells
	quietly ../../xns xunshare --mount sh -euc '
		layers=$PWD/overlay
		mkdir -p "$layers"
		mount -t tmpfs tmpfs "$layers"
		mkdir "$layers/upper" "$layers/work" "$layers/root"
		mount -t overlay overlay "$layers/root" \
			-o "lowerdir=/,upperdir=$layers/upper,workdir=$layers/work"
		mount --rbind /dev "$layers/root/dev"
		mount --rbind /sys "$layers/root/sys"
		mount --bind ../../.. "$layers/root/mnt"
		exec ../../xns xunshare -puf --kill-child --root "$layers/root" --pivot --mount-proc \
			--wd /mnt sh -euc "
				XNS_DEBS=/mnt/build/packages/deb
				export XNS_DEBS
				dpkg -i \$XNS_DEBS/xns_*.deb \$XNS_DEBS/xns-compat_*.deb
				packaging/debian/tests/compat"'
)

# Without running anything: clang-tidy, gcc's analyzer, cppcheck, shellcheck.
check_sources()
{
	make -s -C build lint
}

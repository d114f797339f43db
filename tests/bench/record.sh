# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Figures that belong to one compiler with its options and one C library: a line a build in
# tests/bench/WHAT, the figures behind the build. Sourced by the tests, after tests/cli/lib.sh.

value() { sed -n "s/^$1 = *//p" "$XNS_BUILDDIR/Makefile" | head -1; }

this_build() {
	libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | tr ' ' '-')
	compiler=$($(value CC) --version | head -1 | tr -s ' ()' '-')
	echo "$(uname -m) ${libc:-unknown-libc} $compiler" \
		"$(value CFLAGS | sed 's/-g *//; s/ /_/g')$(value XNS_PROGRAM_LDFLAGS)"
}

# Counters and sanitizers add instructions that are not the program's.
needs_plain_build() {
	case $(value XNS_CFLAGS) in
	*sanitize* | *coverage*) skip_all "a build with counters or sanitizers" ;;
	esac
}

# Sets build and recorded; skips all where no figures can be compared. --print goes on without them.
find_record() { # WHAT [--print]
	needs_plain_build
	build=$(this_build)
	recorded=$(grep -F "$build " "$XNS_SRCDIR/tests/bench/$1")
	recorded=${recorded#"$build "}
	[ -n "$recorded" ] || [ "${2-}" ] || skip_all "nothing recorded for $build"
}

# A figure, what is recorded, and by how many hundredths it may be above.
within() { [ "$1" -gt 0 ] && [ "$1" -le $(($2 + $2 * $3 / 100)) ]; }

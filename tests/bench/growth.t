#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A listing of six times the processes and namespaces takes some six times the instructions, where what
# is looked up in lists would take thirty-six times.
: "${XNS_SRCDIR:=$(cd -- "$(dirname -- "$0")/../.." && pwd)}"
: "${XNS_BUILDDIR:=$XNS_SRCDIR/build}"
. "$XNS_SRCDIR/tests/cli/lib.sh"
. "$XNS_SRCDIR/tests/bench/record.sh"
needs_applet xnsls
needs_plain_build
command -v valgrind >/dev/null || skip_all "no valgrind"
is_real_root || skip_all "not root"
population=$XNS_BUILDDIR/tests/bench/population
[ -x "$population" ] || skip_all "no tests/bench/population"
in_private_ns "$@"

# Sets $sum for so many processes, each in a namespace of its own; the options of xnsls follow.
count() {
	processes=$1
	shift
	rm -f counted*
	"$population" "$processes" "$processes" valgrind --tool=callgrind --vgdb=no \
		--callgrind-out-file=counted "$bin/xnsls" "$@" >counted.log 2>&1
	sum=$(sed -n 's/^summary: //p' counted 2>/dev/null)
	[ -n "$sum" ] || { note "$(cat counted.log)"; sum=0; }
}

for options in "" "-T --output-all" "-J --deep"; do
	# shellcheck disable=SC2086 # words
	count 100 $options
	few=$sum
	# shellcheck disable=SC2086
	count 600 $options
	note "xnsls $options: $few, then $sum"
	ok "xnsls $options: grows with the processes" test "$few" -gt 0 -a "$sum" -gt "$few" \
		-a "$sum" -lt $((few * 8))
done
done_testing

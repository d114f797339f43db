#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Scripts of this directory where older kernels' lacks are made by a filter (filter.c). One result for
# each kernel and script; their own skips are counted in its name.
#
#	kernels.t [-k VERSION]... [NAME...]     NAME: a script without its .t
#
# By default a sample of both; "make check-kernels" runs all.
. "${0%/*}/lib.sh"
is_real_root || skip_all "not root"
needs_programs filter

kernels=
while [ "${1:-}" = -k ]; do
	kernels="$kernels $2"
	shift 2
done
: "${kernels:=4.18 6.1}"
[ $# -gt 0 ] || set -- smoke drop rights xnetns-exec xnsenter-hints xnsls

# Tells the scripts which kernel they are to think they run on.
on_kernel() {
	XNS_KERNEL=$1 timeout -k 5 900 filter "linux-$1" "$XNS_SRCDIR/tests/cli/$2.t" >"$outfile" 2>&1
	held=$(grep -c '^ok ' "$outfile")
	skipped=$(grep -c '^ok .* # SKIP' "$outfile")
	name="$2 on Linux $1: $((held - skipped)) held, $skipped skipped"
	if grep -q '^not ok' "$outfile" || ! grep -qx "1\.\.$held\( # SKIP .*\)\?" "$outfile"; then
		fail "$name"
		note "$(grep -A 9 '^not ok' "$outfile" | head -n 40; tail -n 3 "$outfile")"
	else
		pass "$name"
	fi
}

for kernel in $kernels; do
	for script; do
		on_kernel "$kernel" "$script"
	done
done
done_testing

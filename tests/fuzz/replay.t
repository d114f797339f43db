#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzz targets with their seeds, and with variations of them: one result per seed.
here=${0%/*}
: "${XNS_BUILDDIR:=$(cd -- "$here/../.." && pwd)/build}"
: "${XNS_FUZZ_TARGETS:=$(cd -- "$here/corpus" && echo *)}"
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT
n=0
for target in $XNS_FUZZ_TARGETS; do
	name=${target##*/}
	"$XNS_BUILDDIR/tests/fuzz/$name" "$here/corpus/$name"/* >"$out" 2>&1 </dev/null ||
		sed "s/^/# $name: /" "$out"
	for seed in "$here/corpus/$name"/*; do
		n=$((n + 1))
		grep -q "^ok [0-9]* - ${seed##*/}\$" "$out" || printf 'not '
		echo "ok $n - $name: ${seed##*/}"
	done
done
echo "1..$n"

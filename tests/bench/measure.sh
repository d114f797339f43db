#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: measure.sh [ROOT...], as root: writes the rows of tests/bench/instructions and tests/bench/size anew,
# for the compiler of this system and of each ROOT, a Debian made by debootstrap in which ./bootstrap tools has
# run. Measures what is committed, built in three ways: as configure does, with -O2, and static.
set -eu
PATH=/usr/lib/ccache:$PATH
self=tests/bench/measure.sh

# Prints "size ROW" and "instructions ROW" for the builds of the source tree that is the working directory.
print_rows() {
	autoreconf -fi >autoreconf.log 2>&1
	for how in "" "CFLAGS=-g -O2" --enable-static-program; do
		rm -rf build
		mkdir build
		(cd build && ../configure ${how:+"$how"} && make -j"$(nproc)" all) >build.log 2>&1 ||
			{ tail -20 build.log >&2; exit 1; }
		for what in instructions size; do
			row=$(XNS_SRCDIR=$PWD XNS_BUILDDIR=$PWD/build sh "tests/bench/$what.t" --print)
			case $row in
			*'# SKIP'* | '') echo "$what: $row" >&2; exit 1 ;;
			esac
			echo "$what $row"
		done
	done
}

# Replaces the row with the same build, which is all but the figures, or adds it.
keep_rows() {
	while read -r what row; do
		echo "$what $row" >&2
		build=$(echo "$row" | cut -d' ' -f1-4)
		{ grep -vF "$build " "tests/bench/$what" || :; echo "$row"; } | sort >"tests/bench/$what.new"
		mv "tests/bench/$what.new" "tests/bench/$what"
	done
}

# Runs print_rows in a copy of the tree below ROOT; "/" is this system.
measure() {
	copy=$(mktemp -d "${1%/}/tmp/xns-measure.XXXXXX")
	git archive HEAD | tar -x -C "$copy"
	rc=0
	if [ "$1" = / ]; then
		(cd "$copy" && sh "$self" --print) || rc=$?
	else
		# shellcheck disable=SC2016 # for the inner shell
		build/xunshare --mount sh -c 'mount --rbind /dev "$2/dev" &&
			exec "$1" -pf --root "$2" --pivot --mount-proc --wd "${3#"${2%/}"}" sh "$4" --print' \
			sh "$PWD/build/xunshare" "$1" "$copy" "$self" || rc=$?
	fi
	rm -rf "$copy"
	return "$rc"
}

if [ "${1-}" = --print ]; then
	print_rows
	exit
fi
cd -- "$(dirname -- "$0")/../.."
for root in / "$@"; do
	rows=$(measure "$root")
	echo "$rows" | keep_rows
done

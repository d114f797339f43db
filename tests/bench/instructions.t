#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A start of each applet executes no more instructions than tests/bench/instructions records, by 5 %.
# Instructions can be counted exactly, where times cannot; but they are those of one compiler with its
# options and of one C library, so that others are skipped. "instructions.t --print" prints the line for
# this build. A commit that makes a start dearer changes the record as well, and says why.
: "${XNS_SRCDIR:=$(cd -- "$(dirname -- "$0")/../.." && pwd)}"
: "${XNS_BUILDDIR:=$XNS_SRCDIR/build}"
print=${1:-}
. "$XNS_SRCDIR/tests/cli/lib.sh"
. "$XNS_SRCDIR/tests/bench/record.sh"
in_private_ns "$@"

# From the first instruction of the loader to the exec, or to the end of what executes nothing.
count() {
	rm -f counted*
	env -i PATH=/usr/bin:/bin valgrind --tool=callgrind --vgdb=no --dump-before=execvp \
		--callgrind-out-file=counted "$@" >counted.log 2>&1
	sum=$(cat counted counted.1 2>/dev/null | sed -n 's/^summary: //p' | sort -n | tail -1)
	[ -n "$sum" ] || { note "$(cat counted.log)"; sum=0; }
}

command -v valgrind >/dev/null || skip_all "no valgrind"
is_real_root || skip_all "not root"
find_record instructions "$print"
# shellcheck disable=SC2086 # words
set -- $recorded
line=$build
mount -t tmpfs none /run
mkdir /run/netns
for command in "xunshare -u true" "xnsenter -t $$ -u true" "xnsls -H" "xnetns list"; do
	applet=${command%% *}
	[ -e "$bin/$applet" ] || { [ $# -eq 0 ] || shift; continue; }
	# shellcheck disable=SC2086 # words
	count "$bin/"$command
	line="$line $sum"
	[ "$print" ] && continue
	note "$applet: $sum, recorded $1"
	ok "$applet: no more than 5 % above what is recorded" within "$sum" "$1" 5
	[ $# -eq 0 ] || shift
done
[ -z "$print" ] || { echo "$line"; exit 0; }
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program, stripped, is no larger than tests/bench/size records, by 2 %. "size.t --print" prints the
# line for this build. A commit that needs more changes the record as well, and says what for.
: "${XNS_SRCDIR:=$(cd -- "$(dirname -- "$0")/../.." && pwd)}"
: "${XNS_BUILDDIR:=$XNS_SRCDIR/build}"
print=${1:-}
. "$XNS_SRCDIR/tests/cli/lib.sh"
. "$XNS_SRCDIR/tests/bench/record.sh"

command -v strip >/dev/null || skip_all "no strip"
find_record size "$print"
strip -o "$work/xns" "$XNS_BUILDDIR/xns"
size=$(wc -c <"$work/xns")
[ -z "$print" ] || { echo "$build $size"; exit 0; }
note "$size bytes, recorded $recorded"
ok "no more than 2 % above what is recorded" within "$size" "$recorded" 2
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: size.sh: what each object has, most first, and the size of the program when stripped.
set -eu
LC_ALL=C
export LC_ALL
cd "${XNS_BUILDDIR:-build}"
strip -o xns.stripped xns
trap 'rm -f xns.stripped' EXIT
echo "   both    text    data  object"
size cmd/*.o cmd/*/*.o common/*/*.o | awk 'NR > 1 { printf "%7d %7d %7d  %s\n", $1 + $2, $1, $2, $6 }' | sort -rn
echo "$(wc -c <xns.stripped) bytes, stripped"

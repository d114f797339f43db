#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for the unit tests where configure found no cmocka: each is a counted skip.
set -eu
count=0
for name in $XNS_UNIT_TESTS; do
	count=$((count + 1))
	echo "ok $count - $name # SKIP cmocka was not found by configure"
done
[ "$count" -gt 0 ] || { echo '1..0 # SKIP no unit tests'; exit 0; }
echo "1..$count"

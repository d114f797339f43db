#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Many pins at once, on files of their own and on the same one. XNS_ROUNDS is the number of rounds, 2 by
# default.
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/crowd.sh"
[ "$(id -u)" = 0 ] || skip_all "mounts files, which needs root"
in_private_ns

: "${XNS_ROUNDS:=2}"
mkdir pins
cd pins || exit 99

# The host names of the namespaces that are pinned at $1, the latest first, each taken off after that.
unpin_all() {
	while [ "$(stat -f -c %T "$1")" = nsfs ]; do
		nsenter --uts="$1" hostname
		umount "$1"
	done
}

hosts=$(seq $crowd | sed 's/^/host/' | sort)

while [ $round -lt "$XNS_ROUNDS" ]; do
	round=$((round + 1))
	for n in $(seq $crowd); do
		: >"f$n"
	done
	: >same

	all_at_once 'xunshare --uts=f@ hostname host@'
	check "files of their own" "$(ended 0)" $crowd
	check "each has its own" "$(for n in $(seq $crowd); do unpin_all "f$n"; done | sort)" \
		"$hosts"

	all_at_once 'xunshare --uts=same -f hostname host@'
	check "the same file" "$(ended 0)" $crowd
	check "one on the other, and none is lost" "$(unpin_all same | sort)" "$hosts"

	all_at_once '! xunshare --uts=f@ -f -R / -w /none true'
	check "each of those that fail says so" "$(ended 0)" $crowd
	check "and takes its pin back" "$(stat -f -c %T f* | grep -c nsfs)" 0
done
is "a crowd of $crowd, $XNS_ROUNDS rounds" "$wrong" ""
is "nothing is left" "$(grep -c "$PWD" /proc/self/mountinfo)" 0
done_testing

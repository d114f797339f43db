#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Clock offsets of a new time namespace.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe

has_time || skip_all "this kernel has no time namespaces"

offsets() {
	run xunshare -r -T "$@" cat /proc/self/timens_offsets
	squeeze "$out$err"
}

sets_offsets() {
	is "none by default" "$(offsets)" "monotonic 0 0 boottime 0 0"
	is "--monotonic" "$(offsets --monotonic 100)" "monotonic 100 0 boottime 0 0"
	is "--boottime=" "$(offsets --boottime=86400)" "monotonic 0 0 boottime 86400 0"
	is "both" "$(offsets --boottime 7 --monotonic=1000000000)" \
		"monotonic 1000000000 0 boottime 7 0"
	is "backwards" "$(offsets --boottime -1 --monotonic -1)" "monotonic -1 0 boottime -1 0"
	is "the last one wins" "$(offsets --monotonic 5 --monotonic 9)" \
		"monotonic 9 0 boottime 0 0"
}

# CLOCK_MONOTONIC is 1, CLOCK_BOOTTIME 7 (clock_gettime(2)).
program_sees_them() {
	for way in "" -f --init "--kill-child -pf"; do
		for clock in monotonic/1 boottime/7; do
			now=$(probe clock "${clock#*/}")
			run xunshare -r -T $way "--${clock%/*}=100000" probe clock "${clock#*/}"
			ok "$way: CLOCK_${clock%/*} is ahead" test "$out" -ge $((now + 100000))
			ok "$way: by that much" test "$out" -lt $((now + 100000 + 60))
		done
	done
	run sh -c 'xunshare -r -T --boottime 1000000 cat /proc/uptime; cat /proc/uptime'
	ok "the uptime inside is another" test "$(echo "$out" | head -n 1 | cut -d . -f 1)" -ge 1000000
	now=$(probe clock 0)
	run xunshare -r -T --boottime 100000 --monotonic 100000 probe clock 0
	ok "the time of day is the same" test "$out" -lt $((now + 60))
}

# The kernel lets no clock go below zero, or beyond half of its range.
refused_by_the_kernel() {
	for row in --monotonic=-9223372036854775808 --boottime=9223372036854775807 \
		--boottime=-99999999999 --monotonic=5000000000; do
		run xunshare -r -T "$row" touch "$home/ran"
		word=${row%%=*}
		is "$row is out of range: exit status" "$status" 1
		like "$row: the message" "$err" \
			"^xunshare: cannot set the ${word#--} clock off by ${row#*=} s .*out of range"
		ok "$row: no program" test ! -e "$home/ran"
	done
}

for_each_mode sets_offsets
for_each_mode program_sees_them
for_each_mode refused_by_the_kernel
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls --groups and --processes: sets of namespaces that processes share.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs probe
in_private_ns "$@"

# Starts two processes in new namespaces, of the options given: $pid and its child, $second.
inside() {
	# shellcheck disable=SC2016 # for the inner shell
	start xunshare "$1" sh -c 'sleep 1000 & echo $$ $! >"$1/inside"; exec sleep 1001' sh "$home"
	until_ok test -s "$home/inside"
	read -r pid second <"$home/inside"
	until_ok executes "$second" sleep
	until_ok executes "$pid" sleep
}

ends() {
	kill "$pid" "$second"
	finish
	rm "$home/inside"
}

shares() {
	own=r
	[ "$mode" = user ] || own=
	inside "-u${own}i"
	types=uts,ipc
	[ -z "$own" ] || types=$types,user
	low=$pid
	[ "$low" -lt "$second" ] || low=$second
	run xnsls --groups -n -r -o PID,NPROCS,TYPES -p "$pid"
	is "both are one row" "$status/$out" "0/$low 2 $types"
	run xnsls --groups -n -r -o PID,NPROCS,TYPES -Q "PID == 1"
	is "a process that shares all has no types" "$status/${out##* }" 0/
	run xnsls --processes -n -r -o PID,TYPES -p "$pid"
	is "--processes has a row for each" "$out" "$(printf '%s %s\n' "$pid" "$types" "$second" "$types" | sort -n)"
	run xnsls --groups -n -r -o NPROCS,TYPES -t net -p "$pid"
	like "-t: other types do not count" "$out" '^([3-9]|[1-9][0-9]+) $'
	run xnsls --groups -n -r -o NPROCS -t uts "$(stat -Lc %i "/proc/$pid/ns/uts")"
	is "NAMESPACE selects those in it" "$out" 2
	run xnsls --groups -n -r -o PID -Q 'TYPES == "ipc" and TYPES != "net"'
	like "a filter finds it by one type" "$out" "^$low\$"
	run xnsls --groups -n -r -o PID -Q 'TYPES != "ipc"'
	unlike "!= is the opposite" "$out" "^$low\$"
	run xnsls --groups -J -o PID,TYPES -p "$pid"
	is "JSON has an array" "$(squeeze "$out")" \
		"{ \"version\": 1, \"groups\": [ { \"pid\": $low, \"types\": [ $(echo "\"$types\"" | sed 's/,/", "/g') ] } ] }"
	run xnsls --groups -n -r
	is "rows are sorted by PID" "$(echo "$out" | cut -d' ' -f1)" \
		"$(echo "$out" | cut -d' ' -f1 | sort -n)"
	ends
}
# In the mode userns each run has a user namespace of its own, and does not see the others.
XNS_MODES=$(echo "$XNS_MODES" | sed 's/userns//')
for_each_mode shares

refused() {
	for option in -P --tree --dot --compare --processes; do
		run xnsls --groups $option
		is "--groups and $option exclude each other" "$status/$out" 1/
		like "$option: it says so" "$err" "exclude each other"
	done
	run xnsls --groups -o PID,NS
	is "a column of one namespace is refused" "$status/$out" 1/
	like "it says why" "$err" "no column of one namespace"
	run xnsls --groups -Q 'NS > 1'
	is "in a filter too" "$status/$out" 1/
	run xnsls --processes --output-all -J
	is "--output-all has those that there are" "$status" 0
	unlike "and no others" "$out" '"(ns|type|heldby)":'
}
refused
done_testing

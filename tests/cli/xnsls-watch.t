#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls --watch: a line for each namespace that comes or goes between two looks.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs probe
in_private_ns

# Of UTS namespaces here only those of the test come and go. The program's argument marks them.
watches() {
	start xnsls --watch=0.02 -t uts "$@"
	watcher=$bg
	: >"$work/prime"
	until_ok primed
}

# The first look has nothing to compare with, so it must be over.
primed() {
	xunshare --uts="$work/prime" true
	sleep 0.1
	umount "$work/prime"
	sleep 0.1
	[ -s "$outfile" ]
}

ends() {
	kill "-$1" "$watcher"
	bg=$watcher
	finish
}

seen() {
	grep -q "$1" "$outfile"
}

a_line_for_each() {
	in_reach || return 0
	watches -o TYPE,NS,PID,COMMAND
	mkfifo "$work/gate"
	xunshare -u cat "$work/gate" &
	maker=$!
	# A look may find the program before its exec.
	program="\(xunshare -u \)\?cat $work/gate\$"
	ok "what comes has a line" until_ok seen "^[+] uts [0-9]* pid [0-9]* $program"
	: >"$work/gate"
	wait "$maker"
	ok "and what goes, with the last that was known of it" until_ok seen "^- uts [0-9]* pid [0-9]* $program"
	ends INT
	is "it ends with SIGINT" "$status,$err" 0,
	is "two lines are all" "$(grep -c "$work/gate" "$outfile")" 2
	is "of one namespace" "$(awk '/gate/ { print $3 }' "$outfile" | sort -u | wc -l)" 1
	watches -J -o NS,TYPE,PID
	xunshare -u cat "$work/gate" &
	maker=$!
	until_ok seen "\"came\".*\"pid\":$maker}"
	: >"$work/gate"
	wait "$maker"
	until_ok seen "\"went\".*\"pid\":$maker}"
	ends TERM
	is "it ends with SIGTERM" "$status,$err" 0,
	is "each line is JSON" "$(python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
lines = [one for one in lines if one["pid"] == int(sys.argv[2])]
print(*[(one["version"], one["event"], one["type"]) for one in lines], len({one["ns"] for one in lines}))' \
		"$outfile" "$maker")" "(1, 'came', 'uts') (1, 'went', 'uts') 1"
	rm "$work/gate"
}

in_reach() {
	is_real_root
}

a_filter_finds_what_nobody_uses() {
	in_reach || return 0
	: >"$work/pin"
	watches -P -o NS,NSFS -Q 'NPROCS == 0'
	xunshare --uts="$work/pin" true
	ok "a namespace without a process" until_ok seen "^[+] [0-9]* nsfs $work/pin\$"
	umount "$work/pin"
	ok "until it goes" until_ok seen "^- [0-9]* nsfs $work/pin\$"
	ends INT
}

# The number of a namespace is given again at once, its id is not.
numbers_come_again() {
	in_reach || return 0
	watches -r -o NS,PID
	pids=
	for round in 1 2 3 4 5; do
		xunshare -u sh -c ': >"$0"; until [ -e "$1" ]; do sleep 0.01; done' "$work/made$round" "$work/go$round" &
		maker=$!
		until_ok test -e "$work/made$round"
		pid=$(pgrep -f "$work/go$round" | head -n 1)
		pids="$pids $pid"
		until_ok seen "^+ [0-9]* $pid\$"
		touch "$work/go$round"
		wait "$maker"
		until_ok seen "^- [0-9]* $pid\$"
	done
	ends INT
	is "each is told once, also with the number of the last" "$(for pid in $pids; do
		grep -c "^+ [0-9]* $pid\$" "$outfile"; grep -c "^- [0-9]* $pid\$" "$outfile"; done | uniq)" 1
}

ends_without_a_reader() {
	run sh -c 'xnsls --watch=0.02 -t uts | :; echo ended'
	is "it ends if nobody reads" "$status,$out,$err" 0,ended,
}

arguments() {
	run xnsls --watch=0
	like "a time" "$status,$err" "^1,xnsls: option '--watch': '0' is not a number of seconds from 0.01"
	for other in --tree --groups --processes --dot "--mounted /" "--compare 1 1" 4026531837; do
		# shellcheck disable=SC2086 # words
		run xnsls --watch $other
		like "not with $other" "$status,$err" "^1,xnsls: options? '--watch' and .* exclude each other"
	done
}

a_line_for_each
a_filter_finds_what_nobody_uses
numbers_come_again
for_each_mode ends_without_a_reader
arguments
done_testing

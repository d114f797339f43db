#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xns doctor: many namespaces without a process that one holder keeps alive are one finding.
. "${0%/*}/lib.sh"
is_real_root || skip_all "needs root"
command -v python3 >/dev/null || skip_all "no python3"
needs_files tests/cli/leak.py
in_private_ns

# $1: how many
leaks() {
	rm -f ready
	python3 "$bin/leak.py" uts "$1" ready 2>leak.err &
	pid=$!
	until_ok test -s ready
	run xns doctor
}

ends() {
	kill "$pid"
	wait "$pid" 2>/dev/null
}

# The line below the finding.
remedy_of() {
	printf '%s\n' "$out" | grep -A1 -E -e "$1" | sed -n '2{s/^ *//;p;}'
}

each_alone() {
	leaks 4
	is "four are listed one by one" "$(printf '%s\n' "$out" | grep -c "held by nothing but fd $pid/")" 4
	unlike "and not counted" "$out" "process $pid: "
	ends
}

one_finding() {
	leaks 20
	like "twenty are a note" "$out" "^  note +process $pid: a descriptor keeps 20 namespaces without a process alive: 20 uts\$"
	unlike "none of them is listed" "$out" "held by nothing but fd $pid/"
	like "with who has to let them go" "$(remedy_of "process $pid: ")" \
		"^if nobody needs them, process $pid \(.*pyth.*\) has to close them or to end; to see them: xnsls --persistent -o \+HELDBY\$"
	run xns doctor --json
	like "also in JSON" "$(squeeze "$out")" "\"text\": ?\"a descriptor keeps 20 namespaces"
	ends
	run xns doctor
	unlike "gone with the process" "$out" "process $pid: "
}

thousands() {
	leaks 1000
	if [ -s leak.err ]; then
		skip "a thousand are a problem" "$(cat leak.err)"
	else
		like "a thousand are a problem" "$out" "^  problem +process $pid: a descriptor keeps 1000 namespaces without a process alive: 1000 uts\$"
		is "the exit status says so" "$status" 1
	fi
	ends
}

by_mounts() {
	for i in 1 2 3 4 5; do
		touch "$work/pin$i"
		xunshare --uts="$work/pin$i" true
	done
	run xns doctor
	like "by mounts of ours" "$out" "^  note +mounts: nothing but mounts keeps 5 namespaces without a process alive: 5 uts\$"
	is "with how to see them" "$(remedy_of "mounts: nothing")" "to see them: xnsls --persistent -o +HELDBY"
	umount "$work"/pin?
}

each_alone
one_finding
thousands
by_mounts
done_testing

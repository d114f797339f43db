#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter --wait enters as soon as the target's namespaces can be entered; --children enters those in which its
# children start.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns

ns() {
	as_user readlink "/proc/$1/ns/$2" 2>/dev/null || readlink "/proc/$1/ns/$2"
}

# In the mode userns each program has a user namespace of its own, from which none can enter another's.
in_reach() {
	[ "$mode" != userns ]
}

# A target that creates its namespaces when a file appears.
late() {
	rm -f "$home/go"
	start sh -c "until [ -e '$home/go' ]; do sleep 0.01; done; exec $*"
	until_ok executes "$bg" sh
}

waits_for_namespaces() {
	in_reach || return 0
	late xunshare -r -u --hostname late sleep 300
	run xnsenter -t "$bg" -a --preserve-credentials --wait=0.1 hostname
	is "it waits as long as told" "$status,$out" 1,
	like "and says for what" "$err" "^xnsenter: process $bg cannot be entered after [0-9.]* s: it is still in our namespaces$"
	run xnsenter -t "$bg" -U -u --preserve-credentials --wait=0.1 hostname
	like "our own user namespace cannot be entered again" "$err" "it is still in our user namespace$"
	(sleep 0.2; touch "$home/go") &
	run xnsenter -t "$bg" -a --preserve-credentials --wait hostname
	is "it enters as soon as they are there" "$status,$out,$err" "0,late,"
	kill "$bg"
	finish
}

# $1: the process
write_maps() {
	sleep 0.2
	as=
	[ "$mode" = root ] || as=as_user
	$as sh -c "echo \"0 \$(id -u) 1\" >/proc/$1/uid_map; echo deny >/proc/$1/setgroups
		sleep 0.1; echo \"0 \$(id -g) 1\" >/proc/$1/gid_map"
}

waits_for_maps() {
	in_reach || return 0
	start unshare -U sleep 300
	until_ok executes "$bg" sleep
	run xnsenter -t "$bg" -U -S 0 --wait=0.1 id -u
	like "a user namespace without maps" "$err" "the id maps of its user namespace are not written yet$"
	write_maps "$bg" &
	writer=$!
	run xnsenter -t "$bg" -U --preserve-credentials --wait=10 true
	is "it is entered once both are written" "$status,$err" "0,"
	is "both" "$(cat "/proc/$bg/uid_map" "/proc/$bg/gid_map" | wc -l)" 2
	wait "$writer" || :
	kill "$bg"
	finish
}

ends_with_the_target() {
	in_reach || return 0
	start sleep 300
	until_ok executes "$bg" sleep
	(sleep 0.2; kill "$bg") &
	run xnsenter -t "$bg" -a --wait true
	like "without a limit it waits as long as the target lives" "$status,$err" \
		"^1,xnsenter: process $bg has ended$"
	finish
}

# A process is closed to its own user before its exec; that of somebody else stays so.
waits_not_in_vain() {
	[ "$mode" != root ] || return 0
	run xnsenter -t "$$" -n --wait true
	like "a process that may never be entered is refused at once" "$err" \
		"^xnsenter: cannot enter the network namespace of process $$: Permission denied"
}

enters_where_children_start() {
	in_reach || return 0
	start xunshare -r -p -f --kill-child sleep 300
	until_ok executes "$bg" xunshare
	run xnsenter -t "$bg" -U -p --children --preserve-credentials --wait=10 sh -c 'echo $$; readlink /proc/self/ns/pid'
	is "the program is in the pid namespace of the children" "$status,$err" "0,"
	inside=$(pgrep -P "$bg" -x sleep)
	is "which the target itself is not in" "$(ns "$bg" pid_for_children)" "$(ns "$inside" pid)"
	unlike "and not as process 1" "$out" '^1$'
	run xnsenter -t "$bg" -a --children --preserve-credentials sh -c 'kill -0 1 && echo $$'
	like "--all does the same" "$status,$out" '^0,[0-9]'
	run xnsenter -t "$bg" -a --children --explain
	like "as --explain says" "$out" 'enter the pid namespace of --children +setns\(FD, CLONE_NEWPID\)'
	kill -KILL "$bg"
	finish
	start unshare -r -p sleep 300
	until_ok executes "$bg" sleep
	run xnsenter -t "$bg" -U -p --children --preserve-credentials true
	is "a pid namespace without a process cannot be entered" "$status,$err" \
		"1,xnsenter: process $bg has started no child yet in the pid namespace that it has created
xnsenter: hint: wait for the first: --wait"
	run xnsenter -t "$bg" -U -p --children --preserve-credentials --wait=0.1 true
	like "it is waited for" "$err" "after [0-9.]* s: it has started no child yet"
	kill "$bg"
	finish
}

enters_time_of_children() {
	in_reach || return 0
	if ! has_time; then
		skip "the time namespace of the children" "no time namespaces"
		return
	fi
	start unshare -r -T --fork --kill-child --boottime 100000000 sleep 300
	until_ok executes "$bg" unshare
	run xnsenter -t "$bg" -U -T --children --preserve-credentials --wait=10 readlink /proc/self/ns/time
	is "the time namespace of the children" "$out,$err" "$(ns "$bg" time_for_children),"
	kill -KILL "$bg"
	finish
}

for_each_mode waits_for_namespaces
for_each_mode waits_for_maps
for_each_mode ends_with_the_target
for_each_mode waits_not_in_vain
for_each_mode enters_where_children_start
for_each_mode enters_time_of_children
done_testing

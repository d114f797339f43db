#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: namespaces that no process is in, and what keeps them alive.
# shellcheck disable=SC2046,SC2086
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs holder
in_private_ns "$@"
is_real_root || skip_all "not root"

# Starts "holder $1"; sets $pid, and $type and $ino of what it holds.
start_holder() {
	mkfifo said
	holder "$1" >said &
	pid=$!
	read -r link <said
	rm said
	ino=$(echo "$link" | tr -dc 0-9)
}

stop() {
	kill -KILL $pid
	wait $pid 2>/dev/null
}

row() { run xnsls -n -r "$@" -Q "NS == $ino"; }

held_by_a_file() {
	start_holder fd
	row -o TYPE,NPROCS,PID,PATH,HELDBY
	is "fd: found" "$out" "uts 0  /proc/$pid/fd/7 fd\\x20$pid/7"
	row --no-fds -o TYPE
	is "fd: not with --no-fds" "$out" ""
	row -o USER,UID,OWNERUID,COMMAND
	is "fd: the owner in place of a process's user" "$out" "root 0 0 "
	stop
	row -o TYPE
	is "fd: gone with its holder" "$out" ""
}
held_by_a_file

# A descriptor copied from another is not looked at again, unless it is a namespace.
held_by_copies() {
	start_holder fd
	# shellcheck disable=SC2217 # it does not read them, but has them open
	sleep 1000 <"/proc/$pid/fd/7" 1<&0 2>/dev/null &
	holder=$pid pid=$!
	until_ok executes "$pid" sleep
	sh -c 'exec sleep 1000 >&0 2<"/proc/$0/fd/7"' "$holder" </dev/null &
	other=$!
	until_ok executes "$other" sleep
	run xnsls -J -l -o HELDBY -Q "NS == $ino"
	for place in "$pid 0" "$pid 1" "$other 2" "$holder 7"; do
		like "copies: ${place#* }" "$(squeeze "$out")" \
			"\"pid\": ${place% *}, \"fd\": ${place#* } }"
	done
	is "copies: no more" "$(echo "$out" | grep -c '"by"')" 4
	for pid in $pid $other $holder; do stop; done
}
held_by_copies

# Opened at a mount that is gone, the link of a descriptor is "/". By the time that it is opened, its number
# may be another file: a terminal, or a device that reacts.
held_by_a_file_of_a_mount() {
	: >pin
	xunshare --uts="$work/pin" true
	ino=$(stat -c %i pin)
	# shellcheck disable=SC2217 # it holds the file
	sleep 1000 <pin &
	pid=$!
	until_ok executes "$pid" sleep
	umount -l pin
	row -o TYPE,HELDBY
	is "unmounted: found" "$out" "uts fd\\x20$pid/0"
	if command -v strace >/dev/null && strace -o "$work/trace" true 2>/dev/null; then
		run strace -f -o "$work/trace" -e trace=openat xnsls -n --scan=proc
		is "unmounted: no descriptor of others is opened by its number alone" \
			"$(grep -E 'openat\([0-9]+, "[0-9]+"' "$work/trace" | grep -vc 'O_PATH')" 0
		is "no terminal can become ours" "$(grep 'O_CLOEXEC' "$work/trace" |
			grep -v 'O_NOCTTY\|"/etc/ld\|"/lib\|"/usr\|"/etc/\(nsswitch\|passwd\)' | head -n 3)" ""
	else
		skip "descriptors opened by their numbers" "no strace"
	fi
	stop
	rm pin
}
held_by_a_file_of_a_mount

held_by_a_socket() {
	has_since 5.6 || { skip "socket" "no pidfd_getfd"; return; }
	start_holder socket
	row -o TYPE,NPROCS,HELDBY
	is "socket: found" "$out" "net 0 socket\\x20$pid/7"
	row -o NETNSID,ONS
	is "socket: can be asked" "$out" "unassigned $(readlink /proc/self/ns/user | tr -dc 0-9)"
	row --no-fds -o TYPE
	is "socket: not with --no-fds" "$out" ""
	stop
	start_holder shared
	row -J -o HELDBY
	run xnsls -J -t net -o HELDBY
	unlike "socket: none for the owner's own namespace" "$out" '"socket"'
	stop
}
held_by_a_socket

held_by_a_thread() {
	start_holder thread
	row --deep -o TYPE,NPROCS
	is "thread: found with --deep" "$out" "uts 0"
	row -o HELDBY
	is "thread: HELDBY adds no row" "$out" ""
	row --deep -o HELDBY
	like "thread: who it is" "$out" "^thread\\\\x20$pid/[0-9]+\$"
	row --deep -o PATH
	like "thread: a path to it" "$out" "^/proc/$pid/task/[0-9]+/ns/uts\$"
	is "thread: it is there" "$(stat -L -c %i "$out")" "$ino"
	thread=$(echo "$out" | cut -d/ -f5)
	run xnsls -p "$thread" -t uts -n -r -o NS,HELDBY
	is "thread: by its number" "$status $out" "0 $ino thread\\x20$pid/$thread"
	run xnsls -p "$pid" -t uts -n -r -o NS
	is "thread: not by that of its process" "$status $out" "0 $(stat -L -c %i "/proc/$pid/ns/uts")"
	stop
}
held_by_a_thread

# The first thread has ended: what the other one has is the process's.
held_by_the_rest() {
	start_holder rest
	until_ok grep -q "^State:.Z" "/proc/$pid/status"
	for way in proc auto; do
		row --scan=$way -o TYPE,NPROCS,PID
		is "rest of a process, --scan=$way: a member" "$out" "uts 1 $pid"
	done
	run xnsls -p "$pid" -t uts -n -r -o NS
	is "rest of a process: by its number" "$status $out" "0 $ino"
	stop
}
held_by_the_rest

# It reports what it was started with, but not what it opens to look.
held_by_xnsls() {
	for way in proc auto; do
		run xunshare -u -i -n -T -f xnsls --scan=$way -n -r -o HELDBY
		unlike "xnsls --scan=$way: nothing of its own" "$out" "(fd|socket)"
		run sh -c 'exec xunshare -u -f xnsls "$1" -n -r -t uts -o NS,HELDBY 9</proc/self/ns/uts' \
			- --scan=$way
		like "xnsls --scan=$way: what it was given" "$out" "fd.x20[0-9]+/9"
	done
}
held_by_xnsls

held_for_children() {
	if ! has_time; then
		skip "for children" "no time namespaces"
		return
	fi
	start_holder children
	row -o TYPE,NPROCS,HELDBY,PATH
	is "for children: HELDBY adds no row" "$out" ""
	row --deep -o TYPE,NPROCS,HELDBY,PATH
	is "for children: found" "$out" \
		"time 0 children\\x20of\\x20$pid /proc/$pid/ns/time_for_children"
	stop
}
held_for_children

held_by_mounts() {
	mkdir -p elsewhere
	touch pin "$(printf 'a\n\033[31mb')"
	xunshare --uts=pin true
	ino=$(stat -c %i pin)
	row -o TYPE,HELDBY,PATH,NSFS
	is "mount: found" "$out" "uts mount\\x20$work/pin $work/pin $work/pin"
	mount --bind pin "$(printf 'a\n\033[31mb')"
	umount pin
	row -o HELDBY
	is "mount: its name is escaped" "$out" "mount\\x20$work/a\\x5cx0a\\x5cx1b[31mb"
	xunshare -m sleep 1000 &
	pid=$!
	until_ok executes "$pid" sleep
	umount "$(printf 'a\n\033[31mb')"
	row --no-fds -o TYPE
	is "mount: in another mount namespace, not seen at once" "$out" ""
	row --no-fds --deep -o TYPE
	is "mount: seen with --deep" "$out" uts
	row -o HELDBY
	is "mount: HELDBY adds no row" "$out" ""
	row --deep -o HELDBY
	is "mount: HELDBY says who sees it" "$out" "mount\\x20$work/a\\x5cx0a\\x5cx1b[31mb\\x20(of\\x20$pid)"
	row -o ONS --deep
	# By a path of another mount namespace, for which it takes openat2.
	! has_since 5.6 || is "mount: can be asked there" "$out" "$(readlink /proc/self/ns/user | tr -dc 0-9)"
	stop
	row --deep -o TYPE
	is "mount: gone with the mount namespace" "$out" ""
}
held_by_mounts

# Columns never decide which rows there are.
rows_and_columns() {
	mkdir -p far
	xunshare -m sh -c 'mount -t tmpfs t far && : >far/pin && : >far/both && : >both &&
		unshare --net sh -c "mount --bind /proc/self/ns/net far/pin"; echo up; exec sleep 1000' >far.up &
	pid=$!
	until_ok grep -sq up far.up
	ino=$(stat -L -c %i "/proc/$pid/root$work/far/pin")
	# One that a descriptor holds too.
	unshare --net sleep 1000 &
	member=$!
	until_ok executes "$member" sleep
	both=$(stat -L -c %i "/proc/$member/ns/net")
	sleep 1000 7<"/proc/$member/ns/net" &
	other=$!
	until_ok executes "$other" sleep
	xnsenter -t $pid -m mount --bind "/proc/$member/ns/net" "$work/far/both"
	kill -KILL $member
	wait $member 2>/dev/null
	for options in "" -P --deep "--deep -P" "-t net" "-P -t net" "--no-fds -P"; do
		for column in NS,HELDBY NS,PATH,ID NS,ONS,PNS,USER NS,NETNSID,NSFS NS,OWNERUID; do
			is "xnsls $options -o $column: the rows of -o NS" \
				"$(xnsls -r -n $options -o "$column" | cut -d ' ' -f 1)" "$(xnsls -r -n $options -o NS)"
		done
	done
	is "the plain list does not look there" "$(xnsls -n -r -o NS | grep -c $ino)" 0
	is "-P does" "$(xnsls -P -n -r -o NS | grep -c $ino)" 1
	is "lsns -P does not" "$(xns lsns -P -n -r -o NS | grep -c $ino)" 0
	is "xnsls --deep does" "$(xnsls --deep -n -r -o NS | grep -c $ino)" 1
	for applet in xnsls "xns lsns"; do
		run $applet $ino
		is "$applet: an operand does" "$status,$err" "0,"
	done
	is "a path that we can use" "$(xnsls -P -n -r -o PATH -Q "NS == $ino")" "/proc/$pid/root$work/far/pin"
	run xnsenter --net="/proc/$pid/root$work/far/pin" stat -L -c %i /proc/self/ns/net
	is "as xnsenter shows" "$status,$out" "0,$ino"
	run xnsls -n -r -o HELDBY -Q "NS == $both"
	is "of a row without a process HELDBY reads the other mount namespaces" "$out" \
		"fd\\x20$other/7,\\x20mount\\x20$work/far/both\\x20(of\\x20$pid)"
	kill -KILL $other
	wait $other 2>/dev/null
	stop
}
rows_and_columns

# A container may link anything to anywhere; a path of its must be looked up within it.
links_of_others_are_not_followed_outside() {
	mkdir -p trap/real outside
	touch trap/real/pin
	mkfifo outside/pin
	xunshare -m sh -c "mount -t tmpfs t trap && mkdir trap/d && touch trap/d/pin &&
		mount --bind /proc/self/ns/uts trap/d/pin && mv trap/d trap/e 2>/dev/null
		echo up; exec sleep 1000" >up &
	pid=$!
	until_ok grep -q up up
	run timeout 10 xnsls --deep -o HELDBY
	is "a listing with foreign mounts comes to its end" "$status" 0
	stop
}
links_of_others_are_not_followed_outside

several_at_once() {
	touch pin
	start_holder fd
	mount --bind "/proc/$pid/fd/7" pin
	row -o HELDBY
	is "several: by kind" "$out" "fd\\x20$pid/7,\\x20mount\\x20$work/pin"
	run xnsls -J -l -o NS,HELDBY -Q "NS == $ino"
	is "several: JSON has all" "$(squeeze "$out")" "{ \"version\": 1, \"namespaces\": [ { \"ns\": $ino, \"heldby\": [ { \"by\": \"fd\", \"pid\": $pid, \"fd\": 7 }, { \"by\": \"mount\", \"path\": \"$work/pin\" } ] } ] }"
	umount pin
	stop
}
several_at_once

on_a_terminal() {
	command -v script >/dev/null || { skip "on a terminal HELDBY is shown" "no script(1)"; return; }
	touch "$work/pinned"
	xunshare --uts="$work/pinned" true
	run script -qec "stty cols 500; xnsls -t uts" /dev/null
	like "on a terminal HELDBY is shown" "$out" " HELDBY"
	like "for a namespace without a process" "$out" " mount $work/pinned"
	unlike "and for no other" "$out" " process [0-9]"
	for options in "-t uts -o NS" "-t uts -r" "-t uts -J" "-t uts --tree=owner" "-t net -Q NPROCS"; do
		run script -qec "stty cols 500; xnsls $options" /dev/null
		unlike "not with $options" "$out" "HELDBY|heldby"
	done
	run xnsls -t uts
	unlike "not in a pipe" "$out" "HELDBY"
	ln -sf xns "$bin/lsns"
	run script -qec "stty cols 500; lsns -t uts" /dev/null
	unlike "not under the old name" "$out" "HELDBY"
	umount "$work/pinned"
}
on_a_terminal
done_testing

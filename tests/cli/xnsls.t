#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: what is listed, in which columns and in which order.
# shellcheck disable=SC2046,SC2086 # text for inner shells; lists of options
. "${0%/*}/lib.sh"
needs_applet xnsls
in_private_ns "$@"

ino_of() { readlink "/proc/$1/ns/$2" | tr -dc 0-9; }

# Starts a program in new namespaces, waits until it is there, and sets $pid.
start() {
	"$@" &
	pid=$!
	until_ok executes "$pid" sleep
}

# Sets $inner to the child of $1 once that has executed sleep.
has_program() {
	inner=$(child_of "$1")
	[ "$inner" ] && executes "$inner" sleep
}

# The calling process's own namespaces, which every mode may read.
lists_our_own() {
	run xnsls
	is "succeeds" "$status" 0
	is "has the default headings" "$(echo "$out" | head -n 1 | xargs)" "NS TYPE NPROCS PID USER COMMAND"
	for type in mnt net ipc user pid uts cgroup time; do
		run sh -c "readlink /proc/self/ns/$type; xnsls -t $type -o NS,TYPE -n"
		own=$(echo "$out" | head -n 1 | tr -dc 0-9)
		out=$(echo "$out" | tail -n +2)
		like "-t $type has our own" "$out" "^$own $type\$"
		is "-t $type has no other type" "$(echo "$out" | awk -v t=$type '$2 != t')" ""
	done
	run xnsls -t net
	is "-t net has two columns more" "$(echo "$out" | head -n 1 | xargs)" \
		"NS TYPE NPROCS PID USER NETNSID NSFS COMMAND"
	run xnsls -t uts -t ipc -n -o TYPE
	is "-t may be repeated" "$(echo "$out" | sort -u | xargs)" "ipc uts"
	run xnsls -n -l -o NS
	is "a list is sorted by number" "$out" "$(echo "$out" | sort -n)"
	run sh -c 'xnsls -p $$ -n -o TYPE | sort | xargs'
	is "-p has one of each type" "$out" "cgroup ipc mnt net pid time user uts"
	run sh -c 'xnsls -p $$ -t uts -n -o NS; readlink /proc/$$/ns/uts | tr -dc 0-9'
	is "-p with -t" "$(echo "$out" | head -n 1)" "$(echo "$out" | tail -n 1)"
	run sh -c 'xnsls $(readlink /proc/self/ns/uts | tr -dc 0-9); :'
	is "an operand has other headings" "$(echo "$out" | head -n 1 | xargs)" "PID PPID USER COMMAND"
	like "an operand lists processes" "$out" "xnsls [0-9]+$"
	run sh -c 'xnsls -n /proc/self/ns/uts -o PID; :'
	like "an operand may be a file" "$out" "^ *[0-9]+$"
	run sh -c 'xnsls -n -t net -t uts $(readlink /proc/self/ns/uts) -o PID; :'
	like "-t with an operand of that type" "$out" "^ *[0-9]+$"
	run sh -c 'xnsls -n $(readlink /proc/self/ns/uts) -o PID; :'
	like "an operand may be a link's text, and options may follow it" "$out" "^ *[0-9]+$"
}
for_each_mode lists_our_own

columns_hold_what_they_say() {
	start xunshare -u -i sleep 1000
	uts=$(ino_of $pid uts)
	row() { run xnsls -t uts -n -r -o "$1" -Q "NS == $uts"; }
	row NS,TYPE,PATH,NPROCS,PID
	is "NS, TYPE, PATH, NPROCS, PID" "$out" "$uts uts /proc/$pid/ns/uts 1 $pid"
	row PPID,UID,USER,COMMAND
	is "PPID, UID, USER, COMMAND" "$out" "$$ 0 root sleep\\x201000"
	row ONS,OWNERUID,HELDBY,PNS
	is "ONS, OWNERUID, HELDBY, PNS" "$out" "$(ino_of self user) 0 process\\x20$pid "
	row ID
	! has_since 6.18 || like "ID is a number" "$out" '^[0-9]+$'
	row ns,Type
	is "columns in lower case" "$out" "$uts uts"
	row NS,NS
	is "a column twice is there twice, as with lsns" "$out" "$uts $uts"
	run xnsls -t uts -n -r -o +PPID -Q "NS == $uts"
	is "+LIST adds" "$out" "$uts uts 1 $pid root sleep\\x201000 $$"
	run xnsls -t uts -n -r -o +PID -Q "NS == $uts"
	is "+LIST adds it twice" "$out" "$uts uts 1 $pid root sleep\\x201000 $pid"
	run xns lsns --output-all -r -Q "NS == $uts"
	is "lsns --output-all has the columns of util-linux" "$(echo "$out" | head -n 1)" \
		"NS TYPE PATH NPROCS PID PPID COMMAND UID USER NETNSID NSFS PNS ONS"
	run xnsls --output-all -r -Q "NS == $uts"
	is "--output-all has the columns of --list-columns, and asks no network" "$(echo "$out" | head -n 1)" \
		"$(xnsls -H -r | cut -d' ' -f1 | grep -vx -e LISTEN -e LINKS -e MOUNTED | xargs)"
	run xnsls "$uts"
	is "an operand: its process" "$(echo "$out" | tail -n 1 | xargs)" "$pid $$ root sleep 1000"
	kill -KILL $pid
	wait $pid 2>/dev/null
	run xnsls -t uts -n -o NS -l
	unlike "gone with its process" "$out" "^$uts\$"
}
columns_hold_what_they_say

network_columns() {
	mkdir -p pins
	touch pins/a "pins/b c"
	start xunshare -n sleep 1000
	net=$(ino_of $pid net)
	mount --bind /proc/$pid/ns/net pins/a
	mount --bind /proc/$pid/ns/net "pins/b c"
	run xnsls -t net -n -r -o NETNSID,NSFS -Q "NS == $net"
	is "NETNSID, and NSFS with commas" "$out" "unassigned $work/pins/a,$work/pins/b\\x20c"
	run xnsls -t net -n -l -o NSFS,NS -Q "NS == $net"
	is "NSFS has a line for each" "$(squeeze "$out")" "$work/pins/a $net $work/pins/b c"
	run xnsls -W -t net -n -l -o NSFS -Q "NS == $net"
	is "-W joins them" "$out" "$work/pins/a,$work/pins/b c"
	if ip link add left type veth peer name right netns $pid 2>/dev/null; then
		run xnsls -t net -n -r -o NETNSID -Q "NS == $net"
		is "NETNSID is what ip-netns(8) would show" "$out" "$(ip -o link show left |
			sed 's/.*link-netnsid \([0-9]*\).*/\1/')"
		ip link delete left
	else
		skip "NETNSID is what ip-netns(8) would show" "no veth"
	fi
	kill -KILL $pid
	wait $pid 2>/dev/null
	run xnsls -P -t net -n -r -o NS,NPROCS,PID,USER,COMMAND,PATH -Q "NS == $net"
	is "-P: mounted, without processes" "$out" "$net 0  root  $work/pins/a"
	umount pins/a "pins/b c"
	run xnsls -P -t net -Q "NS == $net"
	is "unmounted, it has gone" "$out" ""
}
network_columns

trees() {
	xunshare -u sh -c 'xunshare -i sleep 1000 & wait' &
	outer=$!
	until_ok has_program "$outer"
	uts=$(ino_of $inner uts) ipc=$(ino_of $inner ipc)
	run xnsls -n -o NS,COMMAND -Q "NS == $uts or NS == $ipc"
	# A child goes below the rows of its parent with a lower number, as with lsns.
	if [ "$uts" -lt "$ipc" ]; then
		is "by process, in the column COMMAND" "$out" "$uts sh -c xunshare -i sleep 1000 & wait
$ipc └─sleep 1000"
	else
		is "by process: the row of the parent comes later" "$out" "$ipc sleep 1000
$uts sh -c xunshare -i sleep 1000 & wait"
	fi
	run xnsls -n -o NS -Q "NS == $uts or NS == $ipc"
	is "without COMMAND, a list" "$out" "$(printf '%s\n' $uts $ipc | sort -n)"
	run xnsls -n -Tprocess -o NS -Q "NS == $uts or NS == $ipc"
	if [ "$uts" -lt "$ipc" ]; then
		is "asked for, in the first column" "$out" "$uts
└─$ipc"
	else
		is "asked for: the row of the parent comes later" "$out" "$ipc
$uts"
	fi
	run xnsls -n -l -o COMMAND -Q "NS == $ipc"
	is "-l: no tree" "$out" "sleep 1000"
	run xnsls -n -r -o COMMAND -Q "NS == $uts or NS == $ipc"
	unlike "-r: no tree" "$out" "─"
	run env LC_ALL=C.UTF-8 xnsls -n -T -o NS,TYPE -t user -t uts
	like "by owner" "$out" "^.─$uts +uts"
	is "-T=owner is the same" "$(xnsls -n -T=owner -o NS,TYPE -t user -t uts)" "$out"
	is "--tree is the same" "$(xnsls -n --tree -o NS,TYPE -t user -t uts)" "$out"
	kill -KILL $outer $inner
	wait $outer 2>/dev/null
	xunshare -p -f --kill-child sleep 1000 &
	pid=$!
	until_ok has_program "$pid"
	run xnsls -n -Tparent -o NS -t pid
	like "by parent" "$out" "─$(ino_of $inner pid)\$"
	kill -KILL $pid
	wait $pid 2>/dev/null
}
LC_ALL=C.UTF-8
trees
LC_ALL=C

# Two unshare(2) in one process: nobody is in the outer user namespace.
holes_in_the_middle() {
	start xunshare -r xunshare -r sleep 1000
	user=$(ino_of $pid user)
	run xnsls -n -r -t user -o NS,PNS,NPROCS -Q "NS == $user"
	middle=$(echo "$out" | cut -d' ' -f2)
	is "the parent is not our own" "$([ "$middle" != "$(ino_of self user)" ] && echo other)" other
	run xnsls -n -r -t user -o NS,PNS,NPROCS,UID,HELDBY -Q "NS == $middle"
	is "a parent without members is listed" "$out" \
		"$middle $(ino_of self user) 0 0 child\\x20user:[$user]"
	for tree in parent owner process; do
		run xnsls -n -T$tree -t user -o NS
		is "-T$tree with all" "$status $(echo "$out" | tr -dc '0-9\n' | sort | xargs)" \
			"0 $(printf '%s\n' $(ino_of self user) $user $middle | sort | xargs)"
	done
	run xnsls -n -Towner -t user -o NS,TYPE -Q "NS != $middle"
	like "-T with a hole: below the next one above" "$out" '^(└─|`-)'"$user"
	kill -KILL $pid
	wait $pid 2>/dev/null
}
holes_in_the_middle

ordinary_users() {
	[ -n "$(can_be_user && echo yes)" ] || { skip "ordinary users" "cannot become one"; return; }
	start setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups sleep 1000
	mode=user
	run xnsls
	is "[user] exit status 0 where others cannot be read" "$status" 0
	is "[user] nothing on standard error that is no terminal" "$err" ""
	run xnsls --verbose
	like "[user] --verbose says how many, once" "$err" \
		'^xnsls: [0-9]+ process(es)? could not be read \(run as root to see them\)$'
	is "[user] --verbose keeps status 0" "$status" 0
	run xnsls --strict
	is "[user] --strict: status 1" "$status" 1
	run xnsls -p $$
	is "[user] of a process out of reach nothing is listed, as with lsns" "$status,$out,$err" 0,,
	run xnsls -p $$ --strict
	like "[user] --strict makes that a failure" "$status,$err" '^1,xnsls: cannot read the namespaces of process'
	run sh -c 'xnsls -n -r -t uts -o NPROCS -Q "PID == $$"; xnsls --verbose -p '$$
	is "[user] --verbose names it, and why" "$status $(echo "$err" | sed -n 2,3p)" \
		"0 xnsls: cannot read the namespaces of process $$: Permission denied
xnsls: hint: process $$ belongs to uid 0, and this one to uid $user_uid; run it as root"
	mode=
	kill -KILL $pid
	wait $pid 2>/dev/null
	start xunshare -u sleep 1000
	mode=user
	uts=$(ino_of $pid uts)
	run xnsls "$uts"
	is "[user] a namespace that cannot be seen may be there" "$status $err" \
		"1 xnsls: no namespace $uts was found
xnsls: hint: it may be that of a process that could not be read; run it as root to see them all"
	touch pin
	mount --bind /proc/$pid/ns/uts pin
	run xnsls --verbose "$uts"
	is "[user] nobody to be seen in a namespace: status" "$status$out" 0
	is "[user] nobody to be seen in a namespace: told" "$(echo "$err" | tail -n 2)" \
		"xnsls: no process that can be seen is in namespace $uts
xnsls: hint: to see what keeps it alive: xnsls --deep -o +HELDBY -Q 'NS == $uts'"
	run xnsls --verbose -J "$uts"
	is "[user] nobody to be seen in a namespace: JSON" "$(squeeze "$out")" '{ "version": 1, "namespaces": [] }'
	run xnsls "$uts"
	is "[user] nobody to be seen in a namespace: not told unless asked for" "$status$out$err" 0
	mode=
	umount pin
	kill -KILL $pid
	wait $pid 2>/dev/null
}
ordinary_users

# A file of /proc that cannot be read lies over the list of mounts; exec keeps the PID.
unreadable_mounts() { # OPTION STATUS
	run sh -c 'mount --bind /proc/$$/mem /proc/$$/mountinfo && exec xnsls -t uts "$1"' sh "$1"
	is "$1: mounts that cannot be read are told" "$status $(echo "$err" | grep -v 'processes were ')" \
		"$2 xnsls: the mounts of 1 mount namespace could not be read"
}
unreadable_mounts --verbose 0
unreadable_mounts --strict 1

complains() { # NAME EXPECTED-MESSAGE ARGUMENT...
	name=$1 message=$2
	shift 2
	run xnsls "$@"
	is "$name: status" "$status" 1
	is "$name: message" "$(echo "$err" | head -n 1)" "xnsls: $message"
	is "$name: nothing on standard output" "$out" ""
}
help=" (see 'xnsls --help')"
complains "no such type" "option '-t': 'bird' is not a type: mnt, uts, ipc, net, pid, user, cgroup or time$help" -t bird
complains "no such column" "option '--output': 'BIRD' is not a column$help" -o NS,BIRD
complains "an empty column" "option '--output': '' is not a column$help" -o NS,
complains "an empty list" "option '-o': '' is not a list of columns$help" -o ''
complains "no such tree" "option '--tree': 'oak' is not process, parent or owner$help" --tree=oak
complains "bad PID" "option '-p': '1x' is not a process id$help" -p 1x
complains "PID 0" "option '-p': '0' is not a process id$help" -p 0
complains "no such process" "there is no process 4000000" -p 4000000
complains "no such namespace" "there is no namespace 12" 12
complains "no such namespace of a type" "there is no network namespace 12" "net:[12]"
for bad in 'net:[12' 'net:12]' 'foo:[12]' 'net:[]' 'net:[1x]' ':[12]'; do
	complains "bad namespace $bad" "'$bad' is neither the inode number nor the path of a namespace$help" "$bad"
done
own_uts=$(stat -L -c %i /proc/self/ns/uts)
complains "a namespace of another type" "there is no network namespace $own_uts" "net:[$own_uts]"
like "a namespace of another type: which" "$err" '^xnsls: hint: it is the number of a UTS namespace$'
complains "a namespace that is not of the types of -t" \
	"namespace $own_uts is a UTS namespace, not of a --type asked for" -t net -t user "$own_uts"
complains "a file of another type than -t" \
	"namespace $own_uts is a UTS namespace, not of a --type asked for" -t net /proc/self/ns/uts
complains "a file that is no namespace" "'/proc' is no namespace file but a directory" /proc
complains "no such file" "cannot open the namespace file './none': No such file or directory" ./none
complains "bad namespace" "'x12' is neither the inode number nor the path of a namespace$help" x12
complains "two operands" "unexpected argument '2'$help" 1 2
complains "-p with an operand" "option '--task' and an operand NAMESPACE exclude each other$help" -p 1 2
complains "-P with -p" "options '--persistent' and '--task' exclude each other$help" -P -p 1
complains "-J with -r" "options '--json' and '--raw' exclude each other$help" -J -r
complains "--dot with -J" "options '--dot' and '--json' exclude each other$help" --dot -J
complains "bad colour" "option '--color': 'red' is not auto, always or never$help" --color=red
complains "a column with an escape sequence" "option '--output': '\\x1b[2J' is not a column$help" -o "$(printf '\033[2J')"

list_of_columns() {
	run xnsls -H
	is "-H succeeds" "$status" 0
	like "-H has a description" "$out" '^ *NPROCS +number +number of processes'
	run xnsls -H -r
	like "-H -r: three words a line" "$out" '^HELDBY array [^ ]+$'
	is "-H -r: always three" "$(echo "$out" | awk 'NF != 3')" ""
}
list_of_columns
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every applet accepts what another prints of a namespace: each column of xnsls and xnetns that identifies
# a namespace, as text and from JSON, is given to each option and operand that takes a namespace.
# shellcheck disable=SC2046,SC2086
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_applet xnetns
needs_programs holder
in_private_ns
is_real_root || skip_all "not root"
command -v python3 >/dev/null || skip_all "no python3"
mount -t tmpfs tmpfs /run

# A namespace of each type in which a process is, and those that only a mount, a descriptor, a socket, a
# thread or a mount of another mount namespace holds.
types='mnt uts ipc net pid user cgroup'
! has_time || types="$types time"
xunshare -muinpCUr -f --mount-proc sleep 1000 &
outer=$!
has_box() { box=$(child_of $outer); }
until_ok has_box
until_ok executes "$box" sleep
: >pin
xunshare --uts=pin true
xnetns add web
xnetns set web 7
mkdir elsewhere
xunshare -m sh -c 'mount -t tmpfs t elsewhere && : >elsewhere/pin && : >elsewhere/net &&
	unshare --uts sh -c "mount --bind /proc/self/ns/uts elsewhere/pin" &&
	unshare --net sh -c "mount --bind /proc/self/ns/net elsewhere/net" &&
	mkdir "elsewhere/a, b (of 1) " && : >"elsewhere/a, b (of 1) /\\x2c" &&
	unshare --net sh -c "mount --bind /proc/self/ns/net \"elsewhere/a, b (of 1) /\\\\x2c\"" && echo up && exec sleep 1000' >up &
far=$!
until_ok grep -q up up

# The values of a column for the row with this inode number, a line each: from the table and from JSON.
values() # COLUMN INODE
{
	# The table of the tools' own widths: the last column is not cut when it is no terminal.
	xnsls --deep -n -l -o "NS,$1" -Q "NS == $2" | sed 's/^ *[0-9]* *//; s/ *$//'
	xnsls --deep -J -l -o "$1" -Q "NS == $2" | python3 -c '
import json, sys
for row in json.load(sys.stdin)["namespaces"]:
    for value in row.values():
        if isinstance(value, (int, str)):
            print(value)'
}

option_of()
{
	case $1 in mnt) echo mount ;; *) echo $1 ;; esac
}

# Gives the text to everything that takes a namespace, and looks whether it is the one with this number.
takes() # TYPE INODE COLUMN TEXT
{
	what="$1, $3 '$4'"
	run xnsenter --$(option_of $1)="$4" --explain
	is "$what: xnsenter --$(option_of $1)" "$status,$err" "0,"
	case $1 in
	mnt | user | pid | cgroup | time) ;;
	*)
		run xnsenter --$1="$4" stat -L -c %i /proc/self/ns/$1
		is "$what: xnsenter is in it" "$status,$out,$err" "0,$2,"
		;;
	esac
	case $4 in
	process* | children*) ;; # of which type, no operand says
	thread*) ;;
	*)
		run xnsls -P -o PID "$4"
		is "$what: xnsls" "$status,$err" "0,"
		run xnsls -r -n -o NS "$4"
		is "$what: xnsls lists its processes" "$status,$(printf '%s\n' "$out" | sort -u | grep -vx "$2")" "0,"
		;;
	esac
	[ "$1" = net ] || return 0
	run xnetns exec --no-sysfs "$4" stat -L -c %i /proc/self/ns/net
	is "$what: xnetns exec" "$status,$out,$err" "0,$2,"
	run xnetns -n "$4" list-id
	is "$what: xnetns -n" "$status,$err" "0,"
	run xnetns pids "$4"
	is "$what: xnetns pids" "$status,$err" "0,"
	case $4 in
	*[!0-9]*)
		run xnetns attach again "$4"
		is "$what: xnetns attach" "$status,$err,$(stat -c %i /run/netns/again)" "0,,$2"
		run xnetns identify "$4"
		like "$what: xnetns identify" "$status,$out" "again"
		xnetns delete again
		;;
	esac
	run xnetns set --explain "$4" 9
	is "$what: xnetns set" "$status,$err" "0,"
}

takes_all() # TYPE INODE
{
	takes $1 $2 "link text" "$1:[$2]"
	for column in NS PATH NSFS ID HELDBY; do
		values $column $2 | sort -u >list
		while IFS= read -r value <&3; do
			case $column,$value in
			*,) continue ;;
			ID,*) value=:$value ;;
			HELDBY,*' (of '*) ;; # the next test has it
			esac
			takes $1 $2 $column "$value"
		done 3<list
	done
}

for type in $types; do
	takes_all $type $(stat -L -c %i /proc/$box/ns/$([ $type != time ] || echo time_for_children; [ $type = time ] || echo $type) 2>/dev/null)
done
takes_all uts $(stat -c %i pin)
takes_all net $(stat -c %i /run/netns/web)
takes_all uts $(xnsenter -t $far -m stat -c %i $work/elsewhere/pin)
takes_all net $(xnsenter -t $far -m stat -c %i $work/elsewhere/net)
# A path that holds what ends a path, and what an escaped byte looks like.
takes_all net $(xnsenter -t $far -m stat -c %i "$work/elsewhere/a, b (of 1) /\\x2c")
for kind in fd thread children; do
	[ $kind != children ] || has_time || continue
	mkfifo said
	holder $kind >said &
	pid=$!
	read -r link <said
	rm said
	takes_all ${link%%:*} $(echo "$link" | tr -dc 0-9)
	kill -KILL $pid
	wait $pid 2>/dev/null
done
if has_since 5.6; then
	mkfifo said
	holder socket >said &
	pid=$!
	read -r link <said
	takes_all net $(echo "$link" | tr -dc 0-9)
	kill -KILL $pid
	wait $pid 2>/dev/null
fi

# The owner and the parent, by the columns of another row.
for column in PNS ONS; do
	value=$(values $column $(stat -L -c %i /proc/$box/ns/user) | sed -n 1p)
	takes user $value $column $value
done

# The names of xnetns, as text and from JSON, with what list prints after them.
ino=$(stat -c %i /run/netns/web)
takes net $ino name web
takes net $ino "JSON name" "$(xnetns -j list | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["name"])')"
for text in "$(xnetns list)" "$(xnetns list-id | sed -n 's/.*name: \(.*\))/\1/p')"; do
	run xnetns exec --no-sysfs "$text" stat -L -c %i /proc/self/ns/net
	is "xnetns exec '$text'" "$status,$out,$err" "0,$ino,"
done

# An existing file wins over any other reading of FILE.
number=$(stat -c %i pin)
for name in "$number" "uts:[$number]" web "process 1"; do
	: >"$name"
	run xnsenter --uts="$name" true
	like "a file called '$name' wins, and is no namespace" "$status,$err" "^1,xnsenter: '.*' is no UTS namespace file"
	rm "$name"
done
run xnsenter --uts=web true
like "a network namespace's name is no UTS namespace" "$status,$err" "^1,xnsenter: cannot open the UTS namespace file 'web': No such file"
run xnsenter --net="uts:[$number]" true
like "another type is refused" "$status,$err" "^1,xnsenter: uts:\[$number\] is a UTS namespace, not a network namespace"
run xnsenter --net=$number true
like "another type's number too" "$err" "hint: it is the number of a UTS namespace"
run xnsenter --uts=4026599999 true
like "a number that nobody has" "$status,$err" '^1,xnsenter: there is no UTS namespace 4026599999'
run xnsenter --net="process 4000000" true
is "a process that has gone" "$status" 1
run xnsls "process $box"
like "a process has a namespace of each type" "$status,$err" '^1,xnsls: a process is in a namespace of each type'

# A number in the place of a process stays a process, and a process no namespace.
run xnsls $box
like "xnsls PID" "$status,$err" "^1,xnsls: there is no namespace $box\$"
run xnsenter -t "$number" -u true
is "xnsenter -t INODE" "$status" 1
like "names the option that takes one" "$err" "hint: .*--uts=$number"

kill $far $outer $box 2>/dev/null
done_testing

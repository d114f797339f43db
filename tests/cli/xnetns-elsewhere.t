#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Names that are mounted in another mount namespace only. To remove the file of such a name takes the
# mount away from that mount namespace too (unlink(2)), so no command may take it for a leftover.
# shellcheck disable=SC2086 # command lines in variables
netns_on_host=yes netns_programs=filter
. "${0%/*}/netns.sh"
[ -n "$on_host" ] || skip_all "only root in the initial pid namespace sees every mount namespace"
mount --make-private /run

# The root directory of a task that called chroot(2).
mkdir root
for dir in bin lib lib64 usr; do
	mkdir "root/$dir"
	[ ! -e "/$dir" ] || mount --rbind "/$dir" "root/$dir"
done
mkdir root/proc elsewhere pins
mount --bind pins pins
mount --make-private pins

# A process that not even root may read, as where a security module guards it, would be the reason for all
# that is unknown before Linux 6.12. It is hidden, as if it had gone.
for dir in /proc/[1-9]*; do
	readlink "$dir/ns/mnt" >/dev/null || [ ! -d "$dir" ] || mount -t tmpfs hidden "$dir"
done

# $1: what a mount namespace of its own runs, without propagation; it says "ready" in the file ready
apart()
{
	rm -f ready
	unshare -m --propagation private sh -c "$1" &
	holder=$!
	holders="${holders:-} $holder"
	until_ok test -e ready
}

end_holders()
{
	kill $holders
	wait $holders 2>/dev/null
	holders=
}

# One look at all that is said about the name $1. $2: who looks, $3: its state, $4: the text that list
# shows, an ERE. $5...: words before each command.
is_left_alone()
{
	name=$1 who=$2 state=$3 text=$4
	shift 4
	run "$@" xnetns -d list
	like "$who, $name: list" "$(printf '%s\n' "$out" | grep "^$name ")" "^$name \\($text\\)\$"
	run "$@" xnetns -j list
	like "$who, $name: list -j" "$out" "\\{\"name\":\"$name\",\"state\":\"$state\"[,}]"
	run "$@" xnetns gc --dry-run
	like "$who, $name: gc --dry-run" "$out" "^left $name: "
	run "$@" xnetns gc
	like "$who, $name: gc" "$status,$out" "^(0,)?left $name: "
	run "$@" xnetns -j gc
	like "$who, $name: gc -j" "$out" "\"name\":\"$name\",\"removed\":false,.*\"state\":\"$state\""
	run "$@" xnetns add "$name"
	like "$who, $name: add" "$status,$err" "^1,xnetns: cannot create namespace file \"/run/netns/$name\": File exists\$"
	run "$@" xnetns add --exists-ok "$name"
	is "$who, $name: add --exists-ok" "$status" 1
	run "$@" xnetns attach "$name" $$
	is "$who, $name: attach" "$status" 1
	run "$@" xnetns delete "$name"
	like "$who, $name: delete" "$status,$err" "^1,xnetns: cannot remove namespace file \"/run/netns/$name\": "
	run "$@" xnetns exec --no-sysfs "$name" true
	like "$who, $name: exec" "$status,$err" "^255,xnetns: cannot open the name '$name': "
	unlike "$who, $name: no command calls it stale" "$err" stale
	run "$@" xns doctor
	like "$who, $name: doctor" "$out" "^  note +$name: a name that is not mounted here: "
	unlike "$who, $name: doctor does not recommend gc" "$out" 'as root: xnetns gc$'
	run "$@" xns --complete xnetns delete ''
	unlike "$who, $name: completion does not offer it" "$out" "^$name	"
	run "$@" xns --complete xnetns gc --unseen ''
	if [ "$state" = unknown ]; then
		like "$who, $name: completion of gc --unseen" "$out" "^$name	"
	else
		unlike "$who, $name: completion of gc --unseen" "$out" "^$name	"
	fi
}

in_process='mounted in the mount namespace of process [1-9][0-9]*'
nobodys='mounted in the mount namespace mnt:\[[0-9]+\]'
cannot_tell='unknown: not mounted here'

# Acts as a kernel before 6.12, which shows no mount namespace without a process.
old_kernel="filter linux-6.1"
without_ptrace="setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace"
in_pid_ns="unshare -pf --mount-proc --propagation unchanged"

# from_everywhere NAME WHO TEXT: nobody takes it for stale, wherever he looks from
from_everywhere()
{
	is_left_alone "$1" "$2, from a private mount namespace" elsewhere "$3" unshare -m --propagation private
	is_left_alone "$1" "$2, from a pid namespace" unknown "$cannot_tell" $in_pid_ns
	is_left_alone "$1" "$2, without CAP_SYS_PTRACE" elsewhere "$in_process|$nobodys" $without_ptrace
}

# --- one that another mount namespace has made for itself ---
xnetns add outer
apart 'xnetns add r1; : >ready; exec sleep 300'
r1=$holder
has_it() { grep -q " /run/netns/$2 " "/proc/$1/mountinfo"; }
is_left_alone r1 "from outside" elsewhere "$in_process"
like "the process is the one" "$(xnetns -d list | grep r1)" "process $r1\\)\$"
like "in JSON too" "$(xnetns -j list)" "\"name\":\"r1\",\"state\":\"elsewhere\",\"pid\":$r1\\}"
run xnetns add r1
like "add says where it is" "$err" "hint: it is mounted in the mount namespace of process $r1; "
run xnetns exec --no-sysfs r1 true
hint=$(printf '%s\n' "$err" | sed -n 's/.*hint: to use it: \(.*\) COMMAND$/\1/p')
is "exec says how to enter it" "$($hint readlink /proc/self/ns/net)" \
	"net:[$(nsenter -t "$r1" -m stat -c %i /run/netns/r1)]"
is_left_alone r1 "before Linux 6.12" elsewhere "$in_process" $old_kernel
is_left_alone r1 "without CAP_SYS_PTRACE" elsewhere "$in_process|$nobodys" $without_ptrace
is_left_alone r1 "before 6.12, without CAP_SYS_PTRACE" unknown "$cannot_tell" \
	$without_ptrace $old_kernel
is_left_alone r1 "in a pid namespace" unknown "$cannot_tell" $in_pid_ns
# It is root's directory in there too, as root is mapped.
is_left_alone r1 "in a user namespace" unknown "$cannot_tell" unshare -Ur
is_left_alone r1 "without CAP_SYS_ADMIN" elsewhere "$in_process" \
	setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin
is "an ordinary user cannot tell" "$(as_user xnetns -d list | grep r1)" "r1 ($cannot_tell)"
run xnetns --all delete
is "delete --all takes what is here" "$status,$(xnetns -d list | grep -c '^outer')" 1,0
ok "and leaves what is elsewhere" has_it "$r1" r1
run xnetns gc --unseen r1
is "gc --unseen leaves what is seen to be elsewhere" "$status,$(has_it "$r1" r1; echo $?)" 1,0
ok "r1 has its mount all the same" has_it "$r1" r1

# --- the other direction: inside, names that only the outside has mounted ---
unshare -m --propagation private sh -c ': >ready2; until test -e go; do sleep 0.02; done; exec sleep 300' &
inside=$!
holders="$holders $inside"
until_ok test -e ready2
xnetns add out1
: >go
until_ok executes "$inside" sleep
is_left_alone out1 "from inside" elsewhere "$in_process" nsenter -t "$inside" -m
is_left_alone out1 "from inside a pid namespace" unknown "$cannot_tell" \
	nsenter -t "$inside" -m -- $in_pid_ns
is "out1 is as it was" "$(mounts_at /run/netns/out1)" 1
xnetns delete out1

# --- by another path ---
apart "mount --bind /run/netns $work/elsewhere; mount --make-private $work/elsewhere
	: >$work/elsewhere/b1; mount --bind /proc/self/ns/net $work/elsewhere/b1; : >ready; exec sleep 300"
old /run/netns/b1
is_left_alone b1 "mounted by another path" elsewhere "$in_process"
is_left_alone b1 "mounted by another path, before Linux 6.12" elsewhere "$in_process" $old_kernel
ok "b1 has its mount" grep -q "$work/elsewhere/b1 " "/proc/$holder/mountinfo"
apart "mount -t tmpfs other /run; mkdir /run/netns; : >/run/netns/mine
	mount --bind /proc/self/ns/net /run/netns/mine; : >ready; exec sleep 300"
: >/run/netns/mine
old /run/netns/mine
is "the same path in another directory is another name" "$(xnetns -d list | grep mine)" "mine (stale)"
run xnetns gc
like "gc removes it" "$out" '^removed mine: stale$'

# --- only a task that called chroot(2) is there ---
apart 'xnetns add c1; : >ready; exec chroot root sleep 300'
chrooted=$holder
until_ok executes "$chrooted" sleep
unlike "the task shows nothing of it" "$(cat "/proc/$chrooted/mountinfo")" /run/netns/c1
is_left_alone c1 "chroot" elsewhere "$in_process"
is_left_alone c1 "chroot, before Linux 6.12" elsewhere "$in_process" $old_kernel
from_everywhere c1 "chroot" "$in_process"

# --- no process is there ---
: >pins/mnt
xunshare --mount=pins/mnt --propagation private xnetns add h1
is_left_alone h1 "a mount namespace that a mount holds" elsewhere "$nobodys"
is_left_alone h1 "the same before Linux 6.12" unknown "$cannot_tell" $old_kernel
from_everywhere h1 "a mount namespace that a mount holds" "$nobodys"
like "h1 has its mount" "$(nsenter --mount=pins/mnt cat /proc/self/mountinfo)" ' /run/netns/h1 '
umount pins/mnt
run xnetns gc
like "with its mount namespace it ends" "$out" '^removed h1: stale$'
apart 'xnetns add d1; : >ready; exec sleep 300'
exec 8<"/proc/$holder/ns/mnt"
kill "$holder"
wait "$holder" 2>/dev/null
is_left_alone d1 "a mount namespace that a descriptor holds" elsewhere "$nobodys"
is_left_alone d1 "the same before Linux 6.12" unknown "$cannot_tell" $old_kernel
like "d1 has its mount" "$(nsenter --mount=/proc/self/fd/8 cat /proc/self/mountinfo)" ' /run/netns/d1 '
exec 8<&-

# --- real leftovers, beside all of these ---
leave() { : >"/run/netns/$1"; old "/run/netns/$1"; }
leave lost
run xnetns gc
like "gc still removes what is mounted nowhere" "$out" '^removed lost: stale$'
is "and nothing else" "$(ls /run/netns | tr '\n' ' ')" "b1 c1 r1 "
leave lost
run xnetns add lost
like "add makes it anew" "$status,$err" "^0,xnetns: warning: the name 'lost' was stale"
xnetns delete lost
leave lost
run xnetns delete lost
is "delete removes it" "$status,$err" 0,
run xns doctor
leave lost
run xns doctor
like "doctor calls it stale" "$out" '^  problem +lost: a stale name'
end_holders
run xnetns gc
is "names whose mount namespaces have ended are removed" \
	"$status,$(printf '%s\n' "$out" | sort | tr '\n' ,)" \
	"0,removed b1: stale,removed c1: stale,removed lost: stale,removed r1: stale,"
# Others may hold a mount namespace at the moment, or run a process that nobody may read.
leave lost
run $old_kernel xnetns gc
like "before Linux 6.12 it goes, or it is said why not" "$out" \
	'^(removed lost: stale|left lost: another mount namespace may have it mounted: )'
rm -f /run/netns/lost

# --- 300 leftovers take several looks ---
n=0
while [ $n -lt 300 ]; do
	n=$((n + 1))
	: >"/run/netns/m$n"
done
old /run/netns/m*
apart 'mount --bind /proc/self/ns/net /run/netns/m77; : >ready; exec sleep 300'
run xnetns gc
is "of many leftovers the one that is mounted stays" "$status,$(ls /run/netns)" 0,m77
end_holders
xnetns gc >/dev/null

# --- in a pid namespace ---
inside_gc() { run $in_pid_ns xnetns gc; }
leave lost
inside_gc
like "a container leaves what may be mounted" "$out" '^left lost: another mount namespace may have it'
run $in_pid_ns xnetns gc --unseen lost
like "gc --unseen removes it, and names the risk" "$status,$out" \
	'^0,removed lost: not mounted here; a mount namespace that could not be seen has lost it'
ok "really" test ! -e /run/netns/lost
for word in "gc --unseen" "gc lost" "gc --unseen --dry-run" "gc --unseen a/b"; do
	run xnetns $word
	like "refused: $word" "$status,$err" '^(1|255),xnetns: '
done
leave lost
run $in_pid_ns xnetns gc --unseen --dry-run lost nosuch
is "with --dry-run it stays" "$status,$(ls /run/netns)" 1,lost
like "what is not there is an error" "$err" 'cannot remove namespace file "/run/netns/nosuch": No such file'
xnetns gc >/dev/null
xnetns add live
run $in_pid_ns xnetns gc --unseen live
like "a live name is for delete" "$status,$err" "^1,xnetns: cannot remove namespace file \"/run/netns/live\": it is mounted here"
xnetns delete live

# --- stamps: how far add had come ---
stamp() { stat -c %Y "/run/netns/$1"; }
killed_in_add() {
	strace -o /dev/null -e "trace=$2" -e "inject=$2:signal=KILL:when=$3" xnetns add "$1" 2>/dev/null
}
if strace -o /dev/null true 2>/dev/null; then
	xnetns add first && xnetns delete first
	killed_in_add early utimensat 2
	is "killed before the second stamp: never mounted" "$(stamp early)" 7892595
	killed_in_add late mount 1
	is "killed after the second stamp: perhaps mounted" "$(stamp late)" 1
	inside_gc
	is "a container removes the first only" "$(printf '%s\n' "$out" | sort | sed 's/:.*//' | tr '\n' ,)" \
		"left late,removed early,"
	run xnetns gc
	is "the host removes the other" "$status,$out" "0,removed late: stale"
	if command -v flock >/dev/null; then
		strace -o /dev/null -e trace=utimensat -e inject=utimensat:signal=STOP:when=2 \
			xnetns add slow &
		tracer=$!
		is_late() { [ "$(stamp slow 2>/dev/null)" = 1 ]; }
		until_ok is_late
		flock -n /run/netns/slow true
		is "add holds the lock of the file until it has mounted" $? 1
		stopped() { grep -q '^State:.[tT]' "/proc/$(child_of $tracer)/status"; }
		until_ok stopped
		kill -CONT "$(child_of $tracer)"
		wait $tracer
		is "then the name is there" "$(names)" slow
		xnetns delete slow
	else
		skip "add holds the lock of the file" "no flock"
	fi
else
	skip "stamps" "no strace"
fi
xnetns add stamped
nsenter -t $$ -m umount /run/netns/stamped
is "a name that was mounted bears no such stamp" "$(stamp stamped)" 1
xnetns gc >/dev/null

# --- a file that somebody holds the lock of ---
if command -v flock >/dev/null; then
	: >/run/netns/locked
	touch -d @7892595 /run/netns/locked
	flock -F /run/netns/locked sh -c ': >held; exec sleep 300' &
	locker=$!
	until_ok test -e held
	run xnetns gc
	is "gc leaves a file that is locked" "$status,$out" "0,left locked: may be in the making"
	run xnetns delete locked
	is "delete too" "$status,$(ls /run/netns)" 1,locked
	kill $locker
	wait $locker 2>/dev/null
	run xnetns gc
	is "until it is let go" "$status,$out" "0,removed locked: stale"
else
	skip "a file that is locked" "no flock"
fi

# --- who holds what remains: whoever cannot see the holder does not say that there is none ---
# Before Linux 6.18 only processes are looked for, and nothing is said.
is_in() {
	[ "$(stat -L -c %i "/proc/$1/ns/net")" = "$2" ]
}
held_by() { # WHO ERE [WORD...]
	who=$1 text=$2
	shift 2
	xnetns add held
	ino=$(stat -c %i /run/netns/held)
	xnetns exec --no-sysfs held sleep 300 &
	sleeper=$!
	until_ok is_in $sleeper "$ino"
	run "$@" xnetns -d delete held
	like "$who: who holds a namespace" "$status/$err" "^0/$text\$"
	if [ "$who" = "from outside" ]; then
		is "$who: HELDBY" "$(xnsls -n -r -o HELDBY -Q "NS == $ino")" "process\\x20$sleeper"
	else
		run "$@" xnsls --strict --deep -n -r -o NS,HELDBY
		unlike "$who: HELDBY names nobody" "$out" "^$ino ?\$"
	fi
	kill $sleeper
	wait $sleeper 2>/dev/null
}
lives="xnetns: (warning: )?the namespace that was 'held' lives on, held by"
unseen="($lives (process [1-9][0-9]*|something that cannot be seen from here))?"
held_by "from outside" "$lives process [1-9][0-9]*"
held_by "from a pid namespace" "($lives something that cannot be seen from here)?" $in_pid_ns
held_by "without CAP_SYS_PTRACE" "$unseen" $without_ptrace
is "nothing is left" "$(ls /run/netns)" ""
done_testing

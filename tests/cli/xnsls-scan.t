#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: what BPF finds is what /proc shows. Outside private namespaces: BPF sees the initial ones.
# shellcheck disable=SC2094 # a mode of holder has the name of the pipe that it reports through
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs filter holder
population=$XNS_BUILDDIR/tests/bench/population

run xnsls --scan=frob
is "a word that is none: status" "$status" 1
like "a word that is none: message" "$err" "'frob'.*auto, bpf or proc"

if is_real_root; then
	run xunshare -fp --mount-proc xnsls --scan=bpf
	like "not where /proc is that of another pid namespace" "$status $err" \
		"^1 xnsls: cannot list the processes by BPF: Operation not "
	like "the reason is said" "$err" "hint: (/proc is not that of the initial pid namespace|this build has no)"
else
	skip "not where /proc is that of another pid namespace" "not root"
fi
if xunshare -Urfp --mount-proc true 2>/dev/null; then
	run xunshare -Urfp --mount-proc xnsls --scan=auto -n -r -t pid -o NPROCS
	is "auto falls back without a word" "$status$err$out" 01
else
	skip "auto falls back without a word" "no proc in a user namespace here"
fi

run xnsls --scan=bpf
if [ "$status" != 0 ]; then
	# Linux 6.1 and later take the program; a compiler may have made one that their verifier refuses.
	case $(is_real_root && has_since 6.1 && echo "$err") in
	*": Invalid argument") fail "the kernel takes the program" ;;
	esac
	# EIO: the program was loaded, but disagrees with /proc about xnsls itself.
	is "the BPF program agrees with /proc about xnsls itself" \
		"$(echo "$err" | grep 'Input/output error')" ""
	skip "both scans give the same" "no scan by BPF here: $err"
	done_testing
	exit
fi
[ -x "$population" ] || skip_all "no tests/bench/population"

# 120 processes in 30 namespaces of their own, a zombie, and what is held by descriptors and sockets.
"$population" 120 30 >said &
started=$!
# Starts "holder $1" and adds its namespace, which is $held, to the filter.
hold() {
	mkfifo pipe
	holder "$1" >pipe &
	started="$started $!"
	read -r held <pipe
	rm pipe
	held=${held##*\[}
	held=${held%]}
	filter="$filter or NS == $held"
}
# Not by command: a process of somebody else may keep its command line from being read (xnsls-silent.t), and
# the two seconds that a listing waits for it would be taken from ours.
filter="PPID == $started"
hold fd
held_fd=$held
hold far
held_far=$held
hold socket
held_socket=$held
shown=$filter
hold thread
held_thread=$held
hold children
held_children=$held
deep_filter=$filter filter=$shown

# Starts a program and adds its uts namespace and its user namespace to the filter.
begin() {
	"$@" &
	started="$started $!"
	pid=$!
	until_ok executes "$pid" sleep
	uts=$(stat -L -c %i "/proc/$pid/ns/uts") user=$(stat -L -c %i "/proc/$pid/ns/user")
	filter="$filter or NS == $uts or (NS == $user and TYPE == 'user' and NPROCS < 50)"
}
# A command line longer than BPF copies, and a user that is not root.
begin xunshare -u sleep $(seq 1000 1100)
begin xunshare -u setpriv --reuid 1234 --clear-groups sleep 1000
# A user namespace that is left without processes, and is the owner of one that is not.
begin xunshare -Uru sleep 1000
owner=$user owned=$uts first=$pid
begin xnsenter -t "$pid" -u sleep 1000
# A namespace of every type, in a pid namespace below one that is not the initial one.
types="mnt uts ipc net pid cgroup" time=
if has_time; then types="$types time" time=T; fi
xunshare -pf --kill-child xunshare "-muinpC${time}f" --kill-child sleep 1000 &
nest=$! # whose child is PID 1, and lets no SIGTERM end it
is_nested() {
	nested=$(child_of "$(child_of "$1")") && executes "$nested" sleep
}
until_ok is_nested "$nest" 2>/dev/null
for type in $types; do
	filter="$filter or NS == $(stat -L -c %i "/proc/$nested/ns/$type")"
done
until_ok grep -q ready said
kill "$first"
wait "$first" 2>/dev/null

# The namespaces of ours, as the machine's other processes come and go.
deep=
numbers=NS,TYPE,NPROCS,PID,PPID,UID,USER,PNS,ONS,OWNERUID
# shellcheck disable=SC2086 # $deep is an option or nothing
listing() { # WAY COLUMNS
	xnsls --scan="$1" $deep --verbose -n -r -o "$2" -Q "$filter" >"$1.raw" 2>"$1.said" || return
	grep -v '^4026531' "$1.raw" >"$1"
}
# Every command line was read: on a busy machine two seconds may not be enough.
is_complete() {
	listing "$1" "$numbers,COMMAND" && ! grep -q 'within seconds' "$1.said"
}
until_ok is_complete bpf
until_ok is_complete proc
is "namespaces with processes, and some that are held" "$(wc -l <bpf)" "$((37 + $(echo "$types" | wc -w)))"
is "both scans give the same" "$(cat bpf)" "$(cat proc)"
like "held by a descriptor" "$(cat bpf)" "^$held_fd uts 0"
like "held by a descriptor with a high number" "$(cat bpf)" "^$held_far uts 0"
like "held by a socket" "$(cat bpf)" "^$held_socket net 0"
like "held by what it owns" "$(cat bpf)" "^$owner user 0"
like "owned" "$(cat bpf)" "^$owned uts 1 .* $owner "
like "a long command line" "$(cat bpf)" ' sleep.x201000.x20.*x201100$'
for type in $types; do
	like "a $type namespace, two pid namespaces deep" "$(cat bpf)" \
		"^$(stat -L -c %i "/proc/$nested/ns/$type") $type [12] "
done
like "another user" "$(cat bpf)" ' 1234 1234 '
# BPF tells which processes are in the same cgroups, of which one file is read.
in_tree() { # COMMAND: in the mounted root of the hierarchy that xnsls reads
	mkdir -p tree
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m --propagation private sh -c '
		if grep -q ":name=systemd:" /proc/self/cgroup; then mount -t cgroup -o none,name=systemd none tree
		else mount -t cgroup2 none tree; fi && cd tree && eval "$0"' "$1" 2>/dev/null
}
if in_tree "mkdir xns-scan-$$ && echo $pid >xns-scan-$$/cgroup.procs"; then
	listing bpf PID,CGROUP
	listing proc PID,CGROUP
	is "both scans give the same cgroups" "$(cat bpf)" "$(cat proc)"
	like "of a process that is alone in its cgroup" "$(cat bpf)" "^$pid .*/xns-scan-$$\$"
	is "and of no other" "$(grep -c "/xns-scan-$$\$" bpf)" "$(grep -c "^$pid " bpf)"
	in_tree "echo $pid >cgroup.procs; rmdir xns-scan-$$"
else
	skip "both scans give the same cgroups" "no cgroup can be made"
fi
# Before Linux 6.11 no pidfd tells; a container's seccomp profile may refuse all of these.
listing proc "$numbers"
filter pidfd-ioctl=25,kcmp=38 xnsls --scan=proc -n -r -o "$numbers" -Q "$filter" | grep -v '^4026531' >links
is "links give the same as pidfds" "$(cat links)" "$(cat proc)"
run xnsls --scan=bpf --no-fds -n -r -o NS -Q "NS == $held_fd"
is "not with --no-fds" "$out" ""
# Threads, namespaces for children, and who holds.
deep=--deep shown=$filter filter="$filter or ${deep_filter#"$shown" or }"
for way in bpf proc; do
	listing "$way" "$numbers,HELDBY"
	cp "$way" "$way.deep"
done
is "--deep: both ways give the same, with HELDBY" "$(cat bpf.deep)" "$(cat proc.deep)"
like "--deep: held by a thread" "$(cat bpf.deep)" "^$held_thread uts 0 .*thread"
like "--deep: held for children" "$(cat bpf.deep)" "^$held_children [a-z]* 0 .*children"
deep='' filter=$shown
bad=0
for way in bpf proc; do
	listing "$way" "$numbers"
	mv "$way" "$way.before"
	mv "$way.said" "$way.said.before"
done
# Some hundred processes are born and die while it runs.
sh -c 'while :; do for i in 1 2 3 4 5 6 7 8; do xunshare -u true & done; wait; done' &
churn=$!
for way in bpf bpf bpf proc bpf proc proc; do
	listing "$way" "$numbers" || bad=$((bad + 1))
	for suffix in '' .said; do
		cmp -s "$way$suffix.before" "$way$suffix" && continue
		bad=$((bad + 1))
		note "$(diff "$way$suffix.before" "$way$suffix")"
	done
done
is "runs while processes come and go: complete, and no more is unreadable" "$bad" 0
kill -KILL "$churn" "$nest"
# shellcheck disable=SC2086
kill $started 2>/dev/null
wait
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: what BPF finds is what /proc shows. Outside private namespaces: BPF sees the initial ones.
# shellcheck disable=SC2094 # a mode of holder has the name of the pipe that it reports through
. "${0%/*}/lib.sh"
needs_programs holder
population=$XNS_BUILDDIR/tests/bench/population

run xnsls --scan=frob
is "a word that is none: status" "$status" 1
like "a word that is none: message" "$err" "'frob'.*auto, bpf or proc"

run xunshare -fp --mount-proc xnsls --scan=bpf
if is_real_root && [ "$status" = 1 ]; then
	like "not where /proc is that of another pid namespace" "$err" \
		"cannot list the processes by BPF: Operation not supported"
fi
run xunshare -Urfp --mount-proc xnsls --scan=auto -n -r -t pid -o NPROCS
if [ "$status" = 0 ]; then
	is "auto falls back without a word" "$err$out" 1
fi

run xnsls --scan=bpf
if [ "$status" != 0 ]; then
	skip "both scans give the same" "no scan by BPF here: $err"
	done_testing
	exit
fi
[ -x "$population" ] || skip_all "no tests/bench/population"

# 120 processes in 30 namespaces of their own, a zombie, and what is held by descriptors and sockets.
"$population" 120 30 >said &
people=$!
mkfifo fd socket
holder fd >fd &
holder_fd=$!
holder socket >socket &
holder_socket=$!
read -r held_fd <fd
read -r held_socket <socket
until_ok grep -q ready said

# The namespaces of ours, as the machine's other processes come and go.
listing() {
	xnsls --scan="$1" -n -r -o NS,TYPE,NPROCS,PID,PPID,UID,USER,COMMAND -Q \
		"COMMAND =~ '/population' or NS == ${held_fd##*\[} or NS == ${held_socket##*\[}" >"$1.raw"
	grep -v '^4026531' "$1.raw" >"$1"
}
held_fd=${held_fd%]} held_socket=${held_socket%]}
listing bpf
listing proc
is "30 namespaces with processes, and two that are held" "$(wc -l <bpf)" 32
is "both scans give the same" "$(cat bpf)" "$(cat proc)"
like "held by a descriptor" "$(cat bpf)" "^${held_fd##*\[} uts 0"
like "held by a socket" "$(cat bpf)" "^${held_socket##*\[} net 0"
run xnsls --scan=bpf --no-fds -n -r -o NS -Q "NS == ${held_fd##*\[}"
is "not with --no-fds" "$out" ""
kill "$people" "$holder_fd" "$holder_socket"
wait
done_testing

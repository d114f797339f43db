#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A process can keep whoever reads its memory waiting for ever. No listing reads it where ps(1) does
# not, and none waits where ps(1) does. Outside private namespaces: BPF sees the initial ones; each
# process here mounts its file in a mount namespace of its own.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs frozen
run_limit=15

# The helpers that the object calls: an instruction with opcode 0x85 and source register 0 has the
# number (Documentation/bpf/standardization). 113 probe_read_kernel, 127 seq_write, 181 loop; register
# 1 calls a function of its own, and 2, a kernel function, could do anything.
helpers_of() {
	python3 -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
at, = struct.unpack_from("<Q", data, 0x28)
count, = struct.unpack_from("<H", data, 0x3c)
for i in range(count):
    kind, flags, _, begin, size = struct.unpack_from("<4xIQQQQ", data, at + 64 * i)
    for place in range(begin, begin + size, 8) if kind == 1 and flags & 4 else ():
        code, registers, _, number = struct.unpack_from("<BBhi", data, place)
        if code == 0x85 and registers >> 4 != 1:
            print(number if registers >> 4 == 0 else "kfunc")' "$1" | sort -nu
}
object=$XNS_BUILDDIR/common/inventory/bpf_code.inc.elf
if [ ! -e "$object" ]; then
	skip "the BPF program reads no memory of processes" "this build has made no BPF program"
elif ! command -v python3 >/dev/null; then
	skip "the BPF program reads no memory of processes" "no python3"
else
	is "the BPF program reads no memory of processes" "$(squeeze "$(helpers_of "$object")")" "113 127 181"
fi

if ! is_real_root || [ ! -w /dev/fuse ]; then
	skip "processes that keep readers waiting" "needs root and /dev/fuse"
	done_testing
	exit
fi

servers='' frozen=''
# freeze MODE: $pid is a process that cannot be read. It has a UTS namespace of its own, so that it is
# listed.
freeze() {
	: >file
	: >said
	unshare -mu frozen "$1" "$work/file" >said 2>&1 &
	pid=$!
	until_ok grep -qx ready said || note "$(cat said)"
	servers="$servers $(sed -n 's/^server //p' said)"
	frozen="$frozen $pid"
}
# No ps(1) before that: it would wait.
thaw() {
	# shellcheck disable=SC2086
	kill -KILL $servers
	# shellcheck disable=SC2086
	kill -KILL $frozen
	wait 2>/dev/null
	servers='' frozen=''
}
can_use_bpf() {
	xnsls --scan=bpf >/dev/null 2>&1
}
# answers NAME CMD...: it ends by itself, and lists the process
answers() {
	answers_name=$1
	shift
	run "$@"
	like "$answers_name: ends" "$status" '^[013]$'
	like "$answers_name: lists the process" "$out" "(^|[^0-9])$pid($|[^0-9])"
}

# Every other command that looks at processes ends too, beside names of its own. The name "here" is that of the
# network namespace in which the process is.
others_end() { # NAME
	others_limit=$run_limit run_limit=60
	for command in "xns doctor" "xnetns list" "xnetns -d list" "xnetns identify $pid" "xnetns -d pids here" \
		"xnetns gc" "xnetns delete gone" "xnetns delete here" "xnetns attach it $pid" \
		"xnetns exec kept true" "xnsenter -t $pid -u true"; do
		case $command in
		*xnetns* | *doctor*) [ -e "$bin/xnetns" ] || continue ;;
		esac
		# shellcheck disable=SC2086,SC2016 # words; the inner shell's
		run unshare -m --propagation private sh -c 'mount -t tmpfs none /run && mkdir /run/netns &&
			xnetns add kept gone && xnetns attach here $$ && exec "$@"' - $command
		like "$1: $command ends" "$status" '^[01]$'
	done
	run_limit=$others_limit
}

bpf=1
can_use_bpf || bpf=
freeze page
if [ "$bpf" ]; then
	answers "a page of a file that is never read: --scan=bpf" xnsls --scan=bpf -n -r -o PID,COMMAND
	like "a page of a file that is never read: --scan=bpf shows the name" "$out" "^$pid frozen"
else
	skip "a page of a file that is never read: --scan=bpf" "no scan by BPF here"
fi
answers "a page of a file that is never read: --scan=proc" xnsls --scan=proc -n -r -o PID,COMMAND
others_end "a page of a file that is never read"
thaw

# ps(1) waits as long as these live, whoever runs it: so only for some seconds.
freeze lock
if [ "$(timeout 3 cat "/proc/$pid/cmdline" >/dev/null; echo $?)" != 124 ]; then
	skip "memory that stays locked" "this kernel does not keep it locked"
	thaw
	done_testing
	exit
fi
answers "memory that stays locked" xnsls -n -r -o PID,COMMAND
like "memory that stays locked: shows the name" "$out" "^$pid frozen"
is "memory that stays locked: says nothing where nobody asked" "$status$err" 0
others_end "memory that stays locked"
answers "memory that stays locked: completion" xns --complete xnsenter -t ''
answers "memory that stays locked: --compare" xnsls --compare --verbose "$pid" $$
is "memory that stays locked: --compare keeps its status" "$status" 3
like "memory that stays locked: --compare names the process" "$err" \
	"^xnsls: the command line could not be read within seconds: process $pid\$"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
	freeze lock
done
# More of them than threads.
run xnsls --strict -n -r -t uts -o COMMAND
thaw
is "fourteen of them: all are listed" "$(printf '%s\n' "$out" | grep -c '^frozen')" 14
is "fourteen of them: --strict fails" "$status" 1
like "fourteen of them: the message" "$err" 'command lines of some processes .*: process [0-9]+ is the first'
done_testing

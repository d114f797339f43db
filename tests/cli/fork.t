#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# With a child or without one, the caller sees what the program does: its status, its death, and
# nothing else of it when all is over.
# shellcheck disable=SC2086 # options in a variable are a list of words
. "${0%/*}/lib.sh"
needs_programs probe
needs_files tests/cli/terminal.py

ways='-f
-p --fork
--init
--forward-signals
--kill-child
--init --forward-signals --kill-child=TERM'

# Calls $1 for each way to start a program, in $way. A namespace takes privileges, which the modes
# user and userns get from -r.
each_way() {
	echo "$ways" >"$work/ways"
	while read -r way <&3; do
		[ "$mode" = root ] || way="-r $way"
		"$1"
	done 3<"$work/ways"
}
status_of_the_program() {
	for code in 0 1 42 126 255; do
		run xunshare $way sh -c "exit $code"
		[ "$status" = "$code" ] || break
	done
	is "$way: ends with the program's status" "$status" "$code"
	run xunshare $way nosuchprogram
	is "$way: 127 for a program that is not there" "$status" 127
	like "$way: the message names it" "$err" "^xunshare: cannot run 'nosuchprogram': No such file"
	run xunshare $way /etc/passwd
	is "$way: 126 for a file that is no program" "$status" 126
	run xunshare $way "$work"
	is "$way: 126 for a directory" "$status" 126
	run xunshare $way ''
	is "$way: 127 for an empty name" "$status" 127
}
death_of_the_program() {
	wanted=
	outcomes=
	for sig in 9 15 2 3 1 13 6 11 14 34 64; do
		run probe outcome xunshare $way sh -c "ulimit -c 0; exec probe raise $sig"
		# The first process of a pid namespace is spared its own signals.
		case $way in
		*-p*) want="exited 0" ;;
		*) want="killed $sig" ;;
		esac
		wanted="$wanted $want"
		outcomes="$outcomes $out"
	done
	is "$way: dies by the signal that killed the program" "$outcomes" "$wanted"
	case $way in
	*-p*) ;;
	*)
		run sh -c "ulimit -c unlimited
			exec probe outcome xunshare $way sh -c 'ulimit -c 0; kill -SEGV \$\$'"
		is "$way: dumps no core of its own" "$out" "killed 11"
		;;
	esac
}
inherited_state() {
	run probe state
	# The timeout(1) of coreutils 9.10, and so run, sets a death signal, which ends with a fork.
	plain=$(echo "$out" | sed 's/^death-signal: .*/death-signal: 0/')
	[ "${way#*-child}" = "$way" ] || [ "${way#*--init}" != "$way" ] ||
		plain=$(echo "$plain" | sed 's/^death-signal: 0/death-signal: 9/')
	run xunshare $way probe state
	is "$way: the program gets no descriptor and no signal state of ours" "$out" "$plain"

	run probe with ignore=2,15,17,20,34 block=1,12,17,40 xunshare $way probe state
	like "$way: what the caller blocks stays blocked" "$out" '^blocked: 1 12 17 40$'
	like "$way: what the caller ignores stays ignored" "$out" '^ignored: 2 15 17 20 34$'
	run probe with ignore=17 xunshare $way sh -c 'exit 5'
	is "$way: a caller that ignores SIGCHLD gets the status" "$status" 5

	for fds in 0 1 2 0,1,2; do
		run probe with close=$fds probe state "$home/plain"
		run probe with close=$fds xunshare $way probe state "$home/state"
		is "$way: without descriptors $fds the program has none either" \
			"$(head -n 1 "$home/state")" "$(head -n 1 "$home/plain")"
		rm -f "$home/plain" "$home/state"
	done
}

all_ways() {
	each_way status_of_the_program
	each_way death_of_the_program
	each_way inherited_state
}

# The reference's users rely on the parent outliving the terminal's Ctrl-C.
patience() {
	way=-f
	[ "$mode" = root ] || way=-rf
	start xunshare $way sh -c 'trap "" INT TERM; echo ready
		until [ -e "$0" ]; do sleep 0.02; done; exit 3' "$home/go"
	until_ok grep -q ready "$outfile"
	kill -INT $bg
	kill -TERM $bg
	as_user touch "$home/go" 2>/dev/null || touch "$home/go"
	finish
	rm -f "$home/go"
	is "the waiting parent outlives SIGINT and SIGTERM" "$status" 3
}

# Only where somebody looks: on a terminal.
warning() {
	command -v python3 >/dev/null || { skip warning "no python3"; return; }
	for way in -p "-p --fork" "-p --init" "-p --explain" -u; do
		[ "$mode" = root ] || way="-r $way"
		rm -f "$home/log"
		run sh -c "echo end | TERMINAL_LOG=$home/log python3 $bin/terminal.py xunshare $way true"
		warnings=0
		case $way in *-p) warnings=1 ;; esac
		is "$way on a terminal: $warnings warnings" \
			"$(grep -c '^xunshare: warning: .*--fork' "$home/log")" "$warnings"
		run xunshare $way true
		is "$way elsewhere: none" "$status/$err" 0/
	done
}

for_each_mode all_ways
for_each_mode warning
for_each_mode patience
done_testing

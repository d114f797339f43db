#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Signals between the caller, xunshare and the program, and what happens when one of them dies.
# shellcheck disable=SC2086 # options in a variable are a list of words
. "${0%/*}/lib.sh"
needs_programs job probe

wait_for_signal='echo ready; while :; do sleep 0.02; done'

# Without -r only root may create namespaces.
set_rights() {
	rights=-r
	[ "$mode" != root ] || rights=-u
}

process_state() {
	ps -o stat= -p "$1" | cut -c 1
}

is_in_state() {
	[ "$(process_state "$1")" = "$2" ]
}

is_gone() {
	case $(process_state "$1") in '' | Z) return 0 ;; *) return 1 ;; esac
}

has_line() {
	grep -qx "$1" "$outfile"
}

# The process that runs CMD, somewhere below $bg: the one that has no child.
find_program() {
	program=$bg
	while next=$(child_of "$program") && [ -n "$next" ]; do program=$next; done
}

forwards_every_signal() {
	for way in "$rights --forward-signals" "$rights --forward-signals --init" \
		"$rights -p --forward-signals"; do
		start xunshare $way probe catch 64
		until_ok has_line ready
		wanted=ready
		# 9 and 19 cannot be caught, 32 and 33 belong to the C library.
		for sig in $(seq 1 8) $(seq 10 18) $(seq 20 31) $(seq 34 64); do
			kill "-$sig" $bg
			until_ok has_line "$sig" || break
			wanted="$wanted $sig"
		done
		finish
		is "$way: every signal reaches the program, once" "$(echo "$out" | tr '\n' ' ')" \
			"$wanted "
		is "$way: and xunshare ends with it" "$status" 0
	done
}

# The shell that was forked has executed something: what it is sent before that is for its traps, which
# it is about to forget.
is_no_shell() {
	[ "$(cat "/proc/$bg/comm")" != "$(cat "/proc/$$/comm")" ]
}

# Sent as soon as the process is there: it ends before the program starts, or with it.
forwards_from_the_first_instant() {
	survivors=0
	for delay in 0 0 0.001 0.002 0.003 0.005 0.008 0.012; do
		start xunshare "$rights" --forward-signals sleep 300
		until_ok is_no_shell
		sleep "$delay"
		find_program
		kill -TERM $bg
		finish
		[ "$status" = 143 ] || break
		is_gone "$program" || survivors=$((survivors + 1))
	done
	is "an early SIGTERM ends xunshare" "$status" 143
	is "and its program" "$survivors" 0
}

passes_on_death_from_outside() {
	for way in -f -pf --init; do
		start xunshare "$rights" $way sleep 300
		until_ok program_is sleep
		kill -KILL "$program"
		finish
		is "$way: SIGKILL for the program is xunshare's end too" "$status" 137
	done
}

program_is() {
	find_program
	[ "$(ps -o comm= -p "$program")" = "$1" ]
}

mirrors_stops() {
	for way in -f -pf --init --forward-signals "--init --forward-signals"; do
		start xunshare "$rights" $way sh -c "trap 'echo continued; exit 4' CONT; $wait_for_signal"
		until_ok has_line ready
		# The program, not its sleep.
		program=$(child_of $bg)
		case $way in *--init*) program=$(child_of "$program") ;; esac
		kill -STOP "$program"
		ok "$way: stops when the program stops" until_ok is_in_state "$bg" T
		kill -CONT $bg
		finish
		is "$way: continues the program when it is continued" "$out/$status" "ready
continued/4"
	done
	for way in --forward-signals "--init --forward-signals"; do
		start probe with group=own xunshare "$rights" $way sleep 300
		until_ok program_is sleep
		kill -TSTP $bg
		ok "$way: SIGTSTP stops the program" until_ok is_in_state "$program" T
		ok "$way: and xunshare" until_ok is_in_state "$bg" T
		kill -CONT $bg
		ok "$way: SIGCONT continues it" until_ok is_in_state "$program" S
		kill -TERM $bg
		finish
		is "$way: SIGTERM ends it" "$status" 143
	done
}

# Ctrl-Z and fg, as in a shell.
job_control() {
	for way in "" -f --init --forward-signals "--init --forward-signals" "-f --kill-child" \
		"-pf --mount-proc"; do
		run job xunshare "$rights" $way sh -c 'echo ready; read line; exit 7'
		is "Ctrl-Z and fg${way:+: $way}" "$(echo "$out" | tr '\n' ' ')" \
			"stopped continued exited 7 "
	done
}

kill_child() {
	# A change of ids takes the parent-death signal away; only root has others to change to.
	other="-S $user_uid -G $user_gid"
	[ "$mode" = root ] || other="-S 0"
	for way in --kill-child "-p --kill-child" "--init --kill-child" "--kill-child $other" \
		"--init --kill-child $other" "--kill-child --keep-caps" \
		"--kill-child --forward-signals"; do
		start xunshare "$rights" $way sleep 300
		until_ok program_is sleep
		kill -KILL $bg
		ok "$way: the program dies with xunshare" until_ok is_gone "$program"
		finish
	done
	start xunshare "$rights" --kill-child=USR1 \
		sh -c "trap 'echo got USR1; exit' USR1; $wait_for_signal"
	until_ok has_line ready
	kill -KILL $bg
	ok "--kill-child=USR1: the program gets that signal" until_ok has_line "got USR1"
	finish
	# The init gets it, and passes it on.
	start xunshare "$rights" --init --kill-child=SIGTERM \
		sh -c "trap 'echo got TERM; exit' TERM; $wait_for_signal"
	until_ok has_line ready
	find_program
	init=$(child_of $bg)
	kill -KILL $bg
	ok "--init --kill-child=SIGTERM: the program gets it" until_ok has_line "got TERM"
	ok "and the init ends with it" until_ok is_gone "$init"
	finish
}

# A stop is reported to an xunshare that is not there any more.
outlives_xunshare() {
	start xunshare "$rights" --init sh -c "trap 'echo piped' PIPE; trap 'echo continued' CONT
		trap 'echo over; exit' USR1; $wait_for_signal"
	until_ok has_line ready
	init=$(child_of $bg)
	program=$(child_of "$init")
	kill -KILL $bg
	kill -STOP "$program"
	until_ok is_in_state "$program" T
	until_ok is_in_state "$init" S
	kill -CONT "$program"
	until_ok has_line continued
	kill -USR1 "$program"
	until_ok is_gone "$init"
	finish
	is "--init: a program that outlives xunshare is stopped and continued as before" "$out" \
		"ready
continued
over"
}

init_reaps() {
	run xunshare "$rights" --init --mount-proc sh -c '
		echo "$$"
		# Ten orphans, each left to the init.
		for i in 0 1 2 3 4 5 6 7 8 9; do sh -c "sleep 0.01 & exit"; done
		tries=0
		while ps -o stat= --ppid 1 | grep -q "^Z" || pgrep sleep >/dev/null; do
			tries=$((tries + 1))
			[ $tries -lt 200 ] || { echo "not reaped"; break; }
			sleep 0.02
		done
		ps -o comm= -p 1
		exit 9'
	is "--init: the program is the init's child" "$(echo "$out" | head -n 1)" 2
	is "--init: orphans are reaped" "$(echo "$out" | tail -n +2)" xunshare
	is "--init: ends with the program's status" "$status" 9
	run xunshare "$rights" --init sh -c 'sleep 300 & exit 6'
	is "--init: does not wait for what the program left behind" "$status" 6
}

no_process_stays() {
	for failure in "-f nosuchprogram" "--init nosuchprogram" "-f -w $home/none true" \
		"--init --mount-proc=$home/none true" "-f --kill-child nosuchprogram"; do
		# A process of ours that stayed would hold the pipe, and cat would wait.
		run sh -c "xunshare $rights $failure 2>&1 | cat; echo over"
		like "$failure: nothing stays when it fails" "$out" '^over$'
		is "$failure: one message" "$(echo "$out" | grep '^xunshare: ' | grep -vc '^xunshare: hint: ')" 1
	done
}

all() {
	set_rights
	forwards_every_signal
	forwards_from_the_first_instant
	passes_on_death_from_outside
	mirrors_stops
	job_control
	kill_child
	outlives_xunshare
	init_reaps
	no_process_stays
}

for_each_mode all
done_testing

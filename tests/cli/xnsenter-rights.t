#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter: fewer rights for the program, and nothing that the caller has left open.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs probe
in_private_ns "$@"

none=0000000000000000

# One line of /proc/self/status of the program that a command runs.
status_of() {
	field=$1
	shift
	run "$@" grep "^$field:" /proc/self/status
	squeeze "${out#*:}"
}

entering() {
	box -mupU --map-root-user
	for way in -U "-U -p" -a; do
		[ "$mode" = root ] || way="$way --preserve-credentials"
		for set in CapInh CapPrm CapEff CapBnd CapAmb; do
			is "$way --cap-drop all: $set" \
				"$(status_of $set xnsenter -t "$box" $way --cap-drop all)" $none
		done
		is "$way --cap-add" "$(status_of CapBnd xnsenter -t "$box" $way --cap-drop all \
			--cap-add kill)" 0000000000000020
		is "$way --no-new-privs" "$(status_of NoNewPrivs xnsenter -t "$box" $way --no-new-privs)" 1
		is "$way: not without" "$(status_of NoNewPrivs xnsenter -t "$box" $way)" 0
		for option in --close-fds ""; do
			run sh -c "exec xnsenter -t $box $way $option sh -c 'for fd in 0 1 2 5 7; do
				test ! -e /proc/self/fd/\$fd || echo \$fd; done' 5</ 7</"
			is "$way $option: descriptors of the caller" "$(squeeze "$out")" \
				"$([ -n "$option" ] && echo 0 1 2 || echo 0 1 2 5 7)"
		done
		run env A=1 PATH="$PATH" xnsenter -t "$box" $way --clear-env /usr/bin/env
		is "$way --clear-env" "$status/$out/$err" 0//
	done
	unbox
}

# The process that waits for the program has nothing that the program lacks.
entering_beside() {
	box -mupU --map-root-user
	start xnsenter -t "$box" -a --preserve-credentials --cap-drop all --no-new-privs --clear-env /bin/sleep 300
	until_ok sleeps
	for set in CapPrm CapEff CapBnd; do
		is "beside it: $set" "$(awk "/^$set:/ { print \$2 }" /proc/$bg/status)" $none
	done
	is "beside it: no_new_privs" "$(awk '/^NoNewPrivs:/ { print $2 }' /proc/$bg/status)" 1
	kill -KILL "$program"
	finish
	unbox
}

# Before it executes the program, the child has the name of ours.
sleeps() {
	program=$(child_of $bg) && [ -n "$program" ] && executes "$program" sleep
}

for_each_mode entering
# Root waits outside, where nobody in the target can reach it.
XNS_MODES=user
for_each_mode entering_beside
done_testing

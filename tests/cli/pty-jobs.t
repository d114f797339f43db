#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --pty with a terminal that others change: it is nonblocking, it hangs up, or another job has it.
. "${0%/*}/lib.sh"

# shellcheck source=tests/cli/terminal.sh
. "${lib_self%/*}/terminal.sh"

# Both descriptors are of one open file, which a program before may have left nonblocking.
waits_for_a_nonblocking_terminal()
{
	cat >"$work/nonblocking.py" <<-'END'
		import os, sys
		os.set_blocking(0, False)
		os.set_blocking(1, False)
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	chmod 644 "$work/nonblocking.py"
	in_terminal 'wait ready
send some text\r
end' python3 "$work/nonblocking.py" xunshare --pty -U \
		sh -c 'seq 50000; echo ready; read -r line; echo "got $line"; exit 3'
	is "the program ends by itself" "$out$err" "status 3"
	is "all that it printed comes out" "$(echo "$text" | grep -c '^[0-9][0-9]*$')" 50000
	like "what is typed goes in" "$text" '^got some text$'
}
for_each_mode waits_for_a_nonblocking_terminal

# The program ignores SIGHUP, and takes an end of file that is typed for any other character.
hangs_up_inside()
{
	place=$home
	[ "$mode" != root ] || place=$work
	for way in "" "--forward-signals --fork"; do
		rm -f "$place/ended"
		# shellcheck disable=SC2086 # a list of words
		in_terminal 'wait ready
hangup
end' sh -c 'trap "" HUP; exec "$@"' - xunshare --pty -Ur $way \
			sh -c 'stty raw -echo; echo ready; cat >/dev/null 2>&1; echo ended >"$0"; exit 0' "$place/ended"
		is "${way:-alone}: the program reads to the end, and the proxy ends" \
			"$out$err $(cat "$place/ended" 2>&1)" "status 0 ended"
	done
}
for_each_mode hangs_up_inside

# A shell with job control starts it in the background, where no job changes the modes of the terminal.
stops_in_the_background()
{
	cat >"$work/shell" <<-'END'
		set -m
		xunshare --pty -U sh -c 'echo inside; exit 5' &
		tries=0
		until ps -o stat= -p $! | grep -q '^T' || [ $tries -gt 200 ]; do
			tries=$((tries + 1))
			sleep 0.02
		done
		ps -o stat= -p $! | sed 's/^T.*/stopped/'
		stty -a | grep -qw -e '-icanon' && echo raw || echo cooked
		fg >/dev/null
		echo "status $?"
	END
	in_terminal 'end
mode' sh "$work/shell"
	is "it is stopped, the terminal stays as it is, and in the foreground it goes on" \
		"$(echo "$text" | grep -v '^\[1\]' | tr '\n' ' ')$out$err" "stopped cooked inside status 5 status 0
mode cooked"
}
for_each_mode stops_in_the_background

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program that writes an ordinary user's maps: what if it fails, dies, lies or hangs.
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns
private_etc

newuidmap=$(command -v newuidmap) || skip_all "no newuidmap"

# Puts a shell script in the place of newuidmap, for all in this mount namespace.
with_stub() {
	printf '#!/bin/sh\n%s\n' "$1" >"$work/stub"
	chmod 755 "$work/stub"
	mount --bind "$work/stub" "$newuidmap"
}

without_stub() {
	umount "$newuidmap"
}

# runs_with STUB: the program must not run, and no process may stay.
fails_with() {
	with_stub "$1"
	run sh -c "xunshare --map-users=auto touch $home/ran 2>$home/err | cat; cat $home/err >&2"
	run_status=$(as_user sh -c "xunshare --map-users=auto true 2>/dev/null; echo \$?")
	without_stub
	ok "$2: the program does not run" test ! -e "$home/ran"
	rm -f "$home/ran"
}

failures() {
	[ "$mode" = user ] || return 0
	fails_with 'echo "stub: no" >&2; exit 7' "newuidmap fails"
	is "a status of newuidmap is ours" "$run_status" 7
	like "its own words stay" "$err" '^stub: no$'
	like "and ours say what was tried" "$err" \
		'^xunshare: cannot write the uid map.*newuidmap failed with status 7'

	fails_with 'kill -KILL $$' "newuidmap is killed"
	is "that is a failure" "$run_status" 1
	like "and said" "$err" '^xunshare: .*newuidmap was killed by signal 9'

	fails_with 'exit 0' "newuidmap lies"
	is "a map that was not written is a failure" "$run_status" 1
	like "and said" "$err" '^xunshare: .*newuidmap.* not '

	with_stub 'exec env >'"$home/env"'; exit 1'
	chmod 4755 "$work/stub"
	run env PATH="$home/poison:$PATH" xunshare --map-users=auto true
	ok "PATH is not asked where newuidmap is" test -e "$home/env"
	without_stub
}

is_gone() {
	[ ! -e "/proc/$1" ] || [ "$(ps -o stat= -p "$1" | cut -c 1)" = Z ]
}

has_pid() {
	[ -s "$home/pid" ]
}

# Our death ends the helper and newuidmap; a Ctrl-C does too.
hangs() {
	[ "$mode" = user ] || return 0
	for sig in KILL TERM INT; do
		rm -f "$home/pid"
		with_stub "echo \$\$ >$home/pid; exec sleep 300"
		start xunshare --map-users=auto touch "$home/ran"
		until_ok has_pid
		stub=$(cat "$home/pid")
		kill -"$sig" "$bg"
		finish
		ok "newuidmap hangs, SIG$sig: nothing stays of it" until_ok is_gone "$stub"
		ok "newuidmap hangs, SIG$sig: the program does not run" test ! -e "$home/ran"
		without_stub
	done
}

for_each_mode failures
for_each_mode hangs
done_testing

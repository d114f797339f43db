#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: where /proc is none, a part of one, not there, of another pid namespace, or hides processes.
# shellcheck disable=SC2086 # lists of options
. "${0%/*}/lib.sh"
needs_applet xnsls
in_private_ns "$@"

false_proc() {
	run xunshare -m sh -c 'mount -t tmpfs t /proc && exec xnsls'
	is "/proc is a tmpfs" "$status $(echo "$err" | head -n 1)" \
		"1 xnsls: /proc is not a proc file system, so it is not used"
	run xunshare -m sh -c 'mount --bind /proc/sys /proc && exec xnsls'
	is "/proc is a part of one" "$status" 1
	run xunshare -m sh -c 'while umount -l /proc; do :; done 2>/dev/null; exec xnsls'
	is "no /proc" "$status $(echo "$err" | head -n 1)" \
		"1 xnsls: /proc is not a proc file system, so it is not used"
	run xunshare -p -f sh -c 'xnsls -t pid -n -o NS | wc -l'
	is "/proc of the outer pid namespace shows both" "$out" 2
}
false_proc

hides="this /proc hides the processes of others (hidepid, see proc(5))"
hidepid() { # VALUE ARGUMENT...: xnsls as an ordinary user, under such a /proc
	value=$1
	shift
	run xunshare -m sh -c 'mount -t proc -o "hidepid=$1" proc /proc || exit
		uid=$2
		shift 2
		exec setpriv --reuid "$uid" --regid "$uid" --clear-groups xnsls "$@"' sh "$value" "$user_uid" "$@"
}

hiding_proc() {
	if ! can_be_user; then
		skip "a /proc that hides" "cannot become an ordinary user"
		return
	fi
	if ! has_since 5.8; then
		skip "a /proc that hides" "before Linux 5.8 hidepid is not that of one mount"
		return
	fi
	for value in 2 4; do
		hidepid $value -t uts
		is "hidepid=$value: succeeds, quietly" "$status $err" "0 "
		hidepid $value -t uts --verbose
		is "hidepid=$value: --verbose tells" "$status $(echo "$err" | sed 1d)" "0 xnsls: $hides; run as root to see them"
		hidepid $value -t uts --strict
		is "hidepid=$value: --strict tells and fails" "$status $err" \
			"1 xnsls: $hides; run as root to see them"
		for named in "--strict -p $$" "--compare $$ $$"; do
			hidepid $value $named
			like "hidepid=$value: $named does not say that there is none" "$status $err" \
				"^1 xnsls: cannot (read|open) .*$$: Permission denied"
			is "hidepid=$value: $named tells why" "$(echo "$err" | tail -n 1)" \
				"xnsls: hint: $hides; run it as the user of process $$, or as root"
		done
		hidepid $value -p 4000000
		like "hidepid=$value: no such process" "$err" '^xnsls: there is no process 4000000$'
	done
}
hiding_proc

done_testing

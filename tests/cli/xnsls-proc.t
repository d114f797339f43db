#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: where /proc is none, a part of one, not there, or of another pid namespace.
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

done_testing

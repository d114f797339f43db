#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a hostile program inside can do to the binary that root enters with: it executes
# /proc/self/exe, or opens the entrant's /proc/PID/exe for writing (CVE-2019-5736).
. "${0%/*}/lib.sh"
in_private_ns

# Only files that are this script's own copy of xns, or no file at all, are ever opened for writing.
cat >"$work/attack" <<-'END'
	#!/bin/sh
	while :; do
		for exe in /proc/[0-9]*/exe; do
			case $(readlink "$exe" 2>/dev/null) in
			"$1"* | /memfd:*) (echo overwritten >"$exe") 2>/dev/null && echo hit ;;
			esac
		done
	done
END
chmod 755 "$work/attack"
printf '#!/proc/self/exe\n' >"$work/evil"
chmod 755 "$work/evil"

keeps_its_binary() {
	xunshare -m -p -f --mount-proc --kill-child "$work/attack" "$bin/xns" >"$work/hits" 2>&1 &
	box=$!
	until_ok has_attacker
	before=$(cksum <"$bin/xns")
	rounds=0 statuses=
	while [ "$rounds" -lt 100 ]; do
		rounds=$((rounds + 1))
		run xnsenter -t "$target" -m -p "$work/evil"
		statuses="$statuses $status"
	done
	is "a script that executes /proc/self/exe is refused, 100 times" \
		"$(echo "$statuses" | tr ' ' '\n' | sort -u | tr '\n' ' ')" " 126 "
	like "and the reason is told" "$err" '^xns: a script'
	rounds=0
	while [ "$rounds" -lt 100 ]; do
		rounds=$((rounds + 1))
		run xnsenter -t "$target" -m -p true
		[ "$status" = 0 ] || break
	done
	is "an entry beside the attacker works, 100 times" "$rounds/$status" 100/0
	is "the binary is as it was" "$(cksum <"$bin/xns")" "$before"
	kill -KILL "$box"
	wait "$box" 2>/dev/null
}

has_attacker() {
	target=$(child_of "$box")
	[ -n "$target" ] && [ -e "/proc/$target/ns/pid" ] &&
		[ "$(readlink "/proc/$target/ns/pid")" != "$(readlink /proc/self/ns/pid)" ]
}

if is_real_root; then keeps_its_binary; else skip "overwriting the binary" "needs root"; fi

done_testing

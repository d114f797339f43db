#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hostile program inside attacks the binary that root enters with: it executes
# /proc/self/exe, or opens the entrant's /proc/PID/exe for writing (CVE-2019-5736).
. "${0%/*}/lib.sh"
needs_programs overwriter
in_private_ns

# Only files that are this script's own copy of xns, or no file at all, are ever opened for writing.
cat >"$work/attack" <<-'END'
	#!/bin/sh
	while :; do
		for exe in /proc/[0-9]*/exe; do
			case $(readlink "$exe" 2>/dev/null) in
			"$1"* | /memfd:* | *"(deleted)") (echo overwritten >"$exe") 2>/dev/null && echo hit ;;
			esac
		done
	done
END
chmod 755 "$work/attack"
printf '#!/proc/self/exe\n' >"$work/evil"
chmod 755 "$work/evil"

keeps_its_binary() { # WHERE
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
	is "$1: a script that executes /proc/self/exe is refused, 100 times" \
		"$(echo "$statuses" | tr ' ' '\n' | sort -u | tr '\n' ' ')" " 126 "
	like "$1: and the reason is told" "$err" '^xns: a script'
	rounds=0
	while [ "$rounds" -lt 100 ]; do
		rounds=$((rounds + 1))
		run xnsenter -t "$target" -m -p true
		[ "$status" = 0 ] || break
	done
	is "$1: an entry beside the attacker works, 100 times" "$rounds/$status" 100/0
	is "$1: the binary is as it was" "$(cksum <"$bin/xns")" "$before"
	kill -KILL "$box"
	wait "$box" 2>/dev/null
}

# All of these enter the pid namespace. In ours there are processes that anybody could open anyway.
stays_out_of_sight() { # WHERE
	# A running program cannot be overwritten, so the one that waits for the box is another file.
	cp "$bin/overwriter" "$work/overwriter"
	cp "$bin/xns" "$work/xunshare"
	"$work/xunshare" -m -p -f --mount-proc --kill-child "$work/overwriter" "$bin/" >"$work/sights" 2>&1 &
	box=$!
	until_ok grep -q ready "$work/sights"
	target=$(child_of "$box")
	before=$(cksum <"$bin/xns")
	rounds=0 failed=
	while [ "$rounds" -lt 50 ] && [ -z "$failed" ]; do
		for way in "-m -p" -a "-p -S 7 -G 7" "-m -p -r -w -e" "-m --pid=/proc/$target/ns/pid"; do
			# shellcheck disable=SC2086 # a list of words
			run xnsenter -t "$target" $way true
			[ "$status" = 0 ] || failed="$failed $way: $status $err"
		done
		rounds=$((rounds + 1))
	done
	is "$1: 250 entries beside a process that opens what others execute" "$failed" ""
	kill -TERM "$target"
	wait "$box" 2>/dev/null
	sights=$(sed -n '$p' "$work/sights")
	like "$1: it has seen what executes the program" "$sights" '^executed [0-9]+ images [1-9]'
	like "$1: it has never seen a process that executes xns, and could not write to it" "$sights" \
		'^executed 0 images [0-9]+ written 0$'
	is "$1: the binary is as it was" "$(cksum <"$bin/xns")" "$before"
}

has_attacker() {
	target=$(child_of "$box")
	[ -n "$target" ] && [ -e "/proc/$target/ns/pid" ] &&
		[ "$(readlink "/proc/$target/ns/pid")" != "$(readlink /proc/self/ns/pid)" ]
}

# In this pid namespace alone (pid_namespaces(7)); there it cannot be taken back.
forbid_memory_files() { echo 2 2>/dev/null >/proc/sys/vm/memfd_noexec; }

if ! is_real_root; then
	skip "overwriting the binary" "needs root"
else
	keeps_its_binary "a memory file"
	stays_out_of_sight "a memory file"
	if has_since 6.3 && forbid_memory_files; then
		keeps_its_binary "a file without a name"
		stays_out_of_sight "a file without a name"
		mount -t tmpfs -o noexec tmpfs /run
		run xnsenter -t "$$" -m true
		is "places without programs are passed over" "$status,$err" 0,
	else
		skip "a file without a name" "no vm.memfd_noexec before Linux 6.3"
	fi
fi

done_testing

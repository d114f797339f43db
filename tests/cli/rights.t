#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fewer rights for the program: capabilities.
# shellcheck disable=SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
in_private_ns "$@"

none=0000000000000000

# One line of /proc/self/status of the program that a command runs.
status_of() {
	field=$1
	shift
	run "$@" grep "^$field:" /proc/self/status
	squeeze "${out#*:}"
}

sets() {
	for way in -r "-r -f" "-rpf" "-r --init" -c "-c -f" "-U --kill-child"; do
		for set in CapInh CapPrm CapEff CapBnd CapAmb; do
			is "$way --cap-drop all: $set" "$(status_of $set xunshare $way --cap-drop all)" $none
		done
		all=$(status_of CapBnd xunshare $way)
		is "$way --cap-drop of two" "$(status_of CapBnd xunshare $way \
			--cap-drop cap_kill,CHOWN)" "$(printf %016x $((0x$all & ~0x21)))"
		is "$way --cap-drop, repeated" "$(status_of CapBnd xunshare $way --cap-drop kill \
			--cap-drop=chown)" "$(printf %016x $((0x$all & ~0x21)))"
		for set in CapPrm CapEff CapBnd CapAmb; do
			is "$way --cap-drop all --cap-add: $set" "$(status_of $set xunshare $way \
				--cap-drop all --cap-add net_raw)" 0000000000002000
		done
	done
	is "-c --cap-add: the ambient set of an ordinary user" \
		"$(status_of CapAmb xunshare -c --cap-add kill,net_raw)" 0000000000002020
	is "--keep-caps keeps what is left" \
		"$(status_of CapAmb xunshare -c --keep-caps --cap-drop kill)" \
		"$(printf %016x $((0x$(status_of CapAmb xunshare -c --keep-caps) & ~0x20)))"
	run xunshare -r --cap-drop all sh -c 'mount -t tmpfs x /mnt 2>/dev/null || echo refused'
	is "root inside cannot mount then" "$out" refused
	run xunshare -rm --cap-drop sys_admin sh -c 'exec sh -c "mount -t tmpfs x /mnt 2>/dev/null ||
		echo refused"'
	is "and another exec does not give it back" "$out" refused
}

# The process that waits has no more, and cannot get more.
waiting() {
	for way in -f "-f --kill-child"; do
		for set in CapPrm CapEff CapInh CapBnd; do
			run xunshare -r $way --cap-drop all sh -c "sed -n 's/^$set:[[:space:]]*//p' /proc/\$PPID/status"
			is "$way: $set of the one who waits" "$out" $none
		done
	done
	run xunshare -r --init --mount-proc --cap-drop all sed -n 's/^Cap[PB][rn][md]:[[:space:]]*//p' \
		/proc/1/status
	is "--init: that of the init" "$(squeeze "$out")" "$none $none"
}

another_user() {
	[ "$mode" = root ] || return 0
	is "-S --cap-add" "$(status_of CapEff xunshare -S 7 --cap-add kill)" 0000000000000020
	is "-S --cap-drop all --cap-add" "$(status_of CapBnd xunshare -S 7 -G 7 --cap-drop all \
		--cap-add kill)" 0000000000000020
	is "-S --cap-add: the uid" "$(status_of Uid xunshare -S 7 --cap-add kill)" "7 7 7 7"
	is "without a new namespace" "$(status_of CapBnd xunshare --cap-drop all)" $none
}

refused() {
	run xunshare -r --cap-drop all,foo touch "$home/ran"
	is "a name that is none" "$status" 1
	like "is quoted" "$err" "^xunshare: option '--cap-drop': 'all,foo' is not all, or a list of"
	run xunshare -r --cap-drop kill --cap-add kill touch "$home/ran"
	like "dropped and added" "$err" "'--cap-drop' and '--cap-add' exclude each other: both name CAP_KILL"
	ok "nothing ran" test ! -e "$home/ran"
	[ "$mode" = user ] || return 0
	run xunshare --cap-drop all touch "$home/ran"
	is "--cap-drop without CAP_SETPCAP" "$status" 1
	like "names the set" "$err" '^xunshare: cannot take capabilities from the bounding set: CAP_CHOWN: '
	like "and the remedy" "$err" '^xunshare: hint: it needs CAP_SETPCAP'
	run xunshare --cap-add kill touch "$home/ran"
	like "--cap-add of what one has not" "$err" '^xunshare: hint: this process does not have CAP_KILL'
	ok "nothing ran" test ! -e "$home/ran"
}

for_each_mode sets
for_each_mode waiting
for_each_mode another_user
for_each_mode refused
done_testing

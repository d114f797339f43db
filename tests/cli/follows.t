#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What follows whoever enters: what the program has of its caller, and what of its target. The table in
# xnsenter(1) is the list; each of its rows is read here, from inside.
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs entrant probe

# --- keys -----------------------------------------------------------------------------------------

has_key() { # NAME CMD...: run them with the key
	name=$1
	shift
	run "$bin/entrant" with-key "$@" "$bin/entrant"
	is "$name" "$(echo "$out" | sed -n 's/^session keyring: //p')$err" "with the key"
}

has_no_key() {
	name=$1
	shift
	run "$bin/entrant" with-key "$@" "$bin/entrant"
	is "$name" "$(echo "$out" | sed -n 's/^session keyring: //p')$err" "without the key"
}

# Each run in the mode userns has a user namespace of its own.
keeps_keys_from_others() {
	run "$bin/entrant" with-key true
	[ "$status" = 0 ] || { skip "session keyrings" "$err"; return; }
	box -U -r -u
	case $mode in
	root)
		has_key "without a user namespace the keys follow" xnsenter -t "$box" -u
		for way in "-U" "-a" "-U --preserve-credentials" "-U -S 0 -G 0" "--user=/proc/$box/ns/user" \
			"-U -p"; do
			# shellcheck disable=SC2086 # a list of words
			has_no_key "$way: root's keys do not" xnsenter -t "$box" $way
		done
		has_key "--keep-outside-ids: they do" xnsenter -t "$box" -U --keep-outside-ids
		;;
	user)
		has_key "a user's keys follow into that user's namespace" \
			xnsenter -t "$box" -U --preserve-credentials -u
		;;
	esac
	unbox
}
for_each_mode keeps_keys_from_others

done_testing

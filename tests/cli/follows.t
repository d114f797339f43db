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

# --- who chooses what is executed ------------------------------------------------------------------

# The target puts a directory of its own into PATH, and a file of commands into BASH_ENV.
choose_programs() {
	mkdir -p "$home/theirs"
	printf '#!/bin/sh\necho theirs\n' >"$home/theirs/id"
	cp "$home/theirs/id" "$home/theirs/own-program"
	chmod 755 "$home/theirs/id" "$home/theirs/own-program"
	echo 'echo theirs' >"$home/theirs/.profile"
	cat <<-END
		PATH=$home/theirs:$PATH
		HOME=$home/theirs
		BASH_ENV=$home/theirs/.profile
		ENV=$home/theirs/.profile
		SHELL=$home/theirs/id
	END
}

runs_our_programs() {
	choose_programs >"$work/variables"
	# shellcheck disable=SC2046 # no blanks in them
	box -u -- env $(cat "$work/variables") MARK=theirs sleep 300
	until_ok is_running "$box" sleep
	enter -u -e id -u
	unlike "a program is found by our PATH" "$out" theirs
	enter -u -e sh -c 'id -u; echo "$MARK"'
	is "and so are those that it runs; other variables are the target's" \
		"$(echo "$out" | grep -c theirs)" 1
	if command -v bash >/dev/null; then
		enter -u -e bash -c true
		is "no BASH_ENV" "$out$err" ""
	else
		skip "no BASH_ENV" "no bash"
	fi
	echo exit | SHELL=/bin/sh enter -u -e
	unlike "our shell, and no start-up file of theirs" "$out" theirs
	enter -u -e own-program
	is "what is in the target's PATH only is not found" "$status" 127
	enter -u --env=all own-program
	is "--env=all: it is" "$out" theirs
	[ "$mode" != root ] || {
		enter -r -e own-program
		is "with --root it is, as that has the target's files" "$out" theirs
	}
	unbox
	box -m -- env $(cat "$work/variables") sleep 300
	until_ok is_running "$box" sleep
	enter -m -e own-program
	is "with --mount as well" "$out" theirs
	unbox
}
for_each_mode runs_our_programs

done_testing

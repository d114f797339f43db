#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program has some things of its caller, and others of its target. The table in
# xnsenter(1) is the list; each of its rows is read here, from inside.
. "${0%/*}/lib.sh"
# A build with sanitizers would change the limit of core files.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}disable_coredump=0"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs entrant filter probe

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

# A program that is another user outside than its caller: no namespace would hide the keys from it.
starts_without_keys() {
	run "$bin/entrant" with-key true
	[ "$status" = 0 ] || { skip "session keyrings" "$err"; return; }
	has_key "xunshare -r: the same user's program has the keys" xunshare -r
	[ "$mode" = root ] || return
	maps="--map-users 0:100000:65536 --map-groups 0:100000:65536"
	has_key "xunshare -S without a user namespace: it has them, as with unshare" xunshare -m -S 7
	for way in "-U $maps -S 0 -G 0" "-U $maps -S 0 -G 0 --init --kill-child --mount-proc --cap-drop all" \
		"-r --map-users 1:100001:10 -S 1" "--run-as nobody" "--owner 7:7"; do
		# shellcheck disable=SC2086 # a list of words
		has_no_key "xunshare $way: another user's has not" xunshare $way
	done
}
for_each_mode starts_without_keys

# --- every attribute ------------------------------------------------------------------------------

# The rows of the table: ATTRIBUTE|without|with -U|OPTIONS
list_rows() {
	sed -n '/^\.Ss What follows the program/,/^\.El/s/^\.It //p' "$XNS_SRCDIR/man/xnsenter.1" |
		sed -e 1d -e 's/ *Ta */|/g' -e 's/Fl Fl //g' -e 's/ , / /g'
}

value_of() { # FILE ATTRIBUTE
	awk -v name="$2: " 'index($0, name) == 1 { print substr($0, length(name) + 1) }' "$1"
}

# Runs $1 with the caller's values; the box has other values of all that can differ.
as_caller() {
	cat >"$work/caller" <<-'END'
		umask 027
		ulimit -c 123
		echo 321 2>/dev/null >/proc/self/oom_score_adj
		exec 5</dev/null
		export XNS_MARK=ours NOTIFY_SOCKET=ours LISTEN_FDS=1 SSH_AUTH_SOCK=ours
		set -- nice -n 3 filter pidfd-ioctl=25 "$@"
		[ "$XNS_RIGHTS" = user ] || set -- setpriv --groups 11,12 --inh-caps +net_raw --no-new-privs -- "$@"
		exec entrant with-key probe with block=10 "$@"
	END
	XNS_RIGHTS=$mode run sh "$work/caller" "$@"
}

has_what_the_table_says() { # COLUMN WAY...
	column=$1
	shift
	as_caller xnsenter -t "$box" "$@" entrant
	printf '%s\n' "$out" >"$work/inside"
	is "$*: each attribute has a row" "$(sed 's/: .*//' "$work/inside")" "$(list_rows | cut -d '|' -f 1)"
	list_rows >"$work/rows"
	while IFS='|' read -r name without with _; do
		want=$without
		[ "$column" = without ] || want=$with
		if [ "$mode" = user ]; then
			case $name in
			# The options that an ordinary user needs keep these.
			*" id" | "supplementary groups" | *capabilities | "session keyring") continue ;;
			esac
		fi
		got=$(value_of "$work/inside" "$name")
		[ -n "$got" ] || got="no line"
		case $want in
		caller) is "$*: $name: the caller's" "$got" "$(value_of "$work/ours" "$name")" ;;
		none) like "$*: $name: none" "$got" '^(none|0+)$' ;;
		all) is "$*: $name: all" "$got" "$(printf '%016x' $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)))" ;;
		new) is "$*: $name: a new one" "$got" "without the key" ;;
		yes) is "$*: $name" "$got" 1 ;;
		*) is "$*: $name" "$got" "$want" ;;
		esac
	done <"$work/rows"
}

# What the caller of before had already, or had not: no_new_privs, and a terminal.
as_another_caller() {
	rm -f "$work/ours" "$work/inside"
	command -v python3 >/dev/null || { skip "another caller" "no python3"; return; }
	# shellcheck disable=SC2016 # for the inner shell
	python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' sh -c '
		entrant >"$0/ours" && exec "$@" entrant >"$0/inside"' "$work" \
		"$bin/xnsenter" -t "$box" "$@" </dev/null >"$outfile" 2>&1
	for name in no_new_privs "controlling terminal" session; do
		is "$*: $name: that of another caller" "$(value_of "$work/inside" "$name")" "$(value_of "$work/ours" "$name")"
	done
	like "$*: which has a terminal" "$(value_of "$work/ours" "controlling terminal")" '^one'
}

# The helper that writes the maps is a child of xunshare for a moment, too.
has_become_sleep() {
	box=$(child_of "$box_parent") && is_running "$box" sleep
}

follows_as_the_table_says() {
	mkdir -p "$work/open"
	chmod 1777 "$work/open"
	theirs=$work/open/$mode
	rights=
	[ "$mode" = user ] || rights="-U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 0 -G 0"
	# shellcheck disable=SC2086 # a list of words
	box -u $rights -- env -u SSH_AUTH_SOCK XNS_MARK=theirs NOTIFY_SOCKET=theirs \
		LISTEN_FDS=2 sh -c 'umask 077; ulimit -c 0; entrant >"$0"; exec sleep 300' "$theirs"
	until_ok has_become_sleep || note "no box"
	as_caller entrant
	printf '%s\n' "$out" >"$work/ours"
	for name in "resource limits" "nice value" oom_score_adj umask "blocked signals" environment \
		"NOTIFY_SOCKET, LISTEN_*" "agent sockets" "descriptors above 2" "session keyring"; do
		ok "$name: the target has another" test "$(value_of "$work/ours" "$name")" != \
			"$(value_of "$theirs" "$name")"
	done
	if [ "$mode" = root ]; then
		has_what_the_table_says without -u
		has_what_the_table_says with -U
		has_what_the_table_says with -a
		for way in -u -U -a; do
			as_another_caller "$way"
		done
	else
		has_what_the_table_says with -U --preserve-credentials -u
	fi
	unbox
	# shellcheck disable=SC2013 # words
	for option in $(list_rows | cut -d '|' -f 4); do
		ok "--$option is an option" grep -q -- "--$option\\b" "$work/help"
	done
}
xnsenter --help >"$work/help"
for_each_mode follows_as_the_table_says

# --- who chooses what is executed ------------------------------------------------------------------

# The target puts a directory of its own into PATH, and a file of commands into BASH_ENV. An interactive
# bash would execute what is in PS0, and cut the file that HISTFILE names.
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
		HISTFILE=$home/theirs/history
		HISTFILESIZE=0
		PS0=\$(echo>$home/theirs/executed)
	END
	seq 9 >"$home/theirs/history"
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
		printf ':\n:\n' | enter -u -e bash --norc -i
		ok "nothing of the prompt is executed" test ! -e "$home/theirs/executed"
		is "and no file cut" "$(wc -l <"$home/theirs/history")" 9
	else
		skip "no BASH_ENV" "no bash"
		skip "nothing of the prompt is executed" "no bash"
		skip "and no file cut" "no bash"
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
	# shellcheck disable=SC2046 # words
	box -m -- env $(cat "$work/variables") sleep 300
	until_ok is_running "$box" sleep
	enter -m -e own-program
	is "with --mount as well" "$out" theirs
	unbox
}
for_each_mode runs_our_programs

done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A process of ours that waits beside the program is within its reach: the program may trace it, and
# take its descriptors. So such a process has nothing that the program does not have.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs filter captor probe
needs_files tests/cli/terminal.py
in_private_ns "$@"
! is_real_root || private_etc

# Another root with everything in it; and with it a file that only its owner outside may write.
root=$work/r
mkdir "$root"
mount --bind / "$root"
treasure=$work/treasure

# --- attacks --------------------------------------------------------------------------------------

# The program is root inside and nobody outside; the tool was started by somebody who is more.
attack_ids() {
	case $mode in
	root) maps="--map-users 0:100000:65536 --map-groups 0:100000:65536" ;;
	*) maps="--map-auto" ;;
	esac
	rights="-U $maps -S 0 -G 0"
}

captures() {
	[ "$(captor able)" = yes ] || { skip "capture" "no registers known here"; return; }
	[ "$mode" != userns ] || { skip "capture" "one id only"; return; }
	[ "$mode" = root ] || command -v newuidmap >/dev/null ||
		{ skip "capture" "no newuidmap"; return; }
	attack_ids
	echo precious >"$treasure"
	chmod 600 "$treasure"
	[ "$mode" = root ] || chown "$user_uid:$user_gid" "$treasure"
	run xunshare $rights -f sh -c "exec 3>>$treasure"
	like "the program itself may not open the file" "$err" 'ermission denied|cannot create'
	for way in "--init --pivot -R $root --mount-proc:1" "--init --mount-proc:1" "-f:parent" \
		"--kill-child --forward-signals:parent" "-f -R $root:parent" "-mf --pivot -R $root:parent"; do
		pid=${way##*:}
		way=${way%:*}
		run xunshare $rights $way captor open "$pid" "$treasure"
		unlike "$way: nobody opens it for the program" "$out" '^opened'
		like "$way: the one who waits is only refused, as the program is" "$out" \
			'^(refused: Permission denied|not traced: )'
	done
}

# Although its ids are the program's now, whoever started it may enter it.
stays_enterable() {
	[ "$mode" = user ] || return
	command -v newuidmap >/dev/null || { skip "enterable" "no newuidmap"; return; }
	for way in -f "-pf --kill-child"; do
		start xunshare -U --map-auto -S 5 -G 5 $way sleep 300
		until_ok program_is_there
		parent=$bg
		is "$way: the one who waits has the program's ids" \
			"$(awk '/^[UG]id:/ { print $2 }' /proc/$parent/status | uniq | wc -l)" 1
		ok "$way: its user may see its namespaces" as_user test -e /proc/$parent/ns/user
		run xnsenter -t $parent -U -S 0 -G 0 id -u
		is "$way: and enter it" "$out/$err" 0/
		kill -KILL "$program"
		finish
	done
}

# With --init the parent-death signal is the init's, and the program may not take it away by tracing that.
cannot_outlive() {
	[ "$(captor able)" = yes ] || { skip "outliving" "no registers known here"; return; }
	inner=-r
	[ "$mode" != root ] || inner="-U --map-users 0:100000:65536 --map-groups 0:100000:65536"
	for way in "$inner" "$inner -S 0 --forward-signals" "$inner --cap-drop all --no-new-privs"; do
		run xunshare $way --init --mount-proc captor open 1 /proc/version
		like "--init $way: the init can be traced" "$out" '^(opened|refused)'
		run xunshare $way --init --kill-child --mount-proc captor open 1 /proc/version
		like "--init --kill-child $way: but not if it has to end with its parent" "$out" '^not traced: '
	done
	start xunshare $inner --init --kill-child --mount-proc sh -c 'trap "" TERM; setsid sleep 300 & exec sleep 301'
	until_ok program_is_there || fail "--init --kill-child: the program starts"
	kill -KILL "$bg"
	ok "--init --kill-child: the program ends with its parent" until_ok lib_is_over "$program"
	finish
}

# The caller's descriptors beyond 2 are for the program alone. A parent that is the program's equal may
# still have them for an instant, as the program has.
descriptors() {
	has_since 5.6 || { skip "descriptors" "no pidfd_getfd"; return; }
	rights=-r
	[ "$mode" != root ] || rights=
	for way in "-f:parent:50" "--kill-child:parent:50" "-f --wd /:parent:1" "-f --clear-env:parent:1" \
		"--init --mount-proc:1:1" "--init --forward-signals --kill-child --mount-proc:1:1"; do
		tries=${way##*:}
		way=${way%:*}
		rm -f "$home/status"
		run sh -c "exec 7>'$home/status'
			exec xunshare $rights ${way%:*} $bin/captor take ${way##*:} $tries"
		is "${way%:*}: nothing can be taken out of the one who waits" \
			"$(echo "$out" | tail -n 1)" "taken 0"
	done
}
# A cleared environment is not found by a neighbour.
environments() {
	rights=-r
	[ "$mode" != root ] || rights=
	for way in '-f:$PPID' "--init --mount-proc:1"; do
		run env TOKEN=verysecret xunshare $rights ${way%:*} --clear-env \
			/bin/sh -c "tr '\0' '\n' </proc/${way##*:}/environ | grep -c TOKEN"
		is "${way%:*} --clear-env: the one who waits has forgotten it" "$out" 0
		run env TOKEN=public xunshare $rights ${way%:*} \
			/bin/sh -c "tr '\0' '\n' </proc/${way##*:}/environ | grep -c TOKEN"
		is "${way%:*}: and has it if the program has it" "$out" 1
	done
}

# --- every process, in every combination ----------------------------------------------------------

# Ours from this one down to the program, and what there is to say about each.
list_ours() { # PID
	ours=0
	found=
	for_one=$1
	while [ -n "$for_one" ] && [ "$for_one" != "$program" ]; do
		ours=$((ours + 1))
		[ "$ours" -lt 9 ] || break
		found=$found$(captor excess "$for_one" "$program" | sed "s/^/process $ours, /")
		for_one=$(child_of "$for_one")
	done
}

program_is_there() {
	program=$bg
	while next=$(child_of "$program") && [ -n "$next" ]; do program=$next; done
	executes "$program" sleep
}

check_one() {
	start xunshare "$@" sleep 300
	if ! until_ok program_is_there; then
		kill -KILL $bg
		finish
		fail "$*: the program starts"
		return
	fi
	list_ours $bg
	is "$*: $ours wait, none has more than the program" "$found" ""
	kill -KILL "$program"
	finish
}

# Every line of a list with every line of the others, and these in turns.
combinations() {
	users='-r -S 0
-U'
	[ "$mode" != root ] || users='
-S 7 -G 7
-U --map-users 0:100000:65536 --map-groups 0:100000:65536
-U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 0 -G 0
-U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 7'
	echo "$users" >"$work/users"
	printf '%s\n' -f -pf --init "--init --forward-signals" >"$work/ways"
	printf '%s\n' "" "-R $root" "-m --pivot -R $root" "--wd /" >"$work/places"
	turn=0
	while read -r user <&3; do
		while read -r way <&4; do
			while read -r place <&5; do
				case $turn in
				0) other= ;;
				1) other=--kill-child ;;
				2) other="-n --up --kill-child --clear-env" ;;
				esac
				turn=$(((turn + 1) % 3))
				check_one $user $way $place $other
			done 5<"$work/places"
		done 4<"$work/ways"
	done 3<"$work/users"
}

# With what takes more rights from the program. --drop by a second user namespace leaves those who wait in the
# first, where nobody who has the program's rights may trace them.
fewer_rights() {
	filter --print getpriority=1 >"$work/f"
	chmod 644 "$work/f"
	inner=-r
	[ "$mode" != root ] || inner="-U --map-users 0:100000:65536 --map-groups 0:100000:65536"
	for way in -f -pf --init; do
		check_one $inner $way --cap-drop all --no-new-privs
		check_one $inner $way --cap-drop sys_admin,sys_ptrace --kill-child
		check_one $inner $way -S 0 --cap-drop all --cap-add net_raw --setup true
		check_one -c $way --drop
		check_one -c $way --drop --cap-drop all --disable-userns
		check_one $inner $way --cap-drop all --seccomp "$work/f"
		[ "$mode" != root ] || check_one $way --run-as nobody
	done
}

# With a terminal of its own the program has the same neighbours, and a proxy that is elsewhere.
with_a_terminal() {
	command -v python3 >/dev/null || { skip "with a terminal" "no python3"; return; }
	echo end >"$work/actions"
	users='-r -S 0
-U'
	[ "$mode" != root ] || users='-S 7 -G 7
-U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 0 -G 0'
	echo "$users" >"$work/users"
	while read -r user <&3; do
		for way in "" -p "--init -n --up --kill-child" "-m --pivot -R $root" "-R $root --clear-env"; do
			start sh -c 'exec python3 "$@" <"$0"' "$work/actions" \
				"$bin/terminal.py" xunshare --pty $user $way sleep 300
			if until_ok program_is_there; then
				proxy=$(child_of $bg)
				list_ours "$(child_of "$proxy")"
				is "--pty $user $way: $ours wait inside, none has more" "$found" ""
				kill -KILL "$program"
			else
				fail "--pty $user $way: the program starts"
				kill -KILL "$(child_of $bg)"
			fi
			finish
		done
	done 3<"$work/users"
}

# Root's process waits outside. It has what its caller has, but no descriptor.
waits_outside() {
	is "xnsenter -p -m $user: one waits" "$ours" 1
	for type in pid user; do
		ok "xnsenter -p -m $user: in no $type namespace of the program" \
			test "$(readlink "/proc/$bg/ns/$type")" != "$(readlink "/proc/$program/ns/$type")"
	done
	is "xnsenter -p -m $user: with 0 to 2 open" "$(ls "/proc/$bg/fd" | tr '\n' ' ')" "0 1 2 "
}

# xnsenter waits there in the same way, and cannot even be traced.
entering() {
	# Each run in this mode has a user namespace of its own.
	[ "$mode" != userns ] || return
	users='-U --keep-outside-ids
-U
-U -S 0 -G 0
-U -r -w'
	[ "$mode" = root ] || users='-U --preserve-credentials
-U --preserve-credentials -r -w'
	inner="-r -m"
	[ "$mode" != root ] || inner="-U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 0 -G 0 -m"
	start xunshare $inner -pf --mount-proc sleep 301
	until_ok target_is_there || fail "something to enter"
	inside=$target outside=$bg
	echo "$users" >"$work/users"
	while read -r user <&3; do
		start sh -c "exec 7</; exec xnsenter -t $inside -p -m $user sleep 300"
		if until_ok program_is_there; then
			list_ours $bg
			if [ "$mode" = root ]; then
				waits_outside
			else
				is "xnsenter -p -m $user: $ours wait, none has more than the program" \
					"$found" ""
			fi
			kill -KILL "$program"
		else
			fail "xnsenter -p -m $user: the program starts"
			kill -KILL $bg
		fi
		finish
	done 3<"$work/users"
	kill -KILL "$inside" "$outside"
	wait "$outside" 2>/dev/null
}

target_is_there() {
	program_is_there && target=$program
}

for_each_mode combinations
for_each_mode fewer_rights
for_each_mode entering
for_each_mode with_a_terminal
for_each_mode captures
for_each_mode stays_enterable
for_each_mode cannot_outlive
for_each_mode descriptors
for_each_mode environments
done_testing

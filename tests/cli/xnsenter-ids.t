#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter: a program does not get into a user namespace with ids of outside that it does not map.
# Processes with capabilities there may trace the program, and would get those ids.
. "${0%/*}/lib.sh"
in_private_ns

# sandbox CMD...: $box becomes a process that CMD started, ready in a user namespace of its own
sandbox() {
	: >said
	"$@" sh -c 'echo ready; exec sleep 300' >said &
	box=$!
	until_ok grep -qx ready said
	# Some of them fork.
	[ "$(readlink "/proc/$box/ns/user")" != "$(readlink /proc/self/ns/user)" ] || box=$(child_of "$box")
}
end_sandbox() {
	kill -KILL "$box"
	wait 2>/dev/null
}
# map PID UIDS GIDS: writes the maps from outside, as newuidmap(1) does
map() {
	echo "$2" >"/proc/$1/uid_map"
	echo "$3" >"/proc/$1/gid_map"
}
# refuses WHAT LINE ARGUMENT...: xnsenter refuses with this line, and the program does not run
refuses() {
	refused=$1 line=$2
	shift 2
	rm -f ran
	run xnsenter "$@" touch "$work/ran"
	is "$refused: status" "$status" 1
	like "$refused: message" "$err" "^xnsenter: cannot keep $line: the id is not mapped there, so "
	ok "$refused: the program does not run" test ! -e ran
}
# enters WHAT WANT ARGUMENT...: the program runs, and "id -u" prints this
enters() {
	entered=$1 want=$2
	shift 2
	run xnsenter "$@" id -u
	is "$entered" "$out$err" "$want"
}

of_another_user() {
	if [ "$mode" != root ]; then
		skip "the namespace of another user" "needs two users"
		return
	fi
	sandbox as_user unshare -U
	refuses "no map" "uid 0 in the user namespace that uid $user_uid owns" -t "$box" -U --preserve-credentials
	like "no map: the hint" "$err" "^xnsenter: hint: run it as uid $user_uid, or add --keep-outside-ids if "
	refuses "no map: --all" "uid 0 in .*" -t "$box" -a --preserve-credentials
	enters "no map: --keep-outside-ids" 65534 -t "$box" -U --keep-outside-ids
	# The refusal prevents this: the owner of the namespace looks into the program of root's.
	xnsenter -t "$box" -U --keep-outside-ids sleep 300 &
	victim=$!
	until_ok executes "$victim" sleep 2>/dev/null
	# Entering as the owner does, with all capabilities.
	out=$(as_user xnsenter -t "$box" -U --preserve-credentials --keep-caps readlink "/proc/$victim/exe" 2>&1)
	like "with it the owner can trace a program of uid 0" "$out" '/sleep$|/coreutils$|/busybox$'
	kill -KILL "$victim"
	wait "$victim" 2>/dev/null
	end_sandbox

	sandbox as_user unshare -Ur
	refuses "a map" "uid 0 in the user namespace that uid $user_uid owns" -t "$box" -U --preserve-credentials
	like "a map: the hint" "$err" \
		"^xnsenter: hint: replace --preserve-credentials with -S 0 -G 0 to run .*, or add --keep-outside-ids if "
	enters "a map: the command of the hint" 0 -t "$box" -U -S 0 -G 0
	enters "a map: without options" 0 -t "$box" -U
	refuses "a map: --all" "uid 0 in .*" -t "$box" -a --preserve-credentials
	refuses "a map: by file" "uid 0 in .*" "--user=/proc/$box/ns/user" --preserve-credentials
	refuses "a map: the option shortened" "uid 0 in .*" -t "$box" -U --pres
	refuses "a map: only the uid is given" "gid 0 in .*" -t "$box" -U --preserve-credentials -S 0
	refuses "a map: only the gid is given" "uid 0 in .*" -t "$box" -U --preserve-credentials -G 0
	refuses "a map: the uid, by file" "gid 0 in .*" "--user=/proc/$box/ns/user" --preserve-credentials -S 0
	refuses "a map: --explain" "uid 0 in .*" --explain -t "$box" -U --preserve-credentials
	# setgroups is denied there, so groups stay.
	rm -f ran
	run setpriv --groups 0,4242 xnsenter -t "$box" -U --preserve-credentials -S 0 -G 0 touch "$work/ran"
	like "a map: groups that cannot be dropped inside" "$status$err" "^1xnsenter: cannot keep group (0|4242) in "
	ok "a map: the program does not run with them" test ! -e ran
	run setpriv --clear-groups xnsenter -t "$box" -U --preserve-credentials -S 0 -G 0 id -u
	is "a map: no groups" "$out$err" 0
	run setpriv --groups 0,4242 xnsenter -t "$box" -U sh -c 'id -G'
	is "a map: dropped outside" "$out$err" 0
	end_sandbox
	sandbox as_user unshare -Ur unshare -U
	refuses "the parent" "uid 0 in the user namespace that uid $user_uid owns" \
		-t "$box" --user-parent --preserve-credentials
	end_sandbox
}

of_our_own() {
	if [ "$mode" != root ]; then
		skip "a namespace of root's" "not root"
		return
	fi
	sandbox unshare -U
	enters "root's own, no map" 65534 -t "$box" -U --preserve-credentials
	map "$box" "0 100000 65536" "0 100000 65536"
	refuses "root's own, a map without uid 0" "uid 0 in the user namespace that uid 0 owns" \
		-t "$box" -U --preserve-credentials
	refuses "root's own, a map without uid 0: by file" "uid 0 in .*" "--user=/proc/$box/ns/user" --preserve-credentials
	enters "root's own, a map without uid 0: ids of its own" 0 -t "$box" -U -S 0 -G 0
	enters "root's own, a map without uid 0: groups are dropped inside" 0 -t "$box" -U --preserve-credentials -S 0 -G 0
	end_sandbox
	sandbox unshare -U
	map "$box" "5 100000 65536" "7 100000 65536"
	refuses "a map without 0" "uid 0 in .*" -t "$box" -U --preserve-credentials
	like "a map without 0: the hint names ids that are mapped" "$err" "with -S 5 -G 7 to run"
	end_sandbox
	sandbox unshare -U
	map "$box" "0 0 1" "0 100000 65536"
	refuses "the uid is mapped, the gid is not" "gid 0 in .*" -t "$box" -U --preserve-credentials
	end_sandbox
	sandbox unshare -U
	map "$box" "0 0 1" "0 0 1"
	run setpriv --groups 4242 xnsenter -t "$box" -U --preserve-credentials true
	like "uid and gid are mapped, a group that could be dropped is not" "$err" "cannot keep group 4242 in "
	run setpriv --groups 0 xnsenter -t "$box" -U --preserve-credentials id -u
	is "all are mapped" "$out$err" 0
	end_sandbox
	sandbox unshare -Ur
	run setpriv --groups 0,4242 xnsenter -t "$box" -U --preserve-credentials id -u
	is "groups that all processes there have had to keep" "$out$err" 0
	end_sandbox
}

# as_caller [GROUPS]: the ordinary user, in the mode userns root of its own namespace
as_caller() {
	if [ "$mode" = user ]; then
		# shellcheck disable=SC2086 # a list of assignments
		set -- setpriv --reuid "$user_uid" --regid "$user_gid" --groups "$user_gid,4242" -- env $user_env "$@"
	fi
	"$@"
}
keeps_working() {
	if [ "$mode" != user ]; then
		skip "an ordinary user's own sandbox" "for that user"
		return
	fi
	for words in -U -Ur '-U --map-user=7' '-U --map-group=7'; do
		# shellcheck disable=SC2086 # words
		sandbox as_caller unshare $words
		want=$(as_caller nsenter -t "$box" -U --preserve-credentials id -u)
		for arguments in "-t $box -U" "-t $box -a" "--user=/proc/$box/ns/user" "-t $box -U --keep-outside-ids"; do
			last_run="xnsenter $arguments"
			# shellcheck disable=SC2086 # words
			out=$(as_caller xnsenter $arguments --preserve-credentials id -u 2>&1)
			is "unshare $words: ${arguments%%/*}" "$out" "$want"
		done
		end_sandbox
	done
	sandbox as_caller unshare -U
	map "$box" "0 100000 65536" "0 100000 65536"
	out=$(as_caller xnsenter -t "$box" -U --preserve-credentials id -u 2>&1)
	like "a map that lacks the own uid" "$out" "cannot keep uid $user_uid in the user namespace that uid $user_uid owns"
	end_sandbox
	# As rootless container engines map: groups that the user has had before stay.
	sandbox as_caller unshare -U
	map "$box" "0 $user_uid 1
1 100000 65535" "0 $user_gid 1
1 100000 65535"
	out=$(as_caller xnsenter -t "$box" -U --preserve-credentials id -u 2>&1)
	is "a map by newuidmap" "$out" 0
	end_sandbox
}

for_each_mode of_another_user
for_each_mode of_our_own
for_each_mode keeps_working
done_testing

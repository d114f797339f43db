#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --run-as NAME: the ids, groups and HOME of a user, of the host's or of the target's.
# shellcheck disable=SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
is_real_root || skip_all "not root"
needs_programs probe
in_private_ns "$@"
private_etc

printf '%s\n' 'visitor:x:3001:3002::/visitor:/bin/sh' 'toor:x:0:0::/toor:/bin/sh' >>/etc/passwd
printf '%s\n' 'visitors:x:3002:' 'guests:x:3003:tester,visitor' >>/etc/group
says='id -u; id -g; id -G | tr " " "\n" | sort -n; echo $HOME $USER $LOGNAME'
visitor='3001 3002 3002 3003 /visitor visitor visitor'

ours() {
	for way in "" "-u -f" "-p --init" "-m --kill-child"; do
		run xunshare $way --run-as visitor sh -c "$says"
		is "xunshare $way --run-as" "$(squeeze "$out")" "$visitor"
		run xunshare $way --run-as 3001 sh -c "$says"
		is "xunshare $way --run-as a number" "$(squeeze "$out")" "$visitor"
		run xunshare $way --run-as visitor sh -c 'grep ^CapPrm /proc/self/status'
		is "xunshare $way --run-as: no capabilities" "${out#*:?}" 0000000000000000
	done
	run xunshare --clear-env --run-as visitor /usr/bin/env
	is "--clear-env --run-as: what remains" "$(squeeze "$out")" "HOME=/visitor USER=visitor LOGNAME=visitor"
	run xunshare --run-as visitor --cap-add net_raw sh -c 'grep ^CapEff /proc/self/status'
	is "--run-as --cap-add" "${out#*:?}" 0000000000002000
	run xunshare -f --run-as visitor sh -c 'sed -n "s/^Groups:[[:space:]]*//p; s/^Uid:[[:space:]]*//p" /proc/$PPID/status'
	is "the one who waits has the same ids and groups" "$(squeeze "$out")" "3001 3001 3001 3001 3002 3003"
	run xunshare -U --map-users=0:3000:100 --map-groups=0:3000:100 --run-as visitor true
	like "a group that is not mapped" "$err" 'hint: a group of that user does not exist in this user '
	run xunshare -r --run-as visitor true
	like "groups that may not be taken" "$err" 'hint: setgroups is denied .* leave out --run-as'
}

refused() {
	for program in xunshare "xnsenter --target $$ -u"; do
		run $program --run-as nosuch touch "$work/ran"
		is "$program: no such user" "$status" 1
		like "is named" "$err" "there is no user 'nosuch'"
		for name in toor 0; do
			run $program --run-as $name touch "$work/ran"
			like "$program: uid 0 by the name $name" "$err" "cannot run as '$name': its uid is 0"
		done
		run $program --run-as root id -u
		is "$program: root may be named" "$out" 0
		run $program --run-as visitor -S 5 touch "$work/ran"
		like "$program: with -S" "$err" "'--run-as' and '--setuid' exclude each other"
	done
	err=$(as_user xunshare --run-as visitor touch "$work/ran" 2>&1)
	like "without rights" "$err" 'cannot take the groups of .visitor.'
	ok "nothing ran" test ! -e "$work/ran"
}

# The files of the target decide, if its root is entered.
theirs() {
	mkdir -p root/etc root/proc
	printf 'visitor:x:4001:4002::/their:/bin/sh\nvillain:x:0:0::/:/bin/sh\n' >root/etc/passwd
	printf 'one:x:4002:\ntwo:x:4003:visitor\n' >root/etc/group
	start xunshare -m sh -c "mount --bind $work/root/etc /etc && echo there && exec sleep 300"
	until_ok grep -q there "$outfile"
	their='4001 4002 4002 4003 /their visitor visitor'
	run xnsenter -t $bg -m --run-as visitor sh -c "$says"
	is "xnsenter -m --run-as: the target's user" "$(squeeze "$out")" "$their"
	run xnsenter -t $bg -u --run-as visitor sh -c "$says"
	is "xnsenter -u --run-as: ours" "$(squeeze "$out")" "$visitor"
	run xnsenter --mount=/proc/$bg/ns/mnt --run-as visitor touch "$work/ran"
	like "a mount namespace without a target" "$err" "needs '--target' or '--root'"
	run xnsenter -t $bg -m --run-as villain touch "$work/ran"
	like "a user of the target's with uid 0" "$err" "cannot run as 'villain': its uid is 0"
	run xnsenter -t $bg -m --run-as tester touch "$work/ran"
	like "a user of the host's" "$err" "there is no user 'tester'"
	kill -KILL $bg
	finish
	for kind in fifo loop outside; do
		rm -f root/etc/passwd
		case $kind in
		fifo) mkfifo root/etc/passwd ;;
		loop) ln -s passwd root/etc/passwd ;;
		outside) ln -s ../../../../../../etc/passwd root/etc/passwd ;;
		esac
		run xnsenter --root="$work/root" --run-as visitor touch "$work/ran"
		is "a passwd file that is a $kind is refused" "$status" 1
		like "$kind: it is named" "$err" 'cannot read /etc/passwd of the target: '
	done
	ok "nothing ran" test ! -e "$work/ran"
}

ours
refused
theirs
done_testing

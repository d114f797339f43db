#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter --etc and --mount-proc: mounts that only the program sees.
# shellcheck disable=SC2046,SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs filter inmate probe
in_private_ns "$@"

# A box with files of its own in /etc.
box_with_etc() {
	box -m -n -- sh -c 'mkdir "$0/box/etc" && echo "nameserver 192.0.2.1" >"$0/box/etc/resolv.conf" &&
		echo "192.0.2.2 inside" >"$0/box/etc/hosts" && mount --bind "$0/box/etc" /etc && exec sleep 300' "$home"
	until_ok is_running "$box" sleep
}

shows_etc() {
	box_with_etc
	passwd=$(head -n 1 /etc/passwd)
	cat /proc/self/mountinfo >"$work/before"
	enter -n --etc sh -c 'cat /etc/resolv.conf /etc/hosts; head -n 1 /etc/passwd'
	is "--etc: the target's two files, and ours" "$out$err" "nameserver 192.0.2.1
192.0.2.2 inside
$passwd"
	enter -n --etc readlink /proc/self/ns/mnt
	ok "in a mount namespace of its own" test "$out" != "$(readlink /proc/self/ns/mnt)"
	ok "which is not the target's" test "$out" != "$(ns "$box" mnt)"
	enter -n --etc sh -c 'readlink /proc/self/ns/net; pwd'
	is "in the network of the target" "$(squeeze "$out")" "$(ns "$box" net) $PWD"
	[ "$mode" != root ] || {
		mkdir -p "$work/view"
		enter -n --etc --view "$work/view" cat "$work/view/$home/box/etc/hosts" /etc/hosts
		has_since 5.12 && is "with a view" "$(squeeze "$out")" "192.0.2.2 inside 192.0.2.2 inside"
	}
	is "our mounts are as before" "$(cat /proc/self/mountinfo)" "$(cat "$work/before")"
	unbox
}

# /etc/netns/NAME, as xnetns exec shows it.
shows_named() {
	[ "$mode" = root ] && is_real_root || return 0
	private_etc
	mkdir -p /etc/netns/blue
	mount -t tmpfs -o mode=755 none /run
	echo "nameserver 192.0.2.3" >/etc/netns/blue/resolv.conf
	run xnetns add blue
	[ "$status" = 0 ] || { skip "a named network" "no xnetns"; return; }
	for file in netns:blue /run/netns/blue; do
		run xnsenter --net=$file --etc cat /etc/resolv.conf
		is "--net=$file --etc" "$out$err" "nameserver 192.0.2.3"
	done
	cp /run/netns/blue "$work/other" 2>/dev/null
	: >"$work/other"
	mount --bind /run/netns/blue "$work/other"
	run xnsenter --net="$work/other" --etc touch "$home/ran"
	like "a file that is no name" "$err" "needs the network namespace of the target or of a name"
	umount "$work/other"
	ok "nothing ran" test ! -e "$home/ran"
}

hostile_etc() {
	[ "$mode" = root ] || return 0
	for kind in fifo loop outside sysfs procfs huge secret none; do
		mkdir -p "$work/their-etc" "$work/their-proc"
		rm -f "$work/their-etc/"*
		case $kind in
		fifo) mkfifo "$work/their-etc/hosts" ;;
		loop) ln -s hosts "$work/their-etc/hosts" ;;
		outside) ln -s ../../../../../../../../proc/1/root/etc/shadow "$work/their-etc/hosts" ;;
		sysfs) ln -s /sys/kernel/uevent_seqnum "$work/their-etc/hosts" ;;
		procfs) ln -s "$work/their-proc/version" "$work/their-etc/hosts" ;;
		huge) head -c 2000000 /dev/zero | tr '\0' x >"$work/their-etc/hosts" ;;
		secret) (umask 077 && echo secret >"$work/their-etc/hosts") ;;
		none) : ;;
		esac
		start xunshare -m -n --kill-child sh -c 'mount -t proc proc "$1" &&
			mount --bind "$0" /etc && umount -l /proc && exec sleep 300' "$work/their-etc" "$work/their-proc"
		until_ok is_sleeping
		run xnsenter -t "$(child_of $bg)" -n --etc touch "$home/ran"
		is "hosts is $kind: refused" "$status" 1
		like "hosts is $kind: named" "$err" '/etc/hosts'
		kill -KILL $bg
		finish
	done
	ok "nothing ran" test ! -e "$home/ran"
}

# The target may lead root's look to a file that everybody may read, in a directory that is closed to the target.
closed_to_the_target() {
	[ "$mode" = root ] || return 0
	mkdir -p "$work/closed" "$work/open-etc"
	echo secret >"$work/closed/hosts"
	ln -sf "$work/closed/hosts" "$work/open-etc/hosts"
	chmod 644 "$work/closed/hosts"
	chmod 755 "$work" "$work/open-etc"
	start setpriv --reuid "$user_uid" --regid "$user_gid" --groups 4242 xunshare -U -r -m -n --kill-child \
		sh -c 'mount --bind "$0" /etc && exec sleep 300' "$work/open-etc"
	until_ok is_sleeping
	while read -r access owner what expected; do
		chown "$owner" "$work/closed"
		chmod "$access" "$work/closed"
		run xnsenter -t "$(child_of $bg)" -n --etc cat /etc/hosts
		is "a directory $what" "$status/$out" "$expected"
		[ "$expected" != 1/ ] || like "a directory $what: the file is named" "$err" \
			'^xnsenter: cannot read /etc/hosts of the target: Permission denied'
	done <<-END
		700 0:0 of_root's 1/
		750 0:4243 of_another_group 1/
		750 0:4242 of_its_second_group 0/secret
		700 $user_uid:0 of_its_own 0/secret
		755 0:0 of_everybody's 0/secret
	END
	run filter fork=12 xnsenter -t "$(child_of $bg)" -n --etc touch "$home/ran"
	like "no process can be started" "$status/$err" \
		"^1/xnsenter: cannot start a process that reads the target's files: Cannot allocate memory"
	run filter setgroups=EPERM xnsenter -t "$(child_of $bg)" -n --etc touch "$home/ran"
	like "ids that cannot be taken" "$status/$err" "^1/xnsenter: cannot read /etc/resolv.conf of the target: Operation not"
	ok "nothing ran" test ! -e "$home/ran"
	kill -KILL $bg
	finish
	# Neither has root's own process capabilities there.
	start xunshare -m -n --kill-child sh -c 'mount --bind "$0" /etc && exec sleep 300' "$work/open-etc"
	until_ok is_sleeping
	for owner in $user_uid 0; do
		chown "$owner:0" "$work/closed"
		chmod 700 "$work/closed"
		run xnsenter -t "$(child_of $bg)" -n --etc cat /etc/hosts
		is "a process of root's, a directory of uid $owner" "$status/$out" \
			"$([ "$owner" = 0 ] && echo 0/secret || echo 1/)"
	done
	kill -KILL $bg
	finish
}

is_sleeping() {
	is_running "$(child_of $bg)" sleep
}

mounts_proc() {
	box -p -u
	cat /proc/self/mountinfo >"$work/before"
	enter -p -u --mount-proc sh -c 'echo $$; hostname; ls /proc | grep -c "^[0-9]*\$"; cat /proc/1/comm'
	is "--mount-proc: the processes of the target" "$status/$(echo "$out" | sed -n '2p; $p' | tr '\n' ' ')$err" \
		"0/box sleep "
	enter -p --mount-proc readlink /proc/self/ns/pid /proc/self/exe
	is "the program is in there" "$(echo "$out" | head -n 1)" "$(ns "$box" pid)"
	enter -p --mount-proc sh -c 'ls /proc/1/root >/dev/null; kill -TERM $$'
	is "the program's signal" "$status" 143
	is "our mounts are as before" "$(cat /proc/self/mountinfo)" "$(cat "$work/before")"
	[ "$mode" != root ] || {
		enter -p --mount-proc --like-target=no-seccomp grep ^CapBnd /proc/self/status
		is "like the target" "$out" "$(grep ^CapBnd "/proc/$box/status")"
		enter -p --mount-proc --cap-drop all grep ^CapPrm /proc/self/status
		is "without capabilities" "${out#*:?}" 0000000000000000
	}
	unbox
}

# While one of ours is in the pid namespace, it runs from a copy that cannot be written.
from_a_copy() {
	[ "$mode" = root ] || return 0
	box -p
	enter -p --mount-proc --explain true
	like "the plan forks inside, and mounts then" "$(squeeze "$out")" 'setns.*fork\(\).*mount proc at /proc.*execvp'
	run strace -f -qq -e trace=execveat -o "$work/trace" xnsenter -t "$box" -p --mount-proc true
	[ "$status" = 0 ] && is "it has started again from a memory file" "$(grep -c 'execveat(' "$work/trace")" 1
	unbox
}

refused() {
	box -p -n
	for option in --all -m -r -F; do
		enter -p --mount-proc $option touch "$home/ran"
		like "--mount-proc $option" "$err" "'--mount-proc' and '--[a-z-]*' exclude each other|'--all' and|cannot keep"
	done
	enter -u --mount-proc touch "$home/ran"
	like "--mount-proc without --pid" "$err" "'--mount-proc' needs '--pid'"
	enter -u --etc touch "$home/ran"
	like "--etc without --net" "$err" "'--etc' needs '--net' or '--net-socket'"
	for option in --all -m -r; do
		enter -n --etc $option touch "$home/ran"
		like "--etc $option" "$err" "'--etc' and '--[a-z]*' exclude each other"
	done
	for rules in unshare=EPERM mount=EPERM; do
		run filter $rules xnsenter -t "$box" $(user_words) -p --mount-proc touch "$home/ran"
		is "--mount-proc, $rules" "$status" 1
		like "--mount-proc, $rules: a hint" "$err" '^xnsenter: hint: .*seccomp'
		run filter $rules xnsenter -t "$box" $(user_words) -n --etc touch "$home/ran"
		is "--etc, $rules" "$status" 1
		like "--etc, $rules: a hint" "$err" '^xnsenter: hint: .*seccomp'
	done
	run setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups xnsenter --net=/proc/self/ns/net --etc touch "$home/ran"
	ok "nothing ran" test ! -e "$home/ran"
	unbox
}

for fn in shows_etc shows_named hostile_etc closed_to_the_target mounts_proc from_a_copy refused; do
	for_each_mode $fn
done
done_testing

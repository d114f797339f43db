#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter --view: our tools, the target's files, and its mounts as they were.
# shellcheck disable=SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs filter probe
in_private_ns "$@"
XNS_MODES=root
view=$work/view
mkdir "$view"

# The flags of each mount below the view that are not in the list.
lacking() {
	run xnsenter -t "$box" --view "$2$view" cat /proc/self/mountinfo
	echo "$out" | awk -v below="$view" -v wanted="$1" 'index($5, below) == 1 {
		n = split(wanted, words, ",")
		for (i = 1; i <= n; i++) if (index("," $6 ",", "," words[i] ",") == 0) print $5, words[i]
		print "mount" }' | sort | uniq -c | sed 's/^ *//'
}

looks() {
	has_since 5.12 || { skip "the view" "Linux 5.12"; return; }
	for rights in "" -r; do
		box -muinpC $rights --mount-proc
		cat "/proc/$box/mountinfo" >"$work/before"
		run xnsenter -t "$box" -a --view "$view" sh -c 'cat "$0/only/file" && hostname && cat "$1/proc/1/comm"' \
			"$view$home/box" "$view"
		is "box $rights: its files, its host name, its processes" "$status/$(squeeze "$out")" "0/text box sleep"
		is "box $rights: the PID of its init" "$err" "xnsenter: process 1 of the target is process $box here"
		run xnsenter -t "$box" -a --view "$view" sh -c 'readlink /proc/self/ns/pid /proc/self/ns/user
			readlink "/proc/$0/ns/mnt" /proc/self/ns/mnt | sort -u | wc -l; test "$(pwd)" -ef "$1" && echo here' \
			"$box" "$work"
		is "box $rights: our pid and user namespace, and a mount namespace of its own" "$(squeeze "$out")" \
			"$(readlink /proc/self/ns/pid) $(readlink /proc/self/ns/user) 2 here"
		is "box $rights: every mount of it is read-only and without devices and programs" \
			"$(lacking ro,nosuid,nodev,noexec '')" "$(grep -c . "$work/before") mount"
		run xnsenter -t "$box" --view "$view" sh -c ': >"$0/only/other"' "$view$home/box"
		like "box $rights: nothing can be written" "$err" 'Read-only file system'
		run xnsenter -t "$box" --view "$view" sh -c '"$0/bin/true"' "$view"
		is "box $rights: and none of its programs executed" "$status" 126
		run xnsenter -t "$box" --view "$view" sh -c 'mount -t tmpfs t "$0/tmp" && mount -t tmpfs t /mnt &&
			umount "$1" && echo done' "$view" "$view/proc"
		is "box $rights: mounts of the program" "$out" "done"
		is "box $rights: its mounts are the same, byte for byte" "$(cat "/proc/$box/mountinfo")" \
			"$(cat "$work/before")"
		is "box $rights: and so are ours" "$(grep -c " $view" /proc/self/mountinfo)" 0
		unbox
	done
}

# What the target shares with peers stays so, and the view is none.
propagates_nothing() {
	has_since 5.12 || { skip "the view" "Linux 5.12"; return; }
	box -mp --mount-proc --propagation shared -- sh -c 'mount --make-rshared /; exec sleep 300'
	until_ok is_running "$box" sleep
	cat "/proc/$box/mountinfo" >"$work/before"
	run xnsenter -t "$box" --view "$view" sh -c 'mount -t tmpfs t "$0" && grep -c " shared:" /proc/self/mountinfo' \
		"$view/tmp"
	is "nothing that the program sees is shared" "$out" 0
	is "the mounts of the target are the same" "$(cat "/proc/$box/mountinfo")" "$(cat "$work/before")"
	unbox
}

writes() {
	has_since 5.14 || { skip "rw:" "Linux 5.14"; return; }
	box -mp --mount-proc
	echo secret >"$work/secret"
	run xnsenter -t "$box" --view "rw:$view" sh -c 'echo new >"$0/only/other"; ln -s "$1" "$0/only/link"
		cat "$0/only/link"' "$view$home/box" "$work/secret"
	like "rw: a link of the target's does not lead to our files" "$err" 'Too many levels of symbolic links'
	run xnsenter -t "$box" -m cat "$home/box/only/other"
	is "rw: what is written is there" "$out" new
	is "rw: every mount is without devices, programs and links" "$(lacking nosuid,nodev,noexec,nosymfollow rw:)" \
		"$(grep -c . "/proc/$box/mountinfo") mount"
	unbox
}

# A process that called chroot(2) has another root than its mount namespace.
chrooted() {
	has_since 5.12 || { skip "the view" "Linux 5.12"; return; }
	mkdir -p "$home/root/bin" "$home/root/proc"
	cp "$(command -v busybox)" "$home/root/bin/sleep" 2>/dev/null || { skip "a chroot" "no busybox"; return; }
	start xunshare -m -R "$home/root" --kill-child /bin/sleep 300
	has_chrooted() { chrooted=$(child_of $bg) && executes "$chrooted" sleep; }
	until_ok has_chrooted
	run xnsenter -t "$chrooted" --view "$view" ls "$view"
	is "the root of a process that called chroot" "$(squeeze "$out")" "bin proc"
	kill -KILL $bg
	finish
}

refused() {
	box -mp
	for option in -m -p -U --user-parent -r --root=/ "--children -n"; do
		run xnsenter -t "$box" --view "$view" $option touch "$home/ran"
		like "$option" "$err" "'--[a-z]*(-parent)?' and '--[a-z]*(-parent)?' exclude each other"
	done
	run xnsenter --view "$view" touch "$home/ran"
	like "without a target" "$err" "'--view' needs '--target'"
	run xnsenter -t "$box" --view rw: touch "$home/ran"
	like "rw: alone" "$err" "'rw:' is not a directory"
	run xnsenter -t "$box" --view "$work/none" touch "$home/ran"
	is "a directory that is missing" "$(head -n 1 "$errfile")" \
		"xnsenter: cannot open the directory '$work/none': No such file or directory"
	for kernel in 4.18 5.10; do
		run filter linux-$kernel xnsenter -t "$box" --view "$view" touch "$home/ran"
		is "Linux $kernel" "$status" 1
		like "Linux $kernel: what it lacks" "$err" 'this kernel lacks (open_tree|mount_setattr)\(2\), which Linux 5\.[0-9]* introduced'
		like "Linux $kernel: the remedy" "$err" '^xnsenter: hint: leave out --view'
	done
	run filter linux-5.10 xnsenter -t "$box" --view "$view" --explain true
	is "it can be explained" "$status" 0
	if has_since 5.12; then
		for call in open_tree mount_setattr move_mount setns unshare; do
			run filter $call=EPERM xnsenter -t "$box" --view "$view" touch "$home/ran"
			is "a filter that forbids $call" "$status" 1
			like "$call is named" "$err" "^xnsenter: hint: .*a seccomp filter refuses $call"
		done
	fi
	run setpriv --reuid 1000 --regid 1000 --clear-groups xnsenter -t "$box" --view "$view" touch "$home/ran"
	like "an ordinary user" "$err" 'hint: .*run it as root'
	ok "nothing ran" test ! -e "$home/ran"
	unbox
}

# A stranger must not choose which of our files those of the target cover.
places_of_strangers() {
	has_since 5.12 || { skip "the view" "Linux 5.12"; return; }
	can_be_user || return 0
	box -mp
	mkdir -p "$work/covered"
	ln -sfn "$work/covered" "$work/link"
	as_user sh -c 'mkdir "$0/place"; ln -s "$1/covered" "$0/link"' "$home" "$work"
	for place in "$home/link" "$home/link/../covered"; do
		run xnsenter -t "$box" --view "$place" touch "$home/ran"
		like "a link of another user's: $place" "$err" "^xnsenter: cannot open the directory '.*': the symbolic link 'link' is"
	done
	for place in "$home/place" "rw:$home/place"; do
		run xnsenter -t "$box" --view "$place" touch "$home/ran"
		like "a directory of another user's: $place" "$err" "^xnsenter: cannot show files at '.*': another user could replace"
	done
	ok "nothing ran" test ! -e "$home/ran"
	run xnsenter -t "$box" --view "$work/link" cat "$work/covered$home/box/only/file"
	is "a link of root's is followed" "$out" text
	unbox
}

for fn in looks propagates_nothing writes chrooted places_of_strangers refused; do
	for_each_mode $fn
done
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Steps of xunshare where a filter refuses one call, as those of container engines do: the program runs, since
# there is another way, or a hint names the filter or what the kernel lacks. No EPERM stands alone.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs filter
in_private_ns "$@"
[ "$XNS_MODES" != "root user userns" ] || XNS_MODES="root user"
has_since 5.12 || skip_all "Linux 5.12"

calls="chroot close_range fsconfig fsmount fsopen keyctl memfd_create mount mount_setattr move_mount open_tree
	openat2 pidfd_getfd pidfd_open pivot_root sethostname setns umount2 unshare unshare-user clone-pid"
lines="--bind $home/src:/mnt
--ro-bind $home/src:/mnt
--dev-bind $home/src:/mnt
--dev /mnt
--overlay $home/src:/mnt
--overlay $home/src:$home/up:$home/work:/mnt
--tmpfs /mnt --symlink a:/mnt/x
-pf --ro-bind / --mount-proc
-pf --tmpfs / --ro-bind /:/all --ro-bind /usr --symlink usr/bin:/bin --symlink usr/lib:/lib --symlink usr/lib64:/lib64 --dev /dev
-R / --bind $home/src:/mnt
-R $home/root --pivot --ro-bind /usr:/usr
--setup :
-u --hostname bird --up
-pf --init --mount-proc --kill-child
--disable-userns --drop
--cap-drop all --no-new-privs"

hints() {
	as_user mkdir -p "$home/src" "$home/up" "$home/work" "$home/root/usr" "$home/root/proc" "$home/root/dev"
	for dir in bin lib lib64; do ln -sfn "usr/$dir" "$home/root/$dir"; done
	printf '%s\n' "$lines" >"$work/lines"
	while read -r line; do
		case $mode$line in
		root*--drop) continue ;;
		root*) ;;
		*) line="-r $line" ;;
		esac
		bare='' ran=0
		for call in $calls; do
			run filter "$call=EPERM" xunshare $line true
			case $status/$err in
			0/*) ran=$((ran + 1)) ;;
			*"hint: "*filter* | *"hint: "*"this kernel lacks"*) ;;
			*) bare="$bare$call: $err;" ;;
			esac
		done
		is "$line: no call is refused without a hint" "$bare" ''
		ok "$line: some are not needed" test "$ran" -gt 5
	done <"$work/lines"
}

for_each_mode hints
done_testing

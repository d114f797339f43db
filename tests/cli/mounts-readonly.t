#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --ro-bind is read-only on every mount below, and stays so for a program without CAP_SYS_ADMIN,
# whatever it tries; the others are warned.
# shellcheck disable=SC2086 # options are lists of words
# shellcheck disable=SC2016 # the inner shell expands these
. "${0%/*}/lib.sh"
needs_programs filter
in_private_ns "$@"
has_since 5.2 || skip_all "Linux 5.2"

# A directory with mounts in it: one, one in that, a bind, one on another, and a file.
tree=$home/tree
mkdir -p "$tree/plain" "$tree/one" "$tree/bound" "$tree/twice" "$home/other"
: >"$tree/file"
: >"$home/file"
mount -t tmpfs -o mode=1777,nosuid,noexec one "$tree/one" || skip_all "no mounts"
mkdir -m 1777 "$tree/one/two"
mount -t tmpfs -o mode=1777 two "$tree/one/two"
mount --bind "$home/other" "$tree/bound"
mount -t tmpfs -o mode=1777 below "$tree/twice"
mount -t tmpfs -o mode=1777 above "$tree/twice"
mount --bind "$home/file" "$tree/file"
[ "$(id -u)" != 0 ] || chown "$user_uid:$user_gid" "$tree" "$tree/plain" "$home/other" "$home/file"
places="$tree $tree/plain $tree/one $tree/one/two $tree/bound $tree/twice"

# The program tries to write, to mount again, to unmount, to write; and the same with all
# capabilities of a user namespace of its own.
cat >"$bin/attack" <<'END'
#!/bin/sh
tries() {
	for place in $PLACES; do
		(: >"$place/written") 2>/dev/null && echo "$1: wrote to $place"
		(: >"$FILE") 2>/dev/null && echo "$1: wrote to $FILE"
		for options in remount,rw remount,bind,rw remount,rw,nosuid,nodev remount,bind,rw,nosuid,nodev,noexec; do
			mount -o "$options" "$place" 2>/dev/null && echo "$1: mounted $place again"
		done
		mount -o remount,bind,rw "$FILE" 2>/dev/null && echo "$1: mounted $FILE again"
	done
	for place in $PLACES; do
		umount "$place" 2>/dev/null && echo "$1: unmounted $place"
		umount -l "$place" 2>/dev/null && echo "$1: unmounted $place lazily"
		(: >"$place/written") 2>/dev/null && echo "$1: wrote to $place afterwards"
	done
	(: >"$FILE") 2>/dev/null && echo "$1: wrote to $FILE afterwards"
}
if [ $# = 0 ]; then
	tries plain
	xunshare -r "$0" nested
	xunshare -rm "$0" "nested, with mounts"
	echo tried
else
	tries "$1"
fi
END
chmod 755 "$bin/attack"

written() { find "$tree" "$home/other" -name written; }

# attacks NAME OPTION...
attacks() {
	name=$1
	shift
	run env PLACES="$places" FILE="$tree/file" "$@" "$bin/attack"
	is "$name: nothing is written" "$status/$out/$(written)" 0/tried/
	find "$tree" "$home/other" -name written -delete
}

set_drop() {
	case $mode in
	root) drop="-m -S $user_uid -G $user_gid" ;;
	user) drop=-c ;;
	*) drop="--map-user $user_uid --map-group $user_gid" ;;
	esac
}

holds() {
	set_drop
	attacks "--ro-bind DIR" xunshare $drop --ro-bind "$tree"
	attacks "--ro-bind /" xunshare $drop --ro-bind /
	attacks "--tmpfs /, and one bind of all" xunshare $drop --tmpfs / --ro-bind "/:/all" --ro-bind "$tree" \
		--ro-bind /usr --ro-bind "$bin" --symlink usr/bin:/bin --symlink usr/lib:/lib --symlink usr/lib64:/lib64
	attacks "below a writable bind" xunshare $drop --bind "$home" --ro-bind "$tree"
	[ "$mode" != user ] || attacks "as root, with --cap-drop all" xunshare -r --cap-drop all --ro-bind "$tree"
	[ "$mode" != user ] || attacks "as root, with --drop" xunshare -r --drop --ro-bind "$tree"
	# Before Linux 5.12, one remount for each mount.
	attacks "by remounts" filter mount_setattr=ENOSYS xunshare $drop --ro-bind "$tree"
	attacks "by remounts, below --tmpfs /" filter linux-5.10 xunshare $drop --tmpfs / --ro-bind "/:/all" --ro-bind "$tree" \
		--ro-bind /usr --ro-bind "$bin" --symlink usr/bin:/bin --symlink usr/lib:/lib --symlink usr/lib64:/lib64
	run xunshare $drop --ro-bind "$tree" awk -v tree="$tree" \
		'index($5, tree) == 1 && $6 ~ /^ro/ { print $5 }' /proc/self/mountinfo
	is "each mount is read-only" "$(printf '%s\n' "$out" | sort -u | wc -l)" 6
	run xunshare $drop --ro-bind "$tree" awk -v path="$tree/one" '$5 == path { print $6 }' /proc/self/mountinfo
	like "and keeps its own flags" "$(printf '%s\n' "$out" | tail -n 1)" '^ro,nosuid,(nodev,)?noexec'
	# Shows that the attack can succeed.
	run env PLACES="$places" FILE="$tree/file" xunshare $drop --bind "$tree" "$bin/attack"
	like "--bind DIR is writable" "$out" "plain: wrote to $tree/one/two"
	find "$tree" "$home/other" -name written -delete
}

has_capability() {
	[ "$mode" = root ] && rights=-m || rights=-r
	run xunshare $rights --ro-bind "$tree" sh -c "umount -l '$tree' && touch '$tree/plain/written' && echo undone"
	is "a program with CAP_SYS_ADMIN can undo it" "$out" undone
	rm -f "$tree/plain/written"
	command -v script >/dev/null || { skip "the warning" "no script(1)" && return; }
	run script -qec "xunshare $rights --ro-bind $tree true" /dev/null
	like "and a warning says so on a terminal" "$out" 'warning: --ro-bind does not bind this program'
	set_drop
	run script -qec "xunshare $drop --ro-bind $tree true" /dev/null
	unlike "no warning without the capability" "$out" warning
	run script -qec "xunshare $rights --bind $tree true" /dev/null
	unlike "no warning about --bind" "$out" warning
	run script -qec "xns unshare $rights --ro-bind $tree true" /dev/null
	unlike "no warning under the old name" "$out" warning
	run xunshare $rights --ro-bind "$tree" true
	is "no warning without a terminal" "$err" ''
}

for_each_mode holds
for_each_mode has_capability
done_testing

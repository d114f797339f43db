#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The mount options of xunshare: what each mounts, and what is refused.
# shellcheck disable=SC2086 # options are lists of words
# shellcheck disable=SC2016 # the inner shell expands these
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

has_since 5.2 || {
	run xunshare -m --tmpfs /mnt true
	is "before Linux 5.2 they are refused" "$status/$out" 1/
	like "with the reason" "$err" '^xunshare: cannot mount: the mount options need Linux 5\.2$'
	for option in "--bind $work" "--ro-bind $work" "--dev-bind $work" "--dev /dev" "--overlay $work:$work" \
		"--tmpfs / --symlink a:/b"; do
		run xunshare -m $option sh -c 'echo ran'
		is "$option is refused before anything happens" "$status/$out/$(echo "$err" | sed 1q)" \
			"1//xunshare: cannot mount: the mount options need Linux 5.2"
	done
	done_testing
}

set_rights() {
	rights=-m
	[ "$mode" = root ] || rights=-rm
	there=$home/there
	rm -rf "$there"
	mkdir -p "$there/src/sub" "$there/dst" "$there/up" "$there/work"
	echo text >"$there/src/file"
	echo other >"$there/other"
	[ "$(id -u)" != 0 ] || chown -R "$user_uid:$user_gid" "$there"
	cd "$there" || exit 99
}

# field NUMBER PATH: of the mount at PATH in $out, a mountinfo
field() {
	printf '%s\n' "$out" | awk -v n="$1" -v path="$2" '$5 == path { print $n }' | tail -n 1
}

binds() {
	set_rights
	run xunshare $rights --bind "src:$there/dst" sh -c 'cat dst/file; touch dst/new; pwd'
	is "--bind SRC:DST, SRC from the working directory, which stays" "$status/$(squeeze "$out")/$err" "0/text $there/"
	ok "what is written is in the source" test -e src/new
	is "and not below the mount" "$(ls dst)" ''
	run xunshare $rights --bind src cat /proc/self/mountinfo
	like "--bind SRC: at its own path, without devices" "$(field 6 "$there/src")" 'rw,.*nodev'
	run xunshare $rights --bind "other:$there/src/file" cat src/file
	is "a file on a file" "$out" other
	run xunshare $rights --dev-bind "/dev/null:$there/other" sh -c 'echo x >other && echo opened'
	is "--dev-bind: a device can be opened" "$out" opened
	run xunshare $rights --bind "/dev/null:$there/other" sh -c 'echo x >other && echo opened'
	is "--bind: it cannot" "$out" ''
	: >'a:b'
	run xunshare $rights --bind "a\\:b:$there/other" sh -c 'test -s other || echo empty'
	is "an escaped colon" "$out" empty
	ln -s src link
	run xunshare $rights --bind "link" sh -c 'tail -n 1 /proc/self/mountinfo | cut -d " " -f 5'
	is "a link as the source: the path that it leads to" "$out" "$there/src"
	run xunshare $rights --bind "src:$there/dst" --tmpfs "$there/dst/sub" sh -c 'ls -A dst/sub; touch dst/sub/x'
	is "a mount in an earlier one" "$status/$out" 0/
	[ "$mode" = root ] && nosuid=no || nosuid=yes
	run xunshare $rights --bind src cat /proc/self/mountinfo
	case $(field 6 "$there/src") in *nosuid*) got=yes ;; *) got=no ;; esac
	is "nosuid if the user namespace is new" "$got" "$nosuid"
}

is_refused() { # NAME STATUS-LINE HINT OPTION...
	name=$1 line=$2 hint=$3
	shift 3
	run xunshare $rights "$@" sh -c 'echo ran'
	is "refused: $name" "$status/$out/$(printf '%s\n' "$err" | sed 1q)" "1//xunshare: $line"
	[ -z "$hint" ] || like "refused: $name, with a hint" "$err" "^xunshare: hint: .*$hint"
}

refused() {
	set_rights
	is_refused "a source that is missing" \
		"cannot bind 'nowhere' at '$there/dst': 'nowhere': No such file or directory" '' --bind "nowhere:$there/dst"
	is_refused "a destination that is missing" \
		"cannot bind 'src' at '$there/no/where': No such file or directory" 'make it first' \
		--bind "src:$there/no/where"
	ok "and it was not made" test ! -e no
	is_refused "a file on a directory" \
		"cannot bind 'other' at '$there/dst': the source is not a directory, and the destination is one" '' \
		--bind "other:$there/dst"
	is_refused "a directory on a file" \
		"cannot bind 'src' at '$there/other': the source is a directory, and the destination is not" '' \
		--bind "src:$there/other"
	ln -s "$there/dst" alias && { [ "$mode" != root ] || chown 0 .; } # root follows no link of others
	is_refused "an earlier one is hidden by another name" \
		"cannot mount a tmpfs at '$there/alias': that would hide an earlier step: bind 'src' at '$there/dst'" \
		'order' --bind "src:$there/dst" --tmpfs "$there/alias"
	is_refused "an earlier one is hidden by another name of the directory above" \
		"cannot mount a tmpfs at '$there/dst/../alias/../src/..': that would hide an earlier step: bind 'src' at '$there/dst'" \
		'' --bind "src:$there/dst" --tmpfs "$there/dst/../alias/../src/.."
	is_refused "a link in the host's file system" \
		"cannot make '$there/new' a symbolic link to a: its directory is not in a file system that this command mounts" \
		'tmpfs' --symlink "a:$there/new"
	run xunshare $rights --bind src "$there/dst" true
	is "two arguments" "$status/$(printf '%s\n' "$err" | sed 1q)" \
		"1/xunshare: '--bind src': '$there/dst' after it is no program (see 'xunshare --help')"
	like "two arguments: the hint has the right form" "$err" "hint: .*--bind src:$there/dst\$"
	run xunshare $rights --bind src /bin/echo a program
	is "a program after one argument" "$out" "a program"
}

new_root() {
	set_rights
	run xunshare $rights -pf --tmpfs / --ro-bind /usr --symlink usr/bin:/bin --symlink usr/lib:/lib \
		--symlink usr/lib64:/lib64 --symlink usr/sbin:/sbin --dev /dev --mount-proc \
		--bind "src:/a/b c/d" sh -c 'echo /*; ls "/a/b c/d"; stat -c %a "/a/b c"; cd /..; pwd; cat /proc/self/mountinfo'
	like "--tmpfs /: a new root with what was asked for" "$(printf '%s\n' "$out" | sed 1q)" \
		'^/a /bin /dev /lib /lib64 /proc /sbin /usr$'
	like "missing mount points are made" "$(squeeze "$out")" ' file sub 755 / '
	is "nothing of the old root is mounted" "$(printf '%s\n' "$out" | awk '$4 == "/" && $5 == "/" { print $(NF - 2) }')" tmpfs
	is "/usr is read-only" "$(field 6 /usr | cut -d, -f1)" ro
	like "the working directory is not there, and a line says so" "$err" \
		"^xunshare: the program begins in '/', not in '$there'"
	run xunshare $rights --tmpfs / --bind "src:$there" --ro-bind /usr --symlink usr/bin:/bin \
		--symlink usr/lib:/lib --symlink usr/lib64:/lib64 sh -c 'pwd; echo *'
	is "the working directory is another one of the same path" "$(squeeze "$out")/$err" "$there file sub/"
	run env -C / xunshare $rights --ro-bind / sh -c "touch /x '$there/x'; echo ran"
	is "--ro-bind /: the root is read-only" "$out" ran
	ok "also the mounts below" test ! -e "$there/x"
	run xunshare $rights --ro-bind / --bind . sh -c 'touch mine && echo made; pwd'
	is "but for a directory" "$(squeeze "$out")" "made $there"
	umask_was=$(umask)
	umask 077
	run xunshare $rights --tmpfs "$there/dst" --bind "src:$there/dst/x/y" stat -c %a dst dst/x
	is "the umask makes no difference" "$(squeeze "$out")" "755 755"
	umask "$umask_was"
}

tmpfs_and_devices() {
	set_rights
	run xunshare $rights --tmpfs "$there/dst:64k" sh -c 'head -c 200000 /dev/zero >dst/x; wc -c <dst/x'
	is "--tmpfs DIR:SIZE holds no more" "$out" 65536
	run xunshare $rights --tmpfs "$there/dst" cat /proc/self/mountinfo
	like "it is mounted without devices and set-user-ID" "$(field 6 "$there/dst")" '^rw,nosuid,nodev'
	is "nothing is left outside" "$(ls dst)" ''
	run xunshare $rights --dev "$there/dst" sh -c 'cd dst && echo * && echo x >null && head -c 3 zero | od -An -c
		readlink core fd ptmx stderr; stat -c %a shm; stat -c %t:%T null random'
	is "--dev: the nodes" "$(printf '%s\n' "$out" | sed 1q)" \
		"core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"
	like "--dev: they work, and the links are there" "$(squeeze "$out")" \
		'zero \\0 \\0 \\0 /proc/kcore /proc/self/fd pts/ptmx /proc/self/fd/2 1777 1:3 1:8$'
	run xunshare $rights --dev "$there/dst" probe with default=2 sh -c 'exec 3<>dst/ptmx && ls dst/pts'
	is "--dev: a pseudoterminal of its own" "$(squeeze "$out")" "0 ptmx"
	command -v script >/dev/null || { skip "console" "no script(1)" && return; }
	run script -qec "xunshare $rights --pty --dev $there/dst sh -c 'cd dst; tty; stat -c %t:%T console; stat -Lc %t:%T /dev/stdin'" \
		/dev/null
	is "--dev with --pty: console is the program's terminal" \
		"$(printf '%s' "$out" | tr -d '\r' | sed 1d | uniq | wc -l)" 1
	run xunshare $rights --dev "$there/dst" sh -c 'test -e dst/console || echo none'
	is "--dev without --pty: no console" "$out" none
}

overlays() {
	set_rights
	[ "$mode" = root ] || has_since 5.11 || { skip "overlays" "Linux 5.11" && return; }
	run xunshare $rights --overlay "src:up:work:$there/src" sh -c 'rm src/file; rmdir src/sub; touch src/new; ls src'
	is "--overlay LOWER:UPPER:WORK:DST shows the changes" "$status/$out/$err" 0/new/
	is "the directory is as it was" "$(squeeze "$(ls src)")" "file sub"
	is "the differences are in UPPER" "$(squeeze "$(ls up)")" "file new sub"
	run xunshare $rights --overlay "src:up:work:$there/src" sh -c 'ls src'
	is "the next command sees them" "$out" new
	start xunshare $rights --overlay "src:up:work:$there/src" sleep 300
	until_ok lock_is_held
	run xunshare $rights --overlay "src:up:work:$there/dst" true
	is "a work directory in use is refused" "$status/$out" 1/
	like "with its holder" "$err" "^xunshare: cannot use 'work' for an overlay: (process [0-9]+|another command) uses it"
	kill -KILL "$(child_of_kind sleep)"
	finish
	# The overlay lives on with a process that the program has left.
	run xunshare $rights --overlay "src:up:work:$there/src" sh -c 'sleep 300 </dev/null >/dev/null 2>&1 &'
	is "a process that stays is not waited for" "$status/$out/$err" 0//
	run xunshare $rights --overlay "src:up:work:$there/dst" true
	is "its work directory is still in use" "$status/$out" 1/
	like "which is said" "$err" "^xunshare: cannot use 'work' for an overlay: another command uses it, or has left a process"
	kill -KILL "$(child_of_kind sleep)"
	for i in 1 2 3; do
		run xunshare $rights --overlay "src:up:work:$there/src" touch src/$i
		is "and free as soon as that has ended, $i" "$status/$err" 0/
	done
	mkdir 'l:o,w' && : >'l:o,w/x'
	run xunshare $rights --overlay "l\\:o,w:$there/dst" ls dst
	if [ "$mode" = root ] || has_since 6.6; then
		is "in memory, with special characters in the name" "$status/$out" 0/x
		run xunshare $rights --overlay "src:$there/src" sh -c 'rm -r src/*; ls src; touch src/y && echo made'
		is "in memory: changes" "$out" made
		is "in memory: gone afterwards" "$(squeeze "$(ls src)")" "file sub"
		run xunshare $rights --overlay "src:$there/dst" --bind "up:$there/dst/made/here" sh -c 'ls -d dst/made/*'
		is "in memory: mount points are made" "$out" dst/made/here
	fi
	is_refused "UPPER and WORK in different mounts" "cannot mount an overlay of 'src' at '$there/dst': Invalid argument" \
		'UPPER and WORK' --overlay "src:up:/dev/shm:$there/dst"
	[ "$mode" = root ] || is_refused "LOWER with a mount from outside" \
		"cannot mount an overlay of '/' at '$there/dst': Invalid argument" 'use one overlay for each' \
		--overlay "/:up:work:$there/dst"
}

lock_is_held() { grep -q ":$(stat -c %i work) " /proc/locks; }

child_of_kind() {
	ps -e -o pid=,comm=,args= | awk -v name="$1" '$2 == name && $4 == 300 { print $1; exit }'
}

# --root and chroot, the root mount, and the order of the steps.
below_root() {
	set_rights
	mkdir -p root/a root/b
	for way in "" --pivot; do
		run xunshare $rights -R root $way --bind "src:/a" --ro-bind /usr:/b probe pwd
		like "--root $way: the program is not there" "$err" "cannot run 'probe': No such file"
		mkdir -p root/usr root/proc
		for name in bin lib lib64; do ln -sf usr/$name root/$name; done
		run xunshare $rights -R root $way -pf --bind "src:/a" --ro-bind /usr --mount-proc \
			sh -c 'pwd; ls /a; echo $$; ls -d /proc/1; ls /..'
		is "--root $way: mounts below it" "$(squeeze "$out")/$err" "/ file sub 1 /proc/1 a b bin lib lib64 proc usr/"
		run xunshare $rights -R root $way --bind "src:/a" --ro-bind /usr -w /a pwd
		is "--root $way -w" "$out" /a
	done
	is "nothing is mounted afterwards" "$(ls root/a root/usr | tr -d '\n')" root/a:root/usr:
}

# The program must not get descriptors of ours, a parent in the old root, or the old root.
leaves_nothing() {
	set_rights
	run xunshare $rights --ro-bind / --bind . --dev /dev --tmpfs /tmp ls -l /proc/self/fd
	unlike "no descriptor reaches the program" "$out" ' ([3-9]|[0-9][0-9]+) -> [^/]|-> /$'
	run xunshare $rights -f --ro-bind / --tmpfs "$there/dst" sh -c 'readlink "/proc/$PPID/root" "/proc/$PPID/cwd"; stat -c %i / "/proc/$PPID/root/" . "/proc/$PPID/cwd/"'
	is "the parent is in the same root and working directory" \
		"$(printf '%s\n' "$out" | sed 1,2d | uniq | wc -l)" 2
	run xunshare $rights -f --tmpfs "$there" sh -c 'ls "/proc/$PPID/cwd/"'
	is "the parent does not show what a mount covers" "$out" ''
	before=$(cat /proc/self/mountinfo)
	run xunshare $rights --tmpfs "$there/dst" --bind src true
	is "nothing is mounted outside" "$(cat /proc/self/mountinfo)" "$before"
	if command -v strace >/dev/null && [ "$mode" = root ]; then
		run strace -f -o "$work/trace" -e trace=open_tree,fsopen,fsmount,openat,move_mount,pivot_root,umount2,execve \
			xunshare $rights --tmpfs / --ro-bind /usr --symlink usr/bin:/bin --symlink usr/lib:/lib \
			--symlink usr/lib64:/lib64 --dev /dev true
		is "no path is used after the root is entered" \
			"$(sed -n '/pivot_root/,/execve/p' "$work/trace" | grep -c 'open_tree\|fsopen\|fsmount\|move_mount')" 0
		is "every descriptor is close-on-exec" "$(grep 'open_tree\|fsopen\|fsmount' "$work/trace" |
			grep -vc 'CLOEXEC\|= -1')" 0
		rm -f "$work/trace"
	else
		skip "the order of calls" "no strace, or not root"
	fi
}

for_each_mode binds
for_each_mode refused
for_each_mode new_root
for_each_mode tmpfs_and_devices
for_each_mode overlays
for_each_mode below_root
for_each_mode leaves_nothing
done_testing

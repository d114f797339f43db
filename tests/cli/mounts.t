#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Mounts: propagation, a /proc of its own, binfmt_misc, and a /proc that is not to be trusted.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
in_private_ns "$@"

# Sets what the mode needs to create a mount namespace, and one more with other mounts in it.
set_rights() {
	rights=-m userns='' ran=$work/ran
	[ "$mode" = root ] || rights=-rm userns=-r ran=$home/ran
}

# Propagation of a mount: "shared", "slave", both, or "private".
inner='prop() { awk -v dir="$1" "\$5 == dir { for (i = 7; \$i != \"-\"; i++) printf \"%s \", \$i }
	\$5 == dir { print \"of\", \$NF }" /proc/self/mountinfo | sed "s/:[0-9]*//g" | sed "s/ of.*//"; }
cd "$HOME" && mkdir -p a b || exit 99
'

propagation() {
	set_rights
	# The outer namespace shares the mount at a; $1 is what happens to it in the inner one.
	for row in "=" "private=" "slave=master" "shared=shared" "unchanged=shared"; do
		word=${row%=*}
		run env HOME="$home" xunshare $rights sh -c "$inner"'
			mount -t tmpfs outer a && mount --make-shared a || exit
			xunshare -m ${1:+--propagation=$1} sh -c "
				sed -n \"s,^[0-9 :]* / $HOME/a [^ ]* *\([a-z]*\).*,\1,p\" /proc/self/mountinfo
				mkdir a/in; mount -t tmpfs inner a/in"
			grep -c " $HOME/a/in " /proc/self/mountinfo' sh "$word"
		seen=0
		case $word in shared | unchanged) seen=1 ;; esac
		is "--propagation=${word:-(default)}: of the mount, and seen outside" \
			"$(squeeze "$out")" "$(squeeze "${row#*=} $seen")"
	done
	run env HOME="$home" xunshare $rights --propagation shared sh -c "$inner"'
		sed -n "s,^[0-9]* [0-9]* [0-9:]* [^ ]* / [^ ]* *\([a-z]*\).*,\1,p" /proc/self/mountinfo'
	is "--propagation=shared makes all mounts shared" "$out" shared
	run xunshare $userns --propagation=slave true
	is "--propagation without --mount is no error" "$status/$err" 0/
}

# A mount inside is not seen outside, whatever is done with it.
own_mounts() {
	set_rights
	before=$(cat /proc/self/mountinfo)
	run xunshare $rights sh -c 'mount -t tmpfs mine /mnt && grep -c "^mine /mnt" /proc/mounts
		umount /mnt; grep -c "^mine" /proc/mounts'
	is "mounts come and go inside" "$(squeeze "$out")" "1 0"
	is "and nobody outside sees it" "$(cat /proc/self/mountinfo)" "$before"
}

mount_proc() {
	set_rights
	run xunshare $rights -pf --mount-proc sh -c '
		echo $$; ls -d /proc/[0-9]* | head -n 1; ps -e -o comm='
	is "--mount-proc shows its own processes only" "$(squeeze "$out")" "1 /proc/1 sh ps"
	run xunshare $rights -pf --mount-proc sh -c 'tail -n 1 /proc/self/mountinfo'
	like "it is mounted safely" "$out" ' /proc rw,nosuid,nodev,noexec'
	run mkdir "$home/proc"
	run xunshare $rights -pf --mount-proc="$home/proc" sh -c 'echo $$; cat "$0"/1/comm' "$home/proc"
	is "--mount-proc=DIR" "$(squeeze "$out")" "1 sh"
	run xunshare $userns -pf --mount-proc readlink /proc/self
	is "--mount-proc implies --mount" "$out" 1
	ok "and leaves the old one alone" test -d /proc/$$
	run rmdir "$home/proc"
	# In a peer group with ours the new /proc must not appear outside.
	for word in shared slave unchanged private; do
		run xunshare $rights --propagation=shared sh -c '
			xunshare -pf --mount-proc --propagation=$0 readlink /proc/self
			grep -c " /proc " /proc/self/mountinfo' "$word"
		is "--mount-proc --propagation=$word stays inside" "$(squeeze "$out")" \
			"1 $(grep -c ' /proc ' /proc/self/mountinfo)"
	done
	# Nor on a directory of a shared mount, whose peers go on as before.
	for row in "shared=proc 0 1 1" "unchanged=proc 0 1 1" "slave=proc 0 1 0"; do
		run env HOME="$home" xunshare $rights --propagation=private sh -c "$inner"'
			mount -t tmpfs outer a && mount --make-shared a && mkdir a/d a/in a/out || exit
			mount -t tmpfs none b && mkfifo b/go || exit
			xunshare -pf --mount-proc="$PWD/a/d" --propagation="$0" sh -c "
				stat -f -c %T a/d; mount -t tmpfs inner a/in; : >b/go; : <b/go
				grep -c \"$PWD/a/out \" a/d/self/mountinfo" >b/inside &
			: <b/go; grep -c " $PWD/a/d " /proc/self/mountinfo >b/outside
			seen=$(grep -c " $PWD/a/in " /proc/self/mountinfo)
			mount -t tmpfs outer a/out; : >b/go; wait
			set -- $(cat b/inside)
			echo "$1 $(cat b/outside) $2 $seen"; umount -R a' "${row%%=*}"
		is "--mount-proc=DIR --propagation=${row%%=*}: proc, not seen outside; later mounts come in and go out" \
			"$(squeeze "$out")" "${row#*=}"
	done
}

# The same in another root, which is a directory of the shared mount, or below a shared mount of its own. The
# program's own mounts go out as before.
mount_proc_in_a_root() {
	set_rights
	command -v busybox >/dev/null || { skip "mount_proc_in_a_root" "no busybox"; return; }
	cp "$(command -v busybox)" "$bin/busybox"
	for prepare in true "mount -t tmpfs own a/r/m"; do
		for row in "shared=busybox 0 1" "unchanged=busybox 0 1" \
			"slave=busybox 0 0" "private=busybox 0 0"; do
			run env HOME="$home" xunshare $rights --propagation=private sh -c "$inner"'
				mount -t tmpfs outer a && mount --make-shared a && mkdir -p a/r/m || exit
				cp "$2/busybox" a/r && $1 && mkdir a/r/m/proc a/r/m/in || exit
				xunshare -pf -R "$PWD/a/r" --mount-proc=/m/proc --propagation="$0" /busybox sh -c \
					"/busybox cat /m/proc/1/comm; /busybox mount -t tmpfs inner /m/in"
				grep -c " $PWD/a/r/m/proc " /proc/self/mountinfo
				grep -c " $PWD/a/r/m/in " /proc/self/mountinfo
				umount -R a' "${row%%=*}" "$prepare" "$bin"
			is "-R --mount-proc=DIR --propagation=${row%%=*} ($prepare): proc, not seen outside; a later mount" \
				"$(squeeze "$out$err")" "${row#*=}"
		done
	done
}

# In a user namespace that is not the first: where binfmt_misc has namespaces (Linux 6.7).
mount_binfmt() {
	set_rights
	if ! grep -q binfmt_misc /proc/filesystems; then
		run xunshare -r -pf --mount-binfmt true
		is "no binfmt_misc: exit status" "$status" 1
		like "no binfmt_misc: message" "$err" "^xunshare: cannot mount binfmt_misc at"
		skip mount_binfmt "this kernel has no binfmt_misc"
		return
	fi
	run xunshare -r -pf --mount-binfmt cat /proc/sys/fs/binfmt_misc/status
	if [ "$status" != 0 ]; then
		skip mount_binfmt "this kernel has no binfmt_misc in user namespaces"
		return
	fi
	is "--mount-binfmt" "$out" enabled
	run xunshare -r -pf -l ":mine:M::MINE::$(command -v cat):" sh -c '
		grep interpreter /proc/sys/fs/binfmt_misc/mine; cd "$HOME"
		printf "MINE\nrun\n" >prog; chmod 755 prog; ./prog; rm -f prog'
	like "--load-interp runs programs of its kind" "$out" '^run$'
}

# $1 covers something of /proc; nothing may be written through it.
covered_proc() {
	set_rights
	run xunshare $rights sh -c '
		mount -t tmpfs lies /proc; mkdir -p /proc/self /proc/1; touch /proc/self/uid_map /proc/1/uid_map
		xunshare -r touch "$0"; echo $?; cat /proc/self/uid_map /proc/1/uid_map' "$ran"
	is "a tmpfs for /proc: refused, and nothing written" "$out" 1
	like "and said" "$err" '^xunshare: /proc is not a proc file system'
	ok "and no program" test ! -e "$ran"

	run xunshare $rights sh -c 'mount --bind /proc/sys /proc && xunshare -r touch "$0"' "$ran"
	is "a part of procfs for /proc: refused" "$status" 1
	like "and said" "$err" '^xunshare: /proc is not a proc file system'

	run xunshare $rights sh -c 'cd "$HOME" && touch lie && mount --bind lie /proc/$$/uid_map &&
		exec xunshare -r touch "$0"' "$ran"
	is "a file over the map: refused" "$status" 1
	like "and named" "$err" '^xunshare: cannot .*something is mounted over /proc/[0-9]*/uid_map'
	run xunshare $rights sh -c 'cd "$HOME" && touch lie && mount --bind lie /proc/$$/setgroups &&
		exec xunshare -r touch "$0"' "$ran"
	is "a file over setgroups: refused" "$status" 1
	run xunshare $rights sh -c 'cd "$HOME" && mkdir -p d && mount --bind d /proc/$$ &&
		exec xunshare -r touch "$0"' "$ran"
	is "a directory over ours: refused" "$status" 1
	run cat "$home/lie"
	is "nothing was written to the lie" "$out" ""
	ok "and no program in any of them" test ! -e "$ran"
	run xunshare $rights sh -c 'cd "$HOME" && mkdir -p d && mount --bind d /proc &&
		exec xunshare -u hostname inside'
	is "what needs no /proc needs none" "$status/$err" 0/
}

# Root writes to no directory to which a stranger's link leads.
strangers_links() {
	[ "$mode" = root ] && can_be_user || return 0
	mkdir -p "$work/victim/work/sub" "$work/own"
	: >"$work/victim/work/file"
	as_user sh -c 'mkdir "$0/low" "$0/up" "$0/work"; ln -s "$1/victim" "$0/link"' "$home" "$work"
	for dirs in "up:$home/link" "up:$home/link/work/.." "link:$home/work"; do
		run xunshare -m --overlay "$home/low:$home/$dirs:/mnt" touch "$home/ran"
		is "--overlay LOWER:$dirs" "$status/$(squeeze "$(ls "$work/victim/work")")" "1/file sub"
		like "with the link" "$err" "^xunshare: cannot open the directory '.*': the symbolic link 'link' is another user's"
	done
	mkdir "$work/victim/dir"
	for option in "--bind $home/low:$home/link" "--ro-bind $home/low:$home/link/dir" "--dev-bind $home/low:$home/link" \
		"--tmpfs $home/link" "--dev $home/link" "--overlay $home/low:$home/link/dir" \
		"--tmpfs $work/victim/dir --symlink x:$home/link/dir/x"; do
		run xunshare -m $option touch "$home/ran"
		is "$option" "$status" 1
		like "$option: why" "$err" '^xunshare: cannot .*: a symbolic link on the way is another user.s'
	done
	ok "nothing ran" test ! -e "$home/ran"
	run xunshare -m --ro-bind / --bind "$home/low:$home/link" test "$home/link" -ef "$home/low"
	is "in a root of its own they are followed" "$status" 0
	ln -s "$home/work" "$work/own/link"
	run xunshare -m --bind "$home/low:$work/own/link" test "$home/work" -ef "$home/low"
	is "a link of root's to a destination is followed" "$status" 0
	run xunshare -m --overlay "$home/low:$home/up:$work/own/link:/mnt" touch /mnt/new
	is "a link of root's is followed" "$status$(ls "$home/up")" 0new
}

for_each_mode propagation
for_each_mode own_mounts
for_each_mode mount_proc
for_each_mode mount_proc_in_a_root
for_each_mode mount_binfmt
for_each_mode covered_proc
for_each_mode strangers_links
done_testing

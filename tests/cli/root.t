#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Another root directory, by chroot(2) and by pivot_root(2), and the working directory.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
in_private_ns "$@"

# A small root file system: the host's programs and nothing else of it.
root=$work/root
mkdir -p "$root/proc" "$root/tmp" "$root/inside/deep" "$root$bin" "$root/etc"
for dir in bin sbin lib lib32 lib64 usr; do
	if [ -L "/$dir" ]; then
		cp -P "/$dir" "$root/$dir"
	elif [ -d "/$dir" ]; then
		mkdir "$root/$dir" && mount --rbind "/$dir" "$root/$dir"
	fi
done
mount --bind "$bin" "$root$bin"
cp /etc/passwd "$root/etc"
touch "$root/this-is-it"
chmod 777 "$root/tmp"

set_rights() {
	rights='' new_mounts=-m
	[ "$mode" = root ] || rights=-r new_mounts=-rm
}

# Each way to another root must pass the same tests.
each_root() {
	for way in "-R $root" "--root=$root" "-R $root --pivot" "-R $root -pf --mount-proc" \
		"-R $root --pivot -pf --mount-proc" "-R $root --pivot --init --mount-proc" \
		"-R $root --pivot --propagation=slave -w /"; do
		run xunshare $rights $way sh -c 'pwd; ls -d this-is-it; ls /../this-is-it'
		is "$way: it is the root, and we are in it" "$(squeeze "$out")" \
			"/ this-is-it /../this-is-it"
		run xunshare $rights $way sh -c 'cd -P ../../../../../../..; ls -d this-is-it
			cd inside/deep; cd -P ../../../../..; ls -d this-is-it'
		is "$way: nothing leads out" "$(squeeze "$out")" "this-is-it this-is-it"
		run xunshare $rights $way -w inside pwd
		[ "${way#*-w}" = "$way" ] || continue
		is "$way: -w is looked up in it" "$out" /inside
		run xunshare $rights $way -w /inside/deep sh -c 'pwd; cd -P ../../../..; ls -d this-is-it'
		is "$way: -w /DIR" "$(squeeze "$out")" "/inside/deep this-is-it"
		run xunshare $rights $way -w "$root" pwd
		is "$way: -w DIR that only we have fails" "$status" 1
		like "$way: and is named" "$err" \
			"^xunshare: cannot change to the directory '$root': No such file"
		run xunshare $rights $way -w ../../.. sh -c 'ls -d this-is-it'
		is "$way: -w does not lead out either" "$out" this-is-it
	done
	cd "$root/inside" || return
	for way in "-R .." "-R ../ --pivot" "-R ../inside/../ --pivot"; do
		run xunshare $rights $way sh -c 'pwd; ls -d this-is-it'
		is "$way: a relative path" "$(squeeze "$out")" "/ this-is-it"
	done
	cd "$work" || return
	run xunshare $rights -R "$root" /inside/none
	is "a program that is not in there" "$status" 127
}

pivot() {
	run xunshare $new_mounts -R "$root" --pivot -pf --mount-proc sh -c 'xunshare -r id -u'
	is "--pivot: user namespaces can be created in it" "$out" 0
	run xunshare $new_mounts -R "$root" -pf --mount-proc sh -c 'xunshare -r id -u'
	is "a chroot does not allow them" "$status" 1
	like "and that is said" "$err" '^xunshare: hint: .*chroot'
	run xunshare $rights -R "$root" --pivot -pf --mount-proc sh -c '
		cut -d " " -f 5 /proc/self/mountinfo | grep -v -e "^/usr" -e "^/s*bin" -e "^/lib"'
	is "--pivot: no mount of the host is in sight" "$(squeeze "$out")" "/ $bin /proc"
	run xunshare $rights -R "$root" --pivot -pf --mount-proc sh -c 'echo $$; ls -d /proc/[0-9]*'
	like "--pivot: /proc is the new one" "$(squeeze "$out")" '^1 /proc/1( /proc/2)?$'
	before=$(cat /proc/self/mountinfo)
	run xunshare $rights -R "$root" --pivot true
	is "--pivot: nothing changes outside" "$(cat /proc/self/mountinfo)" "$before"
	run xunshare $new_mounts --propagation=shared sh -c \
		'xunshare -R "$0" --pivot --propagation=unchanged true
		echo $?; cat /proc/self/mountinfo >"$0/tmp/after"; grep -c " $0 " "$0/tmp/after"' "$root"
	is "--pivot: a shared mount is refused, and nothing is mounted" "$(squeeze "$out")" "1 0"
	like "and how to do it is said" "$err" '^xunshare: hint: .*shared'
}

# In a chroot "/" is no mount, whose propagation could be changed.
mounts_in_a_chroot() {
	for way in -m "-m --propagation=slave" "-m --propagation=unchanged" "-pf --mount-proc"; do
		run xunshare $rights -R "$root" -w /inside/deep xunshare $way sh -c '
			pwd; /bin/pwd; cd -P ../../../../..; ls -d this-is-it; ls -d /this-is-it'
		is "$way in a chroot" "$(squeeze "$out")$err" \
			"/inside/deep /inside/deep this-is-it /this-is-it"
	done
	run xunshare $rights -R "$root" xunshare -m sh -c 'mount -t tmpfs x /tmp && touch /tmp/here'
	is "mounts can be made there" "$status/$err" 0/
	ok "and are not seen outside" test ! -e "$root/tmp/here"
	run xunshare $rights -R "$root" -w /tmp xunshare -m sh -c '
		mount -t tmpfs x . && touch /tmp/here && ls /tmp'
	is "and where we are, too" "$out$err" here
}

working_directory() {
	cd "$home" || return
	run xunshare $rights pwd
	is "keeps the working directory" "$out" "$home"
	for way in "-w $root/inside" "--wd=$root/inside" "--wd $root/./inside/deep/.."; do
		run xunshare $rights $way /bin/pwd
		is "$way" "$out" "$root/inside"
	done
	run mkdir -p sub
	run xunshare $rights -w sub pwd
	is "-w with a relative path" "$out" "$home/sub"
	cd "$work" || return
}

no_directory() {
	mkfifo "$work/fifo" 2>/dev/null
	for option in -R -w; do
		run xunshare $rights $option "$work/fifo" true
		is "$option FIFO does not wait" "$status" 1
		like "and is refused" "$err" "'$work/fifo'.*: Not a directory"
	done
	# Whatever else takes a file or a directory.
	for option in "-u --pidfile @" "-u --pins @" "-u --cgroup-parent @" "--uts=@" "--seccomp @" "-m --bind @:/mnt" \
		"--overlay @:/mnt" "--overlay /usr:@:/tmp:/mnt" "-m --tmpfs @" "-m --dev @" "-p --mount-proc=@" \
		"-p --mount-binfmt=@" "-p --mount-proc -l :a:M::AA::@:F" "-m -R @ --pivot"; do
		option=$(echo "$option" | sed "s,@,$work/fifo,")
		run timeout 10 xunshare $rights $option true
		is "$option with a FIFO does not wait" "$status" 1
	done
}

all() {
	set_rights
	each_root
	pivot
	mounts_in_a_chroot
	working_directory
	no_directory
}

for_each_mode all
done_testing

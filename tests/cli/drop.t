#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Set up with every right inside, run without them: --setup, --drop, --disable-userns, --seccomp.
# shellcheck disable=SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
needs_programs filter probe
in_private_ns "$@"

none=0000000000000000

# A directory of the mode's user, who may be a root that has no capabilities.
own_dir() {
	dir=$home
	[ "$mode" != root ] || dir=$work
}

# The uid of the mode's user, as that user sees it.
own_uid() {
	run id -u
	echo "$out"
}

status_of() {
	field=$1
	shift
	run xunshare "$@" grep "^$field:" /proc/self/status
	squeeze "${out#*:}"
}

# Set up as root inside, run as oneself (scenario 22).
scenario() {
	own=$(own_uid)
	run xunshare -rmn --setup 'mount -t tmpfs t /mnt' --setup 'touch /mnt/a; id -u >/mnt/b' --drop \
		sh -c 'id -u; cat /mnt/b; umount /mnt 2>&1; ls /mnt'
	like "the program has the caller's uid" "$(echo "$out" | head -n 1)" "^$own\$"
	is "the set-up was root" "$(echo "$out" | sed -n 2p)" 0
	like "the mount stays" "$(squeeze "$out")" ' a b$'
	like "because the program may not unmount it" "$out" 'umount: '
}

drop() {
	own=$(own_uid)
	own_dir
	for way in -r "-r -f" "-rpf --mount-proc" "-rp --init" "-r --kill-child" "-c"; do
		is "$way --drop: uid" "$(status_of Uid $way --drop)" "$own $own $own $own"
		run xunshare $way --drop sh -c 'hostname x 2>/dev/null || echo no
			mount -t tmpfs x /mnt 2>/dev/null || echo no'
		is "$way --drop: no rights over the first user namespace" "$(squeeze "$out")" "no no"
		run xunshare $way --drop sh -c 'echo text >"$0/mine" && cat "$0/mine"' "$dir"
		is "$way --drop: own files stay writable" "$out" text
		rm -f "$dir/mine"
	done
	[ "$own" = 0 ] || for set in CapInh CapPrm CapEff CapAmb; do
		is "-r --drop: $set" "$(status_of $set -r --drop)" $none
	done
	is "-r --drop --cap-drop all: the bounding set" "$(status_of CapBnd -r --drop --cap-drop all)" $none
	run xunshare -r --drop sh -c 'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups'
	is "-r --drop: maps of the second namespace" "$(squeeze "$out")" "$own 0 1 $own 0 1 deny"
	ok "-r --drop: which is a child of the first" test "$(xunshare -r --drop readlink \
		/proc/self/ns/user)" != "$(readlink /proc/self/ns/user)"
}

# Ours stay in the first user namespace, with no capability there.
beside() {
	for way in -f "-pf --kill-child"; do
		run xunshare -r $way --drop sh -c 'grep -h "^Cap[PEI]" /proc/$PPID/status | cut -f 2 | sort -u'
		[ "$way" != -f ] || is "-r $way --drop: the one who waits has none" "$(squeeze "$out")" $none
	done
	run xunshare -rp --init --mount-proc --drop sh -c 'grep -h "^Cap[PEI]" /proc/1/status | cut -f 2 | sort -u'
	is "-r --init --drop: nor has the init" "$(squeeze "$out")" $none
	run xunshare -rp --init --mount-proc --drop sh -c 'ls /proc/1/cwd/ /proc/1/root/ 2>&1 | grep -c denied'
	[ "$(own_uid)" = 0 ] || is "and the program may not look into it" "$out" 2
}

# One call of setns(2) with all types enters where another could not.
entered() {
	[ "$mode" = user ] || return 0
	start xunshare -rmunipf --mount-proc --drop sleep 300
	until_ok sleeps || note "$(cat "$errfile"; ps -ef | tail)"
	set -- xnsenter -t "$program" -a --preserve-credentials sh -c 'id -u; readlink /proc/self/ns/user'
	if has_since 5.8; then
		run "$@"
		is "xnsenter -t PID -a after --drop" "$status/$(squeeze "$out")" \
			"0/$user_uid $(readlink "/proc/$program/ns/user")"
	fi
	run filter linux-5.4 "$@"
	is "before Linux 5.8 it is refused" "$status" 1
	like "and the kernel is named" "$err" 'run it as root: .* one call, which Linux 5.8 introduced'
	kill -KILL "$program"
	finish
}

sleeps() {
	program=$(child_of $bg) && [ -n "$program" ] && executes "$program" sleep
}

refused() {
	run xunshare --drop touch "$home/ran"
	like "--drop without --user" "$err" "needs '--user'"
	run xunshare -U --drop touch "$home/ran"
	like "--drop of a caller who is not mapped" "$err" 'your uid [0-9]* is not mapped'
	run xunshare -r -R / --drop touch "$home/ran"
	like "--drop in a chroot" "$err" "needs '--pivot' beside '--root'"
	run xunshare -r --drop --cap-add kill touch "$home/ran"
	like "--drop and --cap-add" "$err" 'which owns nothing that a capability could be used on'
	run xunshare -r --disable-userns touch "$home/ran"
	like "--disable-userns that could be undone" "$err" 'could allow user namespaces again'
	run xunshare -r --seccomp "$work/none" touch "$home/ran"
	like "--seccomp of no file" "$err" '^xunshare: cannot read the seccomp filter .*: No such file'
	run xunshare -r --seccomp /bin/sh touch "$home/ran"
	like "--seccomp of another file" "$err" 'is no seccomp filter: '
	rm -f "$home/fifo"
	mkfifo "$home/fifo"
	run timeout 10 xunshare -r --seccomp "$home/fifo" touch "$home/ran"
	like "--seccomp of a FIFO without a writer" "$status,$err" '^1,.* is no seccomp filter: '
	ok "nothing ran" test ! -e "$home/ran"
	run sh -c '(sleep 0.2; "$0" --print getpriority=1) | xunshare -r --seccomp /dev/stdin echo ran' "$bin/filter"
	is "--seccomp of a pipe waits for its writer" "$out$err" ran
}

no_user_namespaces() {
	run xunshare -m sh -c "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys &&
		exec xunshare -r --drop --disable-userns touch '$home/ran'"
	[ "$mode" = user ] || like "a container's /proc/sys is read-only" "$err" 'hint: /proc/sys is a mount of its own'
	for way in "-r --drop" "-r --cap-drop all" "-c --drop --cap-drop all" "-r -f --cap-drop sys_resource"; do
		run xunshare $way --disable-userns sh -c 'unshare -U true 2>&1
			(echo 99 >/proc/sys/user/max_user_namespaces); unshare -U true'
		like "$way --disable-userns: none can be created" "$out" 'No space left on device'
		is "$way: nor can they be allowed again" "$status" 1
		run xunshare $way sh -c 'unshare -U true'
		is "$way: they can without it" "$status" 0
	done
	run xunshare -r --drop --disable-userns --setup 'unshare -U true' true
	is "the set-up may create some" "$status/$err" 0/
}

set_up() {
	own_dir
	run xunshare -r --setup 'echo one' --setup 'echo two; test $$ = 1 && echo init' echo three
	is "in the order of the command line, each as an init" "$(squeeze "$out")" "one two init three"
	run xunshare -r --setup 'exit 3' touch "$home/ran"
	is "a failure is the exit status" "$status" 3
	is "and is reported with the command" "$err" "xunshare: cannot set up: status 3 from 'exit 3'"
	run xunshare -r --setup 'false; echo unreached' touch "$home/ran"
	is "the first command that fails ends it" "$status/$out" 1/
	run xunshare -r --setup 'echo $nosuch' touch "$home/ran"
	like "so does a variable that is not set" "$err" 'nosuch'
	run xunshare -r --setup "(flock 9; exec sleep 300) 9>'$dir/lock' & sleep 0.2" \
		flock -n "$dir/lock" echo free
	is "what it has started has ended before the program starts" "$status/$out/$err" 0/free/
	ok "nothing ran" test ! -e "$home/ran"
	run xunshare -rm --setup 'mount -t tmpfs x /mnt' --cap-drop all sh -c 'grep -c " /mnt tmpfs" /proc/mounts'
	is "its mounts are the program's" "$out" 1
	mkdir -p "$home/empty"
	run xunshare -r -R "$home/empty" --setup true /bin/true
	like "a root without a shell" "$err" "^xunshare: cannot use /bin/sh of '.*' for --setup: No such"
	run filter clone-pid=EPERM xunshare -r --setup true touch "$home/ran"
	is "a filter of a container engine" "$status" 1
	like "is not a bare EPERM" "$err" '^xunshare: hint: '
	ok "nothing ran" test ! -e "$home/ran"
}

filters() {
	filter --print getpriority=77 >"$work/f"
	chmod 644 "$work/f"
	for way in "-r --no-new-privs" -r "-r -f" "-rp --init" "-r --drop" "-c" "-r --cap-drop all" \
		"-r --drop --no-new-privs --disable-userns" "-c --drop"; do
		is "$way --seccomp: it is filtered" "$(status_of Seccomp $way --seccomp "$work/f")" 2
		run xunshare $way --seccomp "$work/f" nice
		like "$way: by that filter" "$err" "File descriptor in bad state"
		is "$way: exec takes what loading it needed" "$(status_of CapPrm $way --seccomp "$work/f")" \
			"$(status_of CapPrm $way)"
	done
	[ "$mode" != user ] || {
		run xunshare --seccomp "$work/f" touch "$home/ran"
		like "without no_new_privs a user may not" "$err" '^xunshare: hint: add --no-new-privs'
		run xunshare --seccomp "$work/f" --no-new-privs nice
		like "with it he may" "$err" "File descriptor in bad state"
	}
	filter --print execve=1 >"$work/f"
	run xunshare -r --seccomp "$work/f" touch "$home/ran"
	is "a filter that forbids exec" "$status" 126
	like "is named" "$err" '^xunshare: hint: the seccomp filter may forbid execve'
	filter --print getpriority=1 >"$work/f"
	[ "$mode" != root ] || {
		run filter setresuid=0 xunshare -S 7 --no-new-privs --seccomp "$work/f" touch "$home/ran"
		like "a filter that pretends another uid" "$err" 'the user id has not changed, although'
	}
	ok "nothing ran" test ! -e "$home/ran"
}

# The program could do by another process what its filter forbids.
hidden() {
	[ "$mode" = user ] || return 0
	filter --print getpriority=77 >"$work/f"
	run xunshare -r -f --seccomp "$work/f" sh -c 'ls /proc/$PPID/fd 2>&1 | grep -c denied'
	is "--seccomp: the one who waits cannot be traced" "$out" 1
	run xunshare -r -f --clear-env /bin/sh -c 'ls /proc/$PPID/fd 2>&1 | grep -c denied'
	is "without a filter it can, as the program's equal" "$out" 0
}

for_each_mode scenario
for_each_mode drop
for_each_mode beside
for_each_mode entered
for_each_mode refused
for_each_mode no_user_namespaces
for_each_mode set_up
for_each_mode filters
for_each_mode hidden
done_testing

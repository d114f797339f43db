#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Limits: the cgroup of a program, what the limits do, and that nothing is left. Limits themselves require
# controllers of cgroup2, which a machine with version 1 lacks: make check-vm has them.
. "${0%/*}/lib.sh"
needs_files tests/cli/cgroup_kills.py
in_private_ns

tree=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i + 1) == "cgroup2" && $4 == "/") { print $5; exit } }' \
	/proc/self/mountinfo)
is_real_root || skip_all "not root: nobody gives us a cgroup"
[ -n "$tree" ] || skip_all "no cgroup2 is mounted"
before=$(sed -n 's/^0:://p' /proc/self/cgroup)
base=$tree/xns-test.$$
mkdir "$base" 2>/dev/null || skip_all "no cgroup can be made in $tree"

# The script goes into a cgroup of the user's, because only below that may he move processes.
enter() {
	parent=$base/$mode/parent
	mkdir "$base/$mode" "$base/$mode/script"
	echo $$ >"$base/$mode/script/cgroup.procs"
	for name in memory pids cpu; do
		echo "+$name" >"$base/cgroup.subtree_control"
		echo "+$name" >"$base/$mode/cgroup.subtree_control"
	done 2>/dev/null
	mkdir "$parent"
	[ "$mode" = root ] || for directory in "$base/$mode" "$parent"; do
		chown "$user_uid:$user_gid" "$directory" "$directory/cgroup.procs" "$directory/cgroup.subtree_control"
	done
}

leave() {
	echo $$ >"$tree$before/cgroup.procs"
	ok "nothing is left" until_ok rmdir "$parent" "$base/$mode/script" "$base/$mode"
}

left() {
	find "$parent" -mindepth 1 -type d
}

limited() {
	run xunshare --cgroup-parent "$parent" "$@"
}

mechanism() {
	enter
	limited cat /proc/self/cgroup
	like "the program's first act is in its cgroup" "$out" "^0::.*/$mode/parent/xns-[0-9]+-[0-9]+(-[0-9]+)?/limit/program\$"
	is "which goes with it" "$status,$(left)" 0,
	if [ "$mode" = user ]; then
		# shellcheck disable=SC2016 # the inner shell's
		limited sh -c 'cat /proc/$PPID/environ >/dev/null 2>&1 && echo open'
		is "the program cannot trace the process that waits, which has no limit" "$out" ""
	fi
	options=-C
	[ "$mode" = root ] || options=-rC
	for more in "" "-p --mount-proc" "-p --init"; do
		[ "$mode,$more" != "root,-p --mount-proc" ] || more="-m $more"
		# shellcheck disable=SC2086 # words
		limited $options $more cat /proc/self/cgroup
		is "$options $more: it is the root of its cgroup namespace" \
			"$(echo "$out" | tr -d '\r' | grep '^0:'),$(left)" 0::/,
	done
	limited sh -c 'sleep 300 & echo $! >'"$home/left"'; exit 3'
	is "the exit status is the program's" "$status,$err" 3,
	ok "no process of it is left" test ! -d "/proc/$(cat "$home/left")"
	is "and no cgroup" "$(left)" ""
	rm "$home/left"
	limited sh -c 'kill -9 $$'
	is "a signal from elsewhere is no limit" "$status,$err" 137,
	limited /nonexistent
	is "no program, no cgroup" "$status,$(left)" 127,
	limited --pidfile "$home/none/pid" true
	is "nor after a step that cannot be" "$status,$(left)" 1,
	leave
}

kills() {
	enter
	run_limit=3000
	run python3 "$bin/cgroup_kills.py" "${XNS_ROUNDS:-25}" "$parent" "$bin/xunshare" --cgroup-parent "$parent" sleep 300
	note "$out"
	is "kills at any moment" "$status" 0
	swept() { limited true && [ -z "$(left)" ]; }
	ok "after the next run no cgroup is left" until_ok swept
	mkdir "$parent/xns-1-1" "$parent/xns-1-1/limit" "$parent/other"
	[ "$mode" = root ] || chown "$user_uid" "$parent/xns-1-1" "$parent/xns-1-1/limit"
	limited true
	initial=$(readlink /proc/self/ns/pid)
	case $initial in
	'pid:[4026531836]') is "an abandoned one is removed, others are not" "$(left)" "$parent/other" ;;
	*) is "one of another pid namespace is not judged" "$(left | wc -l)" 3 ;;
	esac
	[ ! -d "$parent/xns-1-1" ] || rmdir "$parent/xns-1-1/limit" "$parent/xns-1-1"
	rmdir "$parent/other"
	leave
}

# Only with controllers.
limits() {
	enter
	if ! grep -qw memory "$parent/cgroup.controllers"; then
		skip "limits" "cgroup2 has no controller memory here: make check-vm"
		leave
		return
	fi
	limited --memory 50M sh -c 'cat /sys/fs/cgroup$(sed s/0::// /proc/self/cgroup)/../memory.max'
	is "the limit is there" "$status,$out" 0,52428800
	limited --memory 50M python3 -c 'b = bytearray(200 << 20); print(len(b))'
	is "too much memory" "$status,$out" 137,
	is "the line says which limit" "$err" "xunshare: the memory limit of 50 MiB killed 1 process"
	limited --pids-limit 5 sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 300 & done'
	like "no more processes than the limit" "$err" '^xunshare: the limit of 5 processes refused [0-9]+ forks?$'
	is "nothing is left of them" "$(left)" ""
	limited --cpus 0.2 sh -c 'dir=/sys/fs/cgroup$(sed s/0::// /proc/self/cgroup)/..; cat $dir/cpu.max
		i=0; until grep -q "nr_throttled [1-9]" $dir/cpu.stat || [ $i -gt 3000 ]; do i=$((i + 1)); done
		grep nr_throttled $dir/cpu.stat'
	like "the time of processors" "$(squeeze "$out")" '^20000 100000 nr_throttled [1-9]'
	limited --limit memory.high=20M --limit pids.max=7 sh -c \
		'cd /sys/fs/cgroup$(sed s/0::// /proc/self/cgroup)/..; cat memory.high pids.max'
	is "files of controllers" "$(squeeze "$out")" "20971520 7"
	limited --limit memory.none=1 touch "$home/ran"
	is "a file that is not there" "$status,$err" \
		"1,xunshare: cannot limit memory.none: the kernel's controller has no such file"
	limited --limit memory.high=x touch "$home/ran"
	is "a value that the kernel refuses" "$status,$err,$(left)" \
		"1,xunshare: cannot set the limit memory.high to 'x': Invalid argument,"
	limited -rC --pids-limit 20 sh -c 'ls /sys/fs/cgroup >/dev/null; cat /proc/self/cgroup'
	is "in a user namespace" "$status,$out" 0,0::/
	ok "nothing was run for those" test ! -e "$home/ran"
	leave
}

refusals() {
	enter
	run xunshare --cgroup-parent "$home" touch "$home/ran"
	is "no cgroup" "$status,$err" "1,xunshare: option '--cgroup-parent': '$home' is no cgroup of version 2"
	run xunshare --cgroup-parent "$parent/none" touch "$home/ran"
	is "none at all" "$status,$err" \
		"1,xunshare: option '--cgroup-parent': cannot open '$parent/none': No such file or directory"
	limited --limit nothing.max=1 touch "$home/ran"
	is "an unknown controller" "$status,$(squeeze "$err")" "1,xunshare: cannot limit by nothing: this kernel has no\
 such controller xunshare: hint: see /proc/cgroups, and cgroup_disable= in /proc/cmdline"
	v1=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i + 1) == "cgroup" && ("," $NF ",") ~ /,memory,/) print $5 }' \
		/proc/self/mountinfo)
	if [ -n "$v1" ]; then
		limited --memory 50M touch "$home/ran"
		is "a controller of version 1" "$status,$(echo "$err" | head -n 1)" "1,xunshare: cannot limit by memory:\
 its controller belongs to cgroup version 1, mounted at $v1"
	else
		skip "a controller of version 1" "none is mounted"
	fi
	if [ "$mode" = user ]; then
		chown 0:0 "$parent"
		limited touch "$home/ran"
		is "a cgroup of root's" "$status,$(echo "$err" | head -n 1)" \
			"1,xunshare: option '--cgroup-parent': cannot make a cgroup in '$parent': Permission denied"
		sh -c "$(echo "$err" | sed -n 's/^xunshare: hint: as root: \(chown [0-9]* [^;]*\)$/\1/p')"
		limited true
		is "what its hint says helps" "$status,$err" 0,
		chown 0:0 "$base/$mode/cgroup.procs"
		limited touch "$home/ran"
		is "a cgroup that is apart" "$status,$(echo "$err" | head -n 1)" \
			"1,xunshare: option '--cgroup-parent': the kernel lets you move no process into '$parent'"
	else
		chown "$user_uid" "$parent"
		limited touch "$home/ran"
		is "root and a user's cgroup" "$status,$(echo "$err" | head -n 1)" "1,xunshare: option '--cgroup-parent':\
 '$parent' is below a directory of another user, who could replace it"
		mkdir mount
		mount -t cgroup2 none mount && mount -o remount,bind,ro mount
		run unshare -m sh -c "mount --move mount $tree && exec xunshare --memory 5M touch $home/ran"
		like "read-only, as in a container" "$err" "^xunshare: cannot make a cgroup for the limits: $tree is mounted read-only"
		umount mount
	fi
	ok "nothing has run, nothing is left" test ! -e "$home/ran" -a -z "$(left)"
	leave
}

# Without systemd, and without a parent.
at_the_root() {
	if [ "$before" != / ] || [ -d /run/systemd/system ] || ! grep -qw memory "$tree/cgroup.controllers"; then
		skip "the root of the tree" "it is not ours, or has no controller memory"
		return
	fi
	enabled=$(cat "$tree/cgroup.subtree_control")
	run xunshare --memory 50M cat /proc/self/cgroup
	like "in the root of the tree" "$status,$out" '^0,0::/xns-[0-9-]*/limit/program$'
	is "which is as before" "$(cat "$tree/cgroup.subtree_control"),$(ls -d "$tree"/xns-[0-9]* 2>/dev/null)" "$enabled,"
}

XNS_MODES="root user"
for part in mechanism limits refusals kills; do
	for_each_mode $part
done
XNS_MODES=root
for_each_mode at_the_root
rmdir "$base"
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter --like-target: each attribute of the target is read inside, or the target is refused.
# shellcheck disable=SC2086,SC2016 # options are lists of words, and inner shells expand
. "${0%/*}/lib.sh"
# A build with sanitizers would change the limit of core files.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}disable_coredump=0"
needs_programs filter probe
in_private_ns "$@"
: "${XNS_MODES:=root user}"
[ "$XNS_MODES" != "root user userns" ] || XNS_MODES="root user"

# A caller with a filter, as in kernels.t, is no equal of a target without.
like=--like-target
[ -z "${XNS_KERNEL:-}" ] || like=--like-target=no-seccomp

# What must be equal, as a process has it in its own user namespace. "sh" reads files only.
attributes='grep -E "^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Seccomp_filters):" /proc/self/status
	tail -n +2 /proc/self/limits; cat /proc/self/cgroup'

# target CMD...: CMD starts "sh", which tells its attributes and becomes sleep. $target is its PID.
target() {
	mkdir -p "$work/open"
	chmod 1777 "$work/open"
	rm -f "$work/open/"*
	start "$@" sh -c '{ '"$attributes"'; } >"$0/theirs"; echo $$ >"$0/inner"; exec sleep 300' "$work/open"
	until_ok is_asleep || note "no target: $(cat "$errfile")"
}

is_asleep() {
	target=$bg
	while [ -n "$target" ] && ! executes "$target" sleep 2>/dev/null; do
		target=$(child_of "$target")
	done
	[ -n "$target" ]
}

end_target() {
	kill -KILL "$target"
	finish
}

# equal NAME OPTION...: enters by each of these ways, and compares.
equal() {
	name=$1
	shift
	for way; do
		run xnsenter -t "$target" $way sh -c "$attributes"
		is "$name: $way" "$out" "$(cat "$work/open/theirs")"
	done
}

refused() {
	run xnsenter -t "$target" $like touch "$home/ran"
	is "$1: refused" "$status/$out" 1/
	like "$1: and named" "$err" "$2"
	like "$1: with a remedy" "$err" '^xnsenter: hint: '
	ok "$1: nothing ran" test ! -e "$home/ran"
	end_target
}

roots_targets() {
	[ "$mode" = root ] || return 0
	set -- "$like -u" "$like -a" "$like -p -m"
	target setpriv --groups 11,12
	equal "groups" "$@"
	end_target
	target setpriv --bounding-set -sys_admin,-net_raw --inh-caps -all
	equal "a container's root" "$@"
	end_target
	target setpriv --no-new-privs --bounding-set -all,+chown
	equal "no_new_privs" "$@"
	end_target
	target setpriv --reuid 1000 --regid 1001 --clear-groups --bounding-set -all,+chown,+kill
	equal "a user" "$@"
	end_target
	target setpriv --reuid 1000 --regid 1001 --groups 5,6 --inh-caps -all,+net_bind_service,+kill \
		--ambient-caps -all,+net_bind_service
	equal "a user with ambient capabilities" "$@"
	end_target
	target prlimit --nofile=50:60 --core=0:0 --nproc=9000:9000 --stack=4000000:5000000
	equal "limits" "$@"
	end_target
	target xunshare -m -u -i -n -p --mount-proc --kill-child setpriv --bounding-set -sys_admin
	equal "a container" "$@"
	end_target
	target xunshare --map-users 0:100000:1000 --map-groups 0:100000:1000 --setgroups allow -S 0 -G 0 --kill-child \
		setpriv --reuid 5 --regid 6 --groups 7,8 --bounding-set -net_raw
	equal "in a user namespace" "$like -U" "$like -a"
	run xnsenter -t "$target" -u $like touch "$home/ran"
	like "without --user" "$err" 'is in another user namespace, so '
	like "which is the remedy" "$err" '^xnsenter: hint: add --user'
	end_target
	run xnsenter --like-target touch "$home/ran"
	like "without a target" "$err" "'--like-target' needs '--target'"
	ok "nothing ran" test ! -e "$home/ran"
}

users_targets() {
	[ "$mode" = user ] || return 0
	for rights in -r -c "-r --drop" "-r --no-new-privs" "-r --cap-drop all" "-r --cap-drop net_raw,kill" \
		"-c --cap-drop all --cap-add chown"; do
		target xunshare $rights -m -u -n -p --mount-proc --kill-child
		case $rights in
		*--drop) has_since 5.8 || { end_target; continue; } ;;
		esac
		equal "xunshare $rights" "$like -a"
		end_target
	done
	target prlimit --nofile=50:60
	equal "a process of the same user" "$like -w"
	end_target
}

# The way without a trampoline, that with one, and that where it makes the program in a pid namespace.
filters() {
	[ "$mode" = root ] && [ -z "${XNS_KERNEL:-}" ] || return 0
	for rights in --clear-groups --no-new-privs "--bounding-set -sys_admin" \
		"--reuid 1000 --regid 1000 --clear-groups" \
		"--reuid 1000 --regid 1000 --clear-groups --inh-caps -all,+kill --ambient-caps -all,+kill" \
		"--inh-caps -all,+sys_admin" "--reuid 1000 --regid 1000 --clear-groups --inh-caps -all,+sys_admin \
		--ambient-caps -all,+sys_admin"; do
		target xunshare -p -m -u --mount-proc --kill-child filter kcmp=9 filter getpriority=77 setpriv $rights
		equal "two filters, $rights" "--like-target=seccomp -u" "--like-target=seccomp -m -p" \
			"--like-target=seccomp -a" "--like-target=seccomp -p -F"
		for way in -u -a; do
			run xnsenter -t "$target" $way --like-target=seccomp nice
			like "two filters, $rights: they work, $way" "$err" 'File descriptor in bad state'
			run xnsenter -t "$target" $way --like-target=no-seccomp grep -E '^(Seccomp|CapBnd):' /proc/self/status
			is "left out, $rights, $way" "$out" "$(grep -E '^(Seccomp|CapBnd):' "$work/open/theirs" |
				sed 's/2$/0/')"
		done
		ok "the target goes on" executes "$target" sleep
		end_target
	done
	target filter getpriority=77
	refused "a filter" "process $target has a seccomp filter, which the program would not have"
	target filter getpriority=77
	run filter kcmp=9 xnsenter -t "$target" -u --like-target=seccomp touch "$home/ran"
	is "we have a filter ourselves" "$status" 1
	like "which is named" "$err" "cannot copy the seccomp filters of process $target: Permission denied"
	like "with a remedy" "$err" '^xnsenter: hint: run it as root outside of all containers'
	run xnsenter -t "$target" -u --like-target=none touch "$home/ran"
	like "another word" "$err" "'none' is not seccomp or no-seccomp"
	ok "nothing ran" test ! -e "$home/ran"
	end_target
}

# In what the program cannot be like the target.
differences() {
	[ "$mode" = root ] || return 0
	start python3 -c 'import ctypes, os, time
ctypes.CDLL(None).prctl(8, 1, 0, 0, 0)
os.setresuid(1000, 1000, 1000)
print("there", flush=True)
time.sleep(300)'
	until_ok grep -q there "$outfile"
	target=$bg
	refused "permitted capabilities that exec takes" 'be like process [0-9]*: exec would take all but'
	start python3 -c 'import os, time
os.setresuid(0, 1000, 0)
print("there", flush=True)
time.sleep(300)'
	until_ok grep -q there "$outfile"
	target=$bg
	refused "several ids" 'its real, effective and saved ids differ'
	target env
	run setpriv --bounding-set -kill xnsenter -t "$target" -u $like touch "$home/ran"
	like "a bounding set that has less" "$err" 'could not be like process [0-9]*: our bounding set lacks CAP_KILL'
	run setpriv --no-new-privs xnsenter -t "$target" -u $like touch "$home/ran"
	like "no_new_privs of ours" "$err" 'we have no_new_privs'
	run filter kcmp=9 xnsenter -t "$target" -u --like-target touch "$home/ran"
	like "a filter of ours" "$err" 'we have a seccomp filter'
	run setpriv --reuid 1000 --regid 1000 --clear-groups xnsenter -t "$target" $like touch "$home/ran"
	like "another user" "$err" 'belongs to uid 0, and this one to uid 1000; run it as root'
	ok "nothing ran" test ! -e "$home/ran"
	end_target
	target env
	run prlimit --nofile=20:20 setpriv --bounding-set -sys_resource --inh-caps -sys_resource \
		xnsenter -t "$target" -u $like touch "$home/ran"
	like "a hard limit above ours" "$err" 'its hard limit of open files is above ours'
	ok "nothing ran" test ! -e "$home/ran"
	end_target
}

for_each_mode roots_targets
for_each_mode users_targets
for_each_mode filters
for_each_mode differences
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter --join-cgroup, wherever cgroup2 is mounted here; in cgroups of the test's own.
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs inmate probe
is_real_root || skip_all "not root"
in_private_ns

# The type of the file system, and whether it is writable, decide what is possible here.
hierarchy=
for place in /sys/fs/cgroup /sys/fs/cgroup/unified; do
	[ "$(stat -f -c %T "$place" 2>/dev/null)" != cgroup2fs ] || hierarchy=$place
done
[ -n "$hierarchy" ] || skip_all "no cgroup2 at /sys/fs/cgroup or /sys/fs/cgroup/unified"
group=xns-test-$$-$(basename "$work")
group=$(echo "$group" | tr . -)
mkdir "$hierarchy/$group" 2>/dev/null || skip_all "$hierarchy is not writable"
mode=root

own_cgroup() {
	sed -n 's/^0:://p' "/proc/${1:-self}/cgroup"
}

put() {
	echo "$1" >"$hierarchy/$2/cgroup.procs"
}

# The shell is in the group while it starts the box.
box_in() {
	# shellcheck disable=SC2086 # an option, or none
	start sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$hierarchy/$1" \
		xunshare -C ${2:-} --kill-child sh -c 'echo boxed; exec sleep 300'
	until_ok grep -q boxed "$outfile"
	box_parent=$bg
	box=$(child_of "$box_parent")
}

joins() {
	mkdir -p "$hierarchy/$group/a b/deep"
	for one in "" "/a b" "/a b/deep"; do
		box_in "$group$one"
		run xnsenter -t "$box" -c cat /proc/self/cgroup
		is "'$one': --join-cgroup moves into the target's" \
			"$(echo "$out" | sed -n 's/^0:://p')" "$(own_cgroup "$box")"
		run xnsenter -t "$box" --like-target=no-seccomp cat /proc/self/cgroup
		is "'$one': so does --like-target" "$out$err" "$(cat "/proc/$box/cgroup")"
		run xnsenter -t "$box" -c -C sh -c 'sed -n "s/^0:://p" /proc/self/cgroup'
		is "'$one': with its namespace that is the root" "$out$err" /
		run xnsenter -t "$box" -C sh -c 'sed -n "s/^0:://p" /proc/self/cgroup'
		like "'$one': without it we are outside" "$out" '^/\.\.'
		is "'$one': and stay where we were" "$(own_cgroup)" "$before"
		unbox
	done
}

# The caller's input is the program's, and the file of the cgroup is not.
leaves_input_and_descriptors() {
	box_in "$group"
	run probe state
	fds=$(echo "$out" | grep ^fds)
	run sh -c 'echo text | xnsenter -t "$0" -c -C cat' "$box"
	is "standard input is the program's" "$out$err" text
	run xnsenter -t "$box" -c -C probe state
	is "no descriptor is left" "$(echo "$out" | grep ^fds)" "$fds"
	unbox
}

# The owner of the cgroup could freeze the process that waits, and with it our terminal.
lets_only_the_program_join() {
	box_in "$group" -p
	for way in "" "-p" "-a" "-p -S 0" "--pid=/proc/$box/ns/pid"; do
		# shellcheck disable=SC2086 # a list of words
		start xnsenter -t "$box" -c $way sleep 301
		entered=$bg
		case $way in
		?*) until_ok has_child_in "$bg" && entered=$(child_of "$bg") ;;
		*) until_ok executes "$bg" sleep ;;
		esac
		is "'$way': the program joins" "$(own_cgroup "$entered")" "$(own_cgroup "$box")"
		[ -z "$way" ] || is "'$way': the process that waits does not" "$(own_cgroup "$bg")" "$before"
		kill -KILL "$entered"
		finish
	done
	if command -v python3 >/dev/null; then
		echo end >"$work/actions"
		start sh -c 'exec python3 "$@" <"$0"' "$work/actions" "$XNS_SRCDIR/tests/cli/terminal.py" \
			xnsenter -t "$box" -c -u --pty sleep 301
		until_ok has_descendants "$bg" || note "nobody waits"
		is "--pty: the proxy does not join" "$(own_cgroup "$proxy")" "$before"
		is "--pty: nor does the process that waits inside" "$(own_cgroup "$waiting")" "$before"
		is "--pty: the program does" "$(own_cgroup "$entered")" "$(own_cgroup "$box")"
		kill -KILL "$entered"
		finish
	else
		skip "--pty" "no python3"
	fi
	unbox
}

has_child_in() {
	entered=$(child_of "$1") && [ -n "$entered" ] && executes "$entered" sleep
}

has_descendants() {
	proxy=$(child_of "$1") && [ -n "$proxy" ] && waiting=$(child_of "$proxy") && [ -n "$waiting" ] &&
		has_child_in "$waiting"
}

# cgroup_namespaces(7): what is no descendant of our namespace's root begins with "/..".
refuses_what_lies_outside() {
	mkdir -p "$hierarchy/$group/inner"
	box_in "$group"
	run sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$hierarchy/$group/inner" \
		xunshare -C xnsenter -t "$box" -c echo ran
	is "a cgroup above our namespace" "$status$out" 1
	is "is refused" "$err" \
		"xnsenter: the cgroup '/..' of process $box lies outside our cgroup namespace"
	unbox
}

tells_what_is_missing() {
	box_in "$group"
	run unshare -m sh -c 'umount -l /sys/fs/cgroup 2>/dev/null; mount -t tmpfs none /sys/fs/cgroup &&
		exec xnsenter -t "$0" -c echo ran' "$box"
	is "without cgroup2" "$status$out" 1
	is "the message names both mount points" "$err" \
		"xnsenter: no cgroup2 is mounted at /sys/fs/cgroup or /sys/fs/cgroup/unified"
	# Each layout, whichever this machine has.
	for place in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		run unshare -m sh -c 'umount -l /sys/fs/cgroup; mount -t tmpfs none /sys/fs/cgroup &&
			mkdir -p "$1" && mount -t cgroup2 none "$1" &&
			exec xnsenter -t "$0" -c sed -n "s/^0:://p" /proc/self/cgroup' "$box" "$place"
		is "cgroup2 at $place" "$out$err" "$(own_cgroup "$box")"
	done
	unbox
	run xnsenter -c -u true
	is "--join-cgroup needs a target" "$status" 1
}

before=$(own_cgroup)
for fn in joins leaves_input_and_descriptors lets_only_the_program_join refuses_what_lies_outside tells_what_is_missing; do
	$fn
done
mode=
for one in "/a b/deep" "/a b" /inner ""; do
	until_ok rmdir "$hierarchy/$group$one" 2>/dev/null || note "$group$one stays"
done
done_testing

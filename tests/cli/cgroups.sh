# shellcheck shell=sh disable=SC2034,SC2120,SC2154 # variables and callers elsewhere
# SPDX-License-Identifier: GPL-2.0-or-later
# A tree of cgroups of a script's own, sourced after in_private_ns by scripts that are root:
#
# own_cgroups [CONTROLLER]
#                      goes on in a cgroup namespace, in which $tree is the mounted root of the hierarchy
#                      that xns reads; nothing but the script's own directory of the machine's is changed
# can_own_cgroups      whether it can, for scripts that do without
# own_workloads        the same, and private /etc, /run and /var/lib for the files of managers and engines;
#                      $id and $other are ids of containers, $manager the cgroup of the user's manager
# cgroup_version=2     set before: version 2, also on a host that has both
# join CGROUP CMD...   starts a command in that cgroup, which is made; $pid is its PID once it sleeps
# leave_cgroups        ends all that join started, and removes the tree

own_cgroups()
{
	tree=$work/cgroup
	if [ -z "${XNS_CGROUP:-}" ]; then
		mkdir -p "$tree"
		XNS_CGROUP=$(mktemp -u xns-test-XXXXXX)
		export XNS_CGROUP
		mount_tree "$tree" || skip_all "no hierarchy of cgroups can be mounted"
		# The way back, as the mount itself would be found by engines.
		exec 8<"$tree"
		move_to_own
		umount -l "$tree"
		if [ $# -gt 0 ] && mount -t cgroup -o "$1" none "$tree" 2>/dev/null; then
			exec 7<"$tree"
			move_to_own
			umount -l "$tree"
		fi
		exec unshare -C "$lib_self"
	fi
	mount_tree "$tree" || skip_all "no hierarchy of cgroups can be mounted"
	joined=
}

own_workloads()
{
	own_cgroups
	private_etc
	for dir in /run /var/lib; do
		mount -t tmpfs -o mode=755 none $dir
	done
	id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	other=fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210
	manager=/user.slice/user-$user_uid.slice/user@$user_uid.service
}

# Whether own_cgroups would go on.
can_own_cgroups()
{
	[ -z "${XNS_CGROUP:-}" ] || return 0
	mkdir "$work/cgroup"
	mount_tree "$work/cgroup" || return 1
	can=$(mktemp -d "$work/cgroup/xns-test-XXXXXX") && rmdir "$can"
	can=$?
	umount "$work/cgroup"
	return $can
}

move_to_own()
{
	# Removes what a run that was killed has left; directories in use stay.
	for dir in "$tree"/xns-test-*; do
		find "$dir" -depth -type d -exec rmdir '{}' + 2>/dev/null
	done
	mkdir -m 755 "$tree/$XNS_CGROUP" || skip_all "no cgroup can be made"
	echo 0 >"$tree/$XNS_CGROUP/cgroup.procs" || skip_all "no cgroup can be entered"
}

# Version 1's name=systemd wins where it is not "/"; a machine without it has version 2 alone.
mount_tree()
{
	if [ "${cgroup_version:-}" != 2 ] && grep -q ':name=systemd:' /proc/self/cgroup; then
		mount -t cgroup -o none,name=systemd none "$1" 2>"$errfile"
	else
		mount -t cgroup2 none "$1" 2>"$errfile"
	fi
}

join()
{
	mkdir -p "$tree$1"
	# shellcheck disable=SC2016 # the inner shell's
	sh -c 'echo $$ >"$0/cgroup.procs" && shift && exec "$@"' "$tree$1" "$@" &
	pid=$!
	joined="$joined $pid"
	until_ok sleeps "$pid"
}

# The command itself, or what it has started.
sleeps()
{
	executes "$1" sleep || { child=$(child_of "$1") && [ -n "$child" ] && executes "$child" sleep; }
}

leave_cgroups()
{
	# shellcheck disable=SC2086 # a list
	kill -KILL $joined 2>/dev/null
	# shellcheck disable=SC2086
	wait $joined 2>/dev/null
	umount "$tree"
	for way in /proc/self/fd/8 /proc/self/fd/7; do
		[ -e $way/cgroup.procs ] || continue
		echo 0 >$way/cgroup.procs
		find "$way/$XNS_CGROUP" -depth -type d -exec rmdir '{}' +
	done
}

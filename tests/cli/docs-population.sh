# shellcheck shell=sh disable=SC2034,SC2154 # $tree comes from docs-examples.t, $pid goes to an example
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes what the examples of xnsls(8) show: the containers web and db, which share a network, the service ssh, a
# process in a network of its own, and one that leaks networks. Sourced in the namespaces of an example; $pid
# is a process of web.

member()
{
	member_of=$tree$1
	shift
	mkdir -p "$member_of"
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$member_of" "$@" &
	pid=$!
	until grep -qx -e sleep -e python3 "/proc/$pid/comm" 2>/dev/null; do sleep 0.02; done
}

member /system.slice/ssh.service unshare -m sleep 100
member /system.slice/cron.service unshare -n sleep 101
member /system.slice/backup.service python3 "$XNS_SRCDIR/tests/cli/leak.py" net 30 leak-ready
until test -s leak-ready; do sleep 0.02; done
member /lxc.payload.web unshare -muin sleep 102
web=$pid
member /lxc.payload.db nsenter -t "$web" -n unshare -mui sleep 103
pid=$web

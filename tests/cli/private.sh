# shellcheck shell=sh disable=SC2154 # variables of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Private namespaces for a script, and an /etc in them: a part of lib.sh, whose head describes them.

# bounded CMD...: runs CMD, and ends the script with its status. A script may take $script_limit seconds on a
# machine with a free processor, and on a busier one as many times longer as processes wait for each of its
# processors. One that takes longer is ended, and says so.
bounded()
{
	lib_limit=$(awk -v limit="$script_limit" -v processors="$(nproc)" \
		'{ busy = $1 / processors; printf "%.1f", limit * (busy > 1 ? busy : 1) }' /proc/loadavg)
	timeout -k 5 "$lib_limit" "$@"
	lib_status=$?
	case $lib_status in
	124 | 137) echo "Bail out! this script took longer than $lib_limit s" ;;
	esac
	exit "$lib_status"
}

# The first entry stays outside, waits and cleans up: when it does, every process and mount of the
# second is gone.
in_private_ns()
{
	[ -z "${XNS_PRIVATE:-}" ] || return 0
	lib_userns=
	[ "$(id -u)" = 0 ] || lib_userns=-Ur
	# shellcheck disable=SC2086 # empty or one word
	unshare $lib_userns -mpf --mount-proc --propagation private \
		setpriv --pdeathsig KILL true 2>"$errfile" ||
		skip_all "no private namespaces: $(cat "$errfile")"
	# Not --kill-child: util-linux 2.41 and later then need pidfd_open(2), which kernels.t takes away.
	# shellcheck disable=SC2086
	XNS_PRIVATE=1 XNS_WORK=$work bounded unshare $lib_userns -mpf --mount-proc --propagation private \
		setpriv --pdeathsig KILL "$lib_self" "$@"
}

# The same without a pid namespace, for what can only be seen from the initial one.
in_private_mounts()
{
	[ -z "${XNS_PRIVATE:-}" ] || return 0
	XNS_PRIVATE=1 XNS_WORK=$work bounded unshare -m --propagation private "$lib_self" "$@"
}

private_etc()
{
	[ -n "${XNS_PRIVATE:-}" ] || { echo 'Bail out! private_etc before in_private_ns'; exit 99; }
	mkdir "$work/etc"
	# Files that an ordinary user may not read stay away.
	cp -a /etc/. "$work/etc" 2>/dev/null
	for lib_name in passwd group; do
		grep -v -e '^tester:' -e "^[^:]*:[^:]*:$user_uid:" /etc/$lib_name >"$work/etc/$lib_name"
	done
	echo "tester:x:$user_uid:$user_gid::$home:/bin/sh" >>"$work/etc/passwd"
	echo "tester:x:$user_gid:" >>"$work/etc/group"
	for lib_name in subuid subgid; do
		rm -f "$work/etc/$lib_name"
		echo 'tester:100000:65536' >"$work/etc/$lib_name"
	done
	mount --bind "$work/etc" /etc
}

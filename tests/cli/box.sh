# shellcheck shell=sh disable=SC2154 # variables of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Something to enter, for the xnsenter scripts: sourced behind lib.sh.
#
# box OPTION... [-- CMD...]  starts CMD, or what sleeps, in namespaces of its own: xunshare with
#     these options, and -r for the ordinary user. Its host name is "box" if it has one of its own,
#     and with --mount there is $home/box/only, which is not outside. $box is its PID, $box_parent
#     that of the xunshare which waits for it
# unbox        ends it
# enter ARG... runs xnsenter --target $box ARG...; the ordinary user with the user namespace first
# user_words   what the ordinary user has to say in addition
# ns PID TYPE  the link /proc/PID/ns/TYPE

# A user namespace of its own has another owner than ours, so it cannot be entered from there.
: "${XNS_MODES:=root user}"
[ "$XNS_MODES" != "root user userns" ] || XNS_MODES="root user"

# A fresh box runs this before it becomes CMD; $0 is $home.
box_start='
	[ "$(readlink /proc/self/ns/uts)" = "$box_uts" ] || hostname box
	if [ "$(readlink /proc/self/ns/mnt)" != "$box_mnt" ]; then
		mount -t tmpfs box "$0/box" && mkdir "$0/box/only" && echo text >"$0/box/only/file"
	fi
	echo boxed
	exec "$@"'

box()
{
	box_rights=
	[ "$mode" = root ] || box_rights=-r
	box_options=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		box_options="$box_options $1"
		shift
	done
	has_time || box_options=$(echo "$box_options" | sed 's/\( -m[a-zA-Z]*\)T/\1/')
	[ $# -gt 0 ] && shift
	[ $# -gt 0 ] || set -- sleep 300
	mkdir -p "$home/box"
	box_uts=$(readlink /proc/self/ns/uts) box_mnt=$(readlink /proc/self/ns/mnt)
	export box_uts box_mnt
	# shellcheck disable=SC2086 # lists of words
	start xunshare $box_rights $box_options --kill-child sh -c "$box_start" "$home" "$@"
	until_ok grep -q boxed "$outfile" || note "no box: $(cat "$errfile")"
	box_parent=$bg
	box=$(child_of "$box_parent")
}

unbox()
{
	kill -KILL "$box_parent"
	wait "$box_parent" 2>/dev/null
	until_ok lib_is_over "$box"
}

user_words()
{
	[ "$mode" != user ] || echo "-U --preserve-credentials"
}

enter()
{
	# shellcheck disable=SC2046 # a list of words
	run xnsenter -t "$box" $(user_words) "$@"
}

ns()
{
	readlink "/proc/$1/ns/$2"
}

# The program that PID has become.
is_running()
{
	[ "$(ps -o comm= -p "$1")" = "$2" ]
}

is_gone()
{
	case $(ps -o stat= -p "$1" | cut -c 1) in '' | Z) return 0 ;; *) return 1 ;; esac
}

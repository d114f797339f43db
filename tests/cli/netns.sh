# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh for the scripts xnetns*.t: they run in mount, pid and network namespaces of their own, with an
# empty /run and a copy of /etc. As an ordinary user all of that sits in a user namespace.
#
# names                  what the store holds, by `xnetns -d list`, on one line
# seen_mounts            mountinfo without the machine's own mounts below /run, which ours hides
# mounts_at PATH         how many mounts there are at PATH
# old FILE...            makes the files leftovers: older than any that somebody may be about to mount on,
#                        and known to be mounted nowhere
# netns_on_host=yes      set before: in the initial pid namespace if it can be had, where xnetns can find out
#                        which mount namespaces have a name mounted; then $on_host is not empty
# netns_programs=NAMES   set before: for needs_programs, besides probe
# clean                  takes all names away

if [ -z "${XNS_PRIVATE_NET:-}" ]; then
	netns_user=-n
	[ "$(id -u)" = 0 ] || netns_user=-Urn
	if ! unshare $netns_user true 2>/dev/null; then
		echo "1..0 # SKIP no network namespace of our own"
		exit 0
	fi
	XNS_PRIVATE_NET=1
	export XNS_PRIVATE_NET
	exec unshare $netns_user -- "$0" "$@"
fi

. "${0%/*}/lib.sh"
needs_applet xnetns
# shellcheck disable=SC2086 # a list of words
needs_programs probe ${netns_programs:-}
on_host=
[ -z "${netns_on_host:-}" ] || ! sees_all_mounts || on_host=yes
if [ -n "$on_host" ]; then in_private_mounts; else in_private_ns; fi
private_etc
# A directory that the ordinary user may not search would be another reason why a program is not found.
PATH=$bin:/usr/sbin:/usr/bin:/sbin:/bin
hidden_mounts=" $(awk '$5 ~ "^/run/" { printf "%s ", $1 }' /proc/self/mountinfo)"
mount -t tmpfs tmpfs /run || skip_all "no /run of our own"
# A user namespace that may not mount a sysfs over this machine's tests the rest without it.
can_mount_sysfs()
{
	# Not on /sys: mount(2) refuses the same file system twice at one place.
	unshare -m mount -t sysfs sysfs "$home" 2>/dev/null
}

names()
{
	squeeze "$(xnetns -d list)"
}

seen_mounts()
{
	awk -v hidden="$hidden_mounts" '!index(hidden, " " $1 " ")' /proc/self/mountinfo
}

mounts_at()
{
	seen_mounts | awk -v point="$1" '$5 == point' | wc -l
}

old()
{
	# Elsewhere a file counts as mounted nowhere if xnetns has stamped it so.
	if [ -n "$on_host" ]; then touch -d '1 hour ago' "$@"; else touch -d @7892595 "$@"; fi
}

clean()
{
	xnetns --all delete 2>/dev/null
	rm -rf /run/netns/* /etc/netns 2>/dev/null
	find /run/netns -mindepth 1 -delete 2>/dev/null
}

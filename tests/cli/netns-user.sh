# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# netns.sh for the scripts about the names of an ordinary user: $runtime is that user's XDG_RUNTIME_DIR, $records
# the directory of records in it.
#
# anchors            the PIDs of the anchors that live
# nothing_left WHEN  a result: no anchor lives, and nothing is in $runtime
# as_other CMD...    runs CMD as another ordinary user, with a runtime directory of its own
# watches            whether what start has begun watches files
. "${0%/*}/netns.sh"

is_real_root || skip_all "needs root, to be two ordinary users"
can_be_user || skip_all "cannot become an ordinary user"
other_uid=$((user_uid + 1))
runtime=$work/runtime
mkdir "$runtime" "$work/other"
chown "$user_uid:$user_gid" "$runtime"
chown "$other_uid:$other_uid" "$work/other"
chmod 700 "$runtime" "$work/other"
user_env="$user_env XDG_RUNTIME_DIR=$runtime"
# shellcheck disable=SC2034 # for the scripts that read this
records=$runtime/xns
as_user xunshare -rmn true 2>/dev/null || skip_all "no user namespace of an ordinary user"

anchors()
{
	ps -eo pid=,stat=,comm= | awk '$2 !~ /^Z/ && $3 == "xns-anchor" { print $1 }'
}

no_anchor() { [ -z "$(anchors)" ]; }

nothing_left()
{
	until_ok no_anchor
	is "$1: no anchor, no record" "$(anchors),$(ls -A "$runtime")" ,
}

as_other()
{
	# shellcheck disable=SC2086 # a list of assignments
	setpriv --reuid "$other_uid" --regid "$other_uid" --clear-groups -- env $user_env HOME="$work/other" \
		XDG_RUNTIME_DIR="$work/other" "$@"
}

watches() { grep -q inotify "/proc/$bg/fdinfo"/* 2>/dev/null; }

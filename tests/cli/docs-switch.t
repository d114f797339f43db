#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The table in README.md of what the old tools say and what ours say: each line is run with both.
. "${0%/*}/docs.sh"

old_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# The version of the old tools that the README names, as their --version prints it.
has_named_versions()
{
	for name in unshare nsenter lsns; do
		version=$(PATH=$old_path "$name" --version)
		grep -qwF "${version##* from }" "$readme" || return
	done
	version=$(PATH=$old_path ip -V)
	version=${version#*iproute2-}
	grep -qwF "iproute2 ${version%%,*}" "$readme"
}

# Runs a command of the table in a directory and a /run of its own. $1: PATH, $2: prompt, $3: command
run_row()
{
	place=$(mktemp -d "$work/place.XXXXXX")
	user=
	[ "$2" = '#' ] || { user="setpriv --reuid $user_uid --regid $user_gid --clear-groups"; chmod 755 "$place"; }
	# shellcheck disable=SC2016,SC2086 # the inner shell's; a list of words
	run env "PATH=$old_path" unshare -m --propagation private sh -c '
		mount -t tmpfs -o mode=755 tmpfs /run && cd "$1" && shift && exec "$@"' sh "$place" \
		$user env "PATH=$1" sh -c "$3"
}

# $1: who, $2: what the table says
judge_row()
{
	title="$1: $command"
	printed=$(one_line "$out $err")
	case $2 in
	nothing) is "$title: prints nothing" "$printed" "" ;;
	*)
		wanted=$(pattern_of "$2")
		# Of a message the table has the part that matters.
		[ "$status" = 0 ] || wanted="*$wanted*"
		ok "$title: prints what the table says" matches "$printed" "$wanted"
		;;
	esac
}

sed -n 's/^| `\([$#] .*\)` | \(.*\) | \(.*\) |$/\1|\2|\3/p' "$readme" | tr -d '`' >"$work/rows"
ok "README.md has ten lines" test "$(wc -l <"$work/rows")" = 10
if is_real_root; then
	private_etc
	as_named=yes
	has_named_versions || as_named=
	while IFS='|' read -r command old new; do
		prompt=${command%% *}
		typed=${command#? }
		if [ -n "$as_named" ]; then
			run_row "$old_path" "$prompt" "$typed"
			judge_row "old" "$old"
		else
			skip "old: $command" "the tools are of other versions"
		fi
		ours=$(echo "$typed" | sed -e 's/ip netns/xnetns/g' -e 's/unshare/xunshare/g' \
			-e 's/nsenter/xnsenter/g' -e 's/lsns/xnsls/g')
		for missing in $unbuilt; do
			case $ours in *"$missing"*) skip "ours: $command" "built without $missing"; continue 2 ;; esac
		done
		run_row "$bin:$old_path" "$prompt" "$ours"
		judge_row "ours" "$new"
	done <"$work/rows"
else
	skip "old and new tools say what the table says" "not root"
fi
done_testing

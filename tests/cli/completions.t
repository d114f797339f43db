#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Completions: what xns --complete answers, and what the shells make of it.
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns

scripts=$XNS_SRCDIR/packaging/completions
tab=$(printf '\t')

# --- the answers ----------------------------------------------------------------------------------

# The candidates alone. $1: the command line; a blank at its end stands for an empty word
answer()
{
	line=$1
	# shellcheck disable=SC2086 # a command line
	set -- $line
	case $line in *' ') set -- "$@" '' ;; esac
	run xns --complete "$@"
	kind=${out%%
*}
	words=$(printf '%s\n' "$out" | sed "1d; s/$tab.*//" | sort)
}

answers()
{
	answer "$1"
	is "'$1': the kind" "$kind" "$2"
	[ $# -lt 3 ] || is "'$1': the words" "$(squeeze "$words")" "$3"
}

every_option()
{
	for applet in $XNS_APPLETS; do
		answer "$applet --"
		is "$applet: every option of the help is offered" \
			"$(printf '%s\n' "$words" | tr -d = | sort)" \
			"$(run "$applet" --help; sed -n 's/^ \(-.,\|   \) \(--[a-z-]*\).*/\2/p' "$outfile" |
				sort)"
		answer "xns $applet --"
		ok "xns $applet: the same" test -n "$words"
	done
}

of_lines()
{
	answers "xns xunsh" words xunshare
	answers "xns --inst" words --install
	answers "xns doc" words doctor
	answers "xns doctor --j" words --json
	answers "xns --install " "directories 0"
	answers "xns no-such-applet x" words ""
	answers "xunshare --map-r" words --map-root-user
	answers "xunshare --setgr" words --setgroups=
	answers "xunshare --setgroups=" words "--setgroups=allow --setgroups=deny"
	answers "xunshare --setgr=a" words "--setgr=allow"
	answers "xunshare -r --setgroups " words "allow deny"
	answers "xunshare --mount=x" "files 8"
	answers "xunshare --mount x" "command 2"
	answers "xunshare -R x" "directories 0"
	answers "xunshare -Rx" "directories 2"
	answers "xunshare -UR x" "directories 0"
	answers "xunshare -Um" words -Um
	answers "xunshare -Ur --kill-child=KI" words --kill-child=KILL
	answers "xunshare -S roo" words root
	answers "xunshare -Sroo" words -Sroot
	answers "xunshare -G roo" words root
	answers "xunshare -Ur " "command 2"
	answers "xunshare -R / " "command 3"
	answers "xunshare --root=/ -r -- ls -" "command 4"
	answers "xns xunshare -r ls -" "command 3"
	answers "unshare -r ls --mount-" "command 2"
	answers "/usr/bin/unshare --map-r" words --map-root-user
	answers "xunshare --no-such-option " "command 2"
	answers "xnsenter --env=" words --env=all
	answers "xnsenter -S fol" words follow
	answers "xnsenter -r=/x" "directories 3"
	answers "xnsenter -t 1 -a ls" "command 4"
	if command -v xnsls >/dev/null; then
		answers "xnsls -t n" words net
		answers "xnsls -o NS,NP" words NS,NPROCS
		answers "xnsls --output=+HE" words --output=+HELDBY
		answers "xnsls -T=own" words -T=owner
		answers "xnsls " "files 0"
	else
		skip "xnsls" "built without libsmartcols"
	fi
	if command -v xnetns >/dev/null; then
		answers "xnetns de" words delete
		answers "xnetns delete --ki" words --kill
		answers "xnetns add --ki" words ""
		answers "xnetns gc --ex" words --explain
		answers "xnetns gc --explain=" words --explain=json
		answers "xnetns list --ex" words ""
		answers "xnetns delete x --ki" words ""
		answers "xnetns add b" words ""
		answers "xnetns set red a" words auto
		answers "xnetns exec red " "command 3"
		answers "xnetns exec --all " "command 3"
	else
		skip "xnetns" "built without libmnl"
	fi
}

live_values()
{
	mount -t tmpfs tmpfs /run
	mkdir /run/netns
	# As leftovers that were never mounted on: what may be mounted elsewhere is not offered.
	touch -d @7892595 /run/netns/red /run/netns/reddish "/run/netns/$(printf 're\033[2J')"
	if command -v xnetns >/dev/null; then
		answers "xnetns delete re" words "red reddish"
		answers "xnetns -n redd" words reddish
		answers "xnetns pids red" words "red reddish"
	else
		skip "names of network namespaces" "built without libmnl"
	fi
	sleep 567 &
	run xns --complete xnsenter -t "$!"
	like "a PID comes with its command" "$out" "^$!${tab}sleep 567\$"
	run xns --complete xnsenter "--target="
	like "and behind the long option" "$out" "^--target=$!${tab}sleep 567\$"
	kill "$!"
	wait "$!"
}

odd_calls()
{
	for arguments in "" "xunshare" "xns"; do
		# shellcheck disable=SC2086 # words
		run xns --complete $arguments
		is "xns --complete $arguments: nothing, and no error" "$status/$out/$err" 0//
	done
	run sh -c 'xns --complete xunshare - >/dev/full'
	is "a full disk" "$status/$err" \
		"1/xns: cannot write to standard output: No space left on device"
}

# --- the shells -----------------------------------------------------------------------------------

# Expected in each shell: a line, and its completion. A trailing blank ends a finished word.
lines()
{
	cat <<'END'
xns xunsh => xns xunshare 
xunshare --map-r => xunshare --map-root-user 
xunshare --own => xunshare --owner=
xunshare --setgroups=a => xunshare --setgroups=allow 
xunshare -r --setgroups d => xunshare -r --setgroups deny 
xunshare --kill-child=KI => xunshare --kill-child=KILL 
unshare --map-r => unshare --map-root-user 
xunshare -R wi => xunshare -R wide/
xunshare --root=wi => xunshare --root=wide/
xunshare -Rwi => xunshare -Rwide/
xunshare --mount=fi => xunshare --mount=file 
xunshare -r --mount=file cat fi => xunshare -r --mount=file cat file 
xunshare -S roo => xunshare -S root 
xunshare -Rwide -r with-a-long-na => xunshare -Rwide -r with-a-long-name 
END
	! command -v xnsls >/dev/null || cat <<'END'
xnsls -o NS,NP => xnsls -o NS,NPROCS 
xnsls -t n => xnsls -t net 
END
	! command -v xnetns >/dev/null || cat <<'END'
xns xnetns delete reddi => xns xnetns delete reddish 
xnetns exec reddish cat fi => xnetns exec reddish cat file 
END
}

# A place with something to complete, and the scripts under the names that they are installed by.
prepare()
{
	links=$work/links
	place=$work/place
	mkdir -p "$links" "$place/wide"
	touch "$place/file"
	cp "$bin/probe" "$bin/with-a-long-name"
	for name in xns $XNS_APPLETS unshare; do
		ln -s "$scripts/xns.bash" "$links/$name"
		ln -s "$scripts/xns.fish" "$links/$name.fish"
	done
	ln -s xns "$bin/unshare"
	ln -s "$scripts/_xns" "$links/_xns"
	export XNS_LINKS="$links"
	lines >"$work/lines"
}

# $1: shell, $2: what it completes with, $3: result
judge()
{
	while IFS= read -r line; do
		ok "$1: $line" grep -qxF -- "$line" "$3"
	done <"$2"
	sed 's/^/# got: /' "$3"
}

in_terminal()
{
	command -v "$1" >/dev/null || { skip "$1" "no $1"; return; }
	command -v python3 >/dev/null || { skip "$1" "no python3"; return; }
	[ "$1" != bash ] || [ -e /usr/share/bash-completion/bash_completion ] ||
		{ skip "$1" "no bash-completion"; return; }
	sed 's/ => .*//' "$work/lines" >"$work/typed"
	python3 "$XNS_SRCDIR/tests/cli/completions.py" "$1" "$place" \
		<"$work/typed" >"$work/result" 2>"$work/complaints"
	note "$(cat "$work/complaints")"
	judge "$1" "$work/lines" "$work/result"
}

# fish prints what it would offer for a line; for these that is one candidate each.
in_fish()
{
	command -v fish >/dev/null || { skip fish "no fish"; return; }
	while IFS= read -r line; do
		typed=${line%% => *}
		got=$(cd "$place" && HOME=$place fish -c \
			"set -p fish_complete_path '$links'; complete -C '$typed'" </dev/null)
		wanted=${line##* }
		[ -n "$wanted" ] || { wanted=${line% } && wanted=${wanted##* }; }
		is "fish: $typed" "${got%%"$tab"*}" "$wanted"
	done <"$work/lines"
	sleep 567 &
	got=$(HOME=$place fish -c "set -p fish_complete_path '$links'; complete -C 'xnsenter -t '" </dev/null)
	like "fish: a PID with its command" "$got" "^$!${tab}sleep 567\$"
	kill "$!"
	wait "$!"
}

scripts_know_the_applets()
{
	for applet in $XNS_APPLETS; do
		ok "bash completes $applet" grep -q "^complete .* $applet\b" "$scripts/xns.bash"
		ok "zsh completes $applet" grep -q "^#compdef .*\b$applet\b" "$scripts/_xns"
		ok "fish completes $applet" grep -q "^for name in .* $applet\b" "$scripts/xns.fish"
	done
}

for_each_mode every_option
for_each_mode of_lines
live_values
odd_calls
scripts_know_the_applets
prepare
in_terminal bash
in_terminal zsh
in_fish
done_testing

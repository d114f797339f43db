#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGKILL at every system call of add, attach, delete and gc: whatever is left, the next command copes
# with it, and nothing but names is there in the end.
netns_on_host=yes
. "${0%/*}/netns.sh"

command -v strace >/dev/null || skip_all "no strace"
strace -o /dev/null true 2>/dev/null || skip_all "strace may not trace here"

sleep 600 &
attached=$!

# The system calls that a command makes once it has started, as "NAME COUNT" for each: strace counts
# every one by itself.
calls_of() {
	strace -o trace "$@" >/dev/null 2>&1
	awk -F'(' '{ n[$1]++ } $1 == "poll" { begun = 1 } begun && /^[a-z]/ { print $1, n[$1] }' trace
}

# Runs the rest of the line and kills it at the COUNTth call NAME. False: it has ended before.
killed_at() {
	call=$1 count=$2
	shift 2
	strace -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$count" "$@" \
		>/dev/null 2>"$errfile"
	[ $? = 137 ]
}

# This holds whatever happened: one name at most, known for what it is; no process; no lock left.
sane() {
	like "$1: what is listed" "$(names)," "^(x|x \\(($left)\\)|),\$"
	is "$1: nothing else in the directory" "$(ls -A /run/netns 2>/dev/null | grep -v '^x$')" ""
	ok "$1: one mount on the name at most" test "$(mounts_at /run/netns/x)" -le 1
}

# $1: name, $2: a shell command that prepares, $3: the command to kill, $4: what must succeed then,
# $5: what the store holds then. One result for all that goes well, or hundreds would be counted.
crash() {
	eval "$2"
	# shellcheck disable=SC2086 # words
	calls_of $3 >calls
	points=0 failed_before=$tests_failed
	while read -r call count; do
		eval "$2"
		# shellcheck disable=SC2086
		killed_at "$call" "$count" $3 || continue
		points=$((points + 1))
		where="$1, killed at $call $count"
		insane=$(tests_run=0; sane "$where" | grep -v '^ok')
		[ -z "$insane" ] || fail "$where: $insane"
		run sh -c "$4"
		[ "$status" = 0 ] || fail "$where: then $4"
		[ "$(mounts_at /run/netns)" = 1 ] || fail "$where: $(mounts_at /run/netns) mounts"
		[ "$(names)" = "$5" ] || fail "$where: then the names are '$(names)', not '$5'"
	done <calls
	is "$1: recovers from each of $points points" "$tests_failed" "$failed_before"
	ok "$1: there were points" test "$points" -gt 15
}

# In a pid namespace nobody can tell whether a file that may have been mounted on is a leftover.
left='stale|mounted under another mount' add='xnetns add --exists-ok x' gc='xnetns gc'
gone='xnetns delete x || test ! -e /run/netns/x'
if [ -z "$on_host" ]; then
	left='stale|mounted under another mount|unknown: not mounted here'
	add="$add || { xnetns gc --unseen x && xnetns add x; }"
	gone="$gone || xnetns gc --unseen x"
fi

none='xnetns --all delete 2>/dev/null; rm -f /run/netns/*'
fresh='while umount -l /run/netns 2>/dev/null; do :; done; rm -rf /run/netns'
one="$none; xnetns add x"
stale="$none; xnetns add dummy; xnetns delete dummy; : >/run/netns/x; old /run/netns/x"

crash "the first add ever" "$fresh" "xnetns add x" "$add" x
crash "add" "$none" "xnetns add --up x" "$add" x
crash "add, then gc" "$none" "xnetns add x" "$gc && { $add; }" x
crash "add over a stale name" "$stale" "xnetns add x" "$add" x
crash "attach" "$none" "xnetns attach x $attached" "$add" x
crash "delete" "$one" "xnetns delete x" "$gone" ""
crash "delete, then add" "$one" "xnetns delete x" "$add" x
crash "delete --kill" "$one" "xnetns delete --kill x" "$add" x
crash "gc" "$stale" "xnetns gc" "$gc" ""
crash "gc of mounts on mounts" "$one; mount --bind /run/netns /run/netns" "xnetns gc" "xnetns gc" x

# On a file system where files cannot appear with their time stamp in one step.
eval "$none"
# strace shows calls that it does not know whatever it was asked for.
opens=$(strace -e trace=openat xnetns add x 2>&1 | grep '^openat(' | grep -n O_TMPFILE |
	head -n 1 | cut -d: -f1)
xnetns delete x
strace -o trace -e "inject=openat:error=EOPNOTSUPP:when=$opens" xnetns add x
is "a file system without O_TMPFILE" "$?,$(names)" "0,x"
ok "that was tried" grep -q 'O_TMPFILE.*INJECTED' trace
xnetns delete x
kill "$attached"
is "nothing is left" "$(ls -A /run/netns)" ""
done_testing

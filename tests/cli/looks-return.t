#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A look at other processes always returns: a table of things that never answer, each seen by every
# command that looks at all processes. run ends a command after $run_limit seconds, with status 124.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_applet xnetns
needs_programs frozen linger
in_private_ns "$@"
if ! is_real_root || ! [ -w /dev/fuse ]; then skip_all "needs root and /dev/fuse"; fi
run_limit=${XNS_RUN_LIMIT:-15}
mount -t tmpfs none /run
xnetns add kept other
ip link set lo up 2>/dev/null

# freeze KIND: $pid is the process, in a mount namespace of its own
freeze() {
	rm -rf file
	case $1 in
	tree) mkdir file ;;
	*) : >file ;;
	esac
	: >said
	unshare -m --propagation private frozen "$1" "$work/file" >said 2>&1 &
	pid=$!
	until_ok grep -qx ready said || note "$(cat said)"
	server=$(sed -n 's/^server //p' said)
}
thaw() {
	kill -KILL "$server" "$pid"
	wait "$pid" 2>/dev/null
}

# Each command, with the status that it has if it looks at everything.
looks="0 xnsls
0 xnsls --deep -o +HELDBY
0 xnsls -t net --deep -o NS,HELDBY
0 xnsls -t net -o +HELDBY
0 xnsls --mounted /run
0 xns doctor
0 xnetns identify
0 xnetns list
0 xnetns pids kept
0 xnetns delete gone
0 xnetns gc"

# all_return NAME: no command waits for what is there.
all_return() {
	xnetns add gone
	# A descriptor of ours keeps the namespace, so that delete looks for who does.
	exec 9</run/netns/gone
	while read -r want command; do
		# shellcheck disable=SC2086
		run $command
		if [ "$command" = "xns doctor" ]; then
			unlike "$1: $command returns" "$status" '^124$'
		else
			is "$1: $command returns" "$status" "$want"
		fi
	done <<-END
	$looks
	END
	exec 9<&-
}

freeze file
all_return "an open file of a dead file system"
run xnsls --deep --strict -o +HELDBY
is "an open file is no gap in the list" "$status$err" 0
thaw

# Between a look at the link and the copy, a process may put another file where a socket was. Whoever closes a copy asks
# its file system, so it is closed by a process that nobody waits for, and a pipe ends before.
freeze flush
run sh -c 'xnsls "$1" 2>&1 | cat' - "socket $pid/50"
is "a file that is no socket any more, and whose close(2) waits: xnsls returns" "$status" 0
like "and refuses it" "$out" "cannot open the network namespace of socket 50 of process $pid: No such process"
thaw

freeze detached
is "the link of the other one leads nowhere" "$(readlink "/proc/$pid/fd/"* | grep -cx /)" 1
all_return "an open file that is unmounted"
thaw

freeze tree
all_return "a namespace that is mounted in a dead directory"
run xnsls --deep -t net -o NS,HELDBY
like "it is listed, with its mount" "$out" "mount $work/file/net \(of $pid\)\$"
run xnsls --deep -t net -o NS,HELDBY,ONS
is "and nothing is said where nobody asked" "$status$err" 0
run xnsls --deep -t net -o NS,HELDBY,ONS --verbose
like "--verbose names the process" "$status,$(echo "$err" | sed 1d)" "^0,xnsls: 1 mounted namespace could not be opened, .*process $pid\$"
run xnsls --deep -t net -o NS,HELDBY,ONS --strict
like "--strict fails, and names it" "$status,$err" "^1,xnsls: 1 mounted namespace .*process $pid\$"
run xns doctor
like "doctor names it" "$out" "a file system may not answer: 1; the first in the mount namespace of process $pid"
thaw

# identify compares every name.
: >/run/netns/odd
: >said
frozen file /run/netns/odd >said 2>&1 &
pid=$!
until_ok grep -qx ready said || note "$(cat said)"
server=$(sed -n 's/^server //p' said)
for command in "xnetns identify $$" "xnetns pids kept" "xnetns delete other" \
	"xnsls --mounted /run/netns/odd"; do
	# shellcheck disable=SC2086
	run $command
	is "a name that is a file of a dead file system: $command returns" "$status" 0
done
thaw

# The last close of a socket may wait as long as its owner liked.
for command in "xnsls --deep" "xnsls -o +HELDBY" "xns doctor"; do
	# shellcheck disable=SC2086
	run linger $command
	unlike "a socket that lingers: $command returns" "$status" '^(124|99)$'
	like "a socket that lingers: $command had the last copy" "$err" '^copied$'
done
# It looks for holders on a terminal only.
xnetns add gone
exec 9</run/netns/gone
run linger xnetns delete gone
is "a socket that lingers: xnetns delete returns" "$status" 0
done_testing

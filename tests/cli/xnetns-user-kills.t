#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user's commands killed at random, and the processes that keep names and uplinks: the next commands
# cope with what is left, and nothing is left in the end. XNS_KILLS is how many have to die, 60 by default.
. "${0%/*}/uplink.sh"

needs_applet xnetns
is_real_root || skip_all "needs root, to be an ordinary user too"
can_be_user || skip_all "cannot become an ordinary user"
: "${XNS_KILLS:=60}"
crowd=4
rounds_for_each=20 # most commands end before they are killed where the machine is fast
mount -t tmpfs tmpfs /run
mkdir /run/netns
with_uplink=yes
if [ -n "$obstacle" ]; then
	note "without uplinks: $obstacle"
	with_uplink=
else
	use_newer_pasta
fi

# Of a worker, by the variable that each process of it has in its environment.
processes()
{
	# shellcheck disable=SC2013 # words
	for environ in $(grep -lzx "XDG_RUNTIME_DIR=$runtime" /proc/[0-9]*/environ 2>/dev/null); do
		pid=${environ#/proc/}
		lib_is_over "${pid%/environ}" || echo "${pid%/environ}"
	done
}
no_process() { [ -z "$(processes)" ]; }

mine() { as_user env XDG_RUNTIME_DIR="$runtime" "$@"; }

rand()
{
	random=$(((random * 1103515245 + 12345) % 2147483648))
	set -- "$1" $((random / 65536 % $1))
	drawn=$2
}

# Runs the rest of the line and kills it some time later, if it is still there.
cut_short()
{
	rand 40
	mine timeout -s KILL "$(printf '0.%03d' $((drawn + 1)))" "$@" >/dev/null 2>&1
	[ $? != 137 ] || killed=$((killed + 1))
}

# Kills one of the processes that stay, or now and then all at once.
kill_some()
{
	# shellcheck disable=SC2046 # PIDs
	set -- $(processes)
	[ $# -gt 0 ] || return
	rand $(($# + 1))
	if [ "$drawn" = $# ]; then
		kill -KILL "$@" 2>/dev/null
	else
		shift "$drawn"
		kill -KILL "$1" 2>/dev/null
		set -- "$1"
	fi
	killed=$((killed + $#))
	# One that is still ending would be entered once more.
	for pid; do
		until_ok lib_is_over "$pid"
	done
}

# The rest of the line runs to its end; what it says or how it fails goes to the results.
copes()
{
	mine "$@" 2>messages || echo "$*: $?"
	grep -v -e 'was stale, and is created again' -e 'a new one has taken over' -e 'it was started anew' messages
}

connects()
{
	mine xnetns connect a b 2>messages || grep -q 'are already connected' messages || echo "connect: $(cat messages)"
}

one_round()
{
	cut_short xnetns add --up a b
	cut_short xnetns connect a b --address 10.0.0.1/24,10.0.0.2/24
	[ -z "$with_uplink" ] || cut_short xnetns uplink a
	cut_short xnetns exec --no-sysfs b true
	[ $((rounds % 3)) != 0 ] || kill_some
	copes xnetns add --exists-ok a b
	connects
	[ -z "$with_uplink" ] || copes xnetns uplink a
	copes xnetns exec --no-sysfs a true
	[ $((rounds % 2)) != 0 ] || kill_some
	[ -z "$with_uplink" ] || cut_short xnetns uplink a --off
	cut_short xnetns disconnect a b
	cut_short xnetns --all delete
	copes xnetns --all delete
	copes xnetns gc >/dev/null
	until_ok no_process
	[ -z "$(processes)$(ls -A "$runtime")" ] || echo "left: $(processes) $(ls -AR "$runtime")"
}

worker()
{
	random=$1 killed=0 rounds=0 share=$((XNS_KILLS / crowd)) runtime=$work/runtime$1
	mkdir "$runtime" "$work/dir$1"
	chown "$user_uid:$user_gid" "$runtime"
	chmod 700 "$runtime"
	cd "$work/dir$1" || exit 99
	while [ $killed -lt $share ] && [ $rounds -lt $((share * rounds_for_each)) ]; do
		rounds=$((rounds + 1))
		one_round
	done >"$work/wrong$1"
	echo $killed $rounds >"$work/counts$1"
}

n=0 workers=
while [ $n -lt $crowd ]; do
	n=$((n + 1))
	worker $n &
	workers="$workers $!"
done
# shellcheck disable=SC2086 # PIDs
wait $workers

is "the next commands cope with what killed ones leave, and nothing is left" "$(cat wrong*)" ""
counts=$(cat counts* | awk '{ killed += $1; rounds += $2 } END { print killed, rounds }')
note "$counts: killed, and rounds"
ok "enough were killed" test "${counts% *}" -ge $((XNS_KILLS / crowd * crowd))
done_testing

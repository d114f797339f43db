#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands killed at random while others are at work on the same directory: the next command finds
# nothing that it cannot cope with. XNS_KILLS is how many have to die, 300 by default.
netns_on_host=yes
. "${0%/*}/netns.sh"

: "${XNS_KILLS:=300}"
crowd=10
tries_for_each=40 # most commands end before they are killed where the machine is fast

# Runs the rest of the line and kills it some time later, if it is still there.
cut_short() {
	random=$(((random * 1103515245 + 12345) % 2147483648))
	timeout -s KILL "$(printf '0.%03d' $((random / 65536 % 30 + 2)))" "$@" >/dev/null 2>&1
	[ $? != 137 ] || killed=$((killed + 1))
}

# Whether the rest of the line, which runs to its end, can cope; else it is told what went wrong.
copes() {
	"$@" 2>"messages.$name" || echo "$*: $(cat "messages.$name")"
}

# In a pid namespace nobody can tell whether what is left is mounted elsewhere: there we have to say so.
mend() {
	[ -n "$on_host" ] || xnetns gc --unseen "$name" >/dev/null 2>&1
}

goes() {
	mend
	xnetns delete "$name" 2>"messages.$name" || test ! -e "/run/netns/$name" ||
		echo "delete $name: $(cat "messages.$name")"
}

# Each of the crowd uses a name of its own, until it has had its share of kills.
worker() {
	name=k$1 killed=0 tries=0 random=$1 share=$((XNS_KILLS / crowd))
	while [ $killed -lt $share ] && [ $tries -lt $((share * tries_for_each)) ]; do
		tries=$((tries + 1))
		cut_short xnetns add --up "$name"
		mend
		copes xnetns add --exists-ok "$name"
		[ $((tries % 5)) != 0 ] || cut_short xnetns gc
		cut_short xnetns delete "$name"
		goes
		[ $((tries % 3)) = 0 ] || continue
		cut_short xnetns attach "$name" $$
		goes
	done >"wrong.$name"
	echo $killed $tries >"counts.$name"
}

n=0
while [ $n -lt $crowd ]; do
	n=$((n + 1))
	worker $n &
done
wait

is "later commands cope with the remains of killed ones" "$(cat wrong.*)" ""
counts=$(cat counts.* | awk '{ killed += $1; tries += $2 } END { print killed, tries }')
note "$counts: killed, and rounds"
ok "enough were killed" test "${counts% *}" -ge $((XNS_KILLS / crowd * crowd))
is "one mount on the directory" "$(mounts_at /run/netns)" 1
run xnetns gc
is "gc says nothing is wrong that it cannot mend" "$status,$err" 0,
is "nothing is left" "$(ls -A /run/netns)$(seen_mounts | grep ' /run/netns/')" ""
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnetns monitor: what it tells, by whomever it was done.
netns_on_host=yes
. "${0%/*}/netns.sh"

xnetns monitor >events 2>errors &
monitor=$!
xnetns -j monitor >events.json 2>>errors &
monitor_json=$!
# It has begun when it watches and sleeps; the directory is not there yet.
listens() {
	cat "/proc/$1/fdinfo/"* 2>/dev/null | grep -q '^inotify wd' && grep -q '^State:.S' "/proc/$1/status"
}
until_ok listens "$monitor"
until_ok listens "$monitor_json"

seen=0
# Waits until both have told $1 more.
hear() {
	seen=$((seen + $1))
	enough() { [ "$(wc -l <events)" -ge "$seen" ] && [ "$(wc -l <events.json)" -ge "$seen" ]; }
	until_ok enough
}

# $1: what is expected next, in a file of its own so that more would show
tells() {
	hear 1
	is "tells: $1" "$(sed -n "${seen}p" events)" "$1"
	is "in JSON: $1" "$(sed -n "${seen}p" events.json)" \
		"{\"version\":1,\"event\":\"${1%% *}\",\"name\":\"${1#* }\"}"
}

xnetns add a
tells 'add a'
xnetns add b c
tells 'add b'
tells 'add c'
xnetns delete b
tells 'delete b'
sleep 60 &
sleeper=$!
xnetns attach me "$sleeper"
tells 'attach me'
xnetns delete me 2>/dev/null
tells 'delete me'
mount --bind /run/netns/c /run/netns/a
tells 'changed a'
umount /run/netns/a
tells 'changed a'
: >/run/netns/ghost
if [ -n "$on_host" ]; then
	tells 'stale ghost'
	xnetns add ghost 2>/dev/null
else # whether another mount namespace has it mounted cannot be seen
	tells 'unknown ghost'
	xnetns gc --unseen ghost >/dev/null
	tells 'delete ghost'
	xnetns add ghost
fi
[ -z "$on_host" ] || tells 'delete ghost'
tells 'add ghost'
mkdir /run/netns/dir
rmdir /run/netns/dir
mkfifo /run/netns/fifo
if command -v ip >/dev/null; then
	ip netns add by-ip
	tells 'add by-ip'
	ip netns delete by-ip
	tells 'delete by-ip'
	ip netns attach by-ip "$sleeper"
	tells 'attach by-ip'
	ip netns delete by-ip
	tells 'delete by-ip'
fi
xnetns --all delete
hear 3
is "tells of each of several" "$(tail -n 3 events | sort | tr '\n' ,)" 'delete a,delete c,delete ghost,'
kill "$sleeper"
xnetns add "$(printf 'x\ny')"
hear 1
is "a name with a newline stays on its line" "$(tail -n 1 events),$(tail -n 1 events.json)" \
	'add x\x0ay,{"version":1,"event":"add","name":"x\ny"}'
# In order: what should not be told would stand before the last of these.
xnetns add last
hear 1
is "nothing besides" "$(tail -n 1 events)" 'add last'
is "the FIFO has not held it up" "$(cat errors)" ""
kill "$monitor" "$monitor_json"
wait "$monitor"
is "ended by its signal" "$?" 143

xnetns monitor >/dev/full 2>>errors &
monitor=$!
until_ok listens "$monitor"
xnetns add full
wait "$monitor"
is "ends where it cannot write" "$?" 1
is "and says so once" "$(cat errors)" "xnetns: cannot write to standard output: No space left on device"
done_testing

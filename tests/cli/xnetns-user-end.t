#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How the networks of an ordinary user end: removed records, killed anchors, commands that fail or are killed,
# many at once; and the directory in /tmp, where others may plant files.
. "${0%/*}/netns-user.sh"
mode=user

# --- the end ---
run xnetns add blue
rm -r "$records"
nothing_left "after the removal of the records, as at a logout"

run xnetns add blue
run xnetns shell umount /run/netns/blue
run xnetns delete blue
is "delete of a name whose file has lost its mount" "$status,$err" 0,
nothing_left "after it"

# --- files of others in the same directories ---
mkdir "$runtime/netns" "$runtime/containers"
echo podman >"$runtime/netns/netns-1"
run xnetns add blue green
echo cni >"$records/cni-1"
chown -R "$user_uid:$user_gid" "$runtime"
run xnetns exec --no-sysfs blue true
run xnetns delete green
run xnetns gc
is "gc reports nothing of them" "$status,$out,$err" 0,,
run xnetns --all delete
until_ok no_anchor
is "files of podman and of CNI are left alone" \
	"$status,$(squeeze "$(cd "$runtime" && find . -type f -exec grep -H . {} + | sort)"),$(ls "$records")" \
	"0,./netns/netns-1:podman ./xns/cni-1:cni,cni-1"
run xnetns add blue
is "and do not hinder" "$status,$err" 0,
run xnetns delete blue
rm -r "$runtime/netns" "$runtime/containers" "$records"
nothing_left "without them"

# --- kills ---
# A parent that does not wait for the killed anchor.
as_user python3 -c 'import ctypes, subprocess, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
subprocess.run(["xnetns", "add", "blue"], check=True)
time.sleep(1000)' &
parent=$!
until_ok test -e "$records/names/blue"
kill -KILL "$(anchors)"
until_ok no_anchor
is "the killed anchor is a zombie" "$(ps -eo stat=,comm= | awk '$2 ~ /^xns-anchor/ { print substr($1, 1, 1) }')" Z
run xnetns add blue
is "which is no anchor any more" "$status,$err,$(anchors | wc -l)" 0,,1
run xnetns delete blue
nothing_left "after the zombie"
kill "$parent"
wait "$parent"
run xnetns add blue green
start xnetns monitor
until_ok watches
kill -KILL "$(anchors)"
until_ok no_anchor
stale_events() { [ "$(grep -c '^stale ' "$outfile")" = 2 ]; }
until_ok stale_events
kill "$bg"
finish
is "monitor sees the end of the anchor" "$(echo "$out" | sort)" "stale blue
stale green"
run xnetns -d list
is "the names of a killed anchor are stale" "$(echo "$out" | sort | tr '\n' ' ')" "blue (user) (stale) green (user) (stale) "
run xnetns exec blue true
is "and cannot be used" "$status,$(echo "$err" | head -n 1)" "255,xnetns: the name 'blue' is stale: its anchor has ended"
run xns doctor
like "doctor says so" "$out" "problem +your networks: their anchor has ended, and left 2 stale names"
run xnetns exec "blue (user) (stale)" true
like "also with the marks" "$err" "the name 'blue' is stale"
run xnetns gc --dry-run
is "gc --dry-run" "$status,$(echo "$out" | sort | head -n 1),$(ls "$records/names" | wc -l)" \
	"0,would remove blue: stale: its anchor has ended,2"
run xnetns add green
is "add makes one anew" "$status,$(anchors | wc -l)" 0,1
run xnetns -d list
is "the other stays stale" "$(echo "$out" | sort | tr '\n' ' ')" "blue (user) (stale) green (user) "
run xnetns gc
is "until gc" "$status,$out" "0,removed blue: stale: its anchor has ended"
kill -KILL "$(anchors)"
until_ok no_anchor
run xnetns delete green
is "delete of a stale name" "$status,$err" 0,
nothing_left "after a kill"

run xnetns add blue green
start xnetns exec --no-sysfs blue sleep 1000
until_ok executes "$bg" sleep
run xnetns exec --no-sysfs green readlink /proc/self/ns/net
green=$out
kill -KILL "$(anchors)"
until_ok no_anchor
run xnetns exec --no-sysfs green readlink /proc/self/ns/net
is "a program that lives on hands the networks to a new anchor" "$status,$out,$(anchors | wc -l)" "0,$green,1"
like "one line says so" "$err" '^xnetns: warning: .* a new one has taken over 2 of them'
run xnetns -d list
is "no name is stale" "$(squeeze "$out")" "green (user) blue (user)"
run xnetns pids blue
is "its process is in it" "$out" "$bg"
kill "$bg"
finish
run xnetns --all delete
nothing_left "after the adoption"

# --- fifty first commands ---
for i in $(seq 50); do
	as_user xnetns add "n$i" 2>>"$work/fifty" &
done
wait
is "fifty first commands make one anchor" "$(anchors | wc -l),$(ls "$records/names" | wc -l),$(cat "$work/fifty")" 1,50,
for i in $(seq 50); do
	as_user xnetns delete "n$i" 2>>"$work/fifty" &
done
wait
is "fifty deletes succeed" "$(cat "$work/fifty")" ""
nothing_left "after them"

# --- failures after the start of the anchor ---
fails()
{
	run strace -D -f -qq -o /dev/null -e "inject=$1:error=ENOMEM:when=$2" xnetns add blue
	is "$3: add fails" "$status" 1
	nothing_left "$3"
}
if as_user strace -qq -o /dev/null -e inject=setns:error=ENOMEM true 2>/dev/null; then
	fails setns 1 "the anchor cannot be entered"
	fails setns 2 "nor its mounts"
	fails flock 3 "the directory of names cannot be locked"
	fails inotify_add_watch 1 "the anchor cannot watch its record"
else
	skip "failures after the start of the anchor" "no strace that injects faults"
fi

# --- without XDG_RUNTIME_DIR ---
tmp=/tmp/xns-$user_uid
# $work may lie in /tmp, which is to be empty.
cp -a "$work" /run/work
work=/run/work home=/run/work/home runtime=/run/work/runtime outfile=/run/work/.out errfile=/run/work/.err
cd "$work" || exit 99
PATH=/run/work/bin:/usr/sbin:/usr/bin:/sbin:/bin
user_env="HOME=$home PATH=$PATH XDG_RUNTIME_DIR=$runtime"
bin=$work/bin
mount -t tmpfs -o mode=1777 tmpfs /tmp
without()
{
	run env -u XDG_RUNTIME_DIR xnetns "$@"
}
without list
is "a listing needs no XDG_RUNTIME_DIR" "$status,$out,$err" 0,,
without add blue
is "add takes a directory in /tmp" "$status,$(stat -c '%a %u' "$tmp")" "0,700 $user_uid"
is "and says so in one line" "$err" \
	"xnetns: warning: XDG_RUNTIME_DIR is not set to a directory of yours: the records of your networks are in $tmp"
without exec --no-sysfs blue true
is "exec" "$status,$err" 0,
run env XDG_RUNTIME_DIR=/ xnetns list
is "a directory of others does not count" "$out" blue
chmod 777 "$runtime"
run xnetns list
is "nor one that others may write to" "$out" blue
chmod 700 "$runtime"
ln -s runtime "$work/link"
run env XDG_RUNTIME_DIR="$work/link" xnetns list
is "nor a link" "$out" blue
without delete blue
is "delete" "$status,$err" 0,
until_ok no_anchor
is "leaves nothing" "$(anchors),$(ls -A /tmp)" ,

# planted NAME: what another user has put there is not used.
planted()
{
	without add blue
	like "$1: add refuses it" "$status,$err" "^1,xnetns: cannot use $tmp"
	without list
	is "$1: list shows what it always did" "$status,$out,$err" 0,,
	without exec blue true
	is "$1: exec" "$status" 255
	is "$1: no anchor" "$(anchors)" ""
	rm -r "$tmp"
}
mkdir "$home/lured"
chown "$user_uid" "$home/lured"
chmod 700 "$home/lured"
as_other ln -s "$home/lured" "$tmp"
planted "a link of another user to a directory of ours"
is "which stays empty" "$(ls -A "$home/lured")" ""
as_other mkdir -m 777 "$tmp"
planted "a directory of another user"
as_other mkdir -m 700 "$tmp"
planted "a closed directory of another user"
as_other mkfifo -m 666 "$tmp"
planted "a FIFO"
as_user mkdir -m 777 "$tmp"
planted "a directory of ours that others may enter"
done_testing

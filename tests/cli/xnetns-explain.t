#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --explain of each command that changes names: it changes nothing, and the command without it makes the
# system calls that it has printed, in that order.
# shellcheck disable=SC2086 # command lines are lists of words
netns_on_host=yes
. "${0%/*}/netns.sh"

calls=mkdirat,flock,mount,write,umount2,unlinkat,linkat,unshare,setns,ioctl,pidfd_send_signal,sendmsg
strace=
! command -v strace >/dev/null || ! strace -o "$work/trace" true 2>/dev/null || strace=yes

# Lists the files of the store, and the mounts.
state()
{
	find /run/netns -printf '%f %i %s\n' 2>/dev/null | sort
	seen_mounts
}

# The calls of the trace that change something: neither what strace has no name for, nor questions.
made()
{
	grep -v -e 'syscall_0x' -e 'ioctl([^S]*[TN][CS]_\{0,1\}GET' -e 'write([12],' "$work/trace" |
		sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p'
}

# Whether the lines of the first file come in the second, in this order.
in_order()
{
	awk 'BEGIN { i = n = 0 } FNR == NR { wanted[n++] = $1; next } $1 == wanted[i] { i++ }
		END { if (i < n) print "not made: " wanted[i]; exit i < n || n == 0 }' "$1" "$2"
}

# explained COMMAND "ARGUMENTS": the state must be such that every step has something to do.
explained()
{
	before=$(state)
	run xnetns "$1" --explain $2
	is "$1 --explain $2 succeeds" "$status,$err" 0,
	ok "it prints its steps" [ "$(echo "$out" | grep -c '^ *[0-9]*\. self ')" -gt 0 ]
	is "and changes nothing" "$(state)" "$before"
	[ -n "$strace" ] || { skip "$1 $2 makes the calls" "no strace"; return; }
	run strace -f -qq -o "$work/trace" -e trace="$calls" xnetns "$1" --explain=json $2
	is "$1 --explain $2 makes none of these calls" "$(made)" ""
	xnetns "$1" --explain=json $2 | sed -n 's/.*"call": "\(.*\)",*$/\1/p' | tr ';' '\n' |
		sed -n 's/^ *\([a-z0-9_]*\)(.*/\1/p' >"$work/wanted"
	run strace -f -qq -o "$work/trace" -e trace="$calls" xnetns "$1" $2
	is "$1 $2 succeeds" "$status" 0
	made >"$work/made"
	ok "$1 $2 makes the calls that --explain prints, in this order" \
		in_order "$work/wanted" "$work/made"
}

stale()
{
	: >"/run/netns/$1"
	touch -d @7892595 "/run/netns/$1" # xnetns's stamp: never mounted
}

run xnetns add --explain a
is "add --explain does not create the directory" "$status,$(ls /run/netns 2>&1 | grep -c such)" 0,1

# Everything is there to do: the directory is no shared mount, and a stale name lies in it.
mkdir /run/netns
stale b
explained attach "b $$"
umount -l /run/netns/b
umount -l /run/netns
rm /run/netns/b
stale a
explained add "--up a"
xnetns add b
explained set "b 7"
explained set "a auto"
explained delete "a b"

if [ -n "$on_host" ] || [ "$(id -u)" = 0 ]; then
	xnetns add busy
	xnetns exec --no-sysfs busy sleep 60 &
	sleeper=$!
	inside() { [ "$(xnetns pids busy)" ]; }
	until_ok inside
	explained delete "--kill=KILL busy"
	wait "$sleeper"
fi

xnetns add p q
explained connect "--address 10.0.0.1/24,10.0.0.2/24 p q"
explained disconnect "p q"
xnetns delete p q

xnetns add live
mount --bind /run/netns /run/netns
stale ghost
explained gc ""
stale ghost
explained gc "--unseen ghost"
clean

# --- what is kept ---
xnetns add a
run xnetns add --exists-ok --up a
is "add --exists-ok --up of a name that exists" "$status,$(names)" 0,a
stale ghost
before=$(state)
run xnetns add --explain=json --exists-ok a ghost
like "--exists-ok says that a name may stay" "$out" '"step": "keep"'
run xnetns gc --explain --dry-run
like "gc --dry-run has steps without calls" "$out" \
	'print what a run would do: remove the names that are stale *$'
is "all of that changes nothing" "$(state)" "$before"

# --- refusals come first ---
run xnetns set --explain none 3
is "set --explain of no name" "$status,$out" 1,
run xnetns attach --explain c 999999999
is "attach --explain of no process" "$status,$out" 1,
run xnetns add --explain a/b
is "add --explain of no valid name" "$status,$out" 255,
run xnetns list --explain
is "a command that changes nothing takes no --explain" "$status,$out" 255,

# --- what the kernel refuses ---
in_own_run()
{
	run xunshare -rm sh -c "mount -t tmpfs tmpfs /run; $1"
}
in_own_run 'xunshare -r sh -c "echo 0 >/proc/sys/user/max_net_namespaces; xunshare -m xnetns add a"'
like "a limit is named, with its remedy" "$err" 'hint: user.max_net_namespaces is 0;.* sysctl '
xnetns add a 2>/dev/null
for command in "add b" "-n a list"; do
	run xunshare -r setpriv --bounding-set=-sys_admin xnetns $command
	is "$command without CAP_SYS_ADMIN is refused" "$((status != 0))" 1
	like "$command: it says what is missing, and the remedy" "$err" \
		'hint: .* needs CAP_SYS_ADMIN.*; in a container: run that with --cap-add SYS_ADMIN'
done
done_testing

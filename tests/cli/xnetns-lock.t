#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The locks of xnetns: the one that counts is root's file; another user's lock of the directory delays, and
# no more.
# shellcheck disable=SC2086 # command lines in variables
. "${0%/*}/netns.sh"
command -v flock >/dev/null || skip_all "no flock"
lock=/run/xns/netns.lock

succeeds() { # NAME CMD...
	what=$1
	shift
	run "$@"
	is "$what" "$status,$err" "0,"
}

# hold [-u] FILE: $holder keeps the lock; with -u it is the ordinary user's, if there is one
hold()
{
	as=
	[ "$1" != -u ] || { shift; ! can_be_user || as=as_user; }
	rm -f "$home/held"
	$as flock -F "$1" sh -c "echo \$\$ >'$home/held'; exec sleep 300" &
	waiter=$!
	until_ok test -s "$home/held"
	holder=$(cat "$home/held")
}
let_go()
{
	kill "$holder"
	wait "$waiter" 2>/dev/null
}

sleeps()
{
	executes "$bg" xnetns && grep -q '^State:.S' "/proc/$bg/status"
}

# --- whose lock it is ---
succeeds "add" xnetns add first
is "the file is ours alone" "$(stat -c '%a %u' $lock),$(stat -c %a /run/xns)" "600 $(id -u),755"
succeeds "add with the file there" xnetns add second

# --- the directory is locked by somebody else ---
chmod 755 "$home"
for command in "add a" "attach b $$" "delete a" "gc" "--all delete"; do
	hold -u /run/netns
	run xnetns $command
	is "$command goes on" "$status" 0
	like "$command names the process" "$err" \
		"^xnetns: (warning: )?process $holder holds the lock of /run/netns; going on without it"
	let_go
done
is "all was done" "$(names)" ""

# The process that took the lock has left it to its child; /proc/locks has the parent.
if command -v python3 >/dev/null; then
	rm -f "$home/held"
	python3 -c 'import fcntl, os, sys, time
fd = os.open("/run/netns", os.O_RDONLY)
fcntl.flock(fd, fcntl.LOCK_EX)
go, child = os.pipe(), os.fork()
if child == 0:
    os.close(go[1])
    os.read(go[0], 1)
    os._exit(0)
os.close(fd)
print(child, file=open(sys.argv[1], "w"))
time.sleep(300)' "$home/held" &
	holder=$! waiter=$!
	until_ok test -s "$home/held"
	run xnetns add inherited
	like "who has not got the lock is not named" "$status/$err" \
		"^0/xnetns: (warning: )?another process holds the lock of"
	let_go
	xnetns delete inherited
else
	skip "who has not got the lock is not named" "no python3"
fi

# A file of the same number elsewhere, whose lock /proc/locks lists before the directory's: the newest of the
# first processor comes first.
mkdir elsewhere
mount -t tmpfs none elsewhere
number=$(stat -c %i /run/netns)
n=0
while [ $n -lt 5000 ] && : >elsewhere/$n && [ "$(stat -c %i elsewhere/$n)" != "$number" ]; do
	n=$((n + 1))
done
if [ $n -lt 5000 ] && taskset -c 0 true 2>/dev/null; then
	hold -u /run/netns
	taskset -c 0 flock -F elsewhere/$n sleep 300 &
	other=$!
	until_ok grep -q " $other .*:$number " /proc/locks
	run xnetns add same-number
	like "a lock on another file with the same number is another lock" "$err" \
		"^xnetns: (warning: )?process $holder holds the lock of /run/netns; going on"
	kill "$other"
	wait "$other" 2>/dev/null
	let_go
	xnetns delete same-number
else
	skip "a lock on another file with the same number" "no taskset, or no such file after $n"
fi
umount elsewhere

# --- the lock that counts ---
hold $lock
start xnetns add waiting
until_ok sleeps
is "add waits for the lock that counts" "$(names)" ""
let_go
finish
is "and goes on when it is free" "$status,$err,$(names)" "0,,waiting"

# Nobody else's lock comes between two of ours.
hold -u /run/netns
for n in 1 2 3 4; do
	xnetns add same 2>/dev/null &
	pids="${pids:-} $!"
done
won=0
for pid in $pids; do
	wait "$pid" && won=$((won + 1))
done
is "one of four that add the same name wins" "$won,$(names)" "1,same waiting"
let_go
clean

# --- what lies in its place ---
mv /run/xns /run/was
for kind in link fifo directory open-directory link-directory; do
	mkdir /run/xns
	case $kind in
	link) ln -s /run/target $lock ;;
	fifo) mkfifo $lock ;;
	directory) mkdir $lock ;;
	open-directory) chmod 777 /run/xns ;;
	link-directory)
		rmdir /run/xns
		mkdir /run/there
		ln -s there /run/xns
		;;
	esac
	run xnetns add x
	is "$kind: refused" "$status,$(names)" "1,"
	like "$kind: says what it is" "$err" "^xnetns: cannot (use|open) /run/xns"
	ok "$kind: nothing is made" test ! -e /run/target -a ! -e /run/there/netns.lock
	rm -rf /run/xns
done
mv /run/was /run/xns

# --- without a place for it ---
mkdir -p /run/netns
mount --bind /run/netns /run/netns
mount -o remount,bind,ro /run
succeeds "with a read-only /run the directory's lock has to do" xnetns add alone
succeeds "delete too" xnetns delete alone
mount -o remount,bind,rw /run
done_testing

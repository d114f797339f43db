#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Other things that may lie in /run/netns: leftovers, files of others, mounts on mounts; and `ip netns`, which
# uses the same directory.
netns_on_host=yes
. "${0%/*}/netns.sh"

xnetns add live

# --- leftovers ---
: >/run/netns/ghost
chmod 0 /run/netns/ghost
old /run/netns/ghost
is "list marks a stale name" "$(xnetns -d list | grep ghost)" "ghost (stale)"
like "in JSON too" "$(xnetns -j list)" '\{"name":"ghost","stale":true,"state":"stale"\}'
run xnetns exec --no-sysfs ghost touch ran
is "a stale name cannot be entered" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
like "and the message says that it is stale" "$err" "'ghost' is stale"
run xnetns pids ghost
is "and has no processes" "$status" 1
run xnetns set ghost 3
is "and gets no nsid" "$status" 1
run xnetns gc --dry-run
is "gc --dry-run says what it would do" "$out" "would remove ghost: stale"
ok "and leaves it" test -e /run/netns/ghost
run xnetns -j gc --dry-run
is "as JSON" "$out" '[{"name":"ghost","removed":false,"reason":"stale","state":"stale"}]'
run xnetns gc
is "gc removes it" "$status,$out" "0,removed ghost: stale"
ok "really" test ! -e /run/netns/ghost
ok "and nothing else" test -e /run/netns/live
run xnetns gc
is "gc with nothing to do" "$status,$out" 0,
: >/run/netns/ghost
old /run/netns/ghost
run xnetns add ghost
is "add repairs a stale name" "$status" 0
like "and says so" "$err" "'ghost' was stale"
is "it is a namespace now" "$(xnetns -d list | grep ghost)" ghost
: >/run/netns/ghost2
old /run/netns/ghost2
run xnetns attach ghost2 $$
is "attach repairs too" "$status,$(xnetns -d list | grep ghost2)" 0,ghost2
: >/run/netns/ghost3
old /run/netns/ghost3
run xnetns delete ghost3
is "delete takes a stale name away" "$status,$err" 0,
xnetns --all delete 2>/dev/null

# --- a name that cannot be removed ---
xnetns add kept
if mount -o remount,ro /run; then
	run xnetns delete kept
	is "delete leaves a name that has to stay as it is" "$status,$(names)" 1,kept
	like "and says why" "$err" "cannot remove namespace file \"/run/netns/kept\": Read-only file system"
	mount -o remount,rw /run
else
	skip "delete leaves a name that has to stay as it is" "no /run that can be read-only"
fi
xnetns delete kept

# Whether the command that was started has come to where it waits.
sleeps() {
	executes "$bg" xnetns && grep -q '^State:.S' "/proc/$bg/status"
}

# --- files that may be somebody else's, in the making ---
xnetns add live
: >/run/netns/young
chmod 0 /run/netns/young
run xnetns gc
is "gc leaves a young file" "$out" "left young: may be in the making"
is "and does not list it as a name" "$(names)" live
# Its maker mounts on it while add waits, as long as it is young.
touch -d '1.5 seconds' /run/netns/young
start xnetns add young
until_ok sleeps
mount --bind /run/netns/live /run/netns/young
finish
is "add lets it finish" "$status" 1
like "and finds the name taken" "$err" 'File exists'
xnetns delete young
: >/run/netns/young
run xnetns add young
if [ -n "$on_host" ]; then
	is "nobody finishes: it is repaired in the end" "$status" 0
else
	is "nobody finishes: it may be mounted where nobody can look" "$status" 1
	xnetns gc --unseen young >/dev/null
fi
: >/run/netns/future
touch -d 'next year' /run/netns/future
if [ -n "$on_host" ]; then
	is "a file from the future is stale" "$(xnetns -d list | grep future)" "future (stale)"
else
	like "a file from the future is old" "$(xnetns -d list | grep future)" "future \\(unknown"
	old /run/netns/future
fi
xnetns --all delete
is "--all delete takes stale names too" "$(names)" ""

# --- while somebody holds the lock ---
if command -v flock >/dev/null; then
	xnetns add live
	: >/run/netns/making
	old /run/netns/making
	flock /run/netns sh -c ': >held; until test -e go; do sleep 0.02; done
		mount --bind /run/netns/live /run/netns/making' &
	maker=$!
	until_ok test -e held
	start xnetns list
	until_ok sleeps
	: >go
	finish
	is "list waits for a name in the making" "$(echo "$out" | sort | tr '\n' ' ')" "live making "
	wait $maker
	: >/run/netns/left
	old /run/netns/left
	rm held go
	flock -F /run/netns sh -c ': >held; exec sleep 60' &
	until_ok test -e held
	is "though not for ever" "$(xnetns -d list | grep left)" "left (stale)"
	kill $!
	xnetns --all delete
else
	skip "list waits for a name in the making" "no flock"
fi

# --- files of another kind ---
xnetns add live
ino=$(stat -c %i /run/netns/live)
mkdir /run/netns/dir
mkfifo /run/netns/fifo
echo content >/run/netns/file
ln -s live /run/netns/link
ln -s /nosuch /run/netns/dangling
ln -s file /run/netns/linkfile
mount --bind /proc/self/ns/uts /run/netns/file
is "only namespaces are listed, and links" "$(xnetns list | sort | tr '\n' ' ')" "dangling link live "
umount /run/netns/file
kinds="dir:directory fifo:FIFO file:ordinary linkfile:ordinary"
for one in $kinds; do
	name=${one%:*} kind=${one#*:}
	run xnetns exec --no-sysfs "$name" touch ran
	is "$name: not entered" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
	like "$name: said what it is" "$err" "$kind"
done
for name in dir fifo file link; do
	run xnetns delete "$name"
	is "$name: not deleted" "$status,$(ls -d "/run/netns/$name")" "1,/run/netns/$name"
	like "$name: said what it is" "$err" 'it is (a|an) .*, not a network namespace'
	run xnetns add "$name"
	is "$name: not overwritten" "$status" 1
	run xnetns delete --kill "$name"
	is "$name: nobody is killed" "$status" 1
done
for name in dangling linkfile; do
	run xnetns delete --kill "$name"
	is "$name: a link that leads to no mount is deleted" "$status,$err,$(ls -d "/run/netns/$name" 2>&1 | grep -c such)" 0,,1
done
ln -s file /run/netns/linkfile
is "the target of the link is unchanged" "$(stat -c %i /run/netns/live)" "$ino"
is "a link to a namespace can be entered" "$(xnetns exec --no-sysfs link stat -Lc %i /proc/self/ns/net)" "$ino"
is "gc tells what it leaves" "$(xnetns gc | sort | tr '\n' ,)" "left dir: a directory,left fifo: a FIFO,left file: an ordinary file,left linkfile: a symbolic link,"
run xnetns --all delete
is "--all delete takes names only" "$status,$(ls -d /run/netns/live /run/netns/dir 2>/dev/null)" \
	"0,/run/netns/dir"
rm -rf /run/netns/dir /run/netns/fifo /run/netns/*file /run/netns/link /run/netns/dangling

# --- a namespace of another type ---
xnetns add live
: >/run/netns/uts
mount --bind /proc/self/ns/uts /run/netns/uts
is "list leaves it out" "$(names)" live
xnetns set live 3
is "also where there are ids" "$(names)" "live (id: 3)"
run xnetns --all exec --no-sysfs xnetns identify
is "so does --all" "$status,$(squeeze "$out")" "0,netns: live live"
run xnetns delete uts
is "delete refuses it" "$status,$(mounts_at /run/netns/uts)" 1,1
like "and says why" "$err" 'it is a namespace of another type, not a network namespace'
run xnetns add --exists-ok uts
is "add does not take it for one of its own" "$status" 1
is "gc leaves it" "$(xnetns gc)" "left uts: a namespace of another type"
umount /run/netns/uts
clean

# --- mounts on mounts ---
xnetns add one two
mount --bind /run/netns/one /run/netns/two
run xnetns delete two
is "a name with two mounts goes as a whole" "$(mounts_at /run/netns/two),$(ls /run/netns)" 0,one
for _ in 1 2 3; do mount --bind /run/netns /run/netns; done
layers=$(mounts_at /run/netns)
ok "the directory lies on itself ($layers times)" test "$layers" -gt 3
run xnetns gc --dry-run
is "gc --dry-run leaves that" "$(mounts_at /run/netns)" "$layers"
run xnetns gc
like "gc takes the upper mounts off" "$out" 'removed /run/netns: mounted onto itself'
is "one is left" "$(mounts_at /run/netns)" 1
is "with the names" "$(names)" one
mount --rbind /run/netns /run/netns
run xnetns add three
is "add unmounts them too" "$status,$(mounts_at /run/netns)" 0,1
is "and keeps the names" "$(xnetns list | sort | tr '\n' ' ')" "one three "
is "and the namespaces" "$(xnetns exec --no-sysfs one xnetns identify)" one
mount --bind /run/netns /run/netns
run xnetns delete three
is "delete finds a name under an upper mount" "$status,$err,$(ls /run/netns)" 0,,one
mount --make-private /run/netns
mount --bind /run/netns /run/netns
mount --make-private /run/netns
: >/run/netns/upper
mount --bind /proc/self/ns/net /run/netns/upper
xnetns gc >/dev/null
is "a mount with a name that the lower one lacks stays" "$(mounts_at /run/netns)" 2
is "what the upper one hides is not called stale" "$(xnetns -d list | grep one)" "one (mounted under another mount)"
run xnetns add one
is "add does not create it again" "$status" 1
like "and the hint names the obstacle" "$err" 'hint: a namespace is mounted on it under another mount'
is "gc leaves it" "$(xnetns gc)" "left one: mounted under another mount"
umount -l /run/netns
umount -l /run/netns
while umount -l /run/netns 2>/dev/null; do :; done
rm -f /run/netns/*
mount --make-shared /run
mount --bind /run/netns /run/netns
like "a mount in the group of /run" "$(seen_mounts | awk '$5 ~ "^/run(/netns)?$" { print $7 }' |
	sort | uniq -c | tr '\n' ' ')" ' [2-9] shared:'
xnetns add x
is "add gives it a group of its own" "$(seen_mounts | awk '$5 ~ "^/run(/netns)?$" { print $7 }' |
	sort | uniq -d)" ""
clean

# --- a /run of one's own over one with names ---
xnetns add covered
mount -t tmpfs tmpfs /run
run xnetns add mine
is "a hidden mount of the directory is not taken for the one that is seen" "$status,$err,$(names)" 0,,mine
is "the new directory is a mount with a peer group of its own" "$(mounts_at /run/netns)" 2
xnetns delete mine
run xnetns gc
is "and gc has nothing to do" "$status,$out" 0,
umount -l /run
is "the hidden names are unchanged" "$(names)" covered
clean

# --- another mount namespace ---
xnetns add shown
unshare -m --propagation slave sh -c ': >ready; until test -e go; do sleep 0.02; done
	grep -c /run/netns/later /proc/self/mountinfo; grep -c /run/netns/shown /proc/self/mountinfo' \
	>"$outfile" &
until_ok test -e ready
xnetns add later
xnetns delete shown
: >go
wait $!
is "names come and go in other mount namespaces" "$(squeeze "$(cat "$outfile")")" "1 0"
clean

# --- ip netns beside it ---
if command -v ip >/dev/null && ip netns add by-ip 2>/dev/null; then
	is "ours lists what ip made" "$(xnetns list)" by-ip
	xnetns add by-us
	is "ip lists what we made" "$(ip netns list | sort | tr '\n' ' ')" "by-ip by-us "
	is "the same output" "$(xnetns list)" "$(ip netns list)"
	ip netns set by-us 17
	is "with ids" "$(xnetns list)" "$(ip netns list)"
	is "list-id" "$(xnetns list-id)" "$(ip netns list-id)"
	is "JSON" "$(xnetns -j list | sed 's/,"state":"here"//g')" "$(ip -j netns list)"
	is "list-id as JSON" "$(xnetns -j list-id)" "$(ip -j netns list-id)"
	start ip netns exec by-us sleep 60
	until_ok executes "$bg" sleep 2>/dev/null
	is "pids" "$(xnetns pids by-us)" "$(ip netns pids by-us)"
	is "identify" "$(xnetns identify "$bg")" "$(ip netns identify "$bg")"
	kill "$bg"
	finish
	is "ip enters what we made" "$(ip netns exec by-us readlink /proc/self/ns/net)" \
		"net:[$(stat -c %i /run/netns/by-us)]"
	ip netns delete by-us
	is "ip deletes what we made" "$(names)" by-ip
	run xnetns delete by-ip
	is "we delete what ip made" "$status,$(ip netns list)" 0,
	run ip netns delete by-ip
	ok "then it is gone for both" test "$status" != 0
else
	skip "ip netns beside ours" "no usable ip here"
fi
is "nothing is left" "$(ls /run/netns)" ""
done_testing

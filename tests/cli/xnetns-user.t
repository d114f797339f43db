#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The networks of an ordinary user: the commands do the same as root's on /run/netns, a single anchor keeps
# the names, others neither see nor enter them, and nothing of it is left in the end.
. "${0%/*}/netns-user.sh"

# --- the same for both homes: mode root has /run/netns, mode user the store of the user ---
XNS_MODES="root user"

same_names()
{
	run xnetns add blue green
	is "add" "$status,$out,$err" 0,,
	run xnetns list
	is "list prints names alone" "$status,$out,$err" "0,green
blue,"
	run xnetns add blue
	is "a name that exists" "$status,$err" \
		'1,xnetns: cannot create namespace file "/run/netns/blue": File exists'
	run xnetns add --exists-ok --up blue red
	is "--exists-ok" "$status,$err" 0,
	run xnetns exec --no-sysfs red sh -c 'ip -o link show lo | grep -c "LOOPBACK,UP"; pwd'
	is "exec, with --up, in the same directory" "$status,$out" "0,1
$work"
	run xnetns exec none true
	is "no such name" "$status,$err" '255,xnetns: cannot open network namespace "none": No such file or directory'
	run xnetns exec --no-sysfs blue sh -c 'exit 7'
	is "the status of the program" "$status" 7
	run xnetns -n blue exec --no-sysfs green true
	is "-n" "$status,$err" 0,
	run xnetns --all exec --no-sysfs true
	is "exec --all" "$(squeeze "$out"),$err" "netns: red netns: green netns: blue,"
	run xnetns delete none
	like "delete of no name" "$status,$err" '^1,xnetns: cannot remove namespace file "/run/netns/none": No such'
	printf 'add batched\ndelete batched\nadd second\n' >"$work/batch"
	run xnetns -b "$work/batch"
	is "a batch" "$status,$err" 0,
	run xnetns delete second red
	is "delete" "$status,$out,$err" 0,,
	run xnetns list
	is "the others stay" "$out" "green
blue"
	run xnetns gc
	is "gc finds nothing" "$status,$out,$err" 0,,
	run xnetns --all delete
	is "delete --all" "$status,$out,$err" 0,,
	run xnetns list
	is "nothing is left" "$status,$out,$err" 0,,
}
for_each_mode same_names

same_processes()
{
	run xnetns add blue
	start xnetns exec --no-sysfs blue sleep 1000
	until_ok executes "$bg" sleep
	run xnetns pids blue
	is "pids" "$status,$out" "0,$bg"
	run xnetns identify "$bg"
	is "identify" "$status,$out" 0,blue
	run xnetns delete --kill blue
	is "delete --kill" "$status,$err" 0,
	finish
	is "ends the process" "$status" 143
}
for_each_mode same_processes

same_connections()
{
	run xnetns add --up blue green
	run xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24
	is "connect" "$status,$err" 0,
	run xnetns exec --no-sysfs blue ip -o addr show green
	like "gives the address" "$out" 'inet 10\.0\.0\.1/24 '
	run xnetns connect blue green
	is "connected already" "$status" 1
	run xnetns disconnect blue green
	is "disconnect" "$status,$err" 0,
	run xnetns exec --no-sysfs blue ip -o link show green
	is "really" "$status" 1
	run xnetns --all delete
}
if ip link add xnsprobe type veth peer xnsprobe2 2>/dev/null; then
	ip link del xnsprobe
	for_each_mode same_connections
else
	skip "connections" "this kernel has no veth"
fi
nothing_left "after the same commands"
mode=user

# --- the anchor and the records ---
run xnetns add blue
anchor=$(anchors)
is "one anchor" "$(echo "$anchor" | wc -w)" 1
like "its record" "$(cat "$records/anchor")" "^xns-anchor 1 pid $anchor start [0-9]+ user [0-9]+$"
like "a record of the name" "$(cat "$records/names/blue")" "^xns-network 1 net [0-9]+ pid $anchor start [0-9]+$"
is "closed to others" "$(stat -c %a "$records")" 700
like "its caller is root inside" "$(squeeze "$(cat "/proc/$anchor/uid_map")")" "^0 $user_uid 1"
is "it has no child and no zombie" "$(ps -o pid= --ppid "$anchor")" ""
is "it has no descriptor but /dev/null and its watch" \
	"$(for fd in "/proc/$anchor/fd"/*; do readlink "$fd"; done | grep -v '^/dev/null$')" anon_inode:inotify
run xnetns -d list
is "list marks it" "$out" "blue (user)"
run xnetns -j list
is "in JSON too" "$out" '[{"name":"blue","state":"here","store":"user"}]'
run xnetns --system list
is "--system has none" "$status,$out" 0,
run xnetns exec "blue (user)" true
is "a mark that is handed back" "$status" 0
is "no name in the host's directory" "$(ls /run/netns 2>/dev/null)" ""
if command -v newuidmap >/dev/null; then
	is "and the subordinate ids are mapped" "$(squeeze "$(cat "/proc/$anchor/uid_map" "/proc/$anchor/gid_map")")" \
		"0 $user_uid 1 1 100000 65536 0 $user_gid 1 1 100000 65536"
else
	skip "and the subordinate ids are mapped" "no newuidmap"
fi
run xnetns exec blue sh -c 'ls /sys/class/net; ls /sys/fs >/dev/null'
like "exec has a sysfs of its network, or says that it has none" "$status,$(squeeze "$out"),$err" \
	'^0,lo,$|^0,.*,xnetns: warning: /sys shows the devices of the host'
mkdir -p "$home/.config/netns/blue" "$home/config/netns/blue"
echo 'nameserver 192.0.2.1' >"$home/.config/netns/blue/resolv.conf"
echo 'nameserver 192.0.2.2' >"$home/config/netns/blue/resolv.conf"
chown -R "$user_uid:$user_gid" "$home/.config" "$home/config"
run xnetns exec --no-sysfs blue cat /etc/resolv.conf
is "files for /etc come from ~/.config/netns" "$status,$out,$err" "0,nameserver 192.0.2.1,"
run env XDG_CONFIG_HOME="$home/config" xnetns exec --no-sysfs blue cat /etc/resolv.conf
is "or from XDG_CONFIG_HOME" "$status,$out,$err" "0,nameserver 192.0.2.2,"
chmod 777 "$home/config"
run env XDG_CONFIG_HOME="$home/config" xnetns exec --no-sysfs blue cat /etc/resolv.conf
is "unless others may write to it" "$status,$(echo "$out" | grep -c 192.0.2.2)" "0,0"
start xunshare -rn sleep 1000
until_ok executes "$bg" sleep
run xnetns attach mine "$bg"
is "attach" "$status,$err" 0,
run xnetns pids mine
is "gives a name to a network of the user's" "$status,$out" "0,$bg"
run xnetns exec mine true
like "exec cannot enter it, as another user namespace owns it" "$status,$err" '^255,.*Operation not permitted'
run xnetns delete mine
kill "$bg"
finish
cat "$records/names/blue" >"$work/record"
rm "$records/names/blue"
run xnetns exec --no-sysfs blue true
is "rm of the record frees nothing" "$status" 0
run xnetns add green
ok "and the next command that changes names writes it again" cmp "$records/names/blue" "$work/record"

run xnetns shell sh -c 'ip netns; ip netns add made-inside; ip -o link show lo; xnetns connect . blue --names a,b'
is "shell: ip netns sees the names" "$status,$(echo "$out" | head -n 2 | tr '\n' ' ')" "0,green blue "
like "its network has a loopback device that is up" "$out" 'LOOPBACK,UP'
run xnetns delete green
run xnetns list
is "what ip netns made inside is there" "$(squeeze "$out")" "made-inside blue"
run xnetns shell xnetns add third
run xnetns exec --no-sysfs blue xnetns add fourth
is "add inside exec" "$status,$err" 0,
is "is seen outside at once" "$(ls "$records/names" | tr '\n' ' ')" "blue fourth made-inside third "
run xnetns exec --no-sysfs fourth true
is "and usable" "$status,$err" 0,
run xnetns connect . blue
is "outside, '.' is the host's" "$status,$err" "1,xnetns: cannot connect '.': it is the network of the host here
xnetns: hint: an ordinary user can connect '.' inside 'xnetns exec' only"
run xnetns set third 5
is "set, in the anchor's network" "$status,$err" 0,
run xnetns shell xnetns list-id
like "where it is seen" "$out" '^nsid 5 \(iproute2 netns name: third\)'

# --- what other tools say ---
run xns doctor
like "doctor knows the anchor" "$out" "ok +your networks: [0-9], kept by the anchor, process $anchor"
like "and how to delete a name that has no process" "$out" "the user of process $anchor: xnetns delete -- blue"
run xnsls --deep -t net -n -o NS,HELDBY
like "xnsls shows what holds a network" "$out" "^ *[0-9]+ mount /run/netns/blue \\(of $anchor\\)$"
blue_net="net:[$(awk '{ print $4 }' "$records/names/blue")]"
run xnsenter --net=netns:blue sh -c 'readlink /proc/self/ns/net; id -u'
is "xnsenter enters it, with the user namespace of the anchor" "$status,$(squeeze "$out"),$err" "0,$blue_net 0,"
run xnsenter --net=netns:blue --preserve-credentials readlink /proc/self/ns/net
is "also with the caller's ids" "$status,$out" "0,$blue_net"
run xnsenter --net=netns:blue --user-parent --preserve-credentials readlink /proc/self/ns/net
is "and with --user-parent, as before" "$status,$out" "0,$blue_net"
run xnsenter --net=netns:blue --explain true
like "--explain says so" "$out" 'user namespace'
run xnsenter --net=netns:none true
is "a name that nobody has" "$status,$err" '1,xnsenter: cannot open network namespace "none": No such file or directory'
as_other xnsenter --net=netns:blue true 2>err.other
like "another user has no such name" "$(cat err.other)" 'cannot open network namespace "blue": No such file'
as_other env XDG_RUNTIME_DIR="$runtime" xnsenter --net=netns:blue true 2>err.other
like "nor by a directory that is not theirs" "$(cat err.other)" 'cannot open network namespace "blue": No such file'

# --- the system's names first ---
mode=
xnetns add blue system
mode=user
run xnetns list
is "the system's names come first" "$(squeeze "$out" | cut -d ' ' -f 1-2)" "system blue"
run xnetns exec blue true
like "on a clash the system's wins" "$status,$err" "^255,.*cannot enter the net.*"
run xnetns --user-store exec --no-sysfs blue true
is "unless --user-store is given" "$status,$err" 0,
run xnetns delete system
is "the system's names stay root's" "$status,$(echo "$err" | tail -n 1)" \
	"1,xnetns: hint: only root may change /run/netns: run it as root"
run xnetns add system
is "nor is one hidden by ours" "$status,$(echo "$err" | head -n 1)" \
	"1,xnetns: cannot create a network 'system' of your own: the system has one of that name: File exists"
run xnetns --system add x
is "--system add" "$status,$(ls "$records/names" | grep -c x)" 1,0
mode=
run xnetns --user-store add x
is "root has no store of its own" "$status,$err" "1,xnetns: root has no store of its own beside /run/netns"
run xnetns list
is "and sees only its names" "$(squeeze "$out")" "system blue"
xnetns delete system blue
mode=user

# --- others ---
ok "its own user enters the anchor" as_user xnsenter -t "$anchor" -U -m true
as_other xnsenter -t "$anchor" -U -m true 2>/dev/null
is "another user does not" $? 1
is "and sees no names" "$(as_other xnetns list)" ""
as_other xnetns exec blue true 2>/dev/null
is "nor uses them" $? 255
as_other env XDG_RUNTIME_DIR="$runtime" xnetns list >"$work/seen"
is "even with that directory in the environment" "$(cat "$work/seen")" ""
as_other xnetns add blue
is "but has names of its own" "$(as_other xnetns list),$(anchors | wc -l)" blue,2
is "and enters them without subordinate ids, where setgroups is denied" \
	"$(as_other xnsenter --net=netns:blue sh -c 'id -u; cat /proc/self/setgroups' 2>&1 | tr '\n' ' ')" "0 deny "
as_other xnetns delete blue
one_anchor() { [ "$(anchors | wc -l)" = 1 ]; }
until_ok one_anchor
is "whose end is not ours" "$(anchors)" "$anchor"

# --- monitor ---
saw() { grep -qxF -e "$1" "$outfile"; }
start xnetns -d monitor
until_ok watches
as_user xnetns add watched
until_ok saw "add watched (user)"
as_user xnetns delete watched
until_ok saw "delete watched (user)"
kill "$bg"
finish
is "monitor reports the user's names" "$out" "add watched (user)
delete watched (user)"
start xnetns -j monitor
until_ok watches
as_user xnetns add watched
until_ok grep -q add "$outfile"
kill "$bg"
finish
is "in JSON with their store" "$out" '{"version":1,"event":"add","name":"watched","store":"user"}'

run xnetns --all delete
nothing_left "after the last delete"
done_testing

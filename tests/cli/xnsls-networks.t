#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: the columns MAPS, LISTEN and LINKS: what networks contain, for root and for a user.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs probe
is_real_root || skip_all "only root makes networks that a user may not enter"
command -v python3 >/dev/null || skip_all "no python3"
command -v ip >/dev/null || skip_all "no ip(8)"
in_private_ns

cat >"$bin/listen.py" <<'END'
import socket, sys, time
kept = []
for word in sys.argv[2:]:
    port, kind = word.split("/")
    family = socket.AF_INET6 if kind.endswith("6") else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM if kind.startswith("udp") else socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", int(port)))
    if kind.startswith("tcp"):
        s.listen()
    kept.append(s)
open(sys.argv[1], "w").write("ready")
time.sleep(1000)
END

# A process in a network of its own that listens: $pid, $net. $1: a name; others: PORT/KIND
listens() {
	name=$1
	shift
	unshare -n sh -c 'ip link set lo up; exec python3 "$@"' sh "$bin/listen.py" "$work/$name.ready" "$@" &
	pid=$!
	until_ok test -s "$work/$name.ready"
	net=$(stat -Lc %i "/proc/$pid/ns/net")
}

ports() {
	listens a 8080/tcp 53/udp 8080/tcp6 22/tcp6 53/tcp
	a=$pid net_a=$net
	listens b 8081/tcp
	b=$pid net_b=$net
	run xnsls -n -r -t net -o LISTEN -Q "NS == $net_a"
	is "each port once, in order" "$out" 22,53,53/udp,8080
	run xnsls -n -r -t net -o NS -Q 'LISTEN == 8080'
	like "the filter finds the network by a port" "$out" "^$net_a\$"
	unlike "and no other" "$out" "^$net_b\$"
	run xnsls -n -r -t net -o NS -Q 'LISTEN == "53/udp" and LISTEN != 8081'
	like "a port of UDP" "$out" "^$net_a\$"
	run xnsls -n -r -t net -o NS -Q "LISTEN != 8080 and NS == $net_a"
	is "!= is the opposite of ==" "$out" ""
	run xnsls -J -t net -o LISTEN -Q "NS == $net_b"
	is "JSON has protocol and port" "$(squeeze "$out")" \
		'{ "version": 1, "namespaces": [ { "listen": [ { "protocol": "tcp", "port": 8081 } ] } ] }'
	run xnsls --groups -n -r -o PID -Q 'LISTEN == 8081'
	is "--groups has it too" "$out" "$b"
	run xnsls -n -r -t uts -o LISTEN,LINKS,MAPS
	is "other types have none" "$(echo "$out" | sort -u)" "  "
	# The user sees his own processes, and may not enter their networks.
	mode=user
	# shellcheck disable=SC2016 # for the inner shell
	start xunshare -rn sh -c 'echo $$ >"$1/own"; exec sleep 1000' sh "$home"
	until_ok test -s "$home/own"
	own=$(cat "$home/own")
	until_ok executes "$own" sleep
	run xnsls -n -r -t net -o LISTEN,LINKS -p "$own"
	is "a user reads /proc" "$status/$out" "0/ lo"
	kill "$own"
	finish
	mode=
}

links() {
	ip link add veth0 netns "/proc/$a/ns/net" type veth peer name eth0 netns "/proc/$b/ns/net"
	run xnsls -n -r -t net -o LINKS -Q "NS == $net_a"
	is "a pair has its other end and the namespace of that" "$out" \
		"lo,veth0\\x20>\\x20eth0\\x20in\\x20$net_b"
	run xnsls -n -r -t net -o NS -Q 'LINKS == "eth0"'
	like "the filter finds an interface by name" "$out" "^$net_b\$"
	unlike "not by the name of the other end" "$out" "^$net_a\$"
	run xnsls -J -t net -o LINKS -Q "NS == $net_b"
	is "JSON" "$(squeeze "$out")" "{ \"version\": 1, \"namespaces\": [ { \"links\": [ { \"name\": \"lo\" }, \
{ \"name\": \"eth0\", \"peer\": { \"name\": \"veth0\", \"ns\": $net_a } } ] } ] }"
	nsenter -t "$a" -n ip link add in0 type veth peer name in1
	run xnsls -n -r -t net -o LINKS -Q "NS == $net_a"
	like "both ends in one network" "$out" "in0\\\\x20>\\\\x20in1\\\\x20in\\\\x20$net_a"
	run xnsls -t net -n -o LINKS -Q "NS == $net_b"
	is "a table has one line for each" "$(squeeze "$out")" "lo eth0 > veth0 in $net_a"
	kill "$a" "$b"
}

maps() {
	unshare -U sleep 1000 &
	mapped=$!
	until_ok executes "$mapped" sleep
	run xnsls -n -r -t user -o MAPS -p "$mapped"
	is "without a map it is empty" "$status/$out" 0/
	echo 0 100000 65536 >"/proc/$mapped/uid_map"
	printf '0 1000 1\n1 2000 5\n' >"/proc/$mapped/gid_map"
	run xnsls -n -r -t user -o MAPS -p "$mapped"
	is "both maps" "$out" '0:100000:65536\x20gid:0:1000:1,1:2000:5'
	kill "$mapped"
	xunshare -Ur sleep 1000 &
	mapped=$!
	until_ok executes "$mapped" sleep
	run xnsls -n -r -t user -o MAPS -p "$mapped"
	is "equal ones are shown once" "$out" 0:0:1
	run xnsls --groups -n -r -o MAPS -p "$mapped"
	is "in --groups" "$out" 0:0:1
	kill "$mapped"
}

ports
links
maps
run xnsls --output-all -J
unlike "--output-all asks no network" "$out" '"(listen|links)":'
like "but shows the maps" "$out" '"maps":'
done_testing

# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh for the scripts about uplinks: a pair of network namespaces stands for the host and for the internet, $far
# is a process in the latter, and servers answer there and on the host's loopback (uplink_net.py).
#
# $client                  uplink_net.py
# in_far CMD...            runs CMD in the internet
# answers ADDRESS...       prints what answers at these addresses, TCP and UDP, to a program in $inside
# loopback_is_closed       results: a program in $inside reaches nothing on the host's loopback
# old_pasta_publishes      results: what the pasta of Debian 12 publishes of the server inside that was started last;
#                          ends that server
# use_newer_pasta          goes on with the pasta of Debian 13 if the installed one is older; $obstacle: why it
#                          cannot be had
. "${0%/*}/lib.sh"

command -v ip >/dev/null || skip_all "no ip"
[ -x /usr/bin/pasta ] || skip_all "no /usr/bin/pasta"
[ -x /usr/bin/python3 ] || skip_all "no /usr/bin/python3"
knows_map_host_loopback() { /usr/bin/pasta --map-host-loopback none --version >/dev/null 2>&1; }

# The pasta of Debian 13, if the installed one is older.
passt=$XNS_BUILDDIR/tests/passt
# shellcheck disable=SC2034 # for the scripts that read this
obstacle=
if [ -z "${XNS_PRIVATE:-}" ] && ! knows_map_host_loopback && [ ! -e "$passt/trixie" ]; then
	# Two scripts may come here at once, and a second one must not replace what the first runs already.
	# shellcheck disable=SC2016 # those of the inner shell
	mkdir -p "$passt" && flock "$passt/lock" sh -c '[ -e "$1/trixie" ] || "$2" trixie "$1" passt passt' \
		sh "$passt" "$XNS_SRCDIR/tests/compat/fetch.sh" 2>"$passt/reason"
fi
if ! knows_map_host_loopback && [ ! -e "$passt/trixie" ]; then
	# shellcheck disable=SC2034 # for the scripts that read this
	obstacle="no newer passt: $(tail -n 1 "$passt/reason")"
fi
needs_files tests/cli/uplink_net.py
needs_programs probe
in_private_ns
if [ -z "${XNS_NET:-}" ]; then
	XNS_NET=1
	export XNS_NET
	exec unshare -n "$lib_self"
fi

# udev makes it accessible to everybody, but not every machine has udev.
if ! as_user sh -c 'exec 3<>/dev/net/tun' 2>/dev/null; then
	mkdir tun
	mount -t tmpfs -o mode=755,dev tmpfs tun && mknod -m 666 tun/tun c 10 200 && mount --bind tun/tun /dev/net/tun
	as_user sh -c 'exec 3<>/dev/net/tun' 2>/dev/null || skip_all "/dev/net/tun cannot be opened here"
fi

inside=
client=$bin/uplink_net.py

# The host: 192.0.2.2, 2001:db8::2; the internet: 198.51.100.1, 2001:db8:1::1.
ip link set lo up
unshare -n sleep 1000 &
far=$!
until_ok executes "$far" sleep
ip link add up0 type veth peer name far0 netns "$far" 2>/dev/null || skip_all "this kernel has no veth"
ip addr add 192.0.2.2/24 dev up0
ip addr add 2001:db8::2/64 dev up0 nodad
ip link set up0 up
in_far() { nsenter -t "$far" -n -- "$@"; }
in_far sh -c 'ip link set lo up
	ip addr add 192.0.2.1/24 dev far0
	ip addr add 2001:db8::1/64 dev far0 nodad
	ip addr add 198.51.100.1/32 dev lo
	ip addr add 2001:db8:1::1/128 dev lo nodad
	ip link set far0 up'
ip route add default via 192.0.2.1
ip route add default via 2001:db8::1
chmod 777 .
# shellcheck disable=SC2086 # words
nsenter -t "$far" -n $client serve far "$work/far.log" 198.51.100.1 2001:db8:1::1 >far.ready &
$client serve loop "$work/loop.log" 127.0.0.1 127.0.0.53 ::1 >loop.ready &
until_ok grep -q ready far.ready
until_ok grep -q ready loop.ready
private_etc
rm -f etc/resolv.conf
echo "nameserver 198.51.100.1" >etc/resolv.conf
echo "hosts: files dns" >etc/nsswitch.conf

# Prints the answers from these addresses, TCP and UDP, to a program in $inside.
answers() {
	# shellcheck disable=SC2046,SC2086 # words
	run $inside $client ask $(for address; do echo "tcp,$address udp,$address"; done)
	echo "$out$err"
}

# Called where a network that stays would be spoilt.
anew() { :; }

# In $inside, a program reaches nothing on the host's loopback, whatever it tries as root there.
loopback_is_closed() {
	rm -f loop.log
	is "what listens on the host's loopback is not reached" \
		"$(answers 127.0.0.1 127.0.0.53 ::1 192.0.2.1 2001:db8::1)" \
		"nothing nothing nothing nothing nothing nothing nothing nothing nothing nothing"
	cat >ways <<-EOF
		ip route del local 127.0.0.0/8 dev lo table local
		ip route del local 127.0.0.1 dev lo table local
		ip -6 route del local ::1 dev lo table local
		echo 1 >/proc/sys/net/ipv4/conf/up0/route_localnet
		ip route add 127.0.0.0/8 via 192.0.2.1 dev up0 src 192.0.2.2
		ip -6 route add ::1 via 2001:db8::1 dev up0 src 2001:db8::2
		$client ask $(for address in 127.0.0.1 127.0.0.53 ::1; do
			echo "tcp,$address udp,$address tcp,$address,7,up0 udp,$address,7,up0"
		done | tr '\n' ' ')
	EOF
	# shellcheck disable=SC2086 # words
	run $inside sh "$work/ways"
	is "nor by a route through the tap, nor by SO_BINDTODEVICE" "$(squeeze "$out")" \
		"$(squeeze "$(yes nothing | head -n 12)")"
	anew
	# shellcheck disable=SC2086 # words
	run $inside $client attack up0 127.0.0.1 127.0.0.53 0.0.0.0 192.0.2.1 \
		255.255.255.255 ::1 :: ::ffff:127.0.0.1 2001:db8::1
	like "nor by raw frames" "$status,$err" '^(0,|[0-9]*,xunshare: the uplink has ended before the program)'
	is "nothing has arrived there" "$(cat loop.log 2>/dev/null)" ""
}

use_newer_pasta() {
	knows_map_host_loopback && return
	# Not below /tmp, which pasta sees covered.
	mount --bind "$passt/trixie" /mnt
	mkdir wrapper
	cat >wrapper/pasta <<-'EOF'
		#!/bin/sh
		exec /mnt/lib/ld.so --argv0 pasta --library-path /mnt/lib /mnt/bin/passt "$@"
	EOF
	chmod 755 wrapper/pasta
	mount --bind wrapper/pasta "$(readlink -f /usr/bin/pasta)"
	ok "the newer pasta runs" knows_map_host_loopback
}

old_pasta_publishes()
{
	until_ok grep -q ready "$outfile"
	# Not from the gateway's address, which is the host's loopback to a program inside.
	in_far ip route add 192.0.2.2/32 dev far0 src 198.51.100.1
	is "published ports answer from outside over IPv4, TCP to a client that speaks first" \
		"$(in_far "$client" ask talk,192.0.2.2,8017 udp,192.0.2.2,8007)" "inside inside"
	in_far ip route del 192.0.2.2/32
	kill -KILL "$bg"
	finish
	rm -f "$home/inside.log"
}

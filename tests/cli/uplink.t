#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --uplink, --publish, --host-loopback: a program in a network namespace of its own reaches the host's
# network, and nothing on the host's loopback; published ports are reached from outside; whatever is killed,
# no process is left. A pair of network namespaces stands for the host and for the internet.
. "${0%/*}/lib.sh"

command -v ip >/dev/null || skip_all "no ip"
[ -x /usr/bin/pasta ] || skip_all "no /usr/bin/pasta"
[ -x /usr/bin/python3 ] || skip_all "no /usr/bin/python3"
knows_map_host_loopback() { /usr/bin/pasta --map-host-loopback none --version >/dev/null 2>&1; }

# The pasta of Debian 13, if the installed one is older.
passt=$XNS_BUILDDIR/tests/passt
obstacle=
if [ -z "${XNS_PRIVATE:-}" ] && ! knows_map_host_loopback && [ ! -e "$passt/trixie" ]; then
	mkdir -p "$passt" && "$XNS_SRCDIR/tests/compat/fetch.sh" trixie "$passt" passt passt 2>"$passt/reason"
fi
if ! knows_map_host_loopback && [ ! -e "$passt/trixie" ]; then
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

client="/usr/bin/python3 $bin/uplink_net.py"

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

# What answers at these addresses, TCP and UDP, to a program with the options in $how.
answers() {
	# shellcheck disable=SC2046,SC2086 # words
	run xunshare $how $client ask $(for address; do echo "tcp,$address udp,$address"; done)
	echo "$out$err"
}

# The options that give the mode's caller the rights.
set_how() {
	how="-r $*"
	[ "$mode" != root ] || how="$*"
}

with_old() {
	set_how --uplink
	# shellcheck disable=SC2086 # words
	run xunshare $how touch "$home/ran"
	is "Debian 12's pasta is refused" "$status,$err" \
		"1,xunshare: cannot start the uplink: this /usr/bin/pasta cannot keep the program from the host's loopback
xunshare: hint: install passt of 2024-08-21 or later, whose pasta knows --map-host-loopback; or add --host-loopback, if the program may reach what listens there"
	ok "before anything happens" test ! -e "$home/ran"
	set_how --host-loopback
	is "with --host-loopback, the far server answers" "$(answers 198.51.100.1 2001:db8:1::1)" "far far far far"
	is "and so does the host's loopback, by its address" "$(answers 127.0.0.1)" "loop loop"
}

reaches() {
	set_how --uplink
	is "the far server answers, TCP and UDP, IPv4 and IPv6" "$(answers 198.51.100.1 2001:db8:1::1)" "far far far far"
	# shellcheck disable=SC2086 # words
	run xunshare $how sh -c 'cat /etc/resolv.conf; getent ahostsv4 name.test | head -n 1'
	is "names are looked up by the uplink" "$(squeeze "$out")" "nameserver 169.254.1.1 203.0.113.9 STREAM name.test"
	is "the host's resolv.conf is as before" "$(cat /etc/resolv.conf)" "nameserver 198.51.100.1"
	# shellcheck disable=SC2086 # words
	run xunshare $how sh -c 'exit 7'
	is "the status is the program's" "$status,$out,$err" 7,,
	run xunshare -r -p --mount-proc --init --uplink sh -c 'echo $PPID; getent ahostsv4 name.test | head -n 1'
	is "with an init" "$(squeeze "$out")" "1 203.0.113.9 STREAM name.test"
	echo "nameserver 127.0.0.53" >/etc/resolv.conf
	run xunshare -r --host-loopback getent ahostsv4 name.test
	is "with --host-loopback a name server on the loopback is asked" "${out%% *}" 203.0.113.9
	mount -t tmpfs tmpfs /run
	mkdir -p /run/systemd/resolve
	mv etc/resolv.conf /run/systemd/resolve/stub-resolv.conf
	echo "nameserver 198.51.100.1" >/run/systemd/resolve/resolv.conf
	ln -s /run/systemd/resolve/stub-resolv.conf etc/resolv.conf
	# shellcheck disable=SC2086 # words
	run xunshare $how getent ahostsv4 name.test
	is "behind systemd-resolved, its servers are asked" "${out%% *}" 203.0.113.9
	umount /run
	rm etc/resolv.conf
	echo "nameserver 198.51.100.1" >/etc/resolv.conf
}

loopback_is_closed() {
	set_how --uplink
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
	run xunshare $how sh "$work/ways"
	is "nor by a route through the tap, nor by SO_BINDTODEVICE" "$(squeeze "$out")" \
		"$(squeeze "$(yes nothing | head -n 12)")"
	# shellcheck disable=SC2086 # words
	run xunshare $how $client attack up0 127.0.0.1 127.0.0.53 0.0.0.0 192.0.2.1 \
		255.255.255.255 ::1 :: ::ffff:127.0.0.1 2001:db8::1
	like "nor by raw frames" "$status,$err" '^(0,|[0-9]*,xunshare: the uplink has ended before the program)'
	is "nothing has arrived there" "$(cat loop.log 2>/dev/null)" ""
	# shellcheck disable=SC2086 # words
	run xunshare -r --uplink $client trace
	is "nor through pasta itself, which root inside cannot trace" "$out" \
		"EPERM EACCES EACCES EACCES EACCES EACCES EACCES"
	# The same ways lead there if they may: otherwise the results above would mean nothing.
	set_how --host-loopback
	is "--host-loopback opens it" "$(answers 127.0.0.1 192.0.2.1)" "loop loop loop loop"
	rm -f loop.log
	# shellcheck disable=SC2086 # words
	run xunshare $how $client attack up0 192.0.2.1
	is "then raw frames arrive, too" "$(sort -u loop.log 2>/dev/null | tr '\n' ' ')" \
		"SOCK_DGRAM 127.0.0.1 SOCK_STREAM 127.0.0.1 "
}

publishes() {
	set_how --uplink --publish 8007:7 --publish 8007:7/udp --publish 127.0.0.1:8008:7
	# shellcheck disable=SC2086 # words
	start xunshare $how $client serve inside "$home/inside.log" 0.0.0.0 ::
	until_ok grep -q ready "$outfile"
	# shellcheck disable=SC2086 # words
	is "published ports answer from outside" \
		"$(in_far $client ask tcp,192.0.2.2,8007 udp,192.0.2.2,8007 tcp,2001:db8::2,8007 udp,2001:db8::2,8007)" \
		"inside inside inside inside"
	# shellcheck disable=SC2086 # words
	is "one of an address answers there" "$($client ask tcp,127.0.0.1,8008)" inside
	# shellcheck disable=SC2086 # words
	is "and at no other" "$(in_far $client ask tcp,192.0.2.2,8008)" nothing
	# shellcheck disable=SC2086 # words
	run xunshare $how true
	like "a port that is taken" "$status,$err" '^1,xunshare: cannot publish port 8007: Address already in use$'
	# The helper frees the ports a moment after that.
	pids=$(for pid in $(ps -o pid= --ppid "$bg"); do echo "$pid" && ps -o pid= --ppid "$pid"; done)
	kill -KILL "$bg"
	finish
	# shellcheck disable=SC2086 # words
	until_ok all_over $pids
	rm -f "$home/inside.log"
	if [ "$mode" != root ]; then
		run xunshare -r --uplink --publish 9:9 true
		like "a port below 1024 is root's" "$status,$err" '^1,xunshare: cannot publish port 9: Permission denied$'
		return
	fi
	# shellcheck disable=SC2086 # words
	$client serve taken "$work/other.log" 192.0.2.2 >other.ready &
	other=$!
	until_ok grep -q ready other.ready
	run xunshare -r --uplink --publish 192.0.2.2:7 true
	is "taken at this address" "$status,${err%%
*}" "1,xunshare: cannot publish port 7 of 192.0.2.2: Address already in use"
	kill -KILL "$other"
	wait "$other" 2>/dev/null
}

# Sets $program, $helper and $pasta of the running $bg.
find_processes() {
	helper='' program='' pasta=''
	for pid in $(ps -o pid= --ppid "$bg"); do
		if executes "$pid" sleep 2>/dev/null; then program=$pid; else helper=$pid; fi
	done
	[ -z "$helper" ] || pasta=$(child_of "$helper")
	[ -n "$program" ] && [ -n "$pasta" ]
}

all_over() {
	for pid; do
		lib_is_over "$pid" || return 1
	done
}

killed_in_turn() {
	set_how --uplink
	for who in xunshare program helper pasta; do
		# shellcheck disable=SC2086 # words
		start xunshare $how sleep 300
		waiter=$bg
		until_ok find_processes || fail "$who: it does not start"
		case $who in
		xunshare) kill -KILL "$waiter" ;;
		program) kill -KILL "$program" ;;
		helper)
			kill -KILL "$helper"
			ok "the helper is killed: the uplink ends" until_ok all_over "$helper" "$pasta"
			kill -KILL "$program"
			;;
		pasta)
			kill -KILL "$pasta"
			ok "pasta is killed: that is said while the program runs" until_ok grep -q \
				"^xunshare: the uplink has ended before the program" "$errfile"
			ok "the program goes on" executes "$program" sleep
			kill -KILL "$program"
			;;
		esac
		ok "$who is killed: nothing is left" until_ok all_over "$waiter" "$program" "$helper" "$pasta"
		finish
	done
}

refusals() {
	run xunshare -U --uplink true
	is "without a map" "$status,${err%%
*}" "1,xunshare: an uplink needs a user namespace with maps of user and group ids"
	if [ "$mode" = user ]; then
		run xunshare --uplink true
		is "an ordinary user without a user namespace" "$status,$err" "1,xunshare: an uplink needs root or a user namespace
xunshare: hint: add --map-root-user or --map-current-user"
	fi
}

if knows_map_host_loopback; then
	skip "with Debian 12's pasta" "the installed one is newer"
else
	for_each_mode with_old
fi
if [ -n "$obstacle" ]; then
	skip "with a newer pasta" "$obstacle"
	done_testing
fi
if ! knows_map_host_loopback; then
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
fi
for part in reaches loopback_is_closed publishes killed_in_turn refusals; do
	for_each_mode $part
done
done_testing

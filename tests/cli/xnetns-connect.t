#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# connect and disconnect: both ends or nothing, other interfaces are left alone, and whatever a kill has
# left, the next connect of the same pair copes with it.
. "${0%/*}/netns.sh"

command -v ip >/dev/null || skip_all "no ip"
ip link add xnsprobe type veth peer xnsprobe2 2>/dev/null || skip_all "this kernel has no veth"
ip link del xnsprobe

# The interfaces of a network namespace but lo, one line: "name@peer flags".
links() {
	squeeze "$(ip -o -n "$1" link | sed -e 's/^[0-9]*: //' -e 's/@if[0-9]*//' -e 's/: .*//' |
		grep -v '^lo$')"
}

# Whether nothing is there but lo, in both.
nothing() {
	is "$1" "$(links blue),$(links green)" ,
}

xnetns add --up blue green long-name-of-a-network

run xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24 --address fd00::1/64,fd00::2/64
is "connect" "$status,$out,$err" 0,,
is "each end bears the name of what it leads to" "$(links blue),$(links green)" green,blue
like "the end has its addresses" "$(ip -o -n blue addr show green)" 'inet 10\.0\.0\.1/24 '
like "of IPv6 too, usable at once" "$(ip -o -n green addr show blue)" 'inet6 fd00::2/64 scope global nodad'
like "it is up" "$(ip -o -n blue link show green)" '<[A-Z,]*UP,LOWER_UP>'
for address in 10.0.0.2 fd00::2; do
	rm -f ready
	xnetns exec --no-sysfs green python3 -c 'import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
server = socket.create_server((sys.argv[1], 7), family=family)
print("ready", flush=True)
server.settimeout(10)
server.accept()[0].sendall(b"hello")' "$address" >ready &
	until_ok grep -q ready ready
	is "data goes through to $address" "$(xnetns exec --no-sysfs blue python3 -c 'import socket, sys
print(socket.create_connection((sys.argv[1], 7), 10).recv(5).decode())' "$address")" hello
	wait $!
done
for file in accept_ra accept_redirects; do
	is "$file of an end is 0" "$(xnetns exec --no-sysfs blue cat "/proc/sys/net/ipv6/conf/green/$file")" 0
done
run xnetns connect blue green
is "connected already" "$status,$err" "1,xnetns: 'blue' and 'green' are already connected, by 'green' and 'blue'"
run xnetns connect green blue
is "also the other way round" "$status,$err" "1,xnetns: 'green' and 'blue' are already connected, by 'blue' and 'green'"
is "a refusal changes nothing" "$(links blue),$(links green)" green,blue

run xnetns connect --names e0,e1 --mtu 1400 blue green
is "a second pair under other names" "$status,$(links blue),$(links green)" "0,green e0,blue e1"
like "with that MTU" "$(ip -o -n green link show e1)" ' mtu 1400 '
like "without an IPv6 address there is no link-local one" "$(ip -o -n green -d link show e1)" 'addrgenmode none'
run xnetns disconnect --names e0,e1 blue green
is "disconnect one of them" "$status,$out,$(links blue)" 0,,green
run xnetns connect --names e0,e1 blue green
run xnetns disconnect blue green
is "disconnect all" "$status,$out" 0,
nothing "nothing is left"
run xnetns disconnect blue green
is "not connected" "$status,$err" "1,xnetns: 'blue' and 'green' are not connected"

run xnetns connect blue long-name-of-a-network
is "a name that is too long for an interface" "$status,$(links blue)" "0,long-name--de2d"
run xnetns disconnect long-name-of-a-network blue
is "disconnect from the other side" "$status,$(links blue)" 0,

# --- this network namespace ---
run xnetns connect . blue
is "the namespace that we are in" "$status,$(links blue)" 0,outer
like "its end is here" "$(ip -o link show blue)" 'blue@'
run xnetns -n green connect . blue --names here,there
is "with -n it is that one" "$status,$(links green)" 0,here
run xnetns disconnect blue .
is "disconnect it" "$status,$(links blue)" 0,there
run xnetns disconnect blue green
run xnetns connect . .
is "one namespace is not connected with itself" "$status,$err" \
	"1,xnetns: '.' and '.' are the same network namespace"

# --- interfaces of others ---
ip -n blue link add green type dummy 2>/dev/null || ip -n blue link add green type veth peer x
before=$(links blue)
run xnetns connect blue green
is "a name that is taken" "$status,$(echo "$err" | head -n 1)" "1,xnetns: 'blue' already has an interface 'green'"
like "a hint offers other names" "$err" 'hint: .*--names'
is "nothing is changed" "$(links blue),$(links green)" "$before,"
run xnetns connect green blue
is "the name of the second end is taken" "$status,$(links green)" 1,
ip -n blue link del green
ip link add green netns blue type veth peer blue netns green
run xnetns connect blue green
is "a pair that somebody else made is not ours" "$status,$(links blue),$(links green)" 1,green,blue
run xnetns disconnect blue green
is "disconnect leaves it" "$status,$(links blue)" 1,green
ip -n blue link set green alias "xnetns peer blue"
run xnetns disconnect blue green
is "one alias is not enough" "$status,$(links blue)" 1,green
ip -n green link set blue alias "xnetns peer other"
run xnetns disconnect blue green
is "an alias that names another end is not enough" "$status,$(links blue)" 1,green
ip -n blue link del green
# Indexes that fit, but the other end is in a third namespace.
ip link add green netns blue type veth peer blue netns long-name-of-a-network
index=$(ip -o -n blue link show green | sed 's/:.*//')
peer=$(ip -o -n long-name-of-a-network link show blue | sed 's/:.*//')
ip link add x index "$index" netns long-name-of-a-network type veth peer blue index "$peer" netns green 2>/dev/null
for name in blue green long-name-of-a-network; do
	for link in $(links "$name"); do
		ip -n "$name" link set "$link" group 7892595
	done
done
before=$(links blue)
run xnetns disconnect blue green
is "ends in three namespaces are no pair" "$status,$(links blue)" "1,$before"
for name in blue green long-name-of-a-network; do
	for link in $(links "$name"); do
		ip -n "$name" link del "$link" 2>/dev/null
	done
done

# --- wrong arguments change nothing ---
while read -r wrong; do
	# shellcheck disable=SC2086 # words
	run xnetns connect $wrong
	is "connect $wrong fails" "$((status != 0)),$(echo "$err" | grep -c -v '^xnetns: hint: ')" 1,1
	nothing "connect $wrong changes nothing"
done <<-EOF
	blue
	blue green red
	blue blue
	blue nosuch
	blue a/b
	blue green --mtu 12
	blue green --mtu
	blue green --names a
	blue green --names a,b/c
	blue green --address 10.0.0.1,10.0.0.2
	blue green --address 10.0.0.1/24
	blue green --address 10.0.0.1/24,fd00::1/64
	blue green --up
EOF
run xnetns connect -- blue --mtu
like "after -- there are no options" "$err" "network namespace .--mtu"
run xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24 --address 10.0.0.1/24,10.0.0.2/24
like "an address twice" "$status,$err" "^1,xnetns: cannot add the address of --address number 2 to 'green' in 'blue': "
nothing "a late refusal by the kernel leaves nothing behind"
run xnetns connect blue green --mtu 68 --address fd00::1/64,fd00::2/64
is "IPv6 on an MTU too small for it" "$status" 1
nothing "leaves nothing either"

# --- explain ---
run xnetns connect --explain blue green --address 10.0.0.1/24,10.0.0.2/24
is "--explain prints five steps" "$status,$(echo "$out" | grep -c '^ *[0-9]*\. self ')" 0,5
like "with the addresses" "$out" 'in /run/netns/green: make blue ignore .*, give it 10\.0\.0\.2/24, bring it up'
nothing "and performs none"

# --- kills ---
if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
	skip "killed at any system call" "strace may not trace here"
else
	strace -o trace xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24
	xnetns disconnect blue green
	awk -F'(' '{ n[$1]++ } $1 == "setns" { begun = 1 } begun && /^[a-z]/ { print $1, n[$1] }' trace >calls
	points=0 bad=
	while read -r call count; do
		strace -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$count" \
			xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24 >/dev/null 2>&1
		[ $? = 137 ] || continue
		points=$((points + 1))
		# The pair is there with both ends or not at all.
		case $(links blue),$(links green) in
		green,blue | ,) ;;
		*) bad="$bad $call:$count: $(links blue),$(links green);" ;;
		esac
		run xnetns connect blue green --address 10.0.0.1/24,10.0.0.2/24
		case $status,$err in
		0,* | 1,*"already connected"*) ;;
		*) bad="$bad $call:$count: $err;" ;;
		esac
		ip -o -n green addr show blue | grep -q 'inet 10\.0\.0\.2/24 ' || bad="$bad $call:$count: no address;"
		xnetns disconnect blue green || bad="$bad $call:$count: disconnect;"
	done <calls
	is "killed at any system call, the next connect makes it whole" "$bad" ""
	ok "there were points" test "$points" -gt 15
	# The remains of a kill can be removed as well.
	strace -o /dev/null -e trace=write -e inject=write:signal=KILL:when=1 xnetns connect blue green \
		>/dev/null 2>&1
	run xnetns disconnect blue green
	is "disconnect removes what a kill has left" "$status,$(links blue)" 0,
	# While a step fails, root of the namespace gives the name of an end to another pair.
	strace -o /dev/null -e trace=write -e inject=write:error=EIO:delay_enter=5000000:when=1 \
		xnetns connect blue green >/dev/null 2>&1 &
	until_ok ip -n blue link show green >/dev/null 2>&1
	ip -n blue link set green name renamed
	ip -n blue link add green type veth peer name other
	wait $!
	is "what a failure leaves is removed by its index, not by its name" \
		"$?,$(links blue | wc -w),$(links green)" "1,2,"
	ip -n blue link del green
fi
nothing "nothing is left at the end"
xnetns delete blue green long-name-of-a-network
done_testing

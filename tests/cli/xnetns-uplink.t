#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnetns uplink: a named network reaches the host's network, and nothing on the host's loopback; published ports
# are reached from outside; it ends by --off, by delete, when the name goes, and with each of its processes. The
# same for root and for the names of an ordinary user.
. "${0%/*}/uplink.sh"

needs_applet xnetns
is_real_root || skip_all "needs root, to be an ordinary user too"
can_be_user || skip_all "cannot become an ordinary user"
mount -t tmpfs tmpfs /run
runtime=$work/runtime
mkdir "$runtime"
chown "$user_uid:$user_gid" "$runtime"
chmod 700 "$runtime"
user_env="$user_env XDG_RUNTIME_DIR=$runtime"
XNS_MODES="root user"

# Sets $keeper and $pasta of the uplink of blue; fails if none runs.
find_uplink()
{
	run xnetns -j list
	keeper=$(echo "$out" | sed -n 's/.*"name":"blue"[^{]*"uplink":{"pid":\([0-9]*\).*/\1/p')
	[ -n "$keeper" ] && pasta=$(child_of "$keeper") && [ -n "$pasta" ]
}

is_over() { lib_is_over "$keeper" && lib_is_over "$pasta"; }

# The records and the mounts: /run/xns/uplink is empty, or nothing at all is left of the user's.
left() { ls -A /run/xns/uplink "$runtime" 2>/dev/null | grep -v -e : -e '^$'; }
nothing_is_left() { [ -z "$(left)" ]; }

begin()
{
	run xnetns add --up blue
	is "add" "$status,$err" 0,
	run xnetns uplink blue "$@"
	is "uplink $*" "$status,$out,$err" 0,,
	inside="xnetns exec --no-sysfs blue"
}

end()
{
	run xnetns delete blue
	is "delete" "$status,$err" 0,
	ok "nothing is left" until_ok nothing_is_left
}

reaches()
{
	begin
	is "the far server answers, TCP and UDP, IPv4 and IPv6" "$(answers 198.51.100.1 2001:db8:1::1)" "far far far far"
	run $inside sh -c 'cat /etc/resolv.conf; getent ahostsv4 name.test | head -n 1'
	is "names are looked up by the uplink" "$(squeeze "$out")" "nameserver 169.254.1.1 203.0.113.9 STREAM name.test"
	run xnetns exec --no-sysfs --no-etc blue cat /etc/resolv.conf
	is "--no-etc" "$out" "nameserver 198.51.100.1"
	mark="(uplink)"
	[ "$mode" = root ] || mark="(user) (uplink)"
	run xnetns -d list
	is "list -d" "$out" "blue $mark"
	run xnetns list
	is "without -d the name alone" "$out" blue
	run xnetns exec --no-sysfs "blue $mark" true
	is "a line of list is a name" "$status,$err" 0,
	run xns doctor
	like "doctor: pasta is fit" "$out" '^  ok +uplinks: /usr/bin/pasta knows the options, and may open /dev/net/tun$'
	like "and an uplink runs" "$out" '^  ok +uplinks: 1 of named networks$'
	find_uplink
	run xnetns uplink blue
	old=$keeper
	find_uplink
	is "the same once more changes nothing" "$status,$err,$keeper" "0,,$old"
	run ls -l "/proc/$keeper/fd/0" "/proc/$keeper/cwd"
	is "the process that stays holds no directory and no input" "$(echo "$out" | sed 's/.* -> //' | tr '\n' ' ')" "/ /dev/null "
	end
}

own_resolver()
{
	begin
	conf=/etc/netns/blue
	[ "$mode" = root ] || conf=$home/.config/netns/blue
	mkdir -p "$conf"
	echo "nameserver 192.0.2.53" >"$conf/resolv.conf"
	chown -R "$user_uid:$user_gid" "$home"
	run $inside cat /etc/resolv.conf
	is "a resolv.conf for the name wins" "$out" "nameserver 192.0.2.53"
	rm "$conf/resolv.conf"
	echo "files of the name" >"$conf/issue"
	run $inside cat /etc/resolv.conf /etc/issue /etc/nsswitch.conf
	is "other files are shown, too" "$(squeeze "$out")" "nameserver 169.254.1.1 files of the name hosts: files dns"
	rm -r "$conf"
	end
}

anew()
{
	end
	begin
}

loopback()
{
	begin
	loopback_is_closed
	anew
	[ "$mode" = root ] || {
		run $inside "$client" trace
		is "nor through pasta itself, which root inside cannot trace" "$out" \
			"EPERM EACCES EACCES EACCES EACCES EACCES EACCES"
		find_uplink
		run $inside sh -c "readlink /proc/$keeper/ns/net || echo refused"
		is "nor through the process that keeps it" "$out" refused
	}
	run xnetns uplink blue --host-loopback
	is "--host-loopback" "$status" 0
	is "opens it" "$(answers 127.0.0.1 192.0.2.1)" "loop loop loop loop"
	run xnetns -j list
	like "JSON says so" "$out" '"host_loopback":true,"publish":\[\]}'
	end
}

publishes()
{
	begin --publish 8007:7 --publish 8007:7/udp
	start xnetns exec --no-sysfs blue "$client" serve inside "$home/inside.log" 0.0.0.0 ::
	until_ok grep -q ready "$outfile"
	is "published ports answer from outside" \
		"$(in_far "$client" ask tcp,192.0.2.2,8007 udp,192.0.2.2,8007 tcp,2001:db8::2,8007 udp,2001:db8::2,8007)" \
		"inside inside inside inside"
	run xnetns -j list
	like "JSON has them" "$out" '"publish":\["8007:7","8007:7/udp"\]'
	"$client" serve taken "$work/other.log" 192.0.2.2 >other.ready &
	other=$!
	until_ok grep -q ready other.ready
	find_uplink
	old=$keeper
	port=7
	[ "$mode" = root ] || port=8
	if [ "$mode" = root ]; then why="Address already in use"; else why="Permission denied"; fi
	run xnetns uplink blue --publish "192.0.2.2:$port"
	is "a port that is not available" "$status,${err%%
*}" "1,xnetns: cannot publish port $port of 192.0.2.2: $why"
	find_uplink
	is "leaves the old uplink" "$keeper" "$old"
	run xnetns uplink blue --publish 8007:7 --publish 8009:7
	is "other ports: it is started anew, and that is said" "$status,$err" \
		"0,xnetns: warning: the uplink of 'blue' ran with other options; it was started anew"
	is "and they answer" "$(in_far "$client" ask tcp,192.0.2.2,8009 tcp,192.0.2.2,8007)" "inside inside"
	kill -KILL "$other" "$bg"
	wait "$other" 2>/dev/null
	finish
	rm -f "$home/inside.log"
	end
}

kill_keeper() { kill -KILL "$keeper"; }
kill_pasta() { kill -KILL "$pasta"; }
take_off() { run xnetns uplink blue --off && is "--off" "$status,$err" 0,; }
ip_delete()
{
	if [ "$mode" = root ]; then ip netns delete blue; else run xnetns shell ip netns delete blue; fi
}

# shellcheck disable=SC2086 # $open is perhaps an option
lifetimes()
{
	begin $open
	for how in take_off kill_pasta kill_keeper; do
		find_uplink || fail "$how: no uplink"
		$how
		ok "$how: no process is left" until_ok is_over
		run xnetns -d list
		unlike "$how: list shows no uplink" "$out" uplink
		[ "$how" != kill_keeper ] || {
			run xns doctor
			like "$how: doctor says so" "$out" '^  problem +uplinks: 1 of named networks was killed; '
		}
		run xnetns uplink blue $open
		is "$how: the next uplink" "$status,$err" 0,
		is "$how: works" "$(answers 198.51.100.1)" "far far"
	done
	find_uplink
	ip_delete
	ok "the name goes: no process is left" until_ok is_over
	run xnetns delete blue
	ok "and nothing else" until_ok nothing_is_left
	begin $open
	find_uplink
	run xnetns delete blue
	is "delete" "$status,$err" 0,
	ok "has ended it" lib_is_over "$pasta"
	ok "no process is left" until_ok is_over
	ok "and nothing is left" until_ok nothing_is_left
	[ "$mode" = user ] || return
	begin $open
	find_uplink
	rm -r "$runtime/xns"
	ok "removal of the records, as at a logout: no process is left" until_ok is_over
	no_anchor() { [ -z "$(ps -eo stat=,comm= | awk '$1 !~ /^Z/ && $2 == "xns-anchor"')" ]; }
	until_ok no_anchor
	begin $open
	find_uplink
	kill -KILL "$(sed 's/.* pid \([0-9]*\) .*/\1/' "$runtime/xns/anchor")"
	ok "the anchor is killed: no process is left" until_ok is_over
	run xnetns gc
	ok "gc leaves nothing" until_ok nothing_is_left
	begin $open
	start xnetns exec --no-sysfs blue sleep 1000
	until_ok executes "$bg" sleep
	find_uplink
	kill -KILL "$(sed 's/.* pid \([0-9]*\) .*/\1/' "$runtime/xns/anchor")"
	until_ok no_anchor
	run xnetns add green
	is "while a program uses the network, another anchor takes it over" "$(answers 198.51.100.1)" "far far"
	old=$keeper
	find_uplink
	is "with its uplink" "$keeper" "$old"
	kill "$bg"
	finish
	run xnetns delete green
	end
}

refusals()
{
	run xnetns uplink none
	is "no such name" "$status,$err" '1,xnetns: cannot open network namespace "none": No such file or directory'
	run xnetns add blue
	run xnetns uplink blue --off
	is "--off without an uplink" "$status,$err" "1,xnetns: 'blue' has no uplink"
	run xnetns uplink blue --off --publish 80
	like "--off and --publish" "$status,$err" "^[0-9]*,xnetns: option '--off' excludes '--publish' and '--host-loopback'"
	run xnetns uplink blue --publish 0
	like "no port" "$status,$err" "^255,xnetns: option '--publish': '0' is not "
	run xnetns uplink blue --publish 8080:80 --explain
	like "--explain" "$out" 'connect /run/netns/blue to the network here by /usr/bin/pasta .* -t 8080:80 '
	find_uplink && fail "--explain starts it"
	if [ "$mode" = user ]; then
		run xnetns shell xnetns uplink blue
		is "from inside the anchor" "$status,${err%%
*}" "1,xnetns: cannot use 'uplink' among your networks: there is no network of the host"
	fi
	end
}

of_the_system()
{
	xnetns add green
	run xnetns uplink green
	is "a name of the system needs root" "$status,${err%%
*}" "1,xnetns: cannot connect 'green': Operation not permitted"
	xnetns delete green
}

with_old()
{
	run xnetns add --up blue
	run xnetns uplink blue
	is "Debian 12's pasta is refused" "$status,$err" \
		"1,xnetns: cannot start the uplink: this /usr/bin/pasta cannot keep the program from the host's loopback
xnetns: hint: install passt of 2024-08-21 or later, whose pasta knows --map-host-loopback; or add --host-loopback, if the program may reach what listens there"
	run xnetns -d list
	unlike "and nothing runs" "$out" uplink
	run xns doctor
	like "doctor says so" "$out" "uplinks: .*--map-host-loopback|uplinks: .*host's loopback"
	run xnetns delete blue
	begin --host-loopback --publish 8017 --publish 8007/udp
	is "with --host-loopback, the far server answers" "$(answers 198.51.100.1 2001:db8:1::1)" "far far far far"
	is "and so does the host's loopback, by its address" "$(answers 127.0.0.1)" "loop loop"
	run $inside sh -c 'cat /etc/resolv.conf; getent ahostsv4 name.test | head -n 1'
	is "names are looked up by the uplink" "$(squeeze "$out")" "nameserver 169.254.1.1 203.0.113.9 STREAM name.test"
	start xnetns exec --no-sysfs blue "$client" serve inside+8000 "$home/inside.log" 0.0.0.0 ::
	old_pasta_publishes
	end
}

if knows_map_host_loopback; then
	skip "with Debian 12's pasta" "the installed one is newer"
else
	for part in with_old lifetimes; do
		open=--host-loopback
		for_each_mode $part
	done
fi
if [ -n "$obstacle" ]; then
	skip "with a newer pasta" "$obstacle"
	done_testing
fi
use_newer_pasta
open=
for part in reaches own_resolver loopback publishes lifetimes refusals; do
	for_each_mode $part
done
mode=user
of_the_system
done_testing

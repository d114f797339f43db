#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --uplink, --publish, --host-loopback: a program in a network namespace of its own reaches the host's
# network, and nothing on the host's loopback; published ports are reached from outside; whatever is killed,
# no process is left. A pair of network namespaces stands for the host and for the internet.
. "${0%/*}/uplink.sh"

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
	inside="xunshare $how"
	is "with --host-loopback, the far server answers" "$(answers 198.51.100.1 2001:db8:1::1)" "far far far far"
	is "and so does the host's loopback, by its address" "$(answers 127.0.0.1)" "loop loop"
	# What listens on the host's loopback keeps its ports inside, too.
	set_how --host-loopback --publish 8017 --publish 8007/udp
	# shellcheck disable=SC2086 # words
	start xunshare $how $client serve inside+8000 "$home/inside.log" 0.0.0.0 ::
	old_pasta_publishes
}

reaches() {
	set_how --uplink
	inside="xunshare $how"
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

loopback_is_open() {
	set_how --uplink
	inside="xunshare $how"
	loopback_is_closed
	# shellcheck disable=SC2086 # words
	run xunshare -r --uplink $client trace
	is "nor through pasta itself, which root inside cannot trace" "$out" \
		"EPERM EACCES EACCES EACCES EACCES EACCES EACCES"
	# The same ways lead there if they may: otherwise the results above would mean nothing.
	set_how --host-loopback
	inside="xunshare $how"
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
		"$(in_far "$client" ask tcp,192.0.2.2,8007 udp,192.0.2.2,8007 tcp,2001:db8::2,8007 udp,2001:db8::2,8007)" \
		"inside inside inside inside"
	# shellcheck disable=SC2086 # words
	is "one of an address answers there" "$($client ask tcp,127.0.0.1,8008)" inside
	# shellcheck disable=SC2086 # words
	is "and at no other" "$(in_far "$client" ask tcp,192.0.2.2,8008)" nothing
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
	"$client" serve taken "$work/other.log" 192.0.2.2 >other.ready &
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
	set_how "$option"
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

# The host's other processes of nobody may neither trace root's pasta, as it is tried, nor use root's terminal.
tried() {
	mkdir -p tried
	chmod 777 tried
	# shellcheck disable=SC2016 # for the script
	printf '%s\n' '#!/bin/sh' "cd $work/tried" \
		'read -r pid rest </proc/self/stat' 'rest=${rest##*) }' 'set -- $rest' \
		'echo "$(id -u) $((pid - $4))" >session' \
		'setpriv --inh-caps=-all --ambient-caps=-all readlink /proc/$$/exe >traced 2>&1' \
		'[ ! -e stop ] || kill -STOP $$' >fake-pasta
	chmod 755 fake-pasta
	unshare -m sh -c 'mount --bind fake-pasta "$(readlink -f /usr/bin/pasta)" && xns doctor' >/dev/null
	is "pasta is tried as nobody, in a session of its own" "$(cat tried/session)" "65534 0"
	is "another process of nobody cannot trace it" "$(cat tried/traced)" ""
	touch tried/stop
	run unshare -m sh -c 'mount --bind fake-pasta "$(readlink -f /usr/bin/pasta)" && xunshare --uplink true'
	is "one that is stopped is not waited for" "$status,$err" \
		"1,xunshare: cannot start the uplink: /usr/bin/pasta did not say its version within 10 s"
}

if is_real_root; then
	tried
else
	skip "how root tries pasta" "needs root"
fi

# A root directory that a stranger has prepared: files are written inside it only (SECURITY.md, P11). $$ is
# xunshare after exec, whose working directory is the caller's.
within_a_root() {
	rm -rf --one-file-system root victim
	mkdir -p root/proc root/etc root/mnt "root$bin" victim
	for dir in bin sbin lib lib32 lib64 usr; do
		if [ -L "/$dir" ]; then
			cp -P "/$dir" "root/$dir"
		elif [ -d "/$dir" ]; then
			mkdir "root/$dir" && mount --rbind "/$dir" "root/$dir"
		fi
	done
	chmod 777 victim root
	set_how --uplink --host-loopback
	# An ordinary user may not mount a new proc that shows the host's processes.
	proc=--mount-proc
	[ "$mode" = root ] || proc="--bind /proc:/proc"
	cat >enter <<-EOF
		cd "$work/victim" || exit
		[ -z "\$1" ] || ln -s "/proc/\$\$/cwd" "\$1"
		exec xunshare $how --root="$work/root" $proc cat /etc/resolv.conf
	EOF
	for place in tmp etc; do
		rm -rf root/tmp root/etc
		mkdir root/tmp root/etc
		run sh "$work/enter" ""
		is "in a root directory" "$status,$out,$err" "0,nameserver 169.254.1.1,"
		rmdir "root/$place"
		run sh "$work/enter" "$work/root/$place"
		like "$place is a link to the caller's working directory: refused" "$status,$err" \
			'^1,xunshare: cannot mount a (directory for the file resolv.conf|view over /etc)'
		is "and nothing is written there" "$(ls -A victim)" ""
	done
	# The paths of our descriptors must not be looked up in a /proc that a stranger has made.
	rm -rf root/tmp root/etc
	mkdir -p root/tmp root/etc/dir root/elsewhere root/proc/self/fd
	for n in $(seq 3 30); do ln -s /elsewhere "root/proc/self/fd/$n"; done
	touch root/etc/file root/etc/dir/file
	# shellcheck disable=SC2086 # words
	run xunshare $how --root="$work/root" sh -c 'cat /etc/resolv.conf; ls -A /etc /etc/dir /elsewhere'
	is "a false /proc is not used" "$status,$(squeeze "$out"),$err" \
		"0,nameserver 169.254.1.1 /elsewhere: /etc: .xns-host dir file resolv.conf /etc/dir: file,"
	rm -rf root/proc
	# shellcheck disable=SC2086 # words
	run xunshare $how --root="$work/root" cat /etc/resolv.conf
	is "and none is needed" "$status,$out,$err" "0,nameserver 169.254.1.1,"
	mkdir root/proc
	# The directory of a resolver, which is to be hidden: the link would decide what is covered.
	rm -rf root/tmp root/etc
	mkdir -p root/tmp root/etc root/run victim/resolve
	chmod 777 root/run
	rm -f root/run/systemd
	run sh "$work/enter" "$work/root/run/systemd"
	like "run/systemd is a link to the caller's working directory: refused" "$status,$err" \
		"^1,xunshare: cannot keep the host's resolver at /run/systemd/resolve away"
	for dir in bin sbin lib lib32 lib64 usr; do
		[ -L "root/$dir" ] || [ ! -d "root/$dir" ] || umount -R "root/$dir"
	done
}

if knows_map_host_loopback; then
	skip "with Debian 12's pasta" "the installed one is newer"
else
	for part in with_old killed_in_turn; do
		option=--host-loopback
		for_each_mode $part
	done
	option=--uplink
fi
for_each_mode within_a_root
if [ -n "$obstacle" ]; then
	skip "with a newer pasta" "$obstacle"
	done_testing
fi
use_newer_pasta
for part in reaches loopback_is_open publishes killed_in_turn refusals; do
	for_each_mode $part
done
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The identity of the program: ids, groups, capabilities, owner of its user namespace, environment, shell.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

# One line of the program's /proc/self/status, squeezed.
status_of() {
	field=$1
	shift
	run xunshare "$@" grep "^$field:" /proc/self/status
	squeeze "${out#*:}"
}

ids() {
	if [ "$mode" = root ]; then
		run xunshare -S 5 -G 6 id
		like "-S -G" "$out" '^uid=5(\([^)]*\))? gid=6(\([^)]*\))? groups=6(\([^)]*\))?$'
		is "all four uids" "$(status_of Uid -S 4294967294 -G 7)" \
			"4294967294 4294967294 4294967294 4294967294"
		is "all four gids" "$(status_of Gid -S 5 -G 4294967294)" \
			"4294967294 4294967294 4294967294 4294967294"
		is "-S alone leaves the groups" "$(status_of Gid -S 5)" "0 0 0 0"
		is "names" "$(status_of Uid --setuid nobody)" "$(id -u nobody) $(id -u nobody) $(
			id -u nobody) $(id -u nobody)"
		is "supplementary groups go with -G" \
			"$(setpriv --groups 7,8,9 xunshare -G 6 id -G)" 6
		is "and stay with -S" "$(setpriv --groups 7,8,9 xunshare -S 6 id -G | tr ' ' '\n' |
			sort -n | tr '\n' ' ')" "0 7 8 9 "
		run xunshare -U --map-users=0:0:10 --map-groups=0:0:10 -S 5 -G 6 id
		like "-S -G in a user namespace" "$out" '^uid=5(\([^)]*\))? gid=6'
		run xunshare -U --map-users=0:0:10 -S 10 true
		is "an id that is not mapped" "$status" 1
		like "and that is said" "$err" '^xunshare: cannot become uid 10: Invalid argument'
	else
		run xunshare -S 5 touch "$home/ran"
		is "-S without privileges" "$status" 1
		like "is said" "$err" '^xunshare: cannot become uid 5: '
		ok "and runs nothing" test ! -e "$home/ran"
	fi
	run xunshare -r -S 0 id -u
	is "-r -S 0" "$out" 0
	run xunshare -r -G 0 true
	is "-r -G 0: setgroups is denied" "$status" 1
	like "is said" "$err" '^xunshare: cannot drop the supplementary groups: Operation not permitted'
}

capabilities() {
	is "nothing inheritable is left over" "$(status_of CapInh -U)" 0000000000000000
	is "nothing ambient is left over" "$(status_of CapAmb -r)" 0000000000000000
	all=$(status_of CapBnd -r)
	like "there is something to keep" "$all" '[1-9a-f]'
	kept=$all
	[ "$mode" != user ] || kept=0000000000000000
	is "-c: exec takes the capabilities of all but root" "$(status_of CapEff -c)" "$kept"
	for way in -c -U -r "-c -f" "-c --init" "-c --kill-child"; do
		is "$way --keep-caps: effective" "$(status_of CapEff $way --keep-caps)" "$all"
		is "$way --keep-caps: ambient" "$(status_of CapAmb $way --keep-caps)" "$all"
	done
	is "--keep-caps survives -S" "$(status_of CapEff -c --keep-caps -S "$(
		[ "$mode" = user ] && echo $user_uid || echo 0)")" "$all"
	is "--keep-caps without --user changes nothing" "$(status_of CapAmb --keep-caps)" \
		0000000000000000
	for way in "" "-r" "-f" "--init -r" "-U --kill-child"; do
		is "$way --no-new-privs: the program has it" "$(status_of NoNewPrivs $way --no-new-privs)" 1
		is "$way: and has not without" "$(status_of NoNewPrivs $way)" 0
	done
	is "-f --no-new-privs: so has the parent beside it" "$(xunshare -f --no-new-privs \
		sh -c 'sed -n "s/^NoNewPrivs:[[:space:]]*//p" "/proc/$PPID/status"')" 1
	[ "$mode" = root ] || return 0
	is "another user has none" "$(status_of CapEff -U --map-users=0:0:10 -S 5)" 0000000000000000
	is "but with --keep-caps" "$(status_of CapEff -U --map-users=0:0:10 -S 5 --keep-caps)" "$all"
}

owner() {
	if [ "$mode" != root ]; then
		run xunshare --owner 7:8 touch "$home/ran"
		is "--owner without privileges" "$status" 1
		like "is said" "$err" '^xunshare: cannot become the owner 7:8: Operation not permitted'
		ok "and runs nothing" test ! -e "$home/ran"
		return
	fi
	touch "$work/pin"
	for way in "" -r -f "--init -r" "--map-users=0:100000:5" "--up" "-r -m"; do
		run xunshare --owner 7:8 --user="$work/pin" $way true
		is "--owner 7:8 $way" "$status/$err" 0/
		is "owns it: $way" "$(probe owner "$work/pin")" 7
		umount "$work/pin"
	done
	run setpriv --groups 5,9 xunshare --owner 7:8 -r sh -c \
		'cat /proc/self/uid_map /proc/self/gid_map; id -G'
	is "the owner's ids are mapped, and its groups gone" "$(squeeze "$out")" "0 7 1 0 8 1 0"
	# The maps are written with privileges, which do not need the "deny" of an ordinary user.
	run xunshare --owner 65534:65534 -r -G 0 id
	like "--owner and --setgid" "$status,$err,$out" '^0,,uid=0\(root\) gid=0\(root\) groups=0\(root\)$'
	run xunshare --owner 7:8 --map-group=5 -G 5 cat /proc/self/setgroups
	is "setgroups(2) stays allowed" "$status,$out" 0,allow
	run xunshare --owner 7:8 --setgroups=deny -r -G 0 id
	is "unless it is denied by name" "$status" 1
	run xunshare --owner 7:8 --map-users=0:100000:5 --map-groups=0:200000:5 sh -c \
		'cat /proc/self/uid_map /proc/self/gid_map'
	is "blocks are mapped with our privileges" "$(squeeze "$out")" "0 100000 5 0 200000 5"
	if has_time; then
		run xunshare --owner 7:8 -r -T --monotonic 5 --boottime=-3 \
			cat /proc/self/timens_offsets
		is "clocks can be set" "$(squeeze "$out")" "monotonic 5 0 boottime -3 0"
	fi
}

environment() {
	A=1 B='two words' AB=3 C=4
	export A B AB C
	for way in -r "-r -f" "-r --init"; do
		run xunshare $way --clear-env env
		is "$way --clear-env" "$status/$out/$err" 0//
		run xunshare $way --whitelist-env A,C env
		is "$way --whitelist-env" "$(echo "$out" | sort)" "A=1
C=4"
		run xunshare $way --clear-env --whitelist-env=,B,,nosuch,B env
		is "$way --clear-env --whitelist-env" "$out" "B=two words"
		run xunshare $way --whitelist-env A --whitelist-env=nosuch --whitelist-env C env
		is "$way: each --whitelist-env adds to the list" "$(echo "$out" | sort)" "A=1
C=4"
		run xunshare $way --whitelist-env '' env
		is "$way --whitelist-env of nothing" "$status,$out" 0,
	done
	run xunshare -r env
	like "otherwise it stays" "$out" '^AB=3$'
	unset A B AB C
}

# A shell without arguments that is told to print what it is called.
shell_is() {
	run sh -c 'cat "$0" | "$@"' "$work/commands" "$@"
	is "$name" "$status/$out" "0/$want"
}

shell() {
	echo 'echo "$0"' >"$work/commands"
	name="without a program: a login shell from SHELL" want=-sh
	shell_is env SHELL=/bin/sh xunshare -r
	name="in a child too"
	shell_is env SHELL=/bin/sh xunshare -r --init
	name="SHELL without a directory"
	shell_is env SHELL=sh xunshare -r
	if [ "$mode" = root ]; then
		name="without SHELL: that of passwd, or sh"
		shell_is env -u SHELL setpriv --reuid 54321 xunshare
		name="with an empty SHELL"
		shell_is env SHELL= setpriv --reuid 54321 xunshare
	fi
	run env SHELL=/none xunshare -r
	is "a SHELL that is not there" "$status" 127
	like "is named" "$err" "^xunshare: cannot run '/none': No such file"
}

for_each_mode ids
for_each_mode capabilities
for_each_mode owner
for_each_mode environment
for_each_mode shell
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The experiments that introductions to namespaces walk through, with xunshare.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

# Root needs no user namespace for the others.
set_rights() {
	rights='' pin=$work/pin
	[ "$mode" = root ] || rights=-r pin=$home/pin
}

own_hostname() {
	before=$(uname -n)
	start xunshare $rights -u sh -c 'hostname bird; hostname; read x <"$0"' "$home/go"
	until_ok grep -q . "$outfile"
	is "a host name of its own" "$(cat "$outfile")" bird
	is "outside it is as before" "$(uname -n)" "$before"
	ok "the namespaces differ" test "$(readlink "/proc/$bg/ns/uts")" != \
		"$(readlink /proc/self/ns/uts)"
	echo >"$home/go"
	finish
	run xunshare $rights --hostname bird hostname
	is "--hostname in one go" "$out" bird
}

own_queues() {
	command -v ipcmk >/dev/null || { skip own_queues "no ipcmk"; return; }
	run xunshare $rights -i sh -c '
		ipcmk -Q >/dev/null && ipcs -q | grep -c ^0x
		xunshare -i sh -c "ipcs -q | grep -c ^0x
			ipcmk -Q >/dev/null; ipcmk -Q >/dev/null; ipcs -q | grep -c ^0x"
		ipcs -q | grep -c ^0x'
	is "queues of either side are not seen on the other" "$(squeeze "$out")" "1 0 2 1"
}

process_1() {
	start xunshare $rights -p -f sh -c 'echo $$; read x <"$0"' "$home/go"
	until_ok grep -q . "$outfile"
	is "it is process 1" "$(cat "$outfile")" 1
	child=$(child_of $bg)
	ok "and another one from outside" test "$child" -gt 1
	is "both views" "$(squeeze "$(sed -n 's/^NSpid://p' "/proc/$child/status")")" "$child 1"
	ok "in another namespace" test "$(readlink "/proc/$child/ns/pid")" != \
		"$(readlink /proc/self/ns/pid)"
	echo >"$home/go"
	finish
}

ps_and_proc() {
	run xunshare $rights -p -f ps -e -o pid=,comm=
	like "ps shows what /proc shows: the host's processes" "$out" ' timeout$'
	ok "which are several" test "$(echo "$out" | wc -l)" -gt 2
	run xunshare $rights -p -f --mount-proc ps -e -o pid=,comm=
	is "with --mount-proc only its own" "$(squeeze "$out")" "1 ps"
}

own_mounts() {
	start xunshare $rights -m sh -c 'mount -t tmpfs tmpfs /mnt
		grep -c "tmpfs /mnt " /proc/mounts; read x <"$0"; umount /mnt' "$home/go"
	until_ok grep -q . "$outfile"
	is "the mount is there inside" "$(cat "$outfile")" 1
	is "and not outside" "$(grep -c 'tmpfs /mnt ' /proc/mounts)" 0
	echo >"$home/go"
	finish
	is "unmounting it harms nobody" "$status" 0
}

nobody_inside() {
	run xunshare -U id
	like "uid and gid 65534 until a map is written" "$out" '^uid=65534\([a-z]*\) gid=65534\('
}

root_inside() {
	id=0
	[ "$mode" != user ] || id=$user_uid
	run xunshare -r sh -c 'id -u; cat /proc/self/uid_map'
	is "0, and a map of one line" "$(squeeze "$out")" "0 0 $id 1"
	run xunshare -r touch "$pin"
	is "a file made inside is the user's outside" "$(stat -c %u "$pin")" "$(stat -c %u "${pin%/*}")"
	rm -f "$pin"
}

own_network() {
	command -v ip >/dev/null || { skip own_network "no ip"; return; }
	run xunshare $rights -n ip -o link
	is "one device" "$(echo "$out" | grep -c .)" 1
	like "lo, down" "$out" '^1: lo: <LOOPBACK> .* state DOWN '
	run xunshare $rights -n --up ip -o link
	like "with --up it is up" "$out" '^1: lo: <LOOPBACK,UP,LOWER_UP> '
	if command -v ping >/dev/null; then
		run xunshare $rights -n --up ping -c 1 -W 5 127.0.0.1
		is "and answers" "$status" 0
	fi
	run xunshare $rights --up sh -c 'probe listen 8080'
	is "a port can be bound" "$out" bound
	start xunshare $rights --up sh -c 'probe listen 8080 <"$0"' "$home/go"
	exec 4>"$home/go"
	until_ok grep -q bound "$outfile"
	xunshare -r --up probe listen 8080 >"$work/second" 2>&1
	is "by two at a time" "$(cat "$work/second")" bound
	exec 4>&-
	finish
}

all_at_once() {
	most=-UrmuinpfC
	! has_time || most=${most}T
	for types in "-Urmuinpf --mount-proc" "$most --mount-proc"; do
		run xunshare $types sh -c 'echo $$; for ns in /proc/self/ns/*; do readlink $ns; done'
		like "$types: process 1" "$out" '^1$'
		old=
		for ns in mnt uts ipc net pid user cgroup time; do
			case $types$ns in *T*time | *C*cgroup) ;; *cgroup | *time) continue ;; esac
			link=$(echo "$out" | grep "^$ns:" | head -n 1)
			[ -n "$link" ] && [ "$link" != "$(readlink /proc/self/ns/$ns)" ] || old="$old $ns"
		done
		is "$types: all are new" "$old" ""
	done
}

# A small root file system of a handful of programs and their libraries.
make_rootfs() {
	rootfs=$home/rootfs
	mkdir -p "$rootfs/proc" "$rootfs/bin"
	for program in sh ps mount; do
		path=$(command -v $program)
		cp "$path" "$rootfs/bin"
		ldd "$path" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
			mkdir -p "$rootfs/${library%/*}"
			cp -n "$library" "$rootfs/$library" 2>/dev/null || true
		done
	done
}

container() {
	make_rootfs
	for root in "-R $rootfs" "-R $rootfs --pivot"; do
		run xunshare -Urmuinpf $root --mount-proc /bin/sh -c 'echo "I am $$"; ps; mount'
		like "$root: PID 1 is ours" "$out" '^I am 1$'
		like "$root: ps shows it" "$out" '^ *1 .* sh$'
		is "$root: and no more than itself" "$(echo "$out" | grep -c '^ *[0-9][0-9]* .*:')" 2
		like "$root: /proc is new" "$out" '^proc on /proc type proc '
		is "$root: mount shows nothing of the host" "$(echo "$out" | grep ' on ' |
			grep -v -e '^proc on /proc ' -e ' on / ')" ""
	done
	rm -rf "$rootfs"
}

kept_without_processes() {
	# As root's, in mounts that are its own; the others get theirs first.
	run xunshare $rights -m sh -c 'touch "$0"; xunshare --uts="$0" hostname FOO
		nsenter --uts="$0" hostname; umount "$0"; nsenter --uts="$0" hostname' "$pin"
	is "the namespace is there without a process" "$out" FOO
	ok "and gone with its pin" test "$status" != 0
	rm -f "$pin"
}

switched_off() {
	# The limit is that of the user namespace it is written in, and of those below.
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && xunshare -U true'
	is "user namespaces switched off: exit status" "$status" 1
	like "the message" "$err" '^xunshare: cannot create a user namespace: No space left on device$'
	like "the file, its value and what to write there" "$err" \
		'^xunshare: hint: .*user.max_user_namespaces.* 0.*user.max_user_namespaces='
}

what_is_possible() {
	run xunshare --check
	is "--check: a user can do it all, some only in a user namespace" "$status" \
		"$(has_time; echo $?)"
	for type in mnt uts ipc net pid user cgroup time; do
		[ "$type" != time ] || has_time || continue
		possible=yes
		[ "$mode$type" = useruser ] || [ "$mode" != user ] || possible='with --user .*--user'
		like "--check: a row for $type" "$out" "^$type +$possible"
	done
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && xunshare --check'
	is "--check where something is not possible" "$status" 1
	like "which one, why, and what would change it" "$out" \
		'^user +no +.*max_user_namespaces is 0.*max_user_namespaces='
}

# A sandbox in options, with nothing prepared.
sandbox() {
	has_since 5.2 || { skip sandbox "Linux 5.2" && return; }
	rm -rf "$home/mine" && mkdir "$home/mine" && cd "$home/mine" || return
	[ "$(id -u)" != 0 ] || chown "$user_uid:$user_gid" .
	run xunshare $rights --ro-bind / --bind "$PWD" sh -c 'touch /usr/x; touch y'
	like "a read-only system" "$err" "^touch: .*/usr/x.*: Read-only file system"
	is "with one writable directory" "$status/$(ls)" 0/y
	printf 'all:\n\t@wc -l </proc/net/dev; touch "$(TMPDIR)/made"; ls -A $(TMPDIR)\n' >Makefile
	if command -v make >/dev/null; then
		before=$(ls -A /srv)
		run env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS xunshare $rights -n --tmpfs /srv make -s TMPDIR=/srv
		is "a build without a network and with a tmpfs" "$(squeeze "$out")" "3 made"
		is "which is gone afterwards" "$(ls -A /srv)" "$before"
	fi
	[ "$mode" = root ] || has_since 5.11 || { cd "$work" && return; }
	mkdir etc up work && touch etc/old etc/kept
	[ "$(id -u)" != 0 ] || chown -R "$user_uid:$user_gid" .
	run xunshare $rights --overlay "etc:up:work:$PWD/etc" sh -c 'rm etc/old; echo 1 >etc/new; ls etc'
	is "an overlay shows the changes" "$(squeeze "$out")" "kept new"
	is "and the difference is in a directory of its own" "$(squeeze "$(find up | sort)") $(ls etc | tr '\n' ' ')" \
		"up up/new up/old kept old "
	cd "$work" || return
}

all() {
	set_rights
	[ -p "$home/go" ] || mkfifo -m 666 "$home/go"
	own_hostname
	own_queues
	process_1
	ps_and_proc
	own_mounts
	nobody_inside
	root_inside
	own_network
	all_at_once
	container
	kept_without_processes
	switched_off
	what_is_possible
	sandbox
}

for_each_mode all
done_testing

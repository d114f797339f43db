#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Id maps: single ids, blocks, subordinate ids, and what the program sees of them.
. "${0%/*}/lib.sh"
in_private_ns "$@"
private_etc

# The ids that are mapped: this mode's own.
set_ids() {
	uid=0 gid=0 setgroups=allow
	[ "$mode" != user ] || uid=$user_uid gid=$user_gid
	# Denied once is denied for all user namespaces below.
	[ "$mode" != userns ] || setgroups=deny
}

# Sets $maps to "INNER OUTER COUNT; ... / INNER ... / SETGROUPS", users before groups.
maps_of() {
	run xunshare "$@" sh -c 'cd /proc/self
		cat uid_map; echo /; cat gid_map; echo /; cat setgroups'
	# A line is an extent.
	maps=$(echo "$out" | awk '
		$1 == "/" || NF == 1 { printf "%s ", $1; n = 0; next }
		{ printf "%s%s %s %s", n++ ? "; " : "", $1, $2, $3 }
		{ printf " " }' | sed 's/ ;/;/g; s/ $//')
}

maps_are() {
	is "$1" "$maps$err" "$2"
}

single_ids() {
	set_ids
	for option in -r --map-root-user "-U -r" "--map-user=0 --map-group 0" \
		"--map-user root --map-group=root" "-c -r" "--map-user=5 --map-group=5 -r"; do
		# shellcheck disable=SC2086
		maps_of $option
		maps_are "$option" "0 $uid 1 / 0 $gid 1 / deny"
	done
	for option in -c --map-current-user "-r -c"; do
		# shellcheck disable=SC2086
		maps_of $option
		maps_are "$option" "$uid $uid 1 / $gid $gid 1 / deny"
	done
	maps_of -U
	maps_are "-U writes no map" "/ / $setgroups"
	maps_of --map-user=4294967294
	maps_are "--map-user alone, the largest id" "4294967294 $uid 1 / / $setgroups"
	maps_of --map-group=77
	maps_are "--map-group alone" "/ 77 $gid 1 / deny"
	maps_of --map-user=1 --map-user=2 -r --map-user=tester
	maps_are "the last one wins" "$user_uid $uid 1 / 0 $gid 1 / deny"
	if [ "$mode" != userns ]; then
		maps_of --map-user=7 --setgroups=allow
		maps_are "--setgroups=allow without a group" "7 $uid 1 / / allow"
	fi
	maps_of -U --setgroups=deny
	maps_are "--setgroups=deny" "/ / deny"
	maps_of -r --setgroups deny
	maps_are "-r --setgroups=deny" "0 $uid 1 / 0 $gid 1 / deny"

	run xunshare -U sh -c 'id -u; id -g'
	is "nobody until a map is written" "$out" "65534
65534"
	made=$home/made
	[ "$mode" != root ] || made=$work/made
	run xunshare -r sh -c 'id -u; id -g; : >"$0"' "$made"
	is "root inside" "$out" "0
0"
	is "the caller outside" "$(stat -c %u:%g "$made")" \
		"$([ "$mode" = root ] || ! is_real_root && echo 0:0 || echo "$user_uid:$user_gid")"
	rm -f "$made"
	run xunshare -r xunshare -c xunshare -r cat /proc/self/uid_map
	is "three deep" "$(squeeze "$out")" "0 0 1"
}

# Only with privileges over the parent namespace.
blocks() {
	if [ "$mode" != root ]; then
		run xunshare --map-users=0:0:2 true
		is "a block without privileges fails" "$status" 1
		like "and says what was tried" "$err" "^xunshare: cannot write the uid map"
		return
	fi
	maps_of --map-users=0:100000:10 --map-groups=5:200000:7
	maps_are "a block each" "0 100000 10 / 5 200000 7 / allow"
	maps_of --map-users=100000,0,10 --map-groups=200000,5,7
	maps_are "OUTER,INNER,COUNT" "0 100000 10 / 5 200000 7 / allow"
	maps_of --map-users=0:1000:1 --map-users=1:100000:10 --map-users=70:7:3 --map-groups=0:0:1
	maps_are "several blocks" "0 1000 1; 1 100000 10; 70 7 3 / 0 0 1 / allow"
	maps_of --map-users=0:0:4294967295 --map-groups=0:0:4294967295
	maps_are "all there is" "0 0 4294967295 / 0 0 4294967295 / allow"
	maps_of --map-users=4294967294:0:1 --map-groups=0:4294967294:1
	maps_are "the last id" "4294967294 0 1 / 0 4294967294 1 / allow"
	maps_of --map-users=all --map-groups=all
	maps_are "all" "0 0 4294967295 / 0 0 4294967295 / allow"
	maps_of --map-users=0:5:10 --map-groups=0:5:10 --setgroups=deny
	maps_are "blocks with setgroups denied" "0 5 10 / 0 5 10 / deny"
	# 340 extents is what the kernel takes (user_namespaces(7)).
	many=$(seq 0 339 | sed 's/.*/--map-users=&:&:1/')
	# shellcheck disable=SC2086
	run xunshare $many sh -c 'grep -c . /proc/self/uid_map'
	is "340 blocks" "$out" 340
	# shellcheck disable=SC2086
	run xunshare $many --map-users=340:340:1 touch "$home/ran"
	is "341 are refused" "$status/$err" \
		"1/xunshare: user id map: 341 extents, the kernel takes at most 340"

	# The single id is mapped first, and a hole is cut into the blocks.
	maps_of -r --map-users=0:100000:10 --map-groups=0:100000:10
	maps_are "a single id in a block, inside" \
		"0 0 1; 1 100000 9 / 0 0 1; 1 100000 9 / allow"
	maps_of --map-user=10 --map-users=0:100000:10
	maps_are "a single id behind a block costs it nothing" "10 0 1; 0 100000 10 / / allow"
	maps_of --map-user=100 --map-users=0:0:10
	maps_are "a single id in a block, outside" "100 0 1; 0 1 9 / / allow"
	maps_of --map-user=4 --map-users=0:0:10
	maps_are "on both sides" "4 0 1; 0 1 4; 5 5 5 / / allow"
}

# As "user", the helper is newuidmap(1), and real.
subordinate_ids() {
	set_ids
	if [ "$mode" = root ]; then
		run xunshare --map-auto true
		is "no ids for root: exit status" "$status" 1
		like "no ids for root: who, which and where" "$err" \
			"^xunshare: user 'root' \(uid 0\) has no subordinate uids in /etc/subuid$"
		unlike "and no 'Success'" "$err" Success
		echo root:300000:1000 >>/etc/subuid
		echo 0:400000:1000 >>/etc/subgid
		maps_of --map-auto
		maps_are "--map-auto by name and by number" "0 300000 1000 / 0 400000 1000 / allow"
		maps_of --map-subids
		maps_are "--map-subids" "300000 300000 1000 / 400000 400000 1000 / allow"
		return
	fi
	[ "$mode" = user ] || { skip subordinate_ids "no subordinate ids in here"; return; }
	command -v newuidmap >/dev/null || { skip subordinate_ids "no newuidmap"; return; }
	maps_of --map-auto -r
	maps_are "--map-auto -r" "0 1000 1; 1 100000 65536 / 0 1000 1; 1 100000 65536 / allow"
	maps_of --map-auto
	maps_are "--map-auto" "0 100000 65536 / 0 100000 65536 / allow"
	maps_of --map-users=auto --map-groups=subids
	maps_are "auto and subids" "0 100000 65536 / 100000 100000 65536 / allow"
	maps_of --map-subids -c
	maps_are "--map-subids -c" \
		"1000 1000 1; 100000 100000 65536 / 1000 1000 1; 100000 100000 65536 / allow"
	maps_of --map-users=1:100000:5 --map-users=10:100010:5 --map-groups=0:1000:1
	# newgidmap(1) denies setgroups where a group of ours is all that is mapped.
	maps_are "blocks of our own" "1 100000 5; 10 100010 5 / 0 1000 1 / deny"
	run xunshare --map-users=0:0:5 true
	is "ids that are not ours: newuidmap's status" "$status" 1
	like "and the map" "$err" "newuidmap.* status 1$"
}

near_misses() {
	[ "$mode" = user ] || return 0
	cp /etc/subuid "$work/subuid"
	printf '%s\n' testers:1:5 teste:2:5 1000x:3:5 01000:4:5 +1000:5:5 tester:6 tester:x:5 \
		'tester:7:5 ' tester:8:0 tester:4294967295:1 tester:4294967290:6 tester::5 >/etc/subuid
	run xunshare --map-users=auto true
	is "near misses match nobody" "$status" 1
	like "and it is said" "$err" "^xunshare: user 'tester' .*no subordinate uids"
	echo other:100000:65536 >/etc/subuid
	run xunshare --map-auto true
	like "root is told to grant what nobody has" "$err" "usermod --add-subuids 165536-231071 tester\$"
	echo 1000:100000:5 >>/etc/subuid
	echo tester:100010:5 >>/etc/subuid
	run xunshare --explain --map-users=auto true
	like "the first line that matches counts" "$out" 'map: 0 100000 5 '
	rm /etc/subuid
	run xunshare --map-users=auto true
	like "no such file is no such id" "$err" "no subordinate uids"
	cp "$work/subuid" /etc/subuid
}

# A member of a group whose members may not read a file, which all others may; with that user's own rights.
as_member() {
	# shellcheck disable=SC2086 # a list of assignments
	run setpriv --reuid "$user_uid" --regid "$user_gid" --groups 4321 -- env $user_env "$@"
}

a_denied_group_stays() {
	[ "$mode" = root ] || return 0
	file=$work/denied
	echo secret >"$file"
	chgrp 4321 "$file"
	chmod 604 "$file"
	is "others may read it" "$(as_user cat "$file")" secret
	as_member cat "$file"
	is "a member may not" "$status $out" "1 "
	for way in -r -c "-r --setgroups=deny" "--map-user=0 --setgroups=allow" "-r -S 0"; do
		# shellcheck disable=SC2086
		as_member xunshare $way cat "$file"
		is "$way: nor in a user namespace" "$status $out" "1 "
		# shellcheck disable=SC2086
		as_member xunshare $way sh -c "echo inside; echo allow >/proc/self/setgroups
			exec setpriv --clear-groups cat '$file'"
		is "$way: not without the group either" "$out" inside
	done
	rm -f "$file"
}

for_each_mode single_ids
for_each_mode blocks
for_each_mode subordinate_ids
for_each_mode near_misses
for_each_mode a_denied_group_stays
done_testing

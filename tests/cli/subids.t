#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Subordinate ids from other sources than the files: "subid:" in /etc/nsswitch.conf. Here that is
# libsubid_xnstest.c, of which libsubid and newuidmap(1) learn by a loader's cache of our own, as
# newuidmap(1) is set-user-ID and heeds no LD_LIBRARY_PATH.
. "${0%/*}/lib.sh"
PATH=$PATH:/usr/sbin:/sbin
libsubid=$(sed -n 's/^#define LIBSUBID_ABI "\(.*\)"/libsubid.so.\1/p' "$XNS_BUILDDIR/config.h")
[ -z "$libsubid" ] || needs_programs libsubid_xnstest.so
in_private_ns "$@"
private_etc

# $1: what stands behind "subid:"
say_source() {
	printf '%s\n' 'passwd: files' 'group: files' "subid: $1" >/etc/nsswitch.conf
}

# Prints the maps that would be written: users, then groups, each "INNER OUTER COUNT ".
planned() {
	run xunshare --explain "$@"
	maps=$(echo "$out" | sed -n 's/.*map: \([0-9]* [0-9]* [0-9]*\).*/\1/p' | tr '\n' ' ')
}

# This mode's user and the first of the ids it has: in a user namespace of its own that is root.
own_ids() {
	name=root uid=500000 gid=600000
	[ "$mode" != user ] || name=tester uid=700000 gid=800000
}

without_libsubid() {
	say_source xnstest
	run xunshare --map-auto touch "$home/ran"
	is "exit status" "$status" 1
	like "the cause" "$err" "^xunshare: subordinate ids come from 'xnstest' \(subid: in \
/etc/nsswitch.conf\), and this program (was built|is static,) without libsubid\$"
	like "the remedy" "$err" "^xunshare: hint: .*, or set 'subid: files' in /etc/nsswitch.conf\$"
	ok "nothing was run" test ! -e "$home/ran"
	run xunshare -r true
	is "who needs none, asks nobody" "$status$err" 0
}

if [ -z "$libsubid" ]; then
	for_each_mode without_libsubid
	skip "other sources of subordinate ids" "built without libsubid"
	done_testing
	exit
fi
file=$(ldconfig -p 2>/dev/null | sed -n "s/.*$libsubid .* => //p" | head -1)
[ -n "$file" ] || skip_all "$libsubid is not installed, or no ldconfig that tells"
mount -t tmpfs none /var/cache/ldconfig || skip_all "no place for the loader's cache"
echo "$bin" >>/etc/ld.so.conf
ldconfig -X 2>"$errfile" || skip_all "no cache of the loader: $(cat "$errfile")"

is_asked() {
	own_ids
	for source in xnstest '	xnstest' 'xnstest files' 'xnstest # a comment'; do
		say_source "$source"
		planned --map-auto true
		is "subid: $source" "$maps$err" "0 $uid 500 0 $gid 600 "
	done
	planned --map-subids true
	is "and mapped onto themselves" "$maps$err" "$uid $uid 500 $gid $gid 600 "
	planned --map-users=0:5:1 --map-groups=auto true
	is "groups alone" "$maps$err" "0 5 1 0 $gid 600 "
}

# newuidmap(1) asks the same source; the files would grant none of these.
is_granted() {
	[ "$mode" != userns ] || { skip is_granted "no subordinate ids in here"; return; }
	command -v newuidmap >/dev/null || { skip is_granted "no newuidmap"; return; }
	own_ids
	say_source xnstest
	run xunshare --map-auto cat /proc/self/uid_map /proc/self/gid_map
	is "the program has the ids" "$(squeeze "$out")$err" "0 $uid 500 0 $gid 600"
	run xunshare -r ls /proc/self/fd
	descriptors=$out
	run xunshare --map-auto ls /proc/self/fd
	is "and no descriptor more" "$out" "$descriptors"
}

says_that_there_are_none() {
	own_ids
	sed -i "s/^$name:/poor:/" /etc/passwd
	run xunshare --map-auto touch "$home/ran"
	is "exit status" "$status" 1
	like "who, which and where" "$err" "^xunshare: user 'poor' \(uid [0-9]+\) has no subordinate \
uids in 'xnstest' \(subid: in /etc/nsswitch.conf\)\$"
	like "and who grants them" "$err" "^xunshare: hint: ask the administrator of that source"
	sed -i "s/^poor:/lost:/" /etc/passwd
	run xunshare --map-auto touch "$home/ran"
	is "no answer: exit status" "$status" 1
	like "no answer" "$err" "^xunshare: 'xnstest' \(subid: in /etc/nsswitch.conf\) does not tell \
the subordinate uids of user 'lost'\$"
	sed -i "/^lost:/d" /etc/passwd
	run xunshare --map-auto touch "$home/ran"
	like "a user without a name" "$err" "^xunshare: uid [0-9]+ has no subordinate uids in 'xnstest' "
	ok "nothing was run" test ! -e "$home/ran"
	cp "$work/passwd" /etc/passwd
}

names_the_source_of_a_hint() {
	[ "$mode" = user ] || return 0
	command -v newuidmap >/dev/null || { skip "the hint" "no newuidmap"; return; }
	run xunshare --map-users=0:100000:10 true
	like "ids of the files do not count" "$err" "^xunshare: hint: uids 100000 to 100009 are not among \
your subordinate uids in 'xnstest' \(subid: in /etc/nsswitch.conf\); use 700000 to 700499"
}

may_be_the_files() {
	ids="0 100000 65536 0 100000 65536 "
	cp /etc/subuid "$work/subuid"
	echo root:100000:65536 | tee -a /etc/subuid >>/etc/subgid
	for source in files '	files' 'files xnstest' '' '# xnstest'; do
		say_source "$source"
		planned --map-auto true
		is "subid: $source" "$maps$err" "$ids"
	done
	rm /etc/nsswitch.conf
	planned --map-auto true
	is "no nsswitch.conf" "$maps$err" "$ids"
	# newuidmap(1) does so too.
	say_source absent
	planned --map-auto true
	is "a source that cannot be loaded" "$maps" "$ids"
	like "and it is said" "$err" "libsubid_absent.so"
	cp "$work/subuid" /etc/subuid
	cp "$work/subuid" /etc/subgid
}

lacks_the_library() {
	own_ids
	say_source xnstest
	run xunshare --map-auto touch "$home/ran"
	is "exit status" "$status" 1
	like "the cause" "$err" "^xunshare: cannot ask 'xnstest' \(subid: in /etc/nsswitch.conf\) for \
subordinate ids: .*${libsubid%.*}"
	like "the remedy" "$err" "^xunshare: hint: install libsubid \(Debian: libsubid[0-9]+\), or set"
	ok "nothing was run" test ! -e "$home/ran"
	run xunshare -r true
	is "a run that needs no subordinate ids loads nothing" "$status$err" 0
	say_source files
	run xunshare --explain --map-auto true
	unlike "nor who has them in files" "$err" "cannot ask"
}

cp /etc/passwd "$work/passwd"
for_each_mode is_asked
for_each_mode is_granted
say_source xnstest
for_each_mode says_that_there_are_none
for_each_mode names_the_source_of_a_hint
for_each_mode may_be_the_files
mount --bind "$work/passwd" "$(readlink -f "$file")"
for_each_mode lacks_the_library
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each run loads the libraries that it needs, and no others: each costs a start a few dozen system calls.
. "${0%/*}/lib.sh"

if ! command -v strace >/dev/null || ! strace -o "$work/trace" true 2>/dev/null; then
	skip_all "no strace"
fi
in_private_ns
mount -t tmpfs none /run

# Those of ours among the files that a command opens with success, in the order of the alphabet.
loaded_by() {
	strace -f -qqq -e signal=none -e trace=openat -o "$work/trace" "$@" >/dev/null 2>&1
	sed -n 's/.*"[^"]*\/lib\(cap-ng\|mnl\|smartcols\|subid\)\.so\.[^"]*".* = [0-9].*/\1/p' "$work/trace" |
		sort -u | xargs
}

loaded_by xns --list >/dev/null
grep -q '/libc\.\|/ld-musl' "$work/trace" || skip_all "a static program loads nothing"

no_program_needs_one() {
	for command in "xunshare -u true" "xunshare --explain -Urm true" "xnsenter -t $$ -u true"; do
		# shellcheck disable=SC2086 # words
		is "$command: none" "$(loaded_by $command)" ""
	done
}
no_program_needs_one

tables() {
	is "xnsls: tables" "$(loaded_by xnsls)" smartcols
	is "xnsls, a column of rows that are not there: tables" \
		"$(loaded_by xnsls -o +NETNSID -t uts)" smartcols
	is "xnsls -t net: netlink too" "$(loaded_by xnsls -t net)" "mnl smartcols"
	is "xnsls, a filter that asks for ids: netlink too" \
		"$(loaded_by xnsls -o NS -Q 'NETNSID != "none"')" "mnl smartcols"
}
case " $XNS_APPLETS " in
*" xnsls "*) tables ;;
*) skip "tables" "this build has no xnsls" ;;
esac

names() {
	is "xnetns list, without names: none" "$(loaded_by xnetns list)" ""
	is "xnetns add: none" "$(loaded_by xnetns add a)" ""
	is "xnetns list: netlink" "$(loaded_by xnetns list)" mnl
	is "xnetns set: netlink" "$(loaded_by xnetns set a 7)" mnl
	is "xnetns exec: none" "$(loaded_by xnetns exec a true)" ""
}

# The loader finds an empty file in its place.
without_the_library() {
	loaded_by xnetns list >/dev/null
	mount --bind /dev/null "$(sed -n 's/.*"\([^"]*\/libmnl\.so\.[^"]*\)".* = [0-9].*/\1/p' "$work/trace")"
	run xnetns list
	is "xnetns list without libmnl" "$status/$out" 1/
	like "it names the library" "$err" '^xnetns: cannot load the library for netlink: .*libmnl\.so\.'
	run xnetns exec a true
	is "xnetns exec does without it" "$status/$err" 0/
	run xnsls -t net
	is "xnsls -t net without libmnl" "$status/$out" 1/
	like "it names the library" "$err" '^xnsls: cannot load the library for netlink: .*libmnl\.so\.'
	run xnsls -o NS,TYPE
	is "xnsls does without it" "$status/$err" 0/
}
case " $XNS_APPLETS " in
*" xnetns "*) names; without_the_library ;;
*) skip "netlink" "this build has no xnetns" ;;
esac
done_testing

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once on the same directory. XNS_ROUNDS is the number of rounds, 4 by default.
. "${0%/*}/netns.sh"
. "$XNS_SRCDIR/tests/cli/crowd.sh"

: "${XNS_ROUNDS:=4}"
have_ip=$(command -v ip)

while [ $round -lt "$XNS_ROUNDS" ]; do
	round=$((round + 1))
	while umount -l /run/netns 2>/dev/null; do :; done
	rm -rf /run/netns
	all_at_once 'xnetns add n@'
	check "add, distinct names, first ever" "$(ended 0)" $crowd
	check "mounts on the directory" "$(mounts_at /run/netns)" 1
	check "names" "$(xnetns list | sort -u | wc -l)" $crowd
	check "stale names" "$(xnetns -d list | grep -c stale)" 0
	check "namespaces" "$(stat -c %i /run/netns/* | sort -u | wc -l)" $crowd
	all_at_once 'xnetns delete n@'
	check "delete" "$(ended 0)" $crowd
	check "names left" "$(ls /run/netns | wc -l)" 0
	all_at_once 'xnetns add same'
	check "add, the same name: winners" "$(ended 0)" 1
	check "add, the same name: losers" "$(ended 1)" $((crowd - 1))
	check "one namespace" "$(mounts_at /run/netns/same)" 1
	all_at_once 'xnetns delete same'
	check "delete, the same name: winners" "$(ended 0)" 1
	check "delete: nothing left" "$(ls /run/netns | wc -l)" 0
	all_at_once 'if [ $((@ % 2)) = 0 ]; then xnetns add same; else xnetns delete same; fi; true'
	check "add against delete" "$(xnetns -d list | grep -cv '^same$')" 0
	xnetns delete same 2>/dev/null
	all_at_once 'case $((@ % 3)) in
0) xnetns add n@ && xnetns delete n@ ;;
1) xnetns list | grep -v "^n[0-9]*$" | grep . && exit 9; true ;;
2) xnetns -j list >out@.json; case $(tail -c 2 out@.json) in "]") true ;; *) exit 8 ;; esac ;;
esac'
	check "list while others add and delete" "$(ended 0)" $crowd
	# A list that was put to sleep while it had a namespace open does hold it.
	check "without a word" "$(grep -v 'lives on, held by fd' statuses/messages)" ""
	if [ -n "$have_ip" ]; then
		all_at_once 'if [ $((@ % 2)) = 0 ]; then xnetns add n@; else ip netns add n@; fi'
		check "ip netns beside ours" "$(ended 0)" $crowd
		check "all are alive" "$(xnetns -d list | grep -c '^n[0-9]*$')" $crowd
		all_at_once 'if [ $((@ % 2)) = 1 ]; then xnetns delete n@; else ip netns delete n@; fi'
		check "each deletes the other's" "$(ended 0),$(ls /run/netns | wc -l)" "$crowd,0"
		all_at_once 'if [ $((@ % 2)) = 0 ]; then xnetns add same; else ip netns add same; fi'
		check "the same name: one winner" "$(ended 0)" 1
		xnetns delete same
	fi
done
is "a crowd of $crowd, $XNS_ROUNDS rounds" "$wrong" ""
[ -n "$have_ip" ] || skip "ip netns beside ours" "no ip"
is "nothing is left" "$(ls /run/netns)$(seen_mounts | grep ' /run/netns/')" ""
done_testing

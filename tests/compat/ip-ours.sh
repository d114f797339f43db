#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `ip` for the tests of others: "netns" is ours, all else goes to $XNS_IP, the path of ip(8).
object='' batch='' want=''
left=$#
while [ "$left" -gt 0 ]; do
	word=$1
	shift
	left=$((left - 1))
	if [ -n "$want" ]; then
		[ "$want" != file ] || batch=$word
		want=''
	elif [ -z "$object" ]; then
		case $word in
		-b | -b[ar]* | --batch) want='file' ;;
		-n | -net* | -f | -fam* | -l | -loops | -rc*) want=word ;;
		-*) ;;
		netn*)
			object=netns
			continue
			;;
		*) object=$word ;;
		esac
	fi
	set -- "$@" "$word"
done
if [ -n "$batch" ] && ! grep -Evq '^[[:space:]]*(#|$|netns[[:space:]])' "$batch"; then
	object=netns
fi
[ "$object" != netns ] || exec xns xnetns "$@"
exec "$XNS_IP" "$@"

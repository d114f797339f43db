#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `netns OPTION... COMMAND` for ip-netns.list: as `ip OPTION... netns COMMAND`.
state=options
left=$#
while [ "$left" -gt 0 ]; do
	word=$1
	shift
	left=$((left - 1))
	case $state,$word in
	options,-b*) state=file batch=yes ;;
	options,-n | options,-ne*) state=name ;;
	options,-*) ;;
	options,*)
		set -- "$@" netns
		state=rest
		;;
	name,* | file,*) state=options ;;
	esac
	set -- "$@" "$word"
done
[ "$state${batch:-}" != options ] || set -- "$@" netns
exec ip "$@"

# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once, in the working directory. $wrong describes a round that went wrong.

crowd=50
wrong=
round=0

# Starts $crowd copies of a command at once, each with its number as @, and keeps their statuses.
all_at_once() {
	rm -rf statuses go
	mkdir statuses
	n=0
	while [ $n -lt $crowd ]; do
		n=$((n + 1))
		(
			until test -e go; do sleep 0.01; done
			sh -c "$(printf '%s' "$1" | sed "s/@/$n/g")" 2>>statuses/messages
			echo $? >"statuses/$n"
		) &
	done
	: >go
	wait
}

# How many of them ended with this status.
ended() {
	cat statuses/[0-9]* | grep -cx "$1"
}

# The results of all rounds in one.
check() {
	[ "$2" = "$3" ] || wrong="$wrong
$1 in round $round: $2, not $3
$(cat statuses/messages 2>/dev/null)"
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A listing of six times the processes and namespaces takes some six times the instructions, where what
# is looked up in lists would take thirty-six times. Twice as much of one thing takes at most 2.2 times as many.
: "${XNS_SRCDIR:=$(cd -- "$(dirname -- "$0")/../.." && pwd)}"
: "${XNS_BUILDDIR:=$XNS_SRCDIR/build}"
. "$XNS_SRCDIR/tests/cli/lib.sh"
. "$XNS_SRCDIR/tests/bench/record.sh"
needs_applet xnsls
needs_plain_build
command -v valgrind >/dev/null || skip_all "no valgrind"
is_real_root || skip_all "not root"
population=$XNS_BUILDDIR/tests/bench/population
[ -x "$population" ] || skip_all "no tests/bench/population"
in_private_ns "$@"

# Sets $sum to the instructions of a command, which the words in $under start.
under=
counted() {
	rm -f counted*
	# shellcheck disable=SC2086 # words
	$under valgrind --tool=callgrind --vgdb=no --callgrind-out-file=counted "$@" >counted.log 2>&1
	sum=$(sed -n 's/^summary: //p' counted 2>/dev/null)
	[ -n "$sum" ] || { note "$(cat counted.log)"; sum=0; }
}

population_options=
# Sets $sum for so many processes in so many namespaces; the options of xnsls follow.
count() {
	under="$population $population_options $1 $2"
	shift 2
	counted "$bin/xnsls" "$@"
	under=
}

for options in "" "-T --output-all" "-J --deep" "--groups"; do
	# shellcheck disable=SC2086 # words
	count 100 100 $options
	few=$sum
	# shellcheck disable=SC2086
	count 600 600 $options
	note "xnsls $options: $few, then $sum"
	ok "xnsls $options: grows with the processes" test "$few" -gt 0 -a "$sum" -gt "$few" \
		-a "$sum" -lt $((few * 8))
done

# A host has many processes and few sets of namespaces.
count 1500 60
plain=$sum
count 1500 60 --groups
note "1,500 processes in 60 namespaces: $plain, with --groups $sum"
ok "--groups: at most 15 % more than the plain list" \
	test "$plain" -gt 0 -a "$sum" -gt 0 -a $((sum * 100)) -le $((plain * 115))

# twice WHAT FUNCTION N: FUNCTION N sets $sum
twice() {
	$2 "$3"
	few=$sum
	$2 $(($3 * 2))
	note "$1: $few for $3, then $sum"
	ok "$1: twice as many take at most 2.2 times the instructions" test "$few" -gt 0 -a "$sum" -gt "$few" \
		-a $((sum * 10)) -lt $((few * 22))
}

descriptors() {
	population_options="-d $1 -s 1"
	count 100 100 --scan=proc
}

mounts() {
	mkdir -p many
	mount -t tmpfs none many
	n=0
	while [ $((n += 1)) -le "$1" ]; do
		mkdir "many/$n" && mount --bind many "many/$n"
	done
	counted "$bin/xnsls" --scan=proc --deep -o +HELDBY
	umount -l many
}

names() {
	mount -t tmpfs none /run
	# shellcheck disable=SC2046 # words
	"$bin/xnetns" add $(seq -f n%g "$1")
	counted "$bin/xnetns" list
	umount -l /run
}

twice "open descriptors of 100 processes" descriptors 32
twice "mounts, with HELDBY" mounts 400
if [ -e "$bin/xnetns" ]; then
	twice "names of networks" names 60
else
	skip "names of networks" "a build without xnetns"
fi
done_testing

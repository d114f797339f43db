#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The built objects: which variables with static storage can change while the program runs. A table with
# pointers is no such variable: the loader relocates it (.data.rel.ro), and then nobody may write to it.
LC_ALL=C
export LC_ALL
: "${XNS_BUILDDIR:=build}"
objdump=${OBJDUMP:-objdump}

# The name that the user called; the functions of libraries, once they are loaded; what the signal handler leaves
# for the loop that it interrupts; strings that take the place of argv.
allowed='
cmd/applet.o called
common/kernel/caps.o capng
common/kernel/netlink.o mnl
common/kernel/subid_nss.o libsubid
common/workload/state_json.o jansson
common/output/table.o scols
common/apply/bell.o caught
cmd/main.o empty
cmd/main.o name
cmd/main.o nothing
cmd/main.o output_is_closed
cmd/xnetns/main.o list
'

cd "$XNS_BUILDDIR" || exit 1
if grep -Eq '^XNS_CFLAGS = .*(sanitize|coverage)' Makefile; then
	echo "1..0 # SKIP a build with counters or sanitizers has variables of theirs"
	exit 0
fi
if ! $objdump -t cmd/applet.o 2>/dev/null | grep -q ' O '; then
	echo "1..0 # SKIP objdump cannot read the objects"
	exit 0
fi

$objdump -t cmd/*.o cmd/*/*.o common/*/*.o | awk -v allowed="$allowed" '
/file format/ { object = substr($1, 1, length($1) - 1); n++ }
/ O \.(data|bss)[.\t ]/ && !/ O \.data\.rel\.ro/ {
	name = $NF
	sub(/\.[0-9]+$/, "", name)
	seen = seen || object " " name == "cmd/applet.o called"
	if (!index(allowed, "\n" object " " name "\n"))
		bad = bad "#   " object ": " name "\n"
}
END {
	printf "%sok 1 - no variable of %d objects can change, but those that are listed\n%s", bad == "" ? "" : "not ", n, bad
	printf "%sok 2 - the test finds the variables that are listed\n", seen ? "" : "not "
	print "1..2"
	exit bad != "" || !seen
}'

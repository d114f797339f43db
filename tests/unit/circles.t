#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The built objects: no file calls a function of another that, directly or through others, calls back.
# So each file can be read, and replaced in a test, together with the files below it only.
set -u
LC_ALL=C
export LC_ALL
: "${XNS_BUILDDIR:=build}"
: "${XNS_SRCDIR:=.}"
nm=${NM:-nm}

# Directories that still have circles. Remove a line as soon as the test asks for it; add none.
exempt='
'

sources=$(cd "$XNS_SRCDIR" && ls cmd/*.c cmd/*/*.c common/*/*.c) || exit 1
cd "$XNS_BUILDDIR" || exit 1
if ! $nm -P common/base/ns.o >/dev/null 2>&1; then
	echo "1..0 # SKIP nm cannot read the objects"
	exit 0
fi

# A build without some libraries leaves files out; an object without a source is left from another build.
for source in $sources; do
	object=${source%.c}.o
	[ ! -e "$object" ] || $nm -P "$object" | sed "s|^|${source%.c} |"
done | awk -v exempt="$exempt" '
function directory(file) {
	sub(/\/[^\/]*$/, "", file)
	return file
}
function report(name, wrong) {
	printf "%sok %d - %s\n%s", wrong == "" ? "" : "not ", ++n, name, wrong
	failed = failed || wrong != ""
}
# Sets reached[] to the files that a file uses, directly or through others.
function follow(from,   i, to, queue, at, last) {
	split("", reached)
	queue[last = 1] = from
	for (at = 1; at <= last; at++)
		for (i = 1; i <= n_used[queue[at]]; i++) {
			to = used[queue[at], i]
			if (to in reached) continue
			reached[to] = 1
			queue[++last] = to
		}
}
# File, symbol, type. U: wanted; capital letters: global, so that another file can use it.
{ files[$1] = 1 }
$3 == "U" { wanted[$1, $2] = 1 }
$3 ~ /^[TDRBCVW]$/ { owner[$2] = $1 }
END {
	for (pair in wanted) {
		split(pair, part, SUBSEP)
		to = part[2] in owner ? owner[part[2]] : part[1]
		if (to == part[1]) continue
		symbols[part[1], to] = symbols[part[1], to] " " part[2]
		if (!((part[1], to) in edge)) used[part[1], ++n_used[part[1]]] = to
		edge[part[1], to] = 1
		n_edges++
	}
	for (from in files) {
		follow(from)
		for (to in reached) reach[from, to] = 1
	}
	for (pair in edge) {
		split(pair, part, SUBSEP)
		if (((part[2], part[1]) in reach))
			bad[directory(part[1])] = bad[directory(part[1])] "#   " part[1] \
				" uses" symbols[pair] " of " part[2] ", which needs " part[1] "\n"
	}
	n_exempt = split(exempt, list)
	for (i = 1; i <= n_exempt; i++) {
		excused[list[i]] = 1
		report(list[i] " still has circles",
			list[i] in bad ? "" : "#   it has none: remove it from the list\n")
	}
	for (from in files) directories[directory(from)] = 1
	for (name in directories)
		if (!(name in excused)) report("no circle of files in " name, bad[name])
	report("the objects use each other", n_edges > 500 ? "" : "#   only " n_edges + 0 " uses found\n")
	print "1.." n
	exit failed
}'
